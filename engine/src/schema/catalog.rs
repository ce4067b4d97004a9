//! What a database says of its tables, in one form for both engines.

use serde::{Deserialize, Serialize};

/// Which database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
pub enum Engine {
    /// SQLite.
    #[default]
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// The tables of a database, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Catalog {
    /// Which database it is.
    pub engine: Engine,
    /// Its tables.
    pub tables: Vec<Table>,
}

/// A table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Table {
    /// What it is called.
    pub name: String,
    /// Its columns, in their order.
    pub columns: Vec<Column>,
    /// The columns of its primary key.
    pub primary_key: Vec<String>,
    /// Its indexes beside that of the primary key, by name.
    pub indexes: Vec<Index>,
    /// What it refers to, by name.
    pub references: Vec<Reference>,
    /// The rules over its rows, by name.
    pub checks: Vec<Rule>,
    /// Its triggers, by name.
    pub triggers: Vec<String>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Column {
    /// What it is called.
    pub name: String,
    /// Its type, as the database calls it.
    pub declared: String,
    /// What that means.
    pub kind: Kind,
    /// Whether it may be null.
    pub is_nullable: bool,
    /// Its default, as the database writes it.
    pub default: Option<String>,
}

/// What a column holds, whatever the database calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub enum Kind {
    /// A UUID.
    Uuid,
    /// A text.
    Text,
    /// A whole number of 16 bits.
    SmallInteger,
    /// A whole number of 32 bits.
    Integer,
    /// A whole number of 64 bits.
    BigInteger,
    /// A number with a fraction.
    Float,
    /// Yes or no.
    Boolean,
    /// An instant with its time zone.
    Instant,
    /// A date and a time of no time zone.
    Naive,
    /// A day.
    Date,
    /// A time of day.
    Time,
    /// JSON.
    Json,
    /// Bytes.
    Bytes,
    /// Anything else.
    Other,
}

/// An index.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Index {
    /// What it is called.
    pub name: String,
    /// Its columns, in their order.
    pub columns: Vec<String>,
    /// Whether no two rows share an entry.
    pub is_unique: bool,
    /// Which rows it holds, if not all.
    pub condition: Option<String>,
}

/// A foreign key.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Reference {
    /// What it is called.
    pub name: String,
    /// The columns that refer.
    pub columns: Vec<String>,
    /// The table that they refer to.
    pub table: String,
    /// The columns there.
    pub to: Vec<String>,
    /// What becomes of the row when the other goes.
    pub on_delete: OnDelete,
}

/// What becomes of a row when the row that it refers to goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
pub enum OnDelete {
    /// It goes too.
    Cascade,
    /// It forgets the other.
    SetNull,
    /// It forbids it.
    Restrict,
    /// It forbids it at the end of the transaction.
    NoAction,
    /// It refers to a default.
    SetDefault,
}

/// A CHECK.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Rule {
    /// What it is called.
    pub name: String,
    /// What must hold, as the database writes it.
    pub rule: String,
}

impl Engine {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

impl Catalog {
    /// A table by its name.
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|it| it.name == name)
    }

    /// Every index, with its table.
    pub fn indexes(&self) -> impl Iterator<Item = (&Table, &Index)> {
        self.tables.iter().flat_map(|table| table.indexes.iter().map(move |it| (table, it)))
    }

    /// Every foreign key, with its table.
    pub fn references(&self) -> impl Iterator<Item = (&Table, &Reference)> {
        self.tables.iter().flat_map(|table| table.references.iter().map(move |it| (table, it)))
    }

    /// Tables in an order in which each comes behind those that it refers to, as far as references that
    /// lead back to where they began allow.
    pub fn parents_first(&self) -> Vec<&Table> {
        let mut placed: Vec<&Table> = Vec::new();
        let mut left: Vec<&Table> = self.tables.iter().collect();
        while !left.is_empty() {
            let is_ready = |table: &&Table| {
                table.references.iter().all(|it| {
                    it.table == table.name || !left.iter().any(|other| other.name == it.table)
                })
            };
            let (mut ready, waiting): (Vec<_>, Vec<_>) = left.iter().copied().partition(is_ready);
            if ready.is_empty() {
                // A circle: it is broken at the first.
                placed.push(waiting[0]);
                left = waiting[1..].to_vec();
                continue;
            }
            placed.append(&mut ready);
            left = waiting;
        }
        placed
    }
}

