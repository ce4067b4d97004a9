//! Jobs: enqueued with what gives cause for them, done once or tried again, never lost.

mod crashes;
mod desk;
mod periods;
mod workers;

use {
    chrono::TimeDelta,
    entity::{
        id::JobId,
        kernel::{event_log, job},
    },
    sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr},
    serde_json::{Value, json},
    service::kernel::{
        jobs::{self, Job, NewJob, worker::Terms},
        sealed,
    },
    tests::{
        TestApp,
        identity::KEYS,
        jobs::{Act, Secret, Task, terms},
        on_both,
    },
};

/// A delivery that says its name.
fn say(name: &str) -> Task<0> {
    Task { name: name.to_owned(), act: Act::Say }
}

#[tokio::test]
async fn a_job_is_done_and_administrators_see_it() {
    on_both(async |app| {
        let id = app.tell("a mail", Act::Say).await;
        let waiting = app.jobs(json!({}), "id kind state attempt dueAt").await;

        app.work().await;

        let expected = json!([{ "id": id.to_string(), "kind": "test.delivery", "state": "READY", "attempt": 0, "dueAt": tests::START }]);
        assert_eq!(json!(waiting), expected);
        let seen = app.jobs(json!({}), "state attempt dueAt finishedAt lastError lane").await;
        let expected = json!([{ "state": "DONE", "attempt": 1, "dueAt": null, "finishedAt": tests::START, "lastError": null, "lane": "DELIVERY" }]);
        assert_eq!(json!(seen), expected);
        assert_eq!(app.told(), ["a mail"]);
    })
    .await;
}

#[tokio::test]
async fn a_job_is_enqueued_with_its_transaction_or_not_at_all() {
    on_both(async |app| {
        let ctx = app.server_ctx();
        let txn = ctx.begin(ctx.may_as_server().unwrap()).await.unwrap();
        jobs::enqueue(&txn, NewJob::new(say("a mail"))).await.unwrap();

        txn.rollback().await.unwrap();
        app.work().await;

        assert_eq!(app.jobs(json!({}), "id").await, [] as [Value; 0]);
        assert!(app.told().is_empty());
    })
    .await;
}

#[tokio::test]
async fn of_jobs_with_one_key_one_waits() {
    on_both(async |app| {
        let keyed = |name: &str| NewJob::new(say(name)).once("to Ada");
        let other = Task::<1> { name: "another kind".to_owned(), act: Act::Say };

        let first = app.enqueue(keyed("first")).await;
        let second = app.enqueue(keyed("second")).await;
        let kind = app.enqueue(NewJob::new(other).once("to Ada")).await;
        app.work().await;
        let third = app.enqueue(keyed("third")).await;
        app.work().await;

        let is_stored = [first, second, kind, third].map(|it: Option<JobId>| it.is_some());
        assert_eq!(is_stored, [true, false, true, true]);
        assert_eq!(app.told(), ["another kind", "first", "third"]);
    })
    .await;
}

/// The numbers of the keys that waiting jobs are sealed with.
async fn keys(app: &TestApp) -> Vec<u8> {
    let sealed = job::Entity::find().filter(job::Column::Kind.eq(Secret::KIND));
    let rows = sealed.order_by_asc(job::Column::Id).all(app.db()).await.unwrap();
    rows.iter().filter_map(|it| Some(it.secret.as_ref()?.as_bytes()[4])).collect()
}

