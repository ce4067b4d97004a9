//! Names, annotations and migrations: what people wrote.

use {
    super::{Finding, finding},
    crate::schema::{Book, catalog::Table, lint},
    std::collections::BTreeSet,
};

pub(super) fn unannotated(book: &Book) -> Vec<Finding> {
    let mut findings = Vec::new();
    let notes = &book.annotations.tables;
    for table in &book.postgres.tables {
        let Some(note) = notes.get(&table.name) else {
            let what =
                format!("has no annotation: add [tables.{}] to docs/schema.toml", table.name);
            findings.push(finding(&table.name, what));
            continue;
        };
        for (name, text) in [("purpose", &note.purpose), ("context", &note.context)] {
            if text.trim().is_empty() || text.contains('[') {
                findings.push(finding(&table.name, format!("its {name} is empty or has a hole")));
            }
        }
        if note.steps.is_empty() {
            findings.push(finding(&table.name, "serves no step"));
        }
        for step in note.steps.iter().filter(|it| book.annotations.step(it).is_none()) {
            findings
                .push(finding(&table.name, format!("names the step {step}, which is not there")));
        }
        columns(book, table, &mut findings);
        for index in
            note.keeps.keys().filter(|it| table.indexes.iter().all(|index| index.name != **it))
        {
            findings.push(finding(
                &table.name,
                format!("says of {index} what it keeps, which is not there"),
            ));
        }
    }
    for name in notes.keys().filter(|it| book.postgres.table(it).is_none()) {
        findings.push(finding(name, "is annotated, and not there"));
    }
    for step in &book.annotations.step {
        if !notes.values().any(|it| it.steps.contains(&step.id)) {
            findings.push(finding(&step.id, "no table serves this step"));
        }
    }
    if book.annotations.alternative.len() < ALTERNATIVES_MIN {
        findings.push(finding("alternatives", "fewer than three are told that were not chosen"));
    }
    findings
}

/// How many alternatives are told at least.
const ALTERNATIVES_MIN: usize = 3;

fn columns(book: &Book, table: &Table, findings: &mut Vec<Finding>) {
    let Some(source) = book.source(&table.name) else { return };
    for field in source.fields.iter().filter(|it| it.meaning.is_empty()) {
        let subject = format!("{}.{}", table.name, field.name);
        findings.push(finding(subject, "has no comment in its entity"));
    }
}

pub(super) fn misnamed(book: &Book) -> Vec<Finding> {
    let mut findings = Vec::new();
    for catalog in [&book.sqlite, &book.postgres] {
        for table in &catalog.tables {
            let indexes = table.indexes.iter().map(|it| ("idx", &it.name));
            let checks = table.checks.iter().map(|it| ("ck", &it.name));
            let references = table.references.iter().map(|it| ("fk", &it.name));
            let mut known = BTreeSet::new();
            for (kind, name) in indexes.chain(checks).chain(references) {
                // PostgreSQL refuses that within a table, SQLite does not.
                if !known.insert(name) {
                    findings.push(finding(name, "is the name of two"));
                }
                if !name.starts_with(&format!("{kind}_{}_", table.name)) {
                    findings
                        .push(finding(name, format!("should begin with {kind}_{}_", table.name)));
                }
            }
        }
    }
    findings
}

pub(super) fn unsafe_migrations(book: &Book) -> Vec<Finding> {
    let is_new = |name: &String| book.released.as_ref().is_none_or(|it| *name > it.migration);
    let new: Vec<_> = book.migrations.iter().filter(|it| is_new(&it.name)).collect();
    let statements: Vec<_> = new.iter().flat_map(|it| it.statements.iter().cloned()).collect();
    let names: Vec<_> =
        new.iter().flat_map(|it| it.statements.iter().map(|_| it.name.as_str())).collect();
    lint::risks(&statements)
        .into_iter()
        .map(|(place, risk)| {
            finding(names[place], format!("{}: {}", risk.advice(), statements[place]))
        })
        .collect()
}
