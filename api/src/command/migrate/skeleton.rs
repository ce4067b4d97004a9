//! The skeleton of a migration, and its lines in the list.

use {
    crate::command::{Outcome, say},
    chrono::NaiveDate,
    std::{fs, path::Path},
};

/// The file that lists all migrations.
const LIST: &str = "lib.rs";
/// How far apart the numbers of migrations are.
const STEP: u32 = 10;

const SKELETON: &str = r#"//! {what}.
//!
//! Expand first, contract a release later: the release before this one must go on working. What is risky is
//! told by `vigil migrate diff`.

use sea_orm_migration::{prelude::*, schema};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The table that changes.
const TABLE: &str = "clients";
/// The column that it gets.
const COLUMN: &str = "{column}";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::alter();
        table.table(TABLE).add_column(schema::text_null(COLUMN));
        manager.alter_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::alter();
        table.table(TABLE).drop_column(COLUMN);
        manager.alter_table(table).await
    }
}
"#;

/// Writes a migration that compiles, to be made into the one that is meant.
pub(super) fn write(folder: &Path, name: &str, today: NaiveDate) -> Outcome {
    if !is_plain(name) {
        return Err(format!(
            "`{name}` must be lower-case words with underscores, such as add_colour_to_clients"
        )
        .into());
    }
    let list = folder.join(LIST);
    let text = fs::read_to_string(&list).map_err(|it| format!("{}: {it}", list.display()))?;
    let (module, text) = listed(&text, name, today)?;
    let file = folder.join(format!("{module}.rs"));
    if file.exists() {
        return Err(format!("{} is there already", file.display()).into());
    }
    let mut what = name.replace('_', " ");
    if let Some(first) = what.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    fs::write(&file, SKELETON.replace("{what}", &what).replace("{column}", name))?;
    fs::write(&list, text)?;
    say(format!("{}: written", file.display()))?;
    say(format!("{}: lists it", list.display()))?;
    say(
        "then: the entity, docs/schema.toml for a new table, `vigil migrate diff`, `cargo xtask generate`",
    )
}

fn is_plain(name: &str) -> bool {
    name.starts_with(|it: char| it.is_ascii_lowercase())
        && name.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_')
}

/// The name of the module, and the list with its two lines.
fn listed(text: &str, name: &str, today: NaiveDate) -> Result<(String, String), String> {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let is_module = |it: &String| it.starts_with("mod m") && it.ends_with(';');
    let is_entry = |it: &String| it.trim_start().starts_with("Box::new(m");
    let unreadable = || "lib.rs has no list of migrations to add to".to_owned();
    let last = lines.iter().rposition(is_module).ok_or_else(unreadable)?;
    let entry = lines.iter().rposition(is_entry).ok_or_else(unreadable)?;
    let number = lines[last].split('_').nth(1).and_then(|it| it.parse::<u32>().ok());
    let number = number.ok_or_else(unreadable)? / STEP * STEP + STEP;
    let module = format!("m{}_{number:06}_{name}", today.format("%Y%m%d"));
    let (before, after) = (format!("mod {module};"), lines[last].clone());
    if before <= after {
        return Err(format!("{module} would stand before {after}: is the clock right?"));
    }
    let indent = lines[entry].chars().take_while(|it| *it == ' ').collect::<String>();
    lines.insert(entry + 1, format!("{indent}Box::new({module}::Migration),"));
    lines.insert(last + 1, before);
    Ok((module, lines.join("\n") + "\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LISTED: &str =
        "mod m20261120_000027_a;\n\nvec![\n    Box::new(m20261120_000027_a::Migration),\n]\n";

    #[test]
    fn a_migration_is_listed_behind_the_last() {
        let today = NaiveDate::from_ymd_opt(2026, 12, 1).unwrap();

        let (module, text) = listed(LISTED, "add_colour", today).unwrap();

        assert_eq!(module, "m20261201_000030_add_colour");
        let wanted = "mod m20261120_000027_a;\nmod m20261201_000030_add_colour;\n\nvec![\n    \
                      Box::new(m20261120_000027_a::Migration),\n    \
                      Box::new(m20261201_000030_add_colour::Migration),\n]\n";
        assert_eq!(text, wanted);
    }

    #[test]
    fn a_clock_that_is_behind_is_told() {
        let today = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
        assert!(listed(LISTED, "add_colour", today).unwrap_err().contains("clock"));
        assert!(listed("", "add_colour", today).unwrap_err().contains("no list"));
    }

    #[test]
    fn names_that_would_be_no_modules_are_refused() {
        for name in ["", "Add", "1st", "a-b", "a b", "../a"] {
            assert!(!is_plain(name), "{name}");
        }
        assert!(is_plain("add_colour_to_clients2"));
    }
}
