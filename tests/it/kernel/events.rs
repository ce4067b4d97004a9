//! The event log: what every transaction leaves in it, and how it is told.

use {
    chrono::TimeDelta,
    entity::kernel::{
        audit_entry::{self, AuditAction},
        event_log::{self, EventActor},
        user::Role,
    },
    futures_util::StreamExt,
    sea_orm::{EntityTrait, PaginatorTrait, QueryOrder},
    serde_json::json,
    service::{
        Viewer,
        kernel::{
            access::Person,
            events::{
                bus::News,
                feed::{Feed, Heard},
                pruning,
            },
            retention::Retention,
        },
    },
    std::{sync::Arc, time::Duration},
    tests::{TestApp, coaching::report, on_both},
    tokio::task::JoinSet,
};

/// So seldom that only a hint can be in time.
const SELDOM: Duration = Duration::from_mins(10);

async fn logged(app: &TestApp) -> Vec<event_log::Model> {
    event_log::Entity::find().order_by_asc(event_log::Column::Id).all(app.db()).await.unwrap()
}

#[tokio::test]
async fn what_happens_is_logged_by_the_transaction_that_does_it() {
    on_both(async |app| {
        let pairing = app.new_pairing().await;
        let alert = app.alert(&pairing, 1).await;

        let input = json!({ "id": alert, "resolution": "FIXED", "notes": "A secret" });
        let statements = app.statements(app.mutate("alertResolve", "alert { id }", input)).await;

        let writes = statements.iter().filter(|it| it.sql.contains("event_logs"));
        assert_eq!(writes.count(), 1);
        let log = logged(app).await;
        let last = log.last().unwrap();
        assert_eq!((last.event_type.as_str(), last.actor), ("alert.updated", EventActor::User));
        assert_eq!((last.subject_table.as_str(), last.subject_id.to_string()), ("alerts", alert));
        assert_eq!(last.user_id, app.ctx().viewer().user_id());
        assert_eq!(last.created_at, app.ctx().now());
        assert_eq!(last.payload.0["pairing_id"], json!(pairing));
        let changed = last.payload.0["changed"].as_array().unwrap();
        assert!(changed.contains(&json!("status")) && !changed.contains(&json!("version")));
        assert!(!last.payload.0.to_string().contains("secret"), "{:?}", last.payload);
    })
    .await;
}

#[tokio::test]
async fn all_events_of_a_transaction_are_one_statement() {
    on_both(async |app| {
        let (ea, client) = (app.ea("Ada Lovelace").await, app.client("Acme").await);
        let before = logged(app).await.len();
        let input = json!({ "eaId": ea, "clientId": client, "startDate": "2026-03-02" });

        let made = app.mutate("pairingCreate", "pairing { id }", input);
        let statements = app.statements(made).await;

        let writes = statements.iter().filter(|it| it.sql.contains("event_logs"));
        assert_eq!(writes.count(), 1);
        let log = logged(app).await;
        let types: Vec<_> = log[before..].iter().map(|it| it.event_type.as_str()).collect();
        assert_eq!(types, ["pairing.created", "pairing_health_change.created"]);
        assert_eq!(log[before].correlation_id, log[before + 1].correlation_id);
    })
    .await;
}

#[tokio::test]
async fn what_is_refused_leaves_no_event() {
    on_both(async |app| {
        let pairing = app.new_pairing().await;
        app.alert(&pairing, 1).await;
        let before = logged(app).await.len();

        let again = json!({ "pairingId": pairing, "ruleId": app.rule(1).await });
        let done = app.mutate("alertCreate", "alert { id }", again).await;

        assert_eq!(done["errors"][0]["code"], "CONFLICT");
        assert_eq!(logged(app).await.len(), before);
    })
    .await;
}

