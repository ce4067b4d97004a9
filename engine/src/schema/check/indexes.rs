//! Indexes: whether anything reads by them, and whether their columns stand in the right order.

use {
    super::{Finding, finding},
    crate::schema::{
        Book,
        catalog::{Catalog, Engine},
        query::{self, Query},
    },
};

/// How many rows a dashboard may read from end to end.
const SCANNED_MAX: u64 = 1_000;
const ENGINES: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];

pub(super) fn unused(book: &Book) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (table, index) in book.postgres.indexes() {
        let keeps = book.annotations.tables.get(&table.name).map(|it| &it.keeps);
        let is_kept = index.is_unique && keeps.is_some_and(|it| it.contains_key(&index.name));
        let unused = ENGINES
            .into_iter()
            .filter(|engine| !book.queries.iter().any(|it| it.uses(*engine, &index.name)));
        let unused: Vec<_> = unused.map(Engine::name).collect();
        match (unused.is_empty(), is_kept) {
            (false, false) => {
                let what =
                    format!("no query of the catalogue reads by it on {}", unused.join(" and "));
                findings.push(finding(&index.name, what));
            }
            (true, true) => {
                findings.push(finding(
                    &index.name,
                    "is said to keep a rule only, but queries read by it",
                ));
            }
            _ => {}
        }
    }
    findings
}

pub(super) fn redundant(book: &Book) -> Vec<Finding> {
    [of(&book.sqlite), of(&book.postgres)].concat()
}

fn of(catalog: &Catalog) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (table, index) in catalog.indexes() {
        for (name, columns, holds_all) in table.keys() {
            let is_same_rows = holds_all
                || table
                    .indexes
                    .iter()
                    .any(|it| it.name == name && it.condition == index.condition);
            let is_beginning = columns.starts_with(&index.columns) && name != index.name;
            // Of two that are the same, the later by name goes; one that keeps a rule stays.
            let is_less = columns.len() > index.columns.len()
                || *name < *index.name
                || table.indexes.iter().any(|it| it.name == name && it.is_unique);
            if is_same_rows && is_beginning && is_less && !index.is_unique {
                findings.push(finding(&index.name, format!("{name} begins with the same columns")));
            }
        }
    }
    findings
}

pub(super) fn misplaced(book: &Book) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (engine, catalog) in [(Engine::Sqlite, &book.sqlite), (Engine::Postgres, &book.postgres)] {
        for query in &book.queries {
            for statement in query.on(engine) {
                let named = |name: &String| catalog.indexes().find(|(_, it)| it.name == *name);
                for (table, index) in statement.indexes.iter().filter_map(named) {
                    if let Some(column) = query::misplaced(index, &table.name, &statement.sql) {
                        let what = format!(
                            "{} compares {column} for equality, which stands behind what it bounds or orders by",
                            query.operation
                        );
                        findings.push(finding(&index.name, what));
                    }
                }
            }
        }
    }
    findings
}

pub(super) fn scanned(book: &Book) -> Vec<Finding> {
    let is_dashboard = |query: &&Query| {
        book.annotations.operation.iter().any(|it| it.is_dashboard && it.name == query.operation)
    };
    let large = |table: &str| {
        book.sizes.iter().find(|it| it.table == table).filter(|it| it.rows > SCANNED_MAX)
    };
    let mut findings = Vec::new();
    for query in book.queries.iter().filter(is_dashboard) {
        for engine in ENGINES {
            for table in query.on(engine).iter().flat_map(|it| &it.scans) {
                if let Some(size) = large(table) {
                    let engine = engine.name();
                    let what = format!("reads all {} rows of {table} on {engine}", size.rows);
                    findings.push(finding(&query.operation, what));
                }
            }
        }
    }
    findings
}
