//! What a database says that it does for a statement.

use {
    super::catalog::{Catalog, Engine},
    serde::{Deserialize, Serialize},
};

/// A statement that a database has explained.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Explained {
    /// The statement.
    pub sql: String,
    /// The plan, line by line.
    pub plan: Vec<String>,
    /// The indexes that it reads by; those of primary keys have the table's name.
    pub indexes: Vec<String>,
    /// The tables that it reads from end to end.
    pub scans: Vec<String>,
    /// The indexes that it reads by where tables are too large to be read from end to end.
    pub indexes_when_large: Vec<String>,
    /// How many rows it read; PostgreSQL alone counts.
    pub rows_read: Option<u64>,
    /// How many rows it answered.
    pub rows_returned: Option<u64>,
    /// How many microseconds it took, where that was asked for.
    #[serde(skip)]
    pub microseconds: Option<u64>,
}

/// The steps of a plan, without what differs from run to run and from version to version: how many rows, how
/// much memory.
pub fn steps(plan: &[String], engine: Engine) -> Vec<String> {
    let is_step = |(place, line): &(usize, &String)| {
        engine == Engine::Sqlite || *place == 0 || line.trim_start().starts_with("->")
    };
    let steps = plan.iter().enumerate().filter(is_step);
    steps
        .map(|(_, line)| {
            line.split("  (")
                .next()
                .unwrap_or(line)
                .split(" (actual")
                .next()
                .unwrap_or(line)
                .to_owned()
        })
        .collect()
}

/// The tables that a plan reads from end to end.
pub fn scans(plan: &[String]) -> Vec<String> {
    let words = plan.iter().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let scans = words.filter_map(|words| {
        let at = words.iter().position(|it| *it == "SCAN").map(|it| it + 1);
        let at =
            at.or_else(|| Some(words.windows(3).position(|it| it == ["Seq", "Scan", "on"])? + 3));
        Some((*words.get(at?)?).to_owned())
    });
    let is_made_up = |name: &str| {
        let made = [format!("CO-ROUTINE {name}"), format!("MATERIALIZE {name}")];
        plan.iter().any(|line| made.iter().any(|it| line.contains(it)))
    };
    // SQLite names what it scans by alias: p are the parents asked for, t a page that was read.
    let scans = scans.filter(|it| it != "p" && !is_made_up(it));
    let is_list =
        |it: &str| it.starts_with("json_each") || it == "CONSTANT" || it.ends_with("-ROW");
    scans.filter(|it| !is_list(it)).collect()
}

/// The indexes that a plan reads by; a primary key goes by the name of its table.
pub fn indexes(plan: &[String], catalog: &Catalog) -> Vec<String> {
    let mut found = Vec::new();
    for line in plan {
        let words: Vec<_> = line.split_whitespace().collect();
        for pair in words.windows(2) {
            let name = pair[1].trim_matches(|it| matches!(it, '"' | '(' | ')' | ','));
            let is_named = match catalog.engine {
                Engine::Sqlite => pair[0] == "INDEX",
                Engine::Postgres => matches!(pair[0], "using" | "on"),
            };
            if is_named && catalog.indexes().any(|(_, it)| it.name == name) {
                found.push(name.to_owned());
            } else if is_named && let Some(table) = primary(name) {
                found.push(table.to_owned());
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

/// The table whose primary key an index is, by the names that the engines give.
fn primary(name: &str) -> Option<&str> {
    let sqlite = name.strip_prefix("sqlite_autoindex_").and_then(|it| it.strip_suffix("_1"));
    sqlite.or_else(|| name.strip_suffix("_pkey"))
}

#[cfg(test)]
mod tests {
    use {
        super::*,
        crate::schema::catalog::{Index, Table},
    };

    fn lines(plan: &str) -> Vec<String> {
        plan.lines().map(str::to_owned).collect()
    }

    fn catalog(engine: Engine) -> Catalog {
        let index = Index {
            name: "idx_a_b".into(),
            columns: vec!["b".into()],
            is_unique: false,
            condition: None,
        };
        let table = Table { name: "a".into(), indexes: vec![index], ..Table::default() };
        Catalog { engine, tables: vec![table] }
    }

    #[test]
    fn indexes_are_found_in_the_plans_of_both() {
        let sqlite = lines(
            "MERGE\nSEARCH x USING INDEX idx_a_b (b=?)\nSEARCH t USING INDEX sqlite_autoindex_a_1 (id=?)",
        );
        assert_eq!(indexes(&sqlite, &catalog(Engine::Sqlite)), ["a", "idx_a_b"]);
        let postgres = lines(
            "Limit\n  ->  Index Scan Backward using idx_a_b on a\n  ->  Bitmap Index Scan on idx_a_b\n Index Scan using a_pkey on a",
        );
        assert_eq!(indexes(&postgres, &catalog(Engine::Postgres)), ["a", "idx_a_b"]);
    }

    #[test]
    fn a_table_that_is_read_whole_is_named_and_what_is_made_up_is_not() {
        assert_eq!(scans(&lines("SCAN users\nSCAN p\nCO-ROUTINE t\nSCAN t")), ["users"]);
        assert_eq!(scans(&lines("Limit\n  ->  Seq Scan on users u")), ["users"]);
    }
}