#[tokio::test]
async fn events_are_forgotten_once_they_are_old_and_the_audit_trail_never() {
    on_both(async |app| {
        app.client("Acme").await;
        app.advance(TimeDelta::days(10));
        app.client("Bolt").await;
        let ctx =
            app.server_ctx().with_retention(Retention { events_days: 10, ..Retention::default() });
        let trail = async || audit_entry::Entity::find().count(app.db()).await.unwrap();
        let (all, entries) = (logged(app).await.len(), trail().await);

        pruning::prune(&ctx).await.unwrap();
        let to_the_day = logged(app).await.len();
        app.advance(TimeDelta::milliseconds(1));
        let pruned = pruning::prune(&ctx).await.unwrap();

        let left: Vec<_> = logged(app).await.into_iter().map(|it| it.event_type).collect();
        assert_eq!((to_the_day, left), (all, vec!["client.created".to_owned()]));
        assert_eq!((usize::try_from(pruned).unwrap(), trail().await), (all - 1, entries));
    })
    .await;
}

/// A feed that runs while something is done.
async fn fed(app: &TestApp, buffer: usize, poll: Duration, test: impl AsyncFnOnce(&Arc<Feed>)) {
    let feed = Arc::new(Feed::new(app.ctx().clone(), buffer, poll));
    let mut running = JoinSet::new();
    let same = feed.clone();
    running.spawn(async move { same.run().await });
    test(&feed).await;
    running.shutdown().await;
}

