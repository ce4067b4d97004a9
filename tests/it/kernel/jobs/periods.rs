//! What is done by the clock.

use {
    chrono::TimeDelta,
    chrono_tz::Europe::Berlin,
    entity::{
        kernel::{event_log, job, password_reset, session},
        scalar::DateTime,
    },
    sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter},
    serde_json::json,
    service::{
        kernel::jobs::{
            periods::{CatchUp, Period},
            pruning,
            worker::Worker,
        },
        wiring,
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
async fn what_nobody_needs_any_more_is_forgotten_by_the_clock() {
    on_both(async |app| {
        app.user("Ada Lovelace", "EA").await;
        app.mails().await;
        let begun: DateTime = tests::START.parse().unwrap();
        let counts = async || {
            let events = event_log::Entity::find().filter(event_log::Column::CreatedAt.lte(begun));
            [
                events.count(app.db()).await.unwrap(),
                job::Entity::find()
                    .filter(job::Column::CreatedAt.lte(begun))
                    .count(app.db())
                    .await
                    .unwrap(),
                session::Entity::find().count(app.db()).await.unwrap(),
                password_reset::Entity::find().count(app.db()).await.unwrap(),
            ]
        };
        let before = counts().await;
        let worker = Worker::new(app.server_ctx(), wiring::jobs(), terms());

        app.advance(TimeDelta::days(366));
        worker.with_periods(wiring::periods()).run_due().await;

        assert!(!before.contains(&0), "{before:?}");
        assert_eq!(counts().await, [0; 4]);
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
