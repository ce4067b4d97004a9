//! A part for each table: its columns, indexes, rules and relations.

use {
    super::{
        super::{
            Book,
            annotation::TableNote,
            catalog::{Column, Index, Table},
        },
        listed, readers,
        text::{code, line},
    },
    std::fmt::Write as _,
};

pub(super) fn definitions(page: &mut String, book: &Book) {
    page.push_str("## Table definitions\n\n");
    for table in &book.postgres.tables {
        let empty = TableNote::default();
        let note = book.annotations.tables.get(&table.name).unwrap_or(&empty);
        let _ = write!(page, "### {}\n\n", line(&table.name));
        about(page, book, table, note);
        columns(page, book, table);
        indexes(page, book, table, note);
        constraints(page, table);
        relations(page, book, table);
        if !note.decisions.is_empty() || !note.unreferenced.is_empty() || note.times.is_some() {
            page.push_str("**Design decisions**:\n\n");
            for decision in &note.decisions {
                let _ = writeln!(page, "- {}", line(decision));
            }
            for (column, reason) in &note.unreferenced {
                let _ = writeln!(page, "- {} has no foreign key: {}.", code(column), line(reason));
            }
            if let Some(reason) = &note.times {
                let _ =
                    writeln!(page, "- Not both `created_at` and `updated_at`: {}.", line(reason));
            }
            page.push('\n');
        }
    }
}

fn about(page: &mut String, book: &Book, table: &Table, note: &TableNote) {
    let steps: Vec<_> = note
        .steps
        .iter()
        .filter_map(|it| book.annotations.step(it))
        .map(|(place, title)| format!("step {place} ({title})"))
        .collect();
    let meaning = book.source(&table.name).map_or("", |it| it.meaning.as_str());
    let _ = write!(page, "**Purpose**: {}\n\n", line(&note.purpose));
    let _ = write!(page, "**A row**: {}\n\n", line(meaning));
    let _ = write!(
        page,
        "**Journey context**: used in {}, when {}.\n\n",
        steps.join(" and "),
        line(&note.context)
    );
}

fn columns(page: &mut String, book: &Book, table: &Table) {
    page.push_str("| Column | PostgreSQL | SQLite | Constraints | Default | Purpose |\n|---|---|---|---|---|---|\n");
    let there = book.sqlite.table(&table.name);
    for column in &table.columns {
        let sqlite =
            there.and_then(|it| it.column(&column.name)).map_or("–", |it| it.declared.as_str());
        let field = book
            .source(&table.name)
            .and_then(|it| it.fields.iter().find(|it| it.name == column.name));
        let purpose = field.map_or("", |it| it.meaning.as_str());
        let default = column.default.as_deref().map_or("the program".to_owned(), code);
        let default = if column.is_nullable && column.default.is_none() {
            "null".to_owned()
        } else {
            default
        };
        let _ = writeln!(
            page,
            "| {} | {} | {} | {} | {default} | {} |",
            code(&column.name),
            code(&column.declared),
            code(sqlite),
            held(table, column),
            line(purpose)
        );
    }
    page.push('\n');
}

/// What holds a column, in SQL's words.
fn held(table: &Table, column: &Column) -> String {
    let mut held = Vec::new();
    if table.primary_key == [column.name.clone()] {
        held.push("PRIMARY KEY".to_owned());
    } else if !column.is_nullable {
        held.push("NOT NULL".to_owned());
    }
    let alone = |index: &&Index| index.is_unique && index.columns == [column.name.clone()];
    held.extend(table.indexes.iter().filter(alone).map(|_| "UNIQUE".to_owned()));
    let refers = table.references.iter().filter(|it| it.columns == [column.name.clone()]);
    held.extend(refers.map(|it| format!("→ {}", code(&it.table))));
    held.join(", ")
}

fn indexes(page: &mut String, book: &Book, table: &Table, note: &TableNote) {
    page.push_str("**Indexes**:\n\n");
    for index in &table.indexes {
        let unique = if index.is_unique { "unique, " } else { "" };
        let only =
            index.condition.as_ref().map_or(String::new(), |it| format!(" where {}", code(it)));
        let readers: Vec<_> =
            readers(book, &index.name).iter().map(|it| code(&it.operation)).collect();
        let used = match note.keeps.get(&index.name) {
            Some(rule) => format!("keeps a rule: {}", line(rule)),
            None => format!("read by {}", readers.join(", ")),
        };
        let _ = writeln!(
            page,
            "- {} ({unique}{}{only}): {used}",
            code(&index.name),
            listed(&index.columns)
        );
    }
    if table.indexes.is_empty() {
        page.push_str("- none but that of the primary key\n");
    }
    page.push('\n');
}

fn constraints(page: &mut String, table: &Table) {
    page.push_str("**Constraints**:\n\n");
    let _ = writeln!(page, "- **Primary key**: {}", listed(&table.primary_key));
    let unique = table.indexes.iter().filter(|it| it.is_unique);
    let unique: Vec<_> = unique.map(|it| format!("({})", listed(&it.columns))).collect();
    if !unique.is_empty() {
        let _ = writeln!(page, "- **Unique**: {}", unique.join(", "));
    }
    for it in &table.references {
        let (from, to) = (listed(&it.columns), listed(&it.to));
        let _ = writeln!(
            page,
            "- **Foreign key**: {from} → {}({to}) ON DELETE {}",
            code(&it.table),
            it.on_delete.sql()
        );
    }
    for check in &table.checks {
        let _ = writeln!(page, "- **Check** {}: {}", code(&check.name), code(&check.rule));
    }
    for trigger in &table.triggers {
        let _ = writeln!(page, "- **Trigger** {}", code(trigger));
    }
    page.push('\n');
}

fn relations(page: &mut String, book: &Book, table: &Table) {
    page.push_str("**Relationships**:\n\n");
    for it in &table.references {
        let _ = writeln!(page, "- **Belongs to**: {} by {}", code(&it.table), listed(&it.columns));
    }
    let many = book.postgres.references().filter(|(_, it)| it.table == table.name);
    let mut many: Vec<_> = many
        .map(|(other, it)| format!("{} by {}", code(&other.name), listed(&it.columns)))
        .collect();
    many.dedup();
    if !many.is_empty() {
        let _ = writeln!(page, "- **Has many**: {}", many.join("; "));
    }
    if many.is_empty() && table.references.is_empty() {
        page.push_str("- none\n");
    }
    page.push('\n');
}

pub(super) fn essentials(page: &mut String, book: &Book) {
    page.push_str(
        "## Tables\n\n| Table | Domain | Steps | Columns | Refers to |\n|---|---|---|--:|---|\n",
    );
    for table in &book.postgres.tables {
        let note = book.annotations.tables.get(&table.name);
        let steps =
            note.into_iter().flat_map(|it| &it.steps).filter_map(|it| book.annotations.step(it));
        let steps: Vec<_> = steps.map(|it| it.0.to_string()).collect();
        let mut refers: Vec<_> = table.references.iter().map(|it| code(&it.table)).collect();
        refers.sort();
        refers.dedup();
        let _ = writeln!(
            page,
            "| {} | {} | {} | {} | {} |",
            code(&table.name),
            line(book.domain(&table.name)),
            steps.join(", "),
            table.columns.len(),
            refers.join(", ")
        );
    }
    page.push('\n');
}
