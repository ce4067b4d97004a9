//! A database that is made for a look, and removed.

use {
    super::Outcome,
    crate::{
        database::{self, Purpose},
        settings::Settings,
    },
    engine::schema::catalog::Engine,
    migration::{Migrator, MigratorTrait},
    sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, Statement},
    service::{Clock, Ids, SystemClock},
    std::{env, fs, path::PathBuf},
    url::Url,
    uuid::Uuid,
};

/// A database of its own.
pub struct Scratch {
    /// The settings that lead to it.
    pub settings: Settings,
    /// Which database it is.
    pub engine: Engine,
    place: Place,
}

enum Place {
    File(PathBuf),
    /// The server, and the database on it.
    Server(String, String),
}

impl Scratch {
    /// Makes one, without tables. Of PostgreSQL it lies on the server that a URL names.
    pub async fn make(settings: &Settings, engine: Engine, server: &str) -> Outcome<Self> {
        let id: Uuid = Ids::random().next(SystemClock.now());
        let name = format!("vigil_book_{}", id.simple());
        let (url, place) = if engine == Engine::Sqlite {
            let path = env::temp_dir().join(format!("{name}.db"));
            (format!("sqlite://{}?mode=rwc", path.display()), Place::File(path))
        } else {
            let url = beside(server, &name)?;
            execute(server, &format!("CREATE DATABASE {name}")).await.map_err(|it| {
                format!("the PostgreSQL server makes no database to look at: {it}")
            })?;
            (url, Place::Server(server.to_owned(), name))
        };
        let settings = Settings { database_url: url, ..settings.clone() };
        let scratch = Self { settings, engine, place };
        match scratch.check_own().await {
            Ok(()) => Ok(scratch),
            Err(refused) => {
                scratch.remove().await?;
                Err(refused)
            }
        }
    }

    /// Refuses to go on in any database but the one that was made: everything in it is going to be
    /// taken down.
    async fn check_own(&self) -> Outcome<()> {
        let Place::Server(_, name) = &self.place else { return Ok(()) };
        let reached = told(&self.settings.database_url, "SELECT current_database()::text").await?;
        if reached == *name {
            return Ok(());
        }
        Err(format!("the URL leads to the database {reached} instead of {name}: nothing was done")
            .into())
    }

    /// Applies all migrations.
    pub async fn migrate(&self) -> Outcome<()> {
        Ok(database::migrate(&self.settings, async |db| Migrator::up(db, None).await).await?)
    }

    /// Connects to it, with so many connections.
    pub async fn connect(&self, connections: u32) -> Outcome<DatabaseConnection> {
        let settings =
            Settings { database_connections: Some(connections), ..self.settings.clone() };
        Ok(database::connect(&settings, Purpose::Commands).await?)
    }

    /// Removes it.
    pub async fn remove(self) -> Outcome<()> {
        match self.place {
            Place::File(path) => {
                for ending in ["", "-wal", "-shm"] {
                    // Not every file is there; what is not there need not go.
                    let _ = fs::remove_file(format!("{}{ending}", path.display()));
                }
                Ok(())
            }
            Place::Server(server, name) => {
                execute(&server, &format!("DROP DATABASE {name} WITH (FORCE)")).await
            }
        }
    }
}

/// What the book is measured on: the machine, the build and both databases.
pub async fn machine(server: &str) -> Outcome<String> {
    let sqlite = told("sqlite::memory:", "SELECT sqlite_version()").await?;
    let postgres = told(server, "SELECT current_setting('server_version')").await?;
    let build = if cfg!(debug_assertions) { "a debug build" } else { "a release build" };
    let processors = std::thread::available_parallelism()?;
    Ok(format!(
        "{} {} with {processors} processors, by {build}, with SQLite {sqlite} and PostgreSQL {postgres}",
        env::consts::OS,
        env::consts::ARCH
    ))
}

/// The text that a statement answers.
async fn told(url: &str, sql: &str) -> Outcome<String> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    let db = Database::connect(options).await?;
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await?;
    db.close().await?;
    Ok(row.ok_or("nothing was answered")?.try_get_by_index(0)?)
}

/// The URL of another database on the same server.
fn beside(server: &str, name: &str) -> Outcome<String> {
    let mut url = Url::parse(server).map_err(|it| format!("the URL of PostgreSQL: {it}"))?;
    url.set_path(name);
    // A parameter `dbname` would win over the path.
    let others = url.query_pairs().into_owned().filter(|(key, _)| key != "dbname");
    let others: Vec<_> = others.collect();
    url.set_query(None);
    if !others.is_empty() {
        url.query_pairs_mut().extend_pairs(others);
    }
    Ok(url.into())
}

async fn execute(server: &str, sql: &str) -> Outcome<()> {
    let mut options = ConnectOptions::new(server);
    options.max_connections(1).sqlx_logging(false);
    let db = Database::connect(options).await?;
    let done = db.execute_unprepared(sql).await;
    db.close().await?;
    done?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_leads_to_the_other_database_whatever_else_it_says() {
        for (server, expected) in [
            ("postgres://u@h/vigil", "postgres://u@h/own"),
            ("postgres://u:p%40@h:5433", "postgres://u:p%40@h:5433/own"),
            ("postgres://u@h/vigil/", "postgres://u@h/own"),
            (
                "postgres://u@h/vigil?sslmode=require&sslrootcert=/etc/ssl/ca.pem",
                "postgres://u@h/own?sslmode=require&sslrootcert=%2Fetc%2Fssl%2Fca.pem",
            ),
            ("postgres://u@h/vigil?dbname=vigil", "postgres://u@h/own"),
            (
                "postgres://u@h/vigil?application_name=a/b",
                "postgres://u@h/own?application_name=a%2Fb",
            ),
        ] {
            assert_eq!(beside(server, "own").unwrap(), expected);
        }
        assert!(beside("not a URL", "own").is_err());
    }
}
