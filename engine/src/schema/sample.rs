//! A row for any table, as small as its rules allow: to see what becomes of rows.

use {
    super::{
        annotation::Annotations,
        catalog::{Catalog, Column, Engine, Index, Kind, OnDelete, Reference, Table},
        sql,
    },
    std::collections::BTreeMap,
};

/// Sample rows of a database.
pub struct Samples<'a> {
    /// The tables.
    pub catalog: &'a Catalog,
    /// What people wrote: values that rules over several columns ask for.
    pub annotations: &'a Annotations,
}

/// Which of two samples of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// The one that others refer to.
    First,
    /// Another.
    Twin,
}

/// How to see what becomes of a row when the one that it refers to goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removal {
    /// The statements that add both rows, and those that they need.
    pub add: Vec<String>,
    /// The statement that removes the row that is referred to.
    pub remove: String,
    /// The condition on the row that refers.
    pub is_there: String,
    /// The condition on the row that has forgotten the other.
    pub is_forgotten: String,
    /// What should become of it.
    pub on_delete: OnDelete,
}

/// How to see whether an index lets in two of what may be there once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Twice {
    /// The statements that add the first row, and those that it needs.
    pub add: Vec<String>,
    /// The statement that adds another row with the same entry.
    pub again: String,
}

/// Values by column, as SQL.
type Values = BTreeMap<String, String>;

