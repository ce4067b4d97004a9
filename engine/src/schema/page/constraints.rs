//! How tables hang together, and what must hold.

use {
    super::{
        super::{
            Book,
            catalog::{Kind, OnDelete},
        },
        listed,
        text::{code, line, number},
    },
    std::fmt::Write as _,
};

pub(super) fn relationships(page: &mut String, book: &Book) {
    page.push_str("## Relationships\n\n### One-to-many relationships\n\n");
    for (table, it) in book.postgres.references() {
        let field = book.source(&table.name).and_then(|source| {
            source.fields.iter().find(|field| it.columns.first() == Some(&field.name))
        });
        let note = book.annotations.tables.get(&table.name);
        let context = note.map_or("", |it| it.context.as_str());
        let _ = write!(
            page,
            "**{} → {}**\n\n- Description: {}\n- Foreign key: {}\n- On delete: {}\n- Journey context: read when {}\n\n",
            code(&it.table),
            code(&table.name),
            line(field.map_or("", |it| it.meaning.as_str())),
            code(&format!("{}.{}", table.name, it.columns.join(", "))),
            it.on_delete.sql(),
            line(context)
        );
    }
    many_to_many(page, book);
}

pub(super) fn essential_relationships(page: &mut String, book: &Book) {
    page.push_str("## Relationships\n\n| From | To | On delete |\n|---|---|---|\n");
    for (table, it) in book.postgres.references() {
        let from = code(&format!("{}.{}", table.name, it.columns.join(", ")));
        let _ = writeln!(page, "| {from} | {} | {} |", code(&it.table), it.on_delete.sql());
    }
    page.push('\n');
    many_to_many(page, book);
}

fn many_to_many(page: &mut String, book: &Book) {
    page.push_str("### Many-to-many relationships\n\n");
    for table in book.postgres.tables.iter().filter(|it| it.is_junction()) {
        let pair = table.indexes.iter().find(|it| it.is_unique && it.columns.len() == 2);
        let pair = pair.map_or(&table.primary_key, |it| &it.columns);
        let of =
            |column: &String| table.references.iter().find(|it| it.columns == [column.clone()]);
        let ends: Vec<_> = pair.iter().filter_map(of).collect();
        let [one, other] = ends.as_slice() else { continue };
        let note = book.annotations.tables.get(&table.name);
        let _ = write!(
            page,
            "**{} ↔ {}**\n\n- Description: {}\n- Join table: {}\n- Foreign keys: {} → {}, {} → {}\n- Journey context: read when {}\n\n",
            code(&one.table),
            code(&other.table),
            line(note.map_or("", |it| it.purpose.as_str())),
            code(&table.name),
            listed(&one.columns),
            code(&one.table),
            listed(&other.columns),
            code(&other.table),
            line(note.map_or("", |it| it.context.as_str()))
        );
    }
}

pub(super) fn constraints(page: &mut String, book: &Book) {
    let why = &book.annotations.philosophy;
    page.push_str("## Data constraints\n\n### NOT NULL constraints\n\n");
    let _ = write!(page, "**Philosophy**: {}\n\n", line(&why.not_null));
    page.push_str("| Table | Must be given | Has a default |\n|---|---|---|\n");
    for table in &book.postgres.tables {
        let must = table.columns.iter().filter(|it| !it.is_nullable);
        let (defaults, given): (Vec<_>, Vec<_>) = must.partition(|it| it.default.is_some());
        let named = |columns: &[&super::super::catalog::Column]| {
            columns.iter().map(|it| code(&it.name)).collect::<Vec<_>>().join(", ")
        };
        let _ =
            writeln!(page, "| {} | {} | {} |", code(&table.name), named(&given), named(&defaults));
    }
    let _ = write!(page, "\n### UNIQUE constraints\n\n**Philosophy**: {}\n\n", line(&why.unique));
    for (table, index) in book.postgres.indexes().filter(|(_, it)| it.is_unique) {
        let only =
            index.condition.as_ref().map_or(String::new(), |it| format!(", where {}", code(it)));
        let keeps =
            book.annotations.tables.get(&table.name).and_then(|it| it.keeps.get(&index.name));
        let keeps = keeps.map_or(String::new(), |it| format!(": {}", line(it)));
        let _ = writeln!(page, "- {} ({}){only}{keeps}", code(&table.name), listed(&index.columns));
    }
    checks(page, book);
    references(page, book);
    let columns = book.postgres.tables.iter().flat_map(|it| &it.columns);
    let totals = [
        ("NOT NULL", columns.clone().filter(|it| !it.is_nullable).count()),
        ("UNIQUE", book.postgres.indexes().filter(|(_, it)| it.is_unique).count()),
        ("CHECK", book.postgres.tables.iter().map(|it| it.checks.len()).sum()),
        ("FOREIGN KEY", book.postgres.references().count()),
    ];
    page.push_str("**Totals**: ");
    let totals = totals.map(|(name, many)| format!("{} {name}", number(many as u64)));
    let _ = write!(page, "{}.\n\n", totals.join(", "));
}

fn checks(page: &mut String, book: &Book) {
    let why = &book.annotations.philosophy;
    let _ = write!(page, "\n### CHECK constraints\n\n**Philosophy**: {}\n\n", line(&why.check));
    let mut lengths = 0;
    for table in &book.postgres.tables {
        for check in &table.checks {
            if check.rule.contains("char_length") {
                lengths += 1;
                continue;
            }
            let _ = writeln!(page, "- {}: {}", code(&check.name), code(&check.rule));
        }
    }
    let instants = book.postgres.tables.iter().flat_map(|it| &it.columns);
    let instants = instants.filter(|it| it.kind == Kind::Instant).count();
    let _ = write!(
        page,
        "- and {lengths} on the lengths of texts, which stand with their tables\n\
         - on SQLite {instants} more, which hold instants to UTC\n\n"
    );
}

fn references(page: &mut String, book: &Book) {
    let why = &book.annotations.philosophy;
    let _ =
        write!(page, "### Foreign key constraints\n\n**Philosophy**: {}\n\n", line(&why.reference));
    for (action, reason) in [
        (OnDelete::Cascade, &why.cascade),
        (OnDelete::Restrict, &why.restrict),
        (OnDelete::SetNull, &why.set_null),
    ] {
        let _ = write!(page, "**ON DELETE {}**: {}\n\n", action.sql(), line(reason));
        for (table, it) in book.postgres.references().filter(|(_, it)| it.on_delete == action) {
            let from = code(&format!("{}.{}", table.name, it.columns.join(", ")));
            let to = code(&format!("{}.{}", it.table, it.to.join(", ")));
            let _ = writeln!(page, "- {from} → {to}");
        }
        page.push('\n');
    }
}