impl Table {
    /// A column by its name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|it| it.name == name)
    }

    /// The primary key and every index: name, columns, and whether it holds all rows.
    pub fn keys(&self) -> impl Iterator<Item = (&str, &[String], bool)> {
        let primary = (!self.primary_key.is_empty()).then_some((
            "the primary key",
            self.primary_key.as_slice(),
            true,
        ));
        let indexes = self.indexes.iter();
        primary.into_iter().chain(
            indexes.map(|it| (it.name.as_str(), it.columns.as_slice(), it.condition.is_none())),
        )
    }

    /// Whether it joins two tables, of which each pair stands once.
    pub fn is_junction(&self) -> bool {
        let is_one_each = |columns: &[String]| {
            let of = |column: &String| {
                self.references.iter().position(|it| it.columns == std::slice::from_ref(column))
            };
            columns.len() == 2
                && matches!((of(&columns[0]), of(&columns[1])), (Some(a), Some(b)) if a != b)
        };
        is_one_each(&self.primary_key)
            || self.indexes.iter().any(|it| it.is_unique && is_one_each(&it.columns))
    }
}

impl Kind {
    /// What a declared type means. SQLite keeps whatever word a migration wrote.
    pub fn of(declared: &str) -> Self {
        let declared = declared.to_ascii_lowercase();
        let word = declared.split('(').next().unwrap_or_default().trim();
        match word {
            "uuid" | "uuid_text" => Self::Uuid,
            "text" | "varchar" | "character varying" => Self::Text,
            "smallint" => Self::SmallInteger,
            "integer" | "int" => Self::Integer,
            "bigint" => Self::BigInteger,
            "real" | "double" | "double precision" | "float" => Self::Float,
            "boolean" => Self::Boolean,
            "timestamp with time zone" | "timestamptz" | "timestamp_with_timezone_text" => {
                Self::Instant
            }
            "timestamp"
            | "timestamp without time zone"
            | "datetime"
            | "datetime_text"
            | "timestamp_text" => Self::Naive,
            "date" | "date_text" => Self::Date,
            "time" | "time without time zone" | "time_text" => Self::Time,
            "json" | "jsonb" | "json_text" | "jsonb_text" => Self::Json,
            "bytea" | "blob" => Self::Bytes,
            _ => Self::Other,
        }
    }
}

impl Kind {
    /// What is left of it on an engine: SQLite has one kind of whole number.
    #[must_use]
    pub fn on(self, engine: Engine) -> Self {
        match (engine, self) {
            (Engine::Sqlite, Self::SmallInteger | Self::Integer) => Self::BigInteger,
            _ => self,
        }
    }
}

impl OnDelete {
    /// As SQL writes it.
    pub fn sql(self) -> &'static str {
        match self {
            Self::Cascade => "CASCADE",
            Self::SetNull => "SET NULL",
            Self::Restrict => "RESTRICT",
            Self::NoAction => "NO ACTION",
            Self::SetDefault => "SET DEFAULT",
        }
    }

    /// What a database calls it: in words, or by the letter of `pg_constraint`.
    pub fn of(name: &str) -> Self {
        match name {
            "c" | "CASCADE" => Self::Cascade,
            "n" | "SET NULL" => Self::SetNull,
            "r" | "RESTRICT" => Self::Restrict,
            "d" | "SET DEFAULT" => Self::SetDefault,
            _ => Self::NoAction,
        }
    }
}
