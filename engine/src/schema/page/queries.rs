//! The catalogue of queries: what is asked, and what both databases do for it.

use {
    super::{
        super::{Book, annotation::Operation, plan::Explained, query::Query, sql},
        text::{block, code, line, number},
    },
    std::fmt::Write as _,
};

/// Every query with the indexes that serve it: a line each.
pub(super) fn patterns(page: &mut String, book: &Book) {
    page.push_str("### Query patterns\n\nEach statement was captured while the program ran the operation, and explained by both databases.\n\n");
    page.push_str("| Query | Asks | Indexes on PostgreSQL | Indexes on SQLite | Frequency |\n|---|---|---|---|---|\n");
    for operation in &book.annotations.operation {
        let Some(query) = of(book, operation) else { continue };
        let _ = writeln!(
            page,
            "| {} | {} | {} | {} | {} |",
            code(&operation.name),
            line(&operation.title),
            indexes(&query.postgres),
            indexes(&query.sqlite),
            line(&operation.frequency)
        );
    }
    let looked_after = book.queries.iter().filter(|it| it.operation.starts_with("fk_")).count();
    let _ = write!(
        page,
        "\nBeside these, {looked_after} statements that the databases run themselves to look after foreign keys (which rows \
         refer to one that goes?), each explained as well. A primary key goes by the name of its table; what stands in \
         brackets is read by index once the table is large, and from end to end on the catalogue's data.\n\n"
    );
}

fn of<'a>(book: &'a Book, operation: &Operation) -> Option<&'a Query> {
    book.queries.iter().find(|it| it.operation == operation.name)
}

/// The indexes that statements read by, each once.
fn indexes(statements: &[Explained]) -> String {
    let mut now: Vec<_> = statements.iter().flat_map(|it| it.indexes.clone()).collect();
    let mut large: Vec<_> =
        statements.iter().flat_map(|it| it.indexes_when_large.clone()).collect();
    now.sort();
    now.dedup();
    large.retain(|it| !now.contains(it));
    large.sort();
    large.dedup();
    let now = now.iter().map(|it| code(it));
    now.chain(large.iter().map(|it| format!("({})", code(it)))).collect::<Vec<_>>().join(", ")
}

/// The queries that matter most, statement by statement.
pub(super) fn examples(page: &mut String, book: &Book) {
    page.push_str("## Query examples\n\n### Critical path queries\n\n");
    data(page, book);
    for operation in book.annotations.operation.iter().filter(|it| it.is_critical) {
        example(page, book, operation);
    }
    page.push_str("### Billing and analytics queries\n\n");
    for operation in book.annotations.operation.iter().filter(|it| it.is_usage) {
        example(page, book, operation);
    }
    page.push_str("How long they take hangs on the machine: `vigil schema book --measure` writes it down beside the book.\n\n");
}

/// How much data the catalogue was explained on.
fn data(page: &mut String, book: &Book) {
    let mut large: Vec<_> = book.sizes.iter().filter(|it| it.rows > 0).collect();
    large.sort_by_key(|it| (std::cmp::Reverse(it.rows), &it.table));
    let told =
        large.iter().take(LARGEST).map(|it| format!("{} {}", number(it.rows), code(&it.table)));
    let told = told.collect::<Vec<_>>().join(", ");
    let _ = write!(page, "Explained on invented data: {told}.\n\n");
}

/// How many tables are told of, largest first.
const LARGEST: usize = 6;

fn example(page: &mut String, book: &Book, operation: &Operation) {
    let Some(query) = of(book, operation) else { return };
    let step = book.annotations.step(&operation.step);
    let step = step.map_or(String::new(), |(place, _)| format!(" (step {place})"));
    let _ = write!(page, "**{}: {}**{step}\n\n", code(&operation.name), line(&operation.title));
    for statement in query.postgres.iter().take(STATEMENTS_SHOWN) {
        page.push_str(&block("sql", &wrapped(&sql::shortened(&statement.sql))));
        page.push_str("\n**EXPLAIN notes**:\n\n");
        told(page, "PostgreSQL", statement);
        page.push('\n');
    }
    let mut scans: Vec<_> = query.sqlite.iter().flat_map(|it| it.scans.clone()).collect();
    scans.sort();
    scans.dedup();
    let scans: Vec<_> = scans.iter().map(|it| code(it)).collect();
    let scans = if scans.is_empty() {
        String::new()
    } else {
        format!("; reads {} from end to end", scans.join(", "))
    };
    let many = query.sqlite.len();
    let _ = write!(page, "On SQLite: {many} statements, by {}{scans}.\n\n", indexes(&query.sqlite));
    let more = query.postgres.len().saturating_sub(STATEMENTS_SHOWN);
    if more > 0 {
        let _ = write!(page, "… and {more} statements more.\n\n");
    }
}

/// How many statements of an operation are spelled out.
const STATEMENTS_SHOWN: usize = 4;

fn told(page: &mut String, engine: &str, statement: &Explained) {
    let indexes = indexes(std::slice::from_ref(statement));
    let indexes = if indexes.is_empty() { "none".to_owned() } else { indexes };
    let mut told = format!("- {engine}: index {indexes}");
    if !statement.scans.is_empty() {
        let scans: Vec<_> = statement.scans.iter().map(|it| code(it)).collect();
        let _ = write!(told, "; reads {} from end to end", scans.join(", "));
    }
    if let (Some(read), Some(returned)) = (statement.rows_read, statement.rows_returned) {
        let _ = write!(told, "; {} rows read, {} answered", number(read), number(returned));
    }
    let _ = writeln!(page, "{told}");
}

/// A statement, a clause a line.
fn wrapped(statement: &str) -> String {
    let tokens = sql::tokens(statement);
    let mut lines = String::new();
    let mut from = 0;
    for token in &tokens {
        let is_clause =
            ["FROM", "LEFT", "WHERE", "ORDER", "LIMIT", "UNION", "INNER", "RETURNING", "SET"];
        if token.start > from && is_clause.iter().any(|it| token.is(it)) {
            lines.push_str(statement[from..token.start].trim_end());
            lines.push('\n');
            from = token.start;
        }
    }
    lines.push_str(statement[from..].trim_end());
    lines
}