#[tokio::test]
async fn a_listener_hears_what_happens_from_then_on() {
    on_both(async |app| {
        let pairing = app.new_pairing().await;
        fed(app, 100, SELDOM, async |feed| {
            let mut listener = feed.listen().await;

            let alert = app.alert(&pairing, 17).await;

            let Heard::Events(heard) = listener.next(10, |_| true).await else { panic!("missed") };
            let heard: Vec<_> =
                heard.iter().map(|it| (it.action, it.subject.to_string())).collect();
            // The pairing does not stand as well as it did.
            assert_eq!(
                heard,
                [(AuditAction::Create, alert), (AuditAction::Update, pairing.clone())]
            );
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_slow_listener_is_told_that_it_missed_something_and_costs_no_memory() {
    on_both(async |app| {
        fed(app, 4, SELDOM, async |feed| {
            let mut slow = feed.listen().await;
            let mut quick = feed.listen().await;

            for number in 1..=20 {
                app.client(&format!("Client {number}")).await;
                let Heard::Events(_) = quick.next(1, |_| true).await else { panic!("missed") };
            }

            // Four are kept for it, and that there were more.
            assert_eq!(slow.next(100, |_| true).await, Heard::Missed);
            let Heard::Events(kept) = slow.next(100, |_| true).await else { panic!("missed") };
            assert_eq!(kept.len(), 4);
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn an_event_that_is_committed_late_is_told_when_the_log_is_polled() {
    on_both(async |app| {
        fed(app, 100, Duration::from_millis(10), async |feed| {
            let mut listener = feed.listen().await;
            app.client("Acme").await;
            listener.next(1, |_| true).await;
            let first = logged(app).await.pop().unwrap();

            // No hint came with it, and its time is half a minute ago.
            let late = event_log::Model {
                id: app.ctx().new_id(),
                created_at: (*first.created_at - TimeDelta::seconds(30)).into(),
                event_type: "client.updated".into(),
                ..first
            };
            insert(app, late.clone()).await;

            let Heard::Events(heard) = listener.next(1, |_| true).await else { panic!("missed") };
            assert_eq!((heard[0].id, heard[0].action), (late.id, AuditAction::Update));
        })
        .await;
    })
    .await;
}

async fn insert(app: &TestApp, event: event_log::Model) {
    use sea_orm::{ActiveModelTrait, IntoActiveModel};
    let event = event.into_active_model().reset_all();
    event_log::Entity::insert(event).exec_without_returning(app.db()).await.unwrap();
}

#[tokio::test]
async fn more_events_than_are_read_at_once_are_all_told_once() {
    on_both(async |app| {
        fed(app, 10_000, SELDOM, async |feed| {
            let mut listener = feed.listen().await;
            app.client("Acme").await;
            listener.next(1, |_| true).await;
            let template = logged(app).await.pop().unwrap();
            for _ in 0..5 {
                let copies = (0..500).map(|_| {
                    use sea_orm::{ActiveModelTrait, IntoActiveModel};
                    let id = app.ctx().new_id();
                    let subject_id = uuid::Uuid::from(id);
                    event_log::Model { id, subject_id, ..template.clone() }
                        .into_active_model()
                        .reset_all()
                });
                event_log::Entity::insert_many(copies)
                    .exec_without_returning(app.db())
                    .await
                    .unwrap();
            }

            app.ctx().bus().tell(News::Events);

            let mut told = 0;
            while told < 2_500 {
                let Heard::Events(heard) = listener.next(3_000, |_| true).await else {
                    panic!("missed")
                };
                told += heard.len();
            }
            assert_eq!(told, 2_500);
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_row_that_the_viewer_may_not_see_is_not_told_of() {
    on_both(async |app| {
        let others = app.new_pairing().await;
        let ea = app.ea("Grace Hopper").await;
        let own = app.pair(&ea, &app.client("Globex").await).await;
        let person = Person::new(ea.parse().unwrap(), Role::Ea);
        let viewer = app.ctx().seen_by(Viewer::Person(person));
        fed(app, 100, SELDOM, async |feed| {
            let document = "subscription { reportSubmitted { report { pairingId } } }";
            let mut told = app.schema().subscribe(viewer.clone(), feed.clone(), document);
            let submit = async {
                feed.attended().await;
                for pairing in [&others, &own] {
                    let input = report(pairing, "2026-03-02");
                    app.mutate("reportSubmit", "report { id }", input).await;
                }
            };

            let (first, ()) = tokio::join!(told.next(), submit);

            let first = first.unwrap().into_result().unwrap().data.into_json().unwrap();
            assert_eq!(first["reportSubmitted"]["report"]["pairingId"], json!(own));
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_client_is_not_told_that_something_internal_changed() {
    on_both(async |app| {
        let (ea, client) = (app.ea("Grace Hopper").await, app.client("Globex").await);
        let pairing = app.pair(&ea, &client).await;
        let person = app.user("Carl Client", "CLIENT").await;
        let member = json!({ "clientId": client, "userId": person });
        app.mutate("clientMemberAdd", "clientMember { id }", member).await;
        let filed =
            app.mutate("reportSubmit", "report { id }", report(&pairing, "2026-03-02")).await;
        let filed = filed["report"]["id"].clone();
        let person = Person::new(person.parse().unwrap(), Role::Client);
        let viewer = app.ctx().seen_by(Viewer::Person(person));
        fed(app, 100, SELDOM, async |feed| {
            let document = "subscription { reportSubmitted { kind } }";
            let told = app.schema().subscribe(viewer.clone(), feed.clone(), document);
            let act = async {
                feed.attended().await;
                for (version, field) in [(1, "difficulties"), (2, "biggestWin")] {
                    let input = json!({ "id": filed, "expectedVersion": version, field: "New" });
                    app.mutate("reportAmend", "report { id }", input).await;
                }
                app.mutate("reportSubmit", "report { id }", report(&pairing, "2026-02-27")).await;
            };

            let (told, ()) = tokio::join!(told.take(2).collect::<Vec<_>>(), act);

            let kinds =
                told.into_iter().map(|it| it.into_result().unwrap().data.into_json().unwrap());
            let kinds: Vec<_> = kinds.map(|it| it["reportSubmitted"]["kind"].clone()).collect();
            assert_eq!(kinds, ["UPDATED", "CREATED"]);
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn who_may_not_see_health_is_not_told_that_it_changed() {
    on_both(async |app| {
        let ea = app.ea("Grace Hopper").await;
        let person = Person::new(ea.parse().unwrap(), Role::Ea);
        let viewer = app.ctx().seen_by(Viewer::Person(person));
        fed(app, 100, SELDOM, async |feed| {
            let documents = ["pairingHealthChanged { kind }", "alertChanged { kind }"];
            for field in documents {
                let document = format!("subscription {{ {field} }}");
                let mut told = app.schema().subscribe(viewer.clone(), feed.clone(), document);

                let refused = told.next().await.unwrap().into_result().unwrap_err();

                let code = refused[0].extensions.as_ref().unwrap().get("code").cloned();
                assert_eq!(code, Some("FORBIDDEN".into()), "{refused:?}");
                assert!(told.next().await.is_none());
            }
        })
        .await;
    })
    .await;
}
