//! The book as pages of Markdown, in the order of its template: the same for the same schema.

mod constraints;
mod decisions;
mod front;
mod indexes;
mod queries;
mod scaling;
mod tables;
pub mod text;

use {
    super::{
        Book,
        catalog::{Index, Table},
        drawing, mermaid,
        query::{self, Query, Use},
    },
    std::{collections::BTreeMap, fmt::Write as _},
    text::code,
};

/// The whole book.
pub fn full(book: &Book) -> String {
    let mut page = String::new();
    front::head(&mut page, book, "docs/schema.md");
    front::overview(&mut page, book);
    front::diagram(&mut page, book, true);
    tables::definitions(&mut page, book);
    constraints::relationships(&mut page, book);
    indexes::strategy(&mut page, book);
    constraints::constraints(&mut page, book);
    scaling::migrations(&mut page, book);
    queries::examples(&mut page, book);
    decisions::types(&mut page, book);
    scaling::scaling(&mut page, book);
    scaling::testing(&mut page, book);
    decisions::summary(&mut page, book);
    decisions::maintenance(&mut page, book);
    decisions::validation(&mut page, book);
    decisions::foot(&mut page, book);
    finished(&page)
}

/// What somebody needs who begins: technology, journey, diagram, relationships, what is asked.
pub fn essentials(book: &Book) -> String {
    let mut page = String::new();
    front::head(&mut page, book, "docs/schema-essentials.md");
    page.push_str("The short edition of [the whole book](schema.md).\n\n");
    front::overview(&mut page, book);
    front::diagram(&mut page, book, false);
    tables::essentials(&mut page, book);
    constraints::essential_relationships(&mut page, book);
    queries::patterns(&mut page, book);
    finished(&page)
}

/// The diagrams, each with the name of its file: all tables, and those of each domain.
pub fn drawings(book: &Book) -> Vec<(String, String)> {
    let mut drawings = vec![("erd.svg".to_owned(), drawn(&overall(book)))];
    for (domain, _) in book.domains() {
        drawings.push((
            format!("erd-{}.svg", text::file_name(domain)),
            drawn(&of_domain(book, domain)),
        ));
    }
    drawings
}

/// How long statements took, on which machine, and on how much data: no part of the book, since no two machines agree.
pub fn measured(book: &Book, machine: &str) -> String {
    let mut page = format!(
        "# What was measured\n\nEach statement once, on {}, with the rows below.\n\n",
        text::line(machine)
    );
    page.push_str("| Table | Rows | Bytes of values |\n|---|--:|--:|\n");
    for size in book.sizes.iter().filter(|it| it.rows > 0) {
        let _ = writeln!(page, "| {} | {} | {} |", code(&size.table), size.rows, size.bytes);
    }
    page.push_str(
        "\n| Query | Database | Statement | Indexes | Rows read | Rows answered | Milliseconds |\n\
         |---|---|--:|---|--:|--:|--:|\n",
    );
    for query in &book.queries {
        for (engine, statements) in [("SQLite", &query.sqlite), ("PostgreSQL", &query.postgres)] {
            for (place, statement) in statements.iter().enumerate() {
                let Some(time) = statement.microseconds else { continue };
                let place = place + 1;
                let (whole, rest) = (time / 1_000, time % 1_000);
                let rows = |it: Option<u64>| it.map_or("–".to_owned(), text::number);
                let _ = writeln!(
                    page,
                    "| {} | {engine} | {place} | {} | {} | {} | {whole}.{rest:03} |",
                    code(&query.operation),
                    listed(&statement.indexes),
                    rows(statement.rows_read),
                    rows(statement.rows_returned),
                );
            }
        }
    }
    page
}

/// The diagram of all tables: names and keys.
pub fn overall(book: &Book) -> String {
    mermaid::write(&book.postgres, |_| true, mermaid::Detail::Keys)
}

/// The diagram of a domain: its tables with all columns, and those that they refer to by name.
pub fn of_domain(book: &Book, domain: &str) -> String {
    mermaid::write(&book.postgres, |table| book.domain(table) == domain, mermaid::Detail::Columns)
}

/// A diagram, drawn from the text that the page holds.
fn drawn(diagram: &str) -> String {
    // It was written by `mermaid::write`, which a test reads back whatever names hold.
    mermaid::read(diagram).map_or_else(|it| it, |it| drawing::draw(&it))
}

/// The queries that read by an index, on either database.
fn readers<'a>(book: &'a Book, index: &str) -> Vec<&'a Query> {
    let reads = |it: &&Query| {
        it.uses(super::catalog::Engine::Sqlite, index)
            || it.uses(super::catalog::Engine::Postgres, index)
    };
    book.queries.iter().filter(reads).collect()
}

/// What queries do with the columns of an index.
fn uses(book: &Book, index: &Index) -> BTreeMap<String, Use> {
    let mut all = BTreeMap::new();
    let mut indexes = book.postgres.indexes();
    let Some((table, _)) = indexes.find(|(_, it)| it.name == index.name) else { return all };
    for query in readers(book, &index.name) {
        let statements = query.postgres.iter().filter(|it| {
            it.indexes.iter().chain(&it.indexes_when_large).any(|name| *name == index.name)
        });
        for (column, of) in statements.flat_map(|it| query::uses(&it.sql, &table.name)) {
            let known = all.entry(column).or_insert(of);
            *known = of.min(*known);
        }
    }
    all
}

/// Whether an index begins with what a table refers by.
fn serves_reference(table: &Table, index: &Index) -> bool {
    table.references.iter().any(|it| index.columns.starts_with(&it.columns))
}

/// Whether no two rows share what an index holds, as people say it.
fn listed(columns: &[String]) -> String {
    columns.iter().map(|it| code(it)).collect::<Vec<_>>().join(", ")
}

/// A page without blanks at the ends of lines, and with one line break at its own.
fn finished(page: &str) -> String {
    let mut text = page.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}
