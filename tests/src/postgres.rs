//! A database of its own for each test, on the PostgreSQL server that `cargo xtask test` names.

use {
    crate::fresh_name,
    sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection},
    std::env,
};

const SERVER: &str = "TEST_POSTGRES_URL";

/// Makes a database: its URL, and its name.
pub(crate) async fn create() -> (String, String) {
    let name = format!("vigil_test_{}", fresh_name());
    server()
        .await
        .execute_unprepared(&format!("CREATE DATABASE {name}"))
        .await
        .expect("a database");
    let url = url();
    let (server, _) = url.rsplit_once('/').expect("the URL names a database");
    (format!("{server}/{name}"), name)
}

/// Removes a database.
pub(crate) async fn drop(name: &str) {
    let drop = format!("DROP DATABASE {name} WITH (FORCE)");
    server().await.execute_unprepared(&drop).await.expect("the database goes");
}

async fn server() -> DatabaseConnection {
    let mut options = ConnectOptions::new(url());
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.expect("the PostgreSQL server answers")
}

#[expect(clippy::disallowed_methods, reason = "the server is set up outside of the test")]
pub(crate) fn url() -> String {
    env::var(SERVER).unwrap_or_else(|_| {
        panic!("{SERVER} must name a PostgreSQL server: run `cargo xtask test`, which starts one")
    })
}
