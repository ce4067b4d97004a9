//! Whose time counts.

use {
    chrono::TimeDelta,
    sea_orm::{ConnectionTrait, DbBackend},
    service::{Clock, SystemClock, kernel::clock::DatabaseClock},
    tests::TestApp,
};

/// Lets the clock of a database go an hour ahead, for whoever connects from now on.
const AHEAD: &str = "
    CREATE SCHEMA ahead;
    CREATE FUNCTION ahead.clock_timestamp() RETURNS timestamptz LANGUAGE sql
        AS $$ SELECT pg_catalog.clock_timestamp() + interval '1 hour' $$;
    DO $$ BEGIN EXECUTE format(
        'ALTER DATABASE %I SET search_path = ahead, public, pg_catalog', current_database()
    ); END $$;";

/// How far measurements may be off on a machine that is busy.
const SLACK: TimeDelta = TimeDelta::minutes(1);

#[tokio::test]
async fn on_postgresql_the_time_of_the_database_counts() {
    let app = TestApp::start(DbBackend::Postgres).await;
    let clock = DatabaseClock::default();
    app.db().execute_unprepared(AHEAD).await.unwrap();
    let twin = app.twin().await;

    let here = clock.measure(app.db()).await.unwrap();
    let ahead = clock.measure(twin.db()).await.unwrap();
    let told = *clock.now() - *SystemClock.now();

    assert!(here.abs() < SLACK, "{here}");
    for found in [ahead, told] {
        assert!((found - TimeDelta::hours(1)).abs() < SLACK, "{found}");
    }
    twin.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn an_embedded_database_has_the_time_of_its_machine() {
    let app = TestApp::start(DbBackend::Sqlite).await;
    assert_eq!(DatabaseClock::default().measure(app.db()).await.unwrap(), TimeDelta::zero());
    app.stop().await;
}