impl Samples<'_> {
    /// The statements that add a sample to every table.
    pub fn all(&self) -> Vec<(String, String)> {
        let tables = self.catalog.parents_first().into_iter();
        tables.map(|it| (it.name.clone(), self.insert(it, Which::First, &Values::new()))).collect()
    }

    /// The statements that add a sample of a table and of those that it needs. `values` stand in the place
    /// of what else would.
    pub fn row(&self, table: &Table, values: &Values) -> Vec<String> {
        let mut needed = Vec::new();
        self.need(table, values, &mut needed);
        let order = self.catalog.parents_first();
        let parents =
            order.iter().filter(|it| needed.contains(&it.name.as_str()) && it.name != table.name);
        let mut add: Vec<_> =
            parents.map(|it| self.insert(it, Which::First, &Values::new())).collect();
        add.push(self.insert(table, Which::First, values));
        add
    }

    /// How to see what becomes of rows of a table when what they refer to goes.
    pub fn removal(&self, table: &Table, reference: &Reference) -> Option<Removal> {
        let parent = self.catalog.table(&reference.table)?;
        let [column] = reference.columns.as_slice() else { return None };
        let twin = sql::text(&self.id(&parent.name, Which::Twin));
        let note = self.annotations.tables.get(&table.name);
        let mut values = note.and_then(|it| it.sample_for.get(column)).cloned().unwrap_or_default();
        values.insert(column.clone(), twin.clone());
        let mut add = self.row(table, &values);
        let child = add.pop()?;
        let mut needed = self.row(parent, &Values::new());
        needed.pop();
        for needed in needed {
            if !add.contains(&needed) {
                add.push(needed);
            }
        }
        self.add_twin(parent, &mut add);
        add.push(child);
        let key = sql::name(parent.primary_key.first()?);
        let here = sql::name(table.primary_key.first()?);
        let is_shared = table.primary_key == [column.clone()];
        let id =
            if is_shared { twin.clone() } else { sql::text(&self.id(&table.name, Which::First)) };
        let is_there = format!("SELECT 1 FROM {} WHERE {here} = {id}", sql::name(&table.name));
        Some(Removal {
            add,
            remove: format!("DELETE FROM {} WHERE {key} = {twin}", sql::name(&parent.name)),
            is_forgotten: format!("{is_there} AND {} IS NULL", sql::name(column)),
            is_there,
            on_delete: reference.on_delete,
        })
    }

    /// How to see whether a unique index of a table lets in an entry twice.
    pub fn twice(&self, table: &Table, index: &Index) -> Twice {
        let note = self.annotations.tables.get(&table.name);
        let mut values = Values::new();
        for name in &index.columns {
            values.extend(note.and_then(|it| it.sample_for.get(name)).cloned().unwrap_or_default());
            let refers = table.references.iter().find(|it| it.columns == [name.clone()]);
            let value = match (refers, table.column(name)) {
                (Some(other), _) => Some(format!("@{}", other.table)),
                (None, Some(column)) if self.given(table, name, &values).is_none() => {
                    Some(self.value(table, column, Which::First))
                }
                _ => None,
            };
            values.extend(value.map(|it| (name.clone(), it)));
        }
        let mut add = self.row(table, &values);
        if let Some(other) = self.shares_id_with(table) {
            self.add_twin(other, &mut add);
        }
        Twice { add, again: self.insert(table, Which::Twin, &values) }
    }

    /// Adds a second row to a table; one that shares its id with another table's needs a second there.
    fn add_twin(&self, table: &Table, add: &mut Vec<String>) {
        let shared = self.shares_id_with(table);
        if let Some(other) = shared {
            self.add_twin(other, add);
        }
        add.push(self.insert(table, Which::Twin, &Values::new()));
    }

    fn shares_id_with(&self, table: &Table) -> Option<&Table> {
        let shared = table.references.iter().find(|it| it.columns == table.primary_key)?;
        self.catalog.table(&shared.table).filter(|it| it.name != table.name)
    }

    /// The tables that a row needs rows of.
    fn need<'a>(&'a self, table: &'a Table, values: &Values, needed: &mut Vec<&'a str>) {
        if needed.contains(&table.name.as_str()) {
            return;
        }
        needed.push(&table.name);
        for reference in &table.references {
            // Whoever gives a value gives the row as well, but for that of a sample.
            let is_value = |it: &String| !it.starts_with('@');
            if reference.columns.iter().any(|it| values.get(it).is_some_and(is_value)) {
                continue;
            }
            let given =
                reference.columns.iter().find_map(|column| self.given(table, column, values));
            let is_null = given.as_deref() == Some("NULL");
            let must = reference
                .columns
                .iter()
                .all(|column| table.column(column).is_some_and(|it| !it.is_nullable));
            if (must || given.is_some())
                && !is_null
                && let Some(parent) = self.catalog.table(&reference.table)
            {
                self.need(parent, &Values::new(), needed);
            }
        }
    }

    fn given(&self, table: &Table, column: &str, values: &Values) -> Option<String> {
        let note = self.annotations.tables.get(&table.name);
        let told = values.get(column).or_else(|| note?.sample.get(column))?;
        Some(match told.strip_prefix('@') {
            Some(other) => sql::text(&self.id(other, Which::First)),
            None => told.clone(),
        })
    }

    fn insert(&self, table: &Table, which: Which, values: &Values) -> String {
        let mut names = Vec::new();
        let mut written = Vec::new();
        for column in &table.columns {
            let value = match self.given(table, &column.name, values) {
                Some(value) => value,
                None if column.is_nullable || column.default.is_some() => continue,
                None => self.value(table, column, which),
            };
            names.push(sql::name(&column.name));
            written.push(value);
        }
        let table = sql::name(&table.name);
        format!("INSERT INTO {table} ({}) VALUES ({})", names.join(", "), written.join(", "))
    }

    /// The id of a sample: the same wherever it is referred to.
    fn id(&self, table: &str, which: Which) -> String {
        let shared = self.catalog.table(table).and_then(|it| self.shares_id_with(it));
        if let Some(other) = shared {
            return self.id(&other.name, which);
        }
        // FNV-1a, as far as the 48 bits that tell ids apart.
        let hash = table.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let group = if which == Which::First { "7000" } else { "7001" };
        format!("018f0000-0000-{group}-8000-{:012x}", hash & 0xffff_ffff_ffff)
    }

    fn value(&self, table: &Table, column: &Column, which: Which) -> String {
        if table.primary_key == [column.name.clone()] && column.kind == Kind::Uuid {
            return sql::text(&self.id(&table.name, which));
        }
        let refers = table.references.iter().find(|it| it.columns == [column.name.clone()]);
        if let Some(reference) = refers {
            return sql::text(&self.id(&reference.table, Which::First));
        }
        let (letter, number, day) =
            if which == Which::First { ("a", "1", "05") } else { ("b", "2", "06") };
        match column.kind {
            Kind::Uuid => sql::text(&self.id(&table.name, which)),
            Kind::Text | Kind::Other => sql::text(&text(table, column, letter)),
            Kind::SmallInteger | Kind::Integer | Kind::BigInteger | Kind::Float => {
                number.to_owned()
            }
            Kind::Boolean => "FALSE".to_owned(),
            Kind::Instant => sql::text(&format!("2026-01-{day}T09:00:00.000+00:00")),
            Kind::Naive => sql::text(&format!("2026-01-{day} 09:00:00")),
            Kind::Date => sql::text(&format!("2026-01-{day}")),
            Kind::Time => sql::text("09:00:00"),
            Kind::Json => sql::text("{}"),
            Kind::Bytes if self.catalog.engine == Engine::Sqlite => "X'00'".to_owned(),
            Kind::Bytes => sql::text("\\x00"),
        }
    }
}