#[tokio::test]
async fn a_sealed_job_outlives_the_change_of_its_key() {
    const NEW: &str = "2 AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
    on_both(async |app| {
        let secret = |token: &str| NewJob::new(Secret { token: token.to_owned() });
        let changing = app.with_keys(&format!("{KEYS};{NEW}"));
        app.enqueue(secret("by the old key")).await;
        changing.enqueue(secret("by the new key")).await;
        let before = keys(app).await;

        changing.work().await;
        let read = app.told();
        app.enqueue(secret("sealed anew")).await;
        let keyring = changing.ctx().identity().keyring();
        sealed::rotate(changing.ctx(), keyring).await.unwrap();
        let after = keys(app).await;
        app.with_keys(NEW).work().await;

        assert_eq!((before, after), (vec![1, 2], vec![2]));
        assert_eq!(read, ["by the new key", "by the old key"]);
        assert!(app.told().contains(&"sealed anew".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn a_job_waits_for_its_time() {
    on_both(async |app| {
        let at = (*app.ctx().now() + TimeDelta::minutes(5)).into();
        app.enqueue(NewJob::new(say("later")).at(at)).await;

        app.work().await;
        let before = app.told();
        app.advance(TimeDelta::minutes(5));
        app.work().await;

        assert_eq!((before.len(), app.told().len()), (0, 1));
    })
    .await;
}

#[tokio::test]
async fn of_jobs_that_are_due_the_higher_priority_goes_first() {
    on_both(async |app| {
        for (name, priority) in [("usual", 0), ("late", -1), ("urgent", 5)] {
            app.enqueue(NewJob::new(say(name)).with_priority(priority)).await;
        }

        app.worker(Terms { delivery: 1, ..terms() }).run_due().await;

        let told: Vec<_> = app.done().into_iter().map(|it| it.told).collect();
        assert_eq!(told, ["urgent", "usual", "late"]);
    })
    .await;
}

#[tokio::test]
async fn a_job_that_fails_is_tried_again_later_and_later() {
    on_both(async |app| {
        let id = app.tell("a mail", Act::Fail(2)).await;

        app.work().await;
        let first = app.until(id, |_| true).await;
        app.advance(TimeDelta::milliseconds(499));
        app.work().await;
        let too_early = app.done().len();
        app.advance(TimeDelta::milliseconds(501));
        app.work().await;
        app.advance(TimeDelta::milliseconds(999));
        app.work().await;
        let still = app.done().len();
        app.advance(TimeDelta::seconds(1));
        app.work().await;

        assert_eq!((&first["state"], &first["attempt"]), (&json!("READY"), &json!(1)));
        assert_eq!(first["lastError"], "the receiver does not answer");
        assert_eq!(first["runAt"], first["dueAt"]);
        assert_eq!((too_early, still, app.done().len()), (1, 2, 3));
        assert!(app.done().iter().all(|it| it.id == id));
        assert_eq!(app.until(id, |_| true).await["state"], "DONE");
    })
    .await;
}

#[tokio::test]
async fn after_its_last_attempt_a_job_is_dead_and_told_of() {
    on_both(async |app| {
        let id = app.tell("a mail", Act::Fail(99)).await;
        for _ in 0..10 {
            app.work().await;
            app.advance(TimeDelta::hours(1));
        }

        let dead = app.until(id, |_| true).await;
        let about = event_log::Column::SubjectId.eq(id.0);
        let events = event_log::Entity::find().filter(about).all(app.db()).await.unwrap();

        assert_eq!((&dead["state"], &dead["attempt"]), (&json!("DEAD"), &json!(4)));
        assert_eq!(dead["lastError"], "the receiver does not answer");
        assert_eq!((app.done().len(), events.len()), (4, 1));
        assert_eq!(events[0].event_type, "job.updated");
    })
    .await;
}

#[tokio::test]
async fn a_job_that_cannot_succeed_is_dead_at_once() {
    on_both(async |app| {
        let hopeless = app.tell("a mail", Act::GiveUp).await;
        let unreadable = app.tell("a mail", Act::Say).await;
        let payload = entity::scalar::Json(json!({ "name": "a mail", "shape": "older" }));
        job::Entity::update_many()
            .col_expr(job::Column::Payload, Expr::val(payload))
            .filter(job::Column::Id.eq(unreadable))
            .exec(app.db())
            .await
            .unwrap();

        app.work().await;

        for (id, why) in
            [(hopeless, "there is no such receiver"), (unreadable, "unknown field `shape`")]
        {
            let dead = app.until(id, |_| true).await;
            assert_eq!((&dead["state"], &dead["attempt"]), (&json!("DEAD"), &json!(1)), "{dead}");
            assert!(dead["lastError"].as_str().unwrap().starts_with(why), "{dead}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_job_that_panics_fails_and_takes_nobody_along() {
    on_both(async |app| {
        let panics = app.tell("a mail", Act::Panic).await;
        app.tell("another", Act::Say).await;

        app.work().await;

        let failed = app.until(panics, |_| true).await;
        assert_eq!(
            (&failed["state"], &failed["lastError"]),
            (&json!("READY"), &json!("it panicked"))
        );
        assert_eq!(app.told(), ["another"]);
    })
    .await;
}

#[tokio::test]
async fn what_is_secret_is_sealed_while_it_waits_and_forgotten_then() {
    on_both(async |app| {
        let id = app.enqueue(NewJob::new(Secret { token: "vgm_secret".to_owned() })).await.unwrap();
        let stored = async || job::Entity::find_by_id(id).one(app.db()).await.unwrap().unwrap();
        let before = stored().await;

        app.work().await;
        let after = stored().await;

        assert_eq!(before.payload.0, json!({}));
        let bytes = before.secret.unwrap().as_bytes().to_vec();
        assert!(!String::from_utf8_lossy(&bytes).contains("secret"));
        assert_eq!(app.told(), ["vgm_secret"]);
        assert!(after.secret.is_none());
    })
    .await;
}
