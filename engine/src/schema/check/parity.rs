//! Whether SQLite and PostgreSQL have the same schema.

use {
    super::{Finding, finding},
    crate::schema::{
        Book,
        catalog::{Engine, Kind, Table},
        sql::{self, TokenKind},
    },
    std::collections::BTreeSet,
};

/// What differs, but for the CHECKs that hold SQLite to the form of instants: PostgreSQL has a type for it.
pub(super) fn differences(book: &Book) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (here, there) in [(&book.sqlite, &book.postgres), (&book.postgres, &book.sqlite)] {
        let (engine, other) = (here.engine.name(), there.engine.name());
        for table in &here.tables {
            let Some(same) = there.table(&table.name) else {
                findings.push(finding(&table.name, format!("is on {engine} alone")));
                continue;
            };
            let (mine, others) = (parts(table, here.engine), parts(same, there.engine));
            for part in mine.difference(&others) {
                findings
                    .push(finding(&table.name, format!("{engine} has {part}, {other} has not")));
            }
        }
    }
    findings
}

/// What a table consists of, a line a part, in words that both engines share.
fn parts(table: &Table, engine: Engine) -> BTreeSet<String> {
    let mut parts = BTreeSet::new();
    for column in &table.columns {
        let null = if column.is_nullable { "" } else { " not null" };
        let default =
            column.default.as_ref().map_or(String::new(), |it| format!(" default {}", value(it)));
        parts.insert(format!(
            "the column {} {:?}{null}{default}",
            column.name,
            column.kind.on(Engine::Sqlite)
        ));
    }
    parts.insert(format!("the primary key {}", table.primary_key.join(", ")));
    for index in &table.indexes {
        let unique = if index.is_unique { "unique " } else { "" };
        let only = index.condition.as_ref();
        let only = only.map_or(String::new(), |it| format!(" where {}", gist(table, it)));
        parts.insert(format!(
            "the {unique}index {} ({}){only}",
            index.name,
            index.columns.join(", ")
        ));
    }
    for it in &table.references {
        let (from, to, action) = (it.columns.join(", "), it.to.join(", "), it.on_delete.sql());
        parts.insert(format!(
            "the reference {} ({from}) to {} ({to}) on delete {action}",
            it.name, it.table
        ));
    }
    for check in &table.checks {
        let is_form = engine == Engine::Sqlite
            && check.rule.contains("GLOB")
            && table.columns.iter().any(|it| {
                it.kind == Kind::Instant && check.name == format!("ck_{}_{}", table.name, it.name)
            });
        if !is_form {
            parts.insert(format!("the check {}: {}", check.name, gist(table, &check.rule)));
        }
    }
    parts
}

/// The columns, texts and numbers of a rule: what is left of it when each engine has put it in its words.
fn gist(table: &Table, rule: &str) -> String {
    let gist = sql::tokens(rule).into_iter().filter_map(|it| match it.kind {
        TokenKind::Text => Some(format!("'{}'", it.text)),
        TokenKind::Word if it.text.chars().all(|it| it.is_ascii_digit()) => Some(it.text),
        _ => it.name().filter(|name| table.column(name).is_some()),
    });
    let gist: BTreeSet<_> = gist.collect();
    gist.into_iter().collect::<Vec<_>>().join(" ")
}

/// A default without the type that PostgreSQL adds, and without the case in which SQLite writes a word.
fn value(default: &str) -> String {
    let value = default.split("::").next().unwrap_or(default);
    if value.starts_with('\'') { value.to_owned() } else { value.to_lowercase() }
}
