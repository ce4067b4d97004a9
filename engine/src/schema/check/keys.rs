//! Foreign keys: where they lead, by what they are read, and what looks like one.

use {
    super::{Finding, finding},
    crate::schema::{
        Book,
        catalog::{Catalog, Index, Kind, Table},
        sql,
    },
};

pub(super) fn targets(book: &Book) -> Vec<Finding> {
    let of = |catalog: &Catalog| {
        let mut findings = Vec::new();
        for (table, reference) in catalog.references() {
            let subject = format!("{}.{}", table.name, reference.columns.join(", "));
            let Some(target) = catalog.table(&reference.table) else {
                findings.push(finding(
                    subject,
                    format!("refers to {}, which is not there", reference.table),
                ));
                continue;
            };
            let is_key = target.primary_key == reference.to
                || target.indexes.iter().any(|it| it.is_unique && it.columns == reference.to);
            if !is_key {
                let what = format!(
                    "refers to {}({}), which is no key",
                    target.name,
                    reference.to.join(", ")
                );
                findings.push(finding(subject, what));
            }
        }
        findings
    };
    [of(&book.sqlite), of(&book.postgres)].concat()
}

pub(super) fn indexed(book: &Book) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (table, reference) in book.postgres.references() {
        let is_first = |columns: &[String]| {
            let first = columns.iter().take(reference.columns.len());
            columns.len() >= reference.columns.len()
                && first.clone().all(|it| reference.columns.contains(it))
        };
        let is_indexed = is_first(&table.primary_key)
            || table.indexes.iter().any(|it| is_first(&it.columns) && holds_all(table, it));
        if !is_indexed {
            let subject = format!("{}.{}", table.name, reference.columns.join(", "));
            findings.push(finding(
                subject,
                "no index begins with it: whoever deletes the other row reads all of these",
            ));
        }
    }
    findings
}

/// Whether an index holds every row whose first column is not null.
fn holds_all(table: &Table, index: &Index) -> bool {
    let Some(condition) = &index.condition else { return true };
    let words: Vec<_> =
        sql::tokens(condition).into_iter().filter(|it| !it.is("(") && !it.is(")")).collect();
    let is_not_null =
        words.len() == 4 && words[1].is("IS") && words[2].is("NOT") && words[3].is("NULL");
    let first = words.first().and_then(sql::Token::name);
    is_not_null
        && first.as_deref() == index.columns.first().map(String::as_str)
        && !table.name.is_empty()
}

pub(super) fn unreferenced(book: &Book) -> Vec<Finding> {
    let mut findings = Vec::new();
    for table in &book.postgres.tables {
        let note = book.annotations.tables.get(&table.name);
        let told = |column: &str| note.is_some_and(|it| it.unreferenced.contains_key(column));
        let refers =
            |column: &String| table.references.iter().any(|it| it.columns.contains(column));
        for column in &table.columns {
            let is_id = column.name.ends_with("_id") || column.kind == Kind::Uuid;
            let is_own = table.primary_key == [column.name.clone()];
            if is_id && !is_own && !refers(&column.name) && !told(&column.name) {
                let subject = format!("{}.{}", table.name, column.name);
                findings.push(finding(
                    subject,
                    "holds an id, but has no foreign key and no `unreferenced` reason",
                ));
            }
        }
        for column in note.into_iter().flat_map(|it| it.unreferenced.keys()) {
            if table.column(column).is_none() || refers(column) {
                let subject = format!("{}.{column}", table.name);
                findings.push(finding(
                    subject,
                    "is said to refer to nothing, but is not there or refers",
                ));
            }
        }
    }
    findings
}
