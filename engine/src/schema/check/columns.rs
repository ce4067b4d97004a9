//! Columns: what they hold, whether they can be filled, and whether all parts of the program agree.

use {
    super::{Finding, finding},
    crate::schema::{
        Book,
        catalog::{Catalog, Engine, Kind, Table},
        object::{camel, shown_as},
        source::{Field, Source},
        sql::{self, TokenKind},
    },
    std::collections::BTreeSet,
};

pub(super) fn unreachable(book: &Book) -> Vec<Finding> {
    let mut findings = Vec::new();
    for table in &book.postgres.tables {
        let Some(source) = book.source(&table.name) else { continue };
        for column in table.columns.iter().filter(|it| !it.is_nullable && it.default.is_none()) {
            let field = source.fields.iter().find(|it| it.name == column.name);
            // Rows are put together in full: the compiler asks for what is not optional.
            if field.is_none_or(|it| it.is_optional) {
                let subject = format!("{}.{}", table.name, column.name);
                findings.push(finding(
                    subject,
                    "must not be null, has no default, and the program may leave it out",
                ));
            }
        }
    }
    findings
}

pub(super) fn closed_sets(book: &Book) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in &book.sources {
        for field in &source.fields {
            let Some(values) = set(book, field) else { continue };
            for catalog in [&book.sqlite, &book.postgres] {
                let Some(table) = catalog.table(&source.table) else { continue };
                let subject = format!("{}.{}", table.name, field.name);
                let engine = catalog.engine.name();
                let allowed = allowed(table, &field.name);
                match allowed {
                    None => findings.push(finding(
                        subject,
                        format!("no CHECK holds it to its closed set on {engine}"),
                    )),
                    Some(allowed) if allowed != values => {
                        let what =
                            format!("{engine} allows {allowed:?}, the program knows {values:?}");
                        findings.push(finding(subject, what));
                    }
                    Some(_) => {}
                }
            }
        }
    }
    findings
}

/// The values of a column's closed set, if it is of one.
fn set(book: &Book, field: &Field) -> Option<BTreeSet<String>> {
    let declared = book.sources.iter().find_map(|it| it.closed_sets.get(&field.rust_type))?;
    Some(declared.iter().cloned().collect())
}

/// The texts that the rule of a column allows.
fn allowed(table: &Table, column: &str) -> Option<BTreeSet<String>> {
    let name = format!("ck_{}_{column}", table.name);
    let rule = table.checks.iter().find(|it| it.name == name)?;
    let tokens = sql::tokens(&rule.rule);
    Some(tokens.into_iter().filter(|it| it.kind == TokenKind::Text).map(|it| it.text).collect())
}

pub(super) fn instants(book: &Book) -> Vec<Finding> {
    let mut findings = Vec::new();
    for catalog in [&book.sqlite, &book.postgres] {
        for table in &catalog.tables {
            for column in &table.columns {
                let subject = format!("{}.{}", table.name, column.name);
                let is_held = || {
                    let name = format!("ck_{}_{}", table.name, column.name);
                    table.checks.iter().any(|it| it.name == name && it.rule.contains("+00:00"))
                };
                if column.kind == Kind::Naive {
                    findings
                        .push(finding(subject, format!("is {}, of no time zone", column.declared)));
                } else if column.kind == Kind::Instant
                    && catalog.engine == Engine::Sqlite
                    && !is_held()
                {
                    findings.push(finding(subject, "no CHECK holds it to UTC on SQLite"));
                }
            }
        }
    }
    findings
}

pub(super) fn times(book: &Book) -> Vec<Finding> {
    let mut findings = Vec::new();
    for table in &book.postgres.tables {
        let reason = book.annotations.tables.get(&table.name).and_then(|it| it.times.as_ref());
        let missing =
            ["created_at", "updated_at"].into_iter().filter(|it| table.column(it).is_none());
        let missing: Vec<_> = missing.collect();
        match (missing.is_empty(), reason) {
            (false, None) => {
                let what = format!("has no {} and no `times` reason", missing.join(" and no "));
                findings.push(finding(&table.name, what));
            }
            (true, Some(_)) => {
                findings.push(finding(&table.name, "has both times, and a reason why it has not"));
            }
            _ => {}
        }
    }
    findings
}

pub(super) fn drift(book: &Book) -> Vec<Finding> {
    let mut findings = Vec::new();
    for catalog in [&book.sqlite, &book.postgres] {
        for table in &catalog.tables {
            match book.source(&table.name) {
                Some(source) => columns_drift(catalog, table, source, &mut findings),
                None => findings.push(finding(&table.name, "has no row in `entity::tables`")),
            }
        }
        for source in book.sources.iter().filter(|it| catalog.table(&it.table).is_none()) {
            let what =
                format!("has a row in `entity::tables`, and no table on {}", catalog.engine.name());
            findings.push(finding(&source.table, what));
        }
    }
    for source in &book.sources {
        objects_drift(book, source, &mut findings);
    }
    findings
}

fn columns_drift(catalog: &Catalog, table: &Table, source: &Source, findings: &mut Vec<Finding>) {
    let engine = catalog.engine.name();
    let mut told = |column: &str, what: String| {
        findings.push(finding(format!("{}.{column}", table.name), what));
    };
    for column in &table.columns {
        let Some(field) = source.fields.iter().find(|it| it.name == column.name) else {
            told(&column.name, format!("is in {engine}, and not in the program's row"));
            continue;
        };
        if field.is_optional != column.is_nullable {
            let null = |may| if may { "may be null" } else { "must not be null" };
            told(
                &column.name,
                format!(
                    "{} in {engine}, and {} in the program",
                    null(column.is_nullable),
                    null(field.is_optional)
                ),
            );
        }
        if field.kind.is_some_and(|it| it.on(catalog.engine) != column.kind.on(catalog.engine)) {
            let (here, there) = (column.kind, field.kind.unwrap_or(Kind::Other));
            told(&column.name, format!("is {here:?} in {engine}, and {there:?} in the program"));
        }
    }
    for field in source.fields.iter().filter(|it| table.column(&it.name).is_none()) {
        told(&field.name, format!("is in the program's row, and not in {engine}"));
    }
}

fn objects_drift(book: &Book, source: &Source, findings: &mut Vec<Finding>) {
    let told = book.annotations.tables.get(&source.table).and_then(|it| it.object.as_ref());
    let Some(name) = source.object.as_ref().map(|it| told.unwrap_or(it)) else { return };
    let Some(object) = book.objects.iter().find(|it| it.name == *name) else {
        findings.push(finding(&source.table, format!("the API has no object {name}")));
        return;
    };
    for field in source.fields.iter().filter(|it| !it.is_skipped) {
        let shown = object.fields.iter().find(|it| it.name == camel(&field.name));
        let subject = format!("{}.{}", source.table, field.name);
        let what = match shown {
            None => format!("is no field of {name}"),
            Some(it) if it.type_name != shown_as(&field.rust_type) => {
                format!("is {} in the program, and {} in the API", field.rust_type, it.type_name)
            }
            Some(it) if it.is_nullable != field.is_optional => {
                format!(
                    "may be null in {} of the program and the API",
                    if it.is_nullable { "the second" } else { "the first" }
                )
            }
            Some(_) => continue,
        };
        findings.push(finding(subject, what));
    }
}
