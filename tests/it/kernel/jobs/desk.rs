//! What administrators see and do, and what is heard of jobs.

use {
    entity::id::JobId,
    futures_util::StreamExt,
    sea_orm::ConnectionTrait,
    serde_json::{Value, json},
    service::kernel::{
        events::feed::Feed,
        jobs::{NewJob, auditor, pruning, worker::Terms},
    },
    std::{sync::Arc, time::Duration},
    tests::{
        TestApp,
        coaching::errors,
        jobs::{Act, Task, Working, terms},
        on_both,
    },
    tokio::task::JoinSet,
};

async fn act(app: &TestApp, mutation: &str, id: JobId) -> Value {
    app.mutate(mutation, "job { state attempt }", json!({ "id": id.to_string() })).await
}

#[tokio::test]
async fn a_dead_job_is_tried_again_or_put_away() {
    on_both(async |app| {
        let again = app.tell("again", Act::GiveUp).await;
        let away = app.tell("away", Act::GiveUp).await;
        app.work().await;

        let retried = act(app, "jobRetry", again).await;
        let discarded = act(app, "jobDiscard", away).await;
        let twice = act(app, "jobDiscard", away).await;
        app.work().await;

        assert_eq!(retried["job"], json!({ "state": "READY", "attempt": 0 }));
        assert_eq!(discarded["job"]["state"], "CANCELLED");
        assert_eq!(errors(&twice), "CONFLICT input.id: is not dead");
        assert_eq!(app.told(), ["again", "again", "away"]);
    })
    .await;
}

#[tokio::test]
async fn a_job_whose_key_is_taken_meanwhile_is_not_tried_again() {
    on_both(async |app| {
        let keyed =
            |act: Act| NewJob::new(Task::<0> { name: "a mail".to_owned(), act }).once("Ada");
        let dead = app.enqueue(keyed(Act::GiveUp)).await.unwrap();
        app.work().await;
        app.enqueue(keyed(Act::Say)).await.unwrap();

        let refused = act(app, "jobRetry", dead).await;

        let told = "CONFLICT input.id: has a key that another job has, which waits or runs";
        assert_eq!(errors(&refused), told);
    })
    .await;
}

#[tokio::test]
async fn a_job_that_is_cancelled_is_not_begun() {
    on_both(async |app| {
        let id = app.tell("a mail", Act::Say).await;

        let cancelled = act(app, "jobCancel", id).await;
        app.work().await;
        let twice = act(app, "jobCancel", id).await;

        assert_eq!(cancelled["job"], json!({ "state": "CANCELLED", "attempt": 0 }));
        assert_eq!(errors(&twice), "CONFLICT input.id: is finished already");
        assert!(app.told().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_job_that_is_cancelled_while_it_runs_is_dropped() {
    on_both(async |app| {
        let hangs = app.tell("hangs", Act::Hang).await;
        let brief = Terms { lease: Duration::from_millis(30), delivery: 1, ..terms() };
        let working = Working::start(app.worker(brief));
        app.until(hangs, |job| job["state"] == "RUNNING").await;
        let waits = app.tell("waits for its place", Act::Say).await;

        act(app, "jobCancel", hangs).await;
        app.until(waits, |job| job["state"] == "DONE").await;
        working.stop().await;

        assert_eq!(app.until(hangs, |_| true).await["state"], "CANCELLED");
    })
    .await;
}

#[tokio::test]
async fn whoever_listens_hears_how_far_a_job_is() {
    on_both(async |app| {
        let feed = Arc::new(Feed::new(app.ctx().clone(), 100, Duration::from_mins(10)));
        let mut running = JoinSet::new();
        let same = feed.clone();
        running.spawn(async move { same.run().await });
        let document = "subscription { jobProgress(filter: {kind: {eq: \"test.delivery\"}}) { \
                        kind job { progressDone progressTotal progressNote } } }";
        let mut told = app.schema().subscribe(app.ctx().clone(), feed.clone(), document);
        let mut first = Box::pin(told.next());
        tokio::select! {
            _ = &mut first => panic!("nothing has happened"),
            () = feed.attended() => {}
        }

        app.tell("pairings", Act::Progress(3)).await;
        app.work().await;

        let heard = serde_json::to_value(first.await).unwrap();
        let job = json!({ "progressDone": 3, "progressTotal": 3, "progressNote": "pairings" });
        assert_eq!(heard["data"]["jobProgress"], json!({ "kind": "UPDATED", "job": job }));
        running.shutdown().await;
    })
    .await;
}

#[tokio::test]
async fn payloads_are_shown_to_nobody() {
    on_both(async |app| {
        app.tell("a mail", Act::Say).await;
        for column in ["payload", "secret", "lease"] {
            let answer =
                app.respond(&format!("{{ jobs {{ nodes {{ {column} }} }} }}"), json!({})).await;
            assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{answer}");
        }
        let id = app.tell("a mail", Act::GiveUp).await;
        app.work().await;
        act(app, "jobDiscard", id).await;
        let trail =
            app.ask("{ auditTrail(first: 1) { nodes { operation changes } } }", json!({})).await;
        let entry = &trail["auditTrail"]["nodes"][0];
        assert_eq!(entry["operation"], "jobDiscard");
        assert!(!entry.to_string().contains("a mail"), "{entry}");
    })
    .await;
}

#[tokio::test]
async fn what_should_never_be_is_counted() {
    on_both(async |app| {
        let counts = async || {
            let found = auditor::look(&app.server_ctx()).await.unwrap();
            found.into_iter().map(|it| it.1).collect::<Vec<_>>()
        };
        app.tell("a mail", Act::GiveUp).await;
        app.work().await;
        app.tell("nobody works", Act::Say).await;
        app.tell("left by its worker", Act::Hang).await;
        let left = "UPDATE jobs SET state = 'RUNNING', lease = id WHERE id = \
                    (SELECT id FROM jobs ORDER BY id DESC LIMIT 1)";
        app.db().execute_unprepared(left).await.unwrap();

        let at_once = counts().await;
        app.advance(chrono::TimeDelta::minutes(6));
        let later = counts().await;

        assert_eq!((at_once, later), (vec![0, 0, 0], vec![1, 1, 1]));
    })
    .await;
}

#[tokio::test]
async fn finished_jobs_are_forgotten_after_a_while() {
    on_both(async |app| {
        app.tell("done", Act::Say).await;
        app.tell("dead", Act::GiveUp).await;
        app.work().await;
        let later = (*app.ctx().now() + chrono::TimeDelta::days(60)).into();
        app.enqueue(NewJob::new(super::say("waits")).at(later)).await;
        let left = async || app.jobs(json!({}), "state").await.len();

        app.advance(chrono::TimeDelta::hours(25));
        pruning::prune(&app.server_ctx()).await.unwrap();
        let after_a_day = left().await;
        app.advance(chrono::TimeDelta::days(30));
        pruning::prune(&app.server_ctx()).await.unwrap();

        assert_eq!((after_a_day, left().await), (2, 1));
    })
    .await;
}
