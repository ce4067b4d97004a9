//! The strategy of indexes: what is asked, what serves it, and why columns stand as they do.

use {
    super::{
        super::{
            Book,
            catalog::{Index, Table},
            query::Use,
        },
        listed, queries, serves_reference,
        text::{code, line},
        uses,
    },
    std::fmt::Write as _,
};

pub(super) fn strategy(page: &mut String, book: &Book) {
    page.push_str("## Indexes strategy\n\n");
    queries::patterns(page, book);
    page.push_str("### Index coverage\n\n");
    let count = |of: &dyn Fn(&Table, &Index) -> bool| {
        book.postgres.indexes().filter(|(table, index)| of(table, index)).count()
    };
    let used = |index: &Index, of: Use| {
        uses(book, index).iter().any(|(column, it)| *it == of && index.columns.contains(column))
    };
    let lines = [
        ("Foreign key indexes", count(&serves_reference), "every foreign key begins one"),
        (
            "Filter indexes",
            count(&|_, it| used(it, Use::Equal) || used(it, Use::Range)),
            "read by a WHERE",
        ),
        ("Sort indexes", count(&|_, it| used(it, Use::Order)), "read in the order of a list"),
        ("Composite indexes", count(&|_, it| it.columns.len() > 1), "of more than one column"),
        ("Partial indexes", count(&|_, it| it.condition.is_some()), "of some rows"),
        ("Unique indexes", count(&|_, it| it.is_unique), "no two rows share an entry"),
        (
            "In all",
            count(&|_, _| true),
            "beside those of the primary keys; one can be of several kinds",
        ),
    ];
    for (name, many, what) in lines {
        let _ = writeln!(page, "- **{name}**: {many} ({what})");
    }
    rules(page, book);
    page.push_str(
        "\n**Reasoning for each composite index**, from the statements that read by it:\n\n",
    );
    for (table, index) in book.postgres.indexes().filter(|(_, it)| it.columns.len() > 1) {
        let _ = writeln!(
            page,
            "- {} ({}): {}",
            code(&index.name),
            listed(&index.columns),
            reason(book, table, index)
        );
    }
    page.push('\n');
}

/// The indexes that no statement reads by, each with the rule that it is for.
fn rules(page: &mut String, book: &Book) {
    let rules = book.postgres.indexes().filter_map(|(table, index)| {
        let rule = book.annotations.tables.get(&table.name)?.keeps.get(&index.name)?;
        Some((table, index, rule))
    });
    page.push_str(
        "\n**Indexes that keep a rule**: no statement reads by these; each refuses a second row of the same entry, as both \
         databases were seen to do (S20).\n\n",
    );
    for (table, index, rule) in rules {
        let only =
            index.condition.as_ref().map_or(String::new(), |it| format!(", where {}", code(it)));
        let _ = writeln!(
            page,
            "- {}: {}. It serves each `INSERT INTO {}`, which looks up ({}){only}.",
            code(&index.name),
            line(rule),
            table.name,
            listed(&index.columns)
        );
    }
}

/// Why the columns of an index stand in their order.
pub(super) fn reason(book: &Book, table: &Table, index: &Index) -> String {
    let keeps = book.annotations.tables.get(&table.name).and_then(|it| it.keeps.get(&index.name));
    if let Some(rule) = keeps {
        return format!("keeps a rule, so that their order does not matter: {rule}");
    }
    let uses = uses(book, index);
    let (mut parts, mut last, mut is_ranged) = (Vec::new(), Vec::new(), false);
    for (place, column) in index.columns.iter().enumerate() {
        let what = match uses.get(column) {
            // Behind a range of the index, nothing is found by equality.
            _ if is_ranged => None,
            Some(Use::Equal) => Some("compared for equality"),
            Some(Use::Range) => Some("bounded"),
            Some(Use::Order) => Some("in the order of the list"),
            None if place == 0 => Some("the entries that belong together"),
            None => None,
        };
        is_ranged |= matches!(uses.get(column), Some(Use::Range | Use::Order));
        match what {
            Some(what) => parts.push(format!("{} {what}", code(column))),
            None => last.push(column.clone()),
        }
    }
    let mut parts = vec![parts.join(", then ")];
    if !last.is_empty() {
        let are = if index.is_unique { "rows are" } else { "equal entries are" };
        parts.push(format!("{} at the end, which {are} told apart by", listed(&last)));
    }
    if serves_reference(table, index) {
        parts.push("and it begins with a foreign key".to_owned());
    }
    parts.join(", ")
}
