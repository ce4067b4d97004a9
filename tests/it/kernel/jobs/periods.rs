//! What is done by the clock.

use {
    chrono::TimeDelta,
    chrono_tz::Europe::Berlin,
    serde_json::json,
    service::kernel::jobs::{
        periods::{CatchUp, Period},
        pruning,
    },
    tests::{
        TestApp,
        jobs::{Tick, terms},
        on_both,
    },
};

async fn look(app: &TestApp, cron: &'static str, catch_up: CatchUp) {
    let periods = vec![Period::of::<Tick>(cron, Berlin, catch_up)];
    app.worker(terms()).with_periods(periods).run_due().await;
}

#[tokio::test]
async fn of_four_workers_one_fires_an_instant() {
    on_both(async |app| {
        // 16:00 in Berlin.
        let looks = (0..4).map(|_| look(app, "0 16 * * *", CatchUp::Skip));
        futures_util::future::join_all(looks).await;
        look(app, "0 16 * * *", CatchUp::Skip).await;

        let fired = app.jobs(json!({ "kind": { "eq": "test.tick" } }), "scheduledAt state").await;
        assert_eq!(fired, [json!({ "scheduledAt": tests::START, "state": "DONE" })]);
        assert_eq!(app.told(), [tests::START]);
    })
    .await;
}

#[tokio::test]
async fn what_was_missed_is_caught_up_with_as_its_period_says() {
    on_both(async |app| {
        look(app, "* * * * *", CatchUp::All).await;
        app.advance(TimeDelta::minutes(5));
        look(app, "* * * * *", CatchUp::All).await;
        let all = app.done().len();
        app.advance(TimeDelta::minutes(5));
        look(app, "* * * * *", CatchUp::Last).await;

        assert_eq!((all, app.done().len()), (6, 7));
    })
    .await;
}

#[tokio::test]
async fn what_was_fired_last_is_known_however_long_ago() {
    on_both(async |app| {
        look(app, "0 16 2 3 *", CatchUp::Last).await;
        app.advance(TimeDelta::days(300));
        pruning::prune(&app.server_ctx()).await.unwrap();

        look(app, "0 16 2 3 *", CatchUp::Last).await;

        assert_eq!(app.told(), [tests::START]);
    })
    .await;
}
