//! A database of its own for each test, on the PostgreSQL server that `cargo xtask test` names.

use {
    crate::fresh_name,
    sea_orm::{
        ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement,
    },
    std::{env, path::PathBuf},
};

const SERVER: &str = "TEST_POSTGRES_URL";

/// Makes a database on a server: its URL, and its name.
pub(crate) async fn create(url: &str) -> (String, String) {
    let name = format!("vigil_test_{}", fresh_name());
    let create = format!("CREATE DATABASE {name}");
    connect(url).await.execute_unprepared(&create).await.expect("a database");
    let (server, _) = url.rsplit_once('/').expect("the URL names a database");
    (format!("{server}/{name}"), name)
}

/// Where the server's programs and its data are, on the machine that it runs on.
pub(crate) async fn places() -> (PathBuf, PathBuf) {
    let sql =
        "SELECT setting, current_setting('data_directory') FROM pg_config() WHERE name = 'BINDIR'";
    let asked = Statement::from_string(DbBackend::Postgres, sql);
    let row = connect(&url()).await.query_one_raw(asked).await.expect("it answers").expect("a row");
    let path = |at| PathBuf::from(row.try_get_by_index::<String>(at).expect("a path"));
    (path(0), path(1))
}

/// Removes a database.
pub(crate) async fn drop(name: &str) {
    let drop = format!("DROP DATABASE {name} WITH (FORCE)");
    connect(&url()).await.execute_unprepared(&drop).await.expect("the database goes");
}

async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.expect("the PostgreSQL server answers")
}

#[expect(clippy::disallowed_methods, reason = "the server is set up outside of the test")]
pub(crate) fn url() -> String {
    env::var(SERVER).unwrap_or_else(|_| {
        panic!("{SERVER} must name a PostgreSQL server: run `cargo xtask test`, which starts one")
    })
}
