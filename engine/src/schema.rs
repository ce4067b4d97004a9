//! The shape of a database: what there is, whether it is sound, and a book that tells.
//!
//! A [`catalog::Catalog`] is what a database says of itself, on either engine. [`annotation`] is what only
//! people know, [`source`] what the program's own rows say, [`query`] what was asked of the database and
//! how it answered. A [`Book`] holds all of them; [`check`] looks whether they agree, [`page`] writes them
//! down, [`mermaid`] and [`drawing`] draw them. Nothing here talks to a database.

pub mod annotation;
pub mod catalog;
pub mod check;
pub mod created;
pub mod difference;
pub mod drawing;
pub mod layout;
pub mod lint;
pub mod mermaid;
pub mod object;
pub mod page;
pub mod plan;
pub mod query;
pub mod sample;
pub mod source;
pub mod sql;

use {
    annotation::Annotations,
    catalog::Catalog,
    object::Object,
    query::Query,
    serde::{Deserialize, Serialize},
    source::Source,
};

/// All that is known of a schema.
#[derive(Clone, Debug, Serialize)]
pub struct Book {
    /// What people wrote.
    pub annotations: Annotations,
    /// What a freshly migrated SQLite says of itself.
    pub sqlite: Catalog,
    /// The same of PostgreSQL.
    pub postgres: Catalog,
    /// The program's own rows, by table.
    pub sources: Vec<Source>,
    /// The objects and inputs of the API.
    pub objects: Vec<Object>,
    /// What was asked, and how both databases answered.
    pub queries: Vec<Query>,
    /// The migrations, oldest first: each with its statements that change a released table.
    pub migrations: Vec<Migration>,
    /// What the last release had; none before the first.
    pub released: Option<Released>,
    /// What was tried out on both databases.
    pub trials: Vec<Trial>,
    /// How large a row is, on average, of tables that the catalogue's data fills.
    pub sizes: Vec<Size>,
}

/// What a server keeps of the book: what it cannot find out by itself while it works.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Kept {
    /// What a freshly migrated SQLite says of itself.
    pub sqlite: Catalog,
    /// The same of PostgreSQL.
    pub postgres: Catalog,
    /// What came of the checks.
    pub reports: Vec<check::Report>,
    /// The catalogue of queries.
    pub queries: Vec<Query>,
}

/// The schema of a release, as it was recorded: people work with it, so that nothing of it may be hurt, and
/// the migrations that made it are never edited.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Released {
    /// Its last migration.
    pub migration: String,
    /// What a freshly migrated SQLite said of itself.
    pub sqlite: Catalog,
    /// The same of PostgreSQL.
    pub postgres: Catalog,
}

/// A migration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Migration {
    /// Its name.
    pub name: String,
    /// The tables that it makes.
    pub tables: Vec<String>,
    /// The statements that it runs on PostgreSQL.
    pub statements: Vec<String>,
}

/// Something that was tried out on a database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Trial {
    /// The check that it speaks for.
    pub check: &'static str,
    /// What was tried, and on which database.
    pub subject: String,
    /// What went wrong, if anything did.
    pub fault: Option<String>,
}

/// How large the rows of a table are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Size {
    /// The table.
    pub table: String,
    /// How many rows were measured.
    pub rows: u64,
    /// The bytes of their values, in all.
    pub bytes: u64,
}

impl Released {
    /// What is wrong when the migrations of the release make this now.
    pub fn edited(&self, now: &Catalog) -> Option<String> {
        let then = match now.engine {
            catalog::Engine::Sqlite => &self.sqlite,
            catalog::Engine::Postgres => &self.postgres,
        };
        let lines = difference::between(then, now);
        (!lines.is_empty()).then(|| {
            format!(
                "a migration of the release was edited, which those who have it will never see: {}",
                lines.join("; ")
            )
        })
    }
}

impl Kept {
    /// What a fresh database says of itself.
    pub fn catalog(&self, engine: catalog::Engine) -> &Catalog {
        match engine {
            catalog::Engine::Sqlite => &self.sqlite,
            catalog::Engine::Postgres => &self.postgres,
        }
    }
}

impl Book {
    /// The schema as it is, to be recorded as that of a release.
    pub fn release(&self) -> Option<Released> {
        let migration = self.migrations.last()?.name.clone();
        let (sqlite, postgres) = (self.sqlite.clone(), self.postgres.clone());
        Some(Released { migration, sqlite, postgres })
    }

    /// What a server keeps of it.
    pub fn kept(&self) -> Kept {
        // Whether the files are current is no property of what they hold.
        let reports = check::check(self).into_iter().filter(|it| it.id != "S17").collect();
        Kept {
            sqlite: self.sqlite.clone(),
            postgres: self.postgres.clone(),
            reports,
            queries: self.queries.clone(),
        }
    }

    /// The source of a table's rows.
    pub fn source(&self, table: &str) -> Option<&Source> {
        self.sources.iter().find(|it| it.table == table)
    }

    /// The domains, by name, each with its tables.
    pub fn domains(&self) -> Vec<(&str, Vec<&catalog::Table>)> {
        let mut domains: Vec<(&str, Vec<&catalog::Table>)> = Vec::new();
        for table in &self.postgres.tables {
            let domain = self.domain(&table.name);
            match domains.iter_mut().find(|it| it.0 == domain) {
                Some((_, tables)) => tables.push(table),
                None => domains.push((domain, vec![table])),
            }
        }
        domains.sort_by_key(|it| it.0);
        domains
    }

    /// The domain of a table: the folder of its row.
    pub fn domain(&self, table: &str) -> &str {
        self.source(table).map_or("none", |it| it.domain.as_str())
    }
}
