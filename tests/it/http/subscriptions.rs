//! Subscriptions, by WebSocket and by server-sent events, on both databases.

use {
    api::settings::{Http, Limits},
    serde_json::{Value, json},
    tests::{
        TestApp,
        coaching::report,
        http::{TestEvents, TestServer},
        on_both,
    },
};

const ALERTS: &str = "subscription($filter: AlertFilter) { alertChanged(filter: $filter) { \
                      kind resync alert { severity status pairing { client { name } } } } }";
const HEALTH: &str =
    "subscription { pairingHealthChanged { kind resync pairing { health { status } } } }";
const REPORTS: &str = "subscription($filter: EndOfDayReportFilter) { \
                       reportSubmitted(filter: $filter) { kind resync report { reportDate } } }";

async fn served(
    configure: impl Fn(&mut Http, &mut Limits),
    test: impl AsyncFn(&TestApp, &TestServer),
) {
    on_both(async |app| {
        let server = app.serve(&configure).await;
        test(app, &server).await;
        server.is_alive().await;
        server.stop().await;
    })
    .await;
}

async fn health(app: &TestApp, pairing: &str, version: i32, status: &str) {
    let input = json!({ "id": pairing, "expectedVersion": version, "healthStatus": status, "reason": "Late twice" });
    let done = app.mutate("pairingHealthOverride", "pairing { id }", input).await;
    assert_eq!(done["errors"], json!([]));
}

#[tokio::test]
async fn an_alert_is_told_of_as_it_is_raised_and_changed() {
    served(
        |_, _| {},
        async |app, server| {
            let pairing = app.new_pairing().await;
            let mut socket = server.socket().await;
            socket.ask("a", ALERTS, json!({})).await;
            server.subscribed(1).await;

            let alert = app.alert(&pairing, 1).await;
            let created = socket.hear().await;
            let input = json!({ "id": alert, "resolution": "FIXED" });
            app.mutate("alertResolve", "alert { id }", input).await;
            let updated = socket.hear().await;

            assert_eq!((&created["type"], &created["id"]), (&json!("next"), &json!("a")));
            let told = &created["payload"]["data"]["alertChanged"];
            assert_eq!((&told["kind"], &told["resync"]), (&json!("CREATED"), &json!(false)));
            assert_eq!(told["alert"]["pairing"]["client"]["name"], "Acme");
            let told = &updated["payload"]["data"]["alertChanged"];
            assert_eq!(
                (&told["kind"], &told["alert"]["status"]),
                (&json!("UPDATED"), &json!("RESOLVED"))
            );
        },
    )
    .await;
}

#[tokio::test]
async fn a_filter_means_what_it_means_in_a_list() {
    served(
        |_, _| {},
        async |app, server| {
            let pairing = app.new_pairing().await;
            let mut socket = server.socket().await;
            let filter =
                json!({ "status": { "in": ["RESOLVED"] }, "not": { "severity": { "eq": "LOW" } } });
            socket.ask("a", ALERTS, json!({ "filter": filter })).await;
            server.subscribed(1).await;

            let (low, high) = (app.alert(&pairing, 1).await, app.alert(&pairing, 2).await);
            for (id, severity) in [(&low, "LOW"), (&high, "HIGH")] {
                let input = json!({ "id": id, "expectedVersion": 1, "severity": severity });
                app.mutate("alertUpdate", "alert { id }", input).await;
                app.mutate(
                    "alertResolve",
                    "alert { id }",
                    json!({ "id": id, "resolution": "FIXED" }),
                )
                .await;
            }

            let told = socket.hear().await["payload"]["data"]["alertChanged"].take();
            assert_eq!(
                (&told["alert"]["severity"], &told["alert"]["status"]),
                (&json!("HIGH"), &json!("RESOLVED"))
            );
        },
    )
    .await;
}

