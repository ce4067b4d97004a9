//! Connections to PostgreSQL: what it ends because it takes too long, and what may take as long as it takes.

use {
    api::database::{self, Purpose},
    sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement},
    service::{Ctx, Error, kernel::conflict::Passing},
    tests::TestApp,
    tokio::{
        task::yield_now,
        time::{Duration, timeout},
    },
};

/// How long PostgreSQL may take to do what it does within a second.
const PATIENCE: Duration = Duration::from_secs(30);

/// One connection for a purpose, with hardly any patience.
async fn connect(app: &TestApp, purpose: Purpose) -> DatabaseConnection {
    let mut settings = app.settings().clone();
    settings.database_connections = Some(1);
    settings.limits.statement_timeout_ms = 20;
    settings.limits.transaction_idle_timeout_ms = 30;
    settings.jobs.statement_timeout_ms = 40;
    database::connect(&settings, purpose).await.unwrap()
}

async fn answer(db: &DatabaseConnection, sql: &str) -> String {
    let asked = Statement::from_string(DbBackend::Postgres, sql);
    let row = db.query_one_raw(asked).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

#[tokio::test]
async fn requests_have_less_patience_than_jobs_and_commands_have_all_of_it() {
    let app = TestApp::start(DbBackend::Postgres).await;
    for (purpose, statement, idle) in [
        (Purpose::Requests, "20ms", "30ms"),
        (Purpose::Jobs, "40ms", "30ms"),
        (Purpose::Commands, "0", "0"),
    ] {
        let db = connect(&app, purpose).await;
        assert_eq!(answer(&db, "SHOW statement_timeout").await, statement, "{purpose:?}");
        let shown = answer(&db, "SHOW idle_in_transaction_session_timeout").await;
        assert_eq!(shown, idle, "{purpose:?}");
        db.close().await.unwrap();
    }
    app.migrate(async |db| {
        assert_eq!(answer(db, "SHOW statement_timeout").await, "0");
        Ok(())
    })
    .await;
    app.stop().await;
}

/// What the database says to a statement that takes 150 ms, on a connection of the pool and on one for reads.
async fn sleep(ctx: &Ctx) -> [Result<(), Error>; 2] {
    let sleep = "SELECT pg_sleep(0.15)::text";
    let pooled = ctx.db().execute_unprepared(sleep).await;
    let read = ctx.read(Statement::from_string(ctx.backend(), sleep)).await;
    [pooled.map(drop).map_err(Error::from), read.map(drop)]
}

#[tokio::test]
async fn jobs_beside_requests_keep_their_patience_and_requests_theirs() {
    let app = TestApp::start(DbBackend::Postgres).await;
    let mut settings = app.settings().clone();
    settings.limits.statement_timeout_ms = 20;
    let db = database::connect(&settings, Purpose::Requests).await.unwrap();
    let requests = app.server_ctx().over(db);

    let jobs = database::beside(&settings, &requests).await.unwrap();
    let (asked, worked) = tokio::join!(sleep(&requests), sleep(&jobs));

    assert!(
        asked.iter().all(|it| matches!(it, Err(Error::Busy(Passing::TooLong, _)))),
        "{asked:?}"
    );
    assert!(worked.iter().all(Result::is_ok), "{worked:?}");
    for ctx in [jobs, requests] {
        ctx.db().clone().close().await.unwrap();
    }
    app.stop().await;
}

#[tokio::test]
async fn jobs_have_no_more_connections_than_they_can_use() {
    let app = TestApp::start(DbBackend::Postgres).await;
    let mut settings = app.settings().clone();
    let jobs = &mut settings.jobs;
    (jobs.escalation, jobs.delivery, jobs.ingest, jobs.maintenance) = (1, 2, 1, 1);
    for (purpose, most, kept) in [
        (Purpose::Jobs, 20, 8),
        (Purpose::Jobs, 5, 5),
        (Purpose::Requests, 20, 20),
        (Purpose::Commands, 20, 20),
    ] {
        settings.database_connections = Some(most);
        let db = database::connect(&settings, purpose).await.unwrap();
        let pool = db.get_postgres_connection_pool();
        assert_eq!(pool.options().get_max_connections(), kept, "{purpose:?}");
        db.close().await.unwrap();
    }
    app.stop().await;
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_ended_and_may_be_tried_again() {
    let app = TestApp::start(DbBackend::Postgres).await;
    let db = connect(&app, Purpose::Requests).await;

    let ended = db.execute_unprepared("SELECT pg_sleep(600)").await.unwrap_err();

    assert!(matches!(Error::from(ended), Error::Busy(Passing::TooLong, _)));
    assert_eq!(answer(&db, "SELECT 'it goes on'").await, "it goes on");
    db.close().await.unwrap();
    app.stop().await;
}

#[tokio::test]
async fn a_connection_that_has_died_while_it_lay_is_nobody_s_failure() {
    let app = TestApp::start(DbBackend::Postgres).await;
    let db = database::connect(app.settings(), Purpose::Requests).await.unwrap();
    let process = answer(&db, "SELECT pg_backend_pid()::text").await;

    // As a restart does, before anybody asks again.
    let end = format!("SELECT pg_terminate_backend({process}), pg_sleep(1.1)");
    app.db().execute_unprepared(&end).await.unwrap();

    assert_ne!(answer(&db, "SELECT pg_backend_pid()::text").await, process);
    db.close().await.unwrap();
    app.stop().await;
}

#[tokio::test]
async fn postgresql_knows_connections_by_the_name_that_the_url_gives() {
    let app = TestApp::start(DbBackend::Postgres).await;
    let named = app.connect_as("night").await;

    let name = "SELECT current_setting('application_name')";
    assert_eq!(answer(app.db(), name).await, "vigil");
    assert_eq!(answer(&named, name).await, "night");

    named.close().await.unwrap();
    app.stop().await;
}

#[tokio::test]
async fn a_transaction_that_is_given_up_as_it_begins_is_over() {
    let app = TestApp::start(DbBackend::Postgres).await;
    let mut settings = app.settings().clone();
    settings.database_connections = Some(1);
    let db = database::connect(&settings, Purpose::Requests).await.unwrap();
    let ctx = app.server_ctx().over(db.clone());

    // Whoever asked for it goes away a little later each time: before it was asked for to when it had begun.
    for wait in 0..100 {
        let begun = ctx.begin(ctx.may_as_server().unwrap());
        let gone = async {
            for _ in 0..wait {
                yield_now().await;
            }
        };
        tokio::select! { biased; begun = begun => drop(begun.unwrap()), () = gone => {} }

        let rename = format!("UPDATE users SET name = 'Nobody {wait}'");
        db.execute_unprepared(&rename).await.unwrap();

        let name = answer(app.db(), "SELECT min(name) FROM users").await;
        assert_eq!(name, format!("Nobody {wait}"), "written within what was given up");
    }
    db.close().await.unwrap();
    app.stop().await;
}

#[tokio::test]
async fn a_transaction_that_lies_still_is_undone() {
    let app = TestApp::start(DbBackend::Postgres).await;
    let db = connect(&app, Purpose::Requests).await;
    let process = answer(&db, "SELECT pg_backend_pid()::text").await;

    db.execute_unprepared("BEGIN; UPDATE users SET name = 'Nobody'").await.unwrap();
    let left = format!("SELECT count(*)::text FROM pg_stat_activity WHERE pid = {process}");
    let undone = async { while answer(app.db(), &left).await != "0" {} };
    timeout(PATIENCE, undone).await.expect("it is undone in time");

    let renamed = "SELECT count(*)::text FROM users WHERE name = 'Nobody'";
    assert_eq!(answer(app.db(), renamed).await, "0");
    db.close().await.unwrap();
    app.stop().await;
}
