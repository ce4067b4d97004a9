//! How the schema is made, how large it becomes, and how it is tried.

use {
    super::{
        super::{Book, annotation::Rows},
        text::{block, code, line, number},
    },
    std::fmt::Write as _,
};

/// What an entry of an index takes beside its columns, and a row beside its values, in bytes.
const OVERHEAD: f64 = 32.0;

pub(super) fn migrations(page: &mut String, book: &Book) {
    page.push_str("## Migration files\n\n");
    let _ = write!(
        page,
        "**Migration tool**: {}\n**Target databases**: {}\n**File location**: `migration/src/`, one file a change, in the order of `migration/src/lib.rs`\n\n\
         **What each migration does**:\n\n| Migration | Makes | Statements |\n|---|---|--:|\n",
        book.annotations.tool, book.annotations.database
    );
    for it in &book.migrations {
        let tables: Vec<_> = it.tables.iter().map(|it| code(it)).collect();
        let _ = writeln!(
            page,
            "| {} | {} | {} |",
            code(&it.name),
            tables.join(", "),
            it.statements.len()
        );
    }
    let catalog = &book.postgres;
    let checks: usize = catalog.tables.iter().map(|it| it.checks.len()).sum();
    let _ = write!(
        page,
        "\nAll of them together:\n\n1. create {} tables\n2. define {} relationships\n3. create {} indexes\n4. add {checks} rules\n\n",
        catalog.tables.len(),
        catalog.references().count(),
        catalog.indexes().count()
    );
    page.push_str("**To apply migrations**:\n\n");
    page.push_str(&block(
        "sh",
        "vigil migrate diff    # what would change, on both databases\nvigil migrate up",
    ));
    page.push_str("\n**To roll back** the last one:\n\n");
    page.push_str(&block("sh", "vigil migrate down --steps 1"));
    page.push('\n');
}

pub(super) fn scaling(page: &mut String, book: &Book) {
    let scale = &book.annotations.scale;
    page.push_str("## Scaling considerations\n\n### Current scale estimate\n\n");
    for it in &scale.assumptions {
        let _ = writeln!(page, "- {}", line(it));
    }
    let rows: Vec<_> =
        book.postgres.tables.iter().map(|it| (it, projected(book, &it.name))).collect();
    let total: f64 = rows.iter().map(|(table, rows)| rows * bytes_a_row(book, &table.name)).sum();
    let _ = writeln!(page, "- **Data growth**: {} a month", size(total / 12.0));
    page.push_str("\n### Table size projections (year 1)\n\n");
    page.push_str("Rows as assumed; bytes a row as measured on the catalogue's data (where there is none, from the columns), with the entries of its indexes.\n\n");
    page.push_str(
        "| Table | Rows | Bytes a row, with indexes | Size | Kept |\n|---|--:|--:|--:|---|\n",
    );
    for (table, rows) in rows {
        let bytes = bytes_a_row(book, &table.name);
        let kept = book.annotations.tables.get(&table.name).and_then(|it| it.kept.as_deref());
        let _ = writeln!(
            page,
            "| {} | {} | {} | {} | {} |",
            code(&table.name),
            number(whole(rows)),
            whole(bytes),
            size(rows * bytes),
            line(kept.unwrap_or("for ever"))
        );
    }
    page.push_str("\n### When to optimize\n\n");
    for it in &scale.optimize {
        let _ = write!(
            page,
            "**{}**\n\n- When: {}\n- How: {}\n\n",
            line(&it.title),
            line(&it.when),
            line(&it.how)
        );
    }
    page.push_str("### Archival strategy\n\n");
    for it in &scale.archival {
        let _ = writeln!(page, "- {}", line(it));
    }
    page.push('\n');
}

/// How many rows a table has after a year.
fn projected(book: &Book, table: &str) -> f64 {
    let rows = book.annotations.tables.get(table).and_then(|it| it.rows.as_ref());
    rows.map_or(0.0, |Rows { per, count }| {
        count * book.annotations.scale.units.get(per).copied().unwrap_or(1.0)
    })
}

/// How many bytes a row takes, with its entries in indexes.
fn bytes_a_row(book: &Book, table: &str) -> f64 {
    let Some(of) = book.postgres.table(table) else { return 0.0 };
    let measured = book.sizes.iter().find(|it| it.table == table && it.rows > 0);
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    let values =
        measured.map_or(of.columns.len() as f64 * COLUMN, |it| it.bytes as f64 / it.rows as f64);
    let entries = of.keys().map(|(_, columns, _)| {
        #[expect(clippy::cast_precision_loss, reason = "a few columns")]
        let columns = columns.len() as f64;
        columns * COLUMN + OVERHEAD
    });
    values + OVERHEAD + entries.sum::<f64>()
}

/// What a column takes where nothing was measured: most of those in indexes are ids.
const COLUMN: f64 = 16.0;

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an estimate of rows, which are not fewer than none"
)]
fn whole(number: f64) -> u64 {
    number.round() as u64
}

fn size(bytes: f64) -> String {
    let units = ["B", "kB", "MB", "GB", "TB"];
    let (mut size, mut unit) = (bytes, 0);
    while size >= 1_000.0 && unit + 1 < units.len() {
        size /= 1_000.0;
        unit += 1;
    }
    if unit == 0 { format!("{size:.0} B") } else { format!("{size:.1} {}", units[unit]) }
}

pub(super) fn testing(page: &mut String, book: &Book) {
    page.push_str("## Testing strategy\n\n### Seed data\n\n");
    page.push_str("**Minimal seed data** (for development), a company of 10 pairings:\n\n");
    page.push_str(&block("sh", "vigil seed --scale 0.01"));
    page.push_str("\n**Realistic seed data** (for testing), in various states and the same for the same seed:\n\n");
    for size in book.sizes.iter().filter(|it| it.rows > 0) {
        let _ = writeln!(page, "- {} {}", number(size.rows), code(&size.table));
    }
    page.push_str("\nThis book is written on it, so that plans are those of a real size.\n\n");
    page.push_str("### Schema validation tests\n\n");
    for it in super::super::check::CHECKS {
        let _ = writeln!(page, "- {} {}: {}", it.id, code(it.name), line(it.asks));
    }
    page.push_str(
        "\n### Migration testing\n\nFor every single migration, on both databases (check S12):\n\n",
    );
    page.push_str("1. Apply it over rows in every table there is → success\n2. Add a row to each new table, and read it → success\n3. Take it back → the schema of before, to the last name\n4. Apply it again → the same schema; and all down → no table is left\n\n");
    page.push_str("### Where they are\n\n");
    for it in &book.annotations.test {
        let _ = writeln!(page, "- [{}](../{}): {}", it.path, it.path, line(&it.title));
    }
    page.push('\n');
}