#[tokio::test]
async fn a_filter_that_a_list_refuses_is_refused_at_the_start() {
    served(
        |_, _| {},
        async |_, server| {
            let mut wrong = json!({});
            for _ in 0..6 {
                wrong = json!({ "and": [wrong] });
            }
            let mut socket = server.socket().await;

            socket.ask("a", ALERTS, json!({ "filter": wrong })).await;
            let error = socket.hear().await;
            let mut events = server.events(ALERTS, json!({ "filter": wrong })).await;
            let told = events.data().await;

            assert_eq!(error["type"], "error", "{error}");
            assert_eq!(error["payload"][0]["extensions"]["code"], "BAD_USER_INPUT", "{error}");
            assert_eq!(told["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{told}");
            assert_eq!(events.next().await.as_deref(), Some("event: complete\ndata:"));
            server.subscribed(0).await;
        },
    )
    .await;
}

#[tokio::test]
async fn a_report_is_told_of_by_server_sent_events() {
    served(|_, _| {}, async |app, server| {
        let pairing = app.new_pairing().await;
        let filter = json!({ "filter": { "pairingId": { "eq": pairing } } });
        let mut events = server.events(REPORTS, filter).await;
        server.subscribed(1).await;

        app.mutate("reportSubmit", "report { id }", report(&pairing, "2026-03-02")).await;

        let told = events.data().await["data"]["reportSubmitted"].take();
        let expected = json!({ "kind": "CREATED", "resync": false, "report": { "reportDate": "2026-03-02" } });
        assert_eq!(told, expected);
    })
    .await;
}

#[tokio::test]
async fn a_subscription_can_be_asked_for_by_url() {
    served(|_, _| {}, async |app, server| {
        let query = HEALTH.replace(' ', "%20").replace('{', "%7B").replace('}', "%7D");
        let head = format!("GET /graphql?query={query} HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n{}\r\n", server.credentials());
        let mut events = TestEvents::of(server.connect().await, &head).await;
        server.subscribed(1).await;

        app.new_pairing().await;

        assert_eq!(events.data().await["data"]["pairingHealthChanged"]["kind"], "CREATED");
    })
    .await;
}

#[tokio::test]
async fn a_pairing_is_told_of_when_its_health_changes_and_not_otherwise() {
    served(
        |_, _| {},
        async |app, server| {
            let pairing = app.new_pairing().await;
            let mut socket = server.socket().await;
            socket.ask("a", HEALTH, json!({})).await;
            server.subscribed(1).await;

            let input = json!({ "id": pairing, "expectedVersion": 1, "startDate": "2026-02-02" });
            app.mutate("pairingUpdate", "pairing { id }", input).await;
            health(app, &pairing, 2, "RED").await;

            let told = socket.hear().await["payload"]["data"]["pairingHealthChanged"].take();
            let expected =
                json!({ "kind": "UPDATED", "resync": false, "pairing": { "health": { "status": "RED" } } });
            assert_eq!(told, expected);
        },
    )
    .await;
}

#[tokio::test]
async fn a_pairing_is_told_of_when_the_rules_judge_it_otherwise() {
    served(
        |_, _| {},
        async |app, server| {
            let pairing = app.new_pairing().await;
            let mut socket = server.socket().await;
            socket.ask("a", HEALTH, json!({})).await;
            server.subscribed(1).await;

            app.alert(&pairing, 2).await;

            let told = socket.hear().await["payload"]["data"]["pairingHealthChanged"].take();
            assert_eq!(told["pairing"]["health"]["status"], "RED", "{told}");
        },
    )
    .await;
}

#[tokio::test]
async fn one_who_missed_something_is_told_to_resync_and_then_goes_on() {
    // A pairing is two events, itself and its history, which are told in one go.
    served(
        |_, limits| limits.events_buffered_max = 1,
        async |app, server| {
            let (ea, client) = (app.ea("Ada Lovelace").await, app.client("Acme").await);
            let mut socket = server.socket().await;
            socket.ask("a", HEALTH, json!({})).await;
            server.subscribed(1).await;

            let pairing = app.pair(&ea, &client).await;
            let missed = socket.hear().await["payload"]["data"]["pairingHealthChanged"].take();

            assert_eq!(missed, json!({ "kind": null, "resync": true, "pairing": null }));
            // An alert that is taken notice of is one event, which has its place.
            socket.say(json!({ "type": "complete", "id": "a" })).await;
            server.subscribed(0).await;
            let alert = app.alert(&pairing, 18).await;
            socket.ask("b", ALERTS, json!({})).await;
            server.subscribed(1).await;
            app.mutate("alertAcknowledge", "alert { id }", json!({ "id": alert })).await;
            let told = socket.hear().await;
            assert_eq!(
                (&told["id"], &told["payload"]["data"]["alertChanged"]["kind"]),
                (&json!("b"), &json!("UPDATED"))
            );
        },
    )
    .await;
}

#[tokio::test]
async fn a_subscription_that_is_completed_ends_at_once() {
    served(
        |_, _| {},
        async |app, server| {
            let pairing = app.new_pairing().await;
            let mut socket = server.socket().await;
            socket.ask("a", ALERTS, json!({})).await;
            server.subscribed(1).await;

            socket.say(json!({ "type": "complete", "id": "a" })).await;
            server.subscribed(0).await;
            app.alert(&pairing, 1).await;
            socket.ask("b", "{ __typename }", json!({})).await;

            assert_eq!(socket.hear().await["id"], "b");
        },
    )
    .await;
}

#[tokio::test]
async fn two_operations_with_one_id_close() {
    served(
        |_, _| {},
        async |_, server| {
            let mut socket = server.socket().await;

            socket.ask("a", ALERTS, json!({})).await;
            socket.ask("a", ALERTS, json!({})).await;

            assert_eq!(socket.closed().await, 4409);
            server.subscribed(0).await;
        },
    )
    .await;
}

#[tokio::test]
async fn operations_of_a_socket_have_a_limit() {
    served(
        |_, _| {},
        async |_, server| {
            let mut socket = server.socket().await;

            for id in 0..101 {
                socket.ask(&id.to_string(), HEALTH, json!({})).await;
            }

            let error = socket.hear().await;
            assert_eq!((&error["type"], &error["id"]), (&json!("error"), &json!("100")), "{error}");
            assert_eq!(error["payload"][0]["extensions"]["code"], "LIMIT_EXCEEDED");
            server.subscribed(100).await;
        },
    )
    .await;
}

#[tokio::test]
async fn subscriptions_of_a_server_have_a_limit() {
    served(
        |_, limits| limits.subscriptions_max = 1,
        async |_, server| {
            let mut socket = server.socket().await;
            socket.ask("a", HEALTH, json!({})).await;
            server.subscribed(1).await;

            socket.ask("b", HEALTH, json!({})).await;

            let error = socket.hear().await;
            assert_eq!((&error["type"], &error["id"]), (&json!("error"), &json!("b")), "{error}");
            assert_eq!(error["payload"][0]["extensions"]["code"], "UNAVAILABLE");
            socket.say(json!({ "type": "complete", "id": "a" })).await;
            server.subscribed(0).await;
            socket.ask("c", HEALTH, json!({})).await;
            server.subscribed(1).await;
        },
    )
    .await;
}

#[tokio::test]
async fn each_event_is_paid_for() {
    let poor = |http: &mut Http, limits: &mut Limits| {
        http.budget_on_loopback = true;
        // The document costs 5 once, the subscription 11, and each further event 1.
        (limits.budget_points, limits.budget_refill) = (17, 1);
    };
    served(poor, async |app, server| {
        let pairing = app.new_pairing().await;
        let mut socket = server.socket().await;
        socket.ask("a", "subscription { alertChanged { kind } }", json!({})).await;
        server.subscribed(1).await;

        for rule in 1..=3 {
            app.alert(&pairing, rule).await;
        }

        let paid = [socket.hear().await, socket.hear().await].map(|it| it["type"].clone());
        let refused = socket.hear().await;
        assert_eq!(paid, ["next", "next"]);
        assert_eq!(refused["type"], "error", "{refused}");
        assert_eq!(refused["payload"][0]["extensions"]["code"], "RATE_LIMITED");
        app.advance(chrono::TimeDelta::seconds(60));
    })
    .await;
}

#[tokio::test]
async fn a_subscription_by_plain_json_is_told_how_to_ask() {
    served(|_, _| {}, async |_, server| {
        let refused = server.ask(HEALTH, Value::Null).await;

        let told = "406 BAD_USER_INPUT: a subscription answers more than once: ask by WebSocket, \
                    or with `Accept: text/event-stream`";
        assert_eq!(refused.refusal(), told);
    })
    .await;
}

#[tokio::test]
async fn a_server_that_stops_ends_streams_without_completing_them() {
    on_both(async |app| {
        let server = app.serve(|_, _| {}).await;
        let mut events = server.events(HEALTH, json!({})).await;
        server.subscribed(1).await;

        let mut serving = server.tell_to_stop();

        assert_eq!(events.next().await, None);
        serving.join_next().await.unwrap().unwrap().unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_stream_that_is_silent_says_that_it_lives() {
    served(
        |_, limits| limits.stream_heartbeat_ms = 20,
        async |_, server| {
            let mut events = server.events(HEALTH, json!({})).await;

            for _ in 0..3 {
                assert_eq!(events.comment().await, ":\n\n");
            }
        },
    )
    .await;
}

#[tokio::test]
async fn two_servers_of_one_database_share_what_happens() {
    let app = TestApp::start(sea_orm::DbBackend::Postgres).await;
    // So seldom that only a hint can be in time.
    let seldom = |_: &mut Http, limits: &mut Limits| limits.events_poll_ms = 600_000;
    let here = app.serve(seldom).await;
    let twin = app.twin().await;
    let there = twin.serve(seldom).await;
    let pairing = app.new_pairing().await;
    let mut socket = there.socket().await;
    socket.ask("a", ALERTS, json!({})).await;
    there.subscribed(1).await;
    app.hears_others().await;

    app.alert(&pairing, 1).await;

    let told = socket.hear().await["payload"]["data"]["alertChanged"].take();
    assert_eq!((&told["kind"], &told["resync"]), (&json!("CREATED"), &json!(false)));
    here.stop().await;
    there.stop().await;
    twin.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn the_log_is_read_only_while_somebody_listens() {
    served(
        |_, limits| limits.events_poll_ms = 10,
        async |app, server| {
            let pairing = app.new_pairing().await;
            let mut socket = server.socket().await;
            socket.ask("a", ALERTS, json!({})).await;
            server.subscribed(1).await;
            let listening = app
                .statements(async {
                    app.alert(&pairing, 1).await;
                    socket.hear().await
                })
                .await;

            socket.say(json!({ "type": "complete", "id": "a" })).await;
            server.subscribed(0).await;
            let resting = app
                .statements(async {
                    for rule in 2..=20 {
                        app.alert(&pairing, rule).await;
                    }
                })
                .await;

            let reads = |statements: &[sea_orm::Statement]| {
                statements.iter().filter(|it| is_read(&it.sql)).count()
            };
            assert!(reads(&listening) >= 1);
            assert_eq!(reads(&resting), 0);
        },
    )
    .await;
}

fn is_read(sql: &str) -> bool {
    sql.starts_with("SELECT") && sql.contains("event_logs")
}