/// A text that the rules over it allow: the first of its closed set, or as many letters as are asked for.
fn text(table: &Table, column: &Column, letter: &str) -> String {
    let rules = table.checks.iter().filter(|it| mentions(&it.rule, &column.name));
    for rule in rules {
        let tokens = sql::tokens(&rule.rule);
        let has = |word: &str| tokens.iter().any(|it| it.is(word));
        let texts: Vec<_> = tokens.iter().filter(|it| it.kind == sql::TokenKind::Text).collect();
        if (has("IN") || has("ANY")) && !texts.is_empty() {
            return texts[0].text.clone();
        }
        if has("LENGTH") || has("CHAR_LENGTH") {
            let least = tokens.iter().find_map(|it| it.text.parse::<usize>().ok());
            return letter.repeat(least.unwrap_or(1).max(1));
        }
    }
    letter.to_owned()
}

fn mentions(rule: &str, column: &str) -> bool {
    sql::tokens(rule).iter().any(|it| it.name().is_some_and(|name| name == column))
}

#[cfg(test)]
mod tests {
    use {super::*, crate::schema::catalog::Rule};

    fn column(name: &str, kind: Kind) -> Column {
        let (declared, default) = (String::new(), None);
        Column { name: name.into(), declared, kind, is_nullable: false, default }
    }

    fn refers(table: &str, column: &str, to: &str, on_delete: OnDelete) -> Reference {
        let (name, columns) = (format!("fk_{table}_{column}"), vec![column.to_owned()]);
        Reference { name, columns, table: to.into(), to: vec!["id".into()], on_delete }
    }

    #[test]
    fn a_sample_meets_the_rules_of_its_columns() {
        let rule = |rule: &str| Rule { name: String::new(), rule: rule.into() };
        let columns = [("id", Kind::Uuid), ("state", Kind::Text), ("hash", Kind::Text)];
        let table = Table {
            name: "or\"der".into(),
            columns: columns.map(|(name, kind)| column(name, kind)).into(),
            primary_key: vec!["id".into()],
            checks: vec![
                rule(r#""state" IN ('NEW', 'OLD')"#),
                rule("CHAR_LENGTH(hash) BETWEEN 3 AND 64"),
            ],
            ..Table::default()
        };
        let catalog = Catalog { engine: Engine::Sqlite, tables: vec![table.clone()] };
        let samples = Samples { catalog: &catalog, annotations: &Annotations::default() };

        let told = samples.row(&table, &Values::new());

        let id = samples.id("or\"der", Which::First);
        assert_eq!(
            told,
            [format!(
                r#"INSERT INTO "or""der" ("id", "state", "hash") VALUES ('{id}', 'NEW', 'aaa')"#
            )]
        );
    }

    #[test]
    fn a_removal_has_a_parent_of_its_own() {
        let table = |name: &str, references: Vec<Reference>| Table {
            name: name.into(),
            columns: [column("id", Kind::Uuid)]
                .into_iter()
                .chain(references.iter().map(|it| column(&it.columns[0], Kind::Uuid)))
                .collect(),
            primary_key: vec!["id".into()],
            references,
            ..Table::default()
        };
        let tasks = table("tasks", vec![refers("tasks", "owner", "people", OnDelete::Cascade)]);
        let catalog = Catalog {
            engine: Engine::Sqlite,
            tables: vec![tasks.clone(), table("people", vec![])],
        };
        let samples = Samples { catalog: &catalog, annotations: &Annotations::default() };

        let removal = samples.removal(&tasks, &tasks.references[0]).unwrap();

        let twin = samples.id("people", Which::Twin);
        assert_eq!(removal.add[0], format!(r#"INSERT INTO "people" ("id") VALUES ('{twin}')"#));
        assert!(removal.add[1].ends_with(&format!("'{twin}')")), "{removal:?}");
        assert_eq!(removal.remove, format!(r#"DELETE FROM "people" WHERE "id" = '{twin}'"#));
    }
}
