//! Webhooks: signed, tried again with the same id, kept from where they must not go, and from each other's way.

use {
    super::{
        impostor, notifications, pairing, raise,
        receiver::{NEVER, Receiver},
    },
    base64::{Engine, engine::general_purpose::STANDARD},
    chrono::TimeDelta,
    ring::hmac,
    serde_json::{Value, json},
    service::{
        kernel::{
            jobs::worker::{Terms, Worker},
            notify::{Setup, agent::webhook::Endpoint},
        },
        wiring,
    },
    std::{future::pending, time::Duration},
    tests::{
        TestApp,
        coaching::{id, text},
        jobs::terms,
        on_both,
    },
    tokio::{task::JoinSet, time::timeout},
};

/// What requests are signed with, as its owner has it.
const KEY: [u8; 32] = [7; 32];
/// How long the slowest machine may take for what takes no time.
const PATIENCE: Duration = Duration::from_mins(1);
/// How often a delivery is tried.
const ATTEMPTS: usize = 18;
const COLUMNS: &str = "agent recipient state attempts lastError";

fn endpoint(name: &str, url: &str) -> Endpoint {
    let secret = format!("whsec_{}", STANDARD.encode(KEY));
    Endpoint::new(name, url, &secret).unwrap()
}

/// A setup that tells endpoints, and allows this machine.
fn telling(endpoints: Vec<Endpoint>) -> Setup {
    let alert_link = Some("https://front.example/alerts/{id}".to_owned());
    Setup { endpoints, allowed_hosts: vec!["127.0.0.1".to_owned()], alert_link, ..Setup::default() }
}

/// What became of what an endpoint was told of an alert.
async fn told(app: &TestApp, alert: &str) -> Value {
    let rows = notifications(app, alert, COLUMNS).await;
    rows.into_iter().find(|it| it["agent"] == "webhook").unwrap()
}

#[tokio::test]
async fn a_receiver_can_tell_that_a_request_is_ours() {
    on_both(async |app| {
        let pairing = pairing(app).await;
        let receiver = Receiver::start(204).await;
        let app = &app.that_tells(telling(vec![endpoint("desk", &receiver.url())]));

        let alert = raise(app, &pairing, 2).await;
        app.work_as_server().await;

        let heard = receiver.heard();
        assert_eq!(heard.len(), 1);
        let [key, at] = ["webhook-id", "webhook-timestamp"].map(|it| heard[0].header(it));
        let signature = heard[0].header("webhook-signature");
        let signature = STANDARD.decode(signature.strip_prefix("v1,").unwrap()).unwrap();
        let signed = format!("{key}.{at}.{}", heard[0].body);
        let secret = hmac::Key::new(hmac::HMAC_SHA256, &KEY);
        hmac::verify(&secret, signed.as_bytes(), &signature).unwrap();
        assert_eq!(at, app.ctx().now().timestamp().to_string());
        assert_eq!(heard[0].path, "/hook?for=vigil");
        assert_eq!(heard[0].header("content-type"), "application/json");
        let rows = notifications(app, &alert, "id agent userId recipient state").await;
        let row = rows.iter().find(|it| it["agent"] == "webhook").unwrap();
        assert_eq!((&row["recipient"], &row["userId"]), (&json!("desk"), &json!(null)));
        assert_eq!((text(&row["id"]), &row["state"]), (key, &json!("SENT")));
        let body: Value = serde_json::from_str(&heard[0].body).unwrap();
        let expected = json!({
            "type": "alert.raised",
            "timestamp": app.ctx().now().to_string(),
            "data": {
                "alertId": alert,
                "pairingId": pairing,
                "severity": "CRITICAL",
                "status": "NEW",
                "rule": { "id": app.rule(2).await, "number": 2, "name": body["data"]["rule"]["name"] },
                "link": format!("https://front.example/alerts/{alert}"),
            },
        });
        assert_eq!(body, expected);
    })
    .await;
}

#[tokio::test]
async fn it_is_tried_again_with_the_same_id_until_it_has_failed() {
    on_both(async |app| {
        let pairing = pairing(app).await;
        let receiver = Receiver::start(500).await;
        let app = &app.that_tells(telling(vec![endpoint("desk", &receiver.url())]));
        let alert = raise(app, &pairing, 2).await;
        for attempt in 1..=ATTEMPTS {
            let so_far = told(app, &alert).await;
            assert_eq!(so_far["state"], "WAITING", "before attempt {attempt}: {so_far:#}");
            app.work_as_server().await;
            app.advance(TimeDelta::hours(2));
        }
        let failed = json!({
            "agent": "webhook", "recipient": "desk", "state": "FAILED", "attempts": ATTEMPTS,
            "lastError": "answered 500",
        });
        assert_eq!(told(app, &alert).await, failed);
        let dead = app.jobs(json!({ "state": { "eq": "DEAD" } }), "id kind").await;
        assert_eq!((dead.len(), &dead[0]["kind"]), (1, &json!("notify.deliver")));
        app.work_as_server().await;

        let heard = receiver.heard();
        assert_eq!(heard.len(), ATTEMPTS);
        let first = &heard[0];
        for other in &heard[1..] {
            assert_eq!(other.header("webhook-id"), first.header("webhook-id"));
            assert_eq!(other.body, first.body);
            assert_ne!(other.header("webhook-timestamp"), first.header("webhook-timestamp"));
        }
        receiver.answer(200);
        let again = json!({ "id": dead[0]["id"] });
        id(&app.mutate("jobRetry", "job { id }", again).await, "job");
        app.work_as_server().await;
        let sent = told(app, &alert).await;
        assert_eq!((&sent["state"], &sent["attempts"]), (&json!("SENT"), &json!(ATTEMPTS + 1)));
        assert_eq!(receiver.heard()[ATTEMPTS].header("webhook-id"), first.header("webhook-id"));
    })
    .await;
}

#[tokio::test]
async fn no_redirect_is_followed_and_who_wants_no_more_is_let_be() {
    on_both(async |app| {
        let pairing = pairing(app).await;
        let receiver = Receiver::start(307).await;
        let app = &app.that_tells(telling(vec![endpoint("desk", &receiver.url())]));
        let alert = raise(app, &pairing, 2).await;
        app.work_as_server().await;
        assert_eq!(receiver.heard().len(), 1, "{:?}", receiver.heard());
        let redirected = told(app, &alert).await;
        assert_eq!(
            (&redirected["state"], &redirected["lastError"]),
            (&json!("WAITING"), &json!("answered 307"))
        );

        receiver.answer(410);
        app.advance(TimeDelta::hours(2));
        app.work_as_server().await;

        let failed = told(app, &alert).await;
        assert_eq!((&failed["state"], &failed["attempts"]), (&json!("FAILED"), &json!(2)));
    })
    .await;
}

#[tokio::test]
async fn nothing_is_sent_to_this_machine_unless_it_is_allowed() {
    on_both(async |app| {
        let pairing = pairing(app).await;
        let receiver = Receiver::start(204).await;
        let endpoints = vec![
            endpoint("plain", &receiver.url()),
            endpoint("named", &receiver.encrypted_url()),
            endpoint("number", "https://2130706433/hook"),
            endpoint("mapped", "https://[::ffff:127.0.0.1]/hook"),
            endpoint("metadata", "https://169.254.169.254/latest"),
        ];
        let app = &app.that_tells(Setup { endpoints, ..Setup::default() });

        let alert = raise(app, &pairing, 2).await;
        app.work_as_server().await;

        let rows = notifications(app, &alert, COLUMNS).await;
        let failed: Vec<_> = rows.iter().filter(|it| it["agent"] == "webhook").collect();
        assert_eq!(failed.len(), 5);
        for row in failed {
            let told = match text(&row["recipient"]).as_str() {
                "plain" => "refused: only https, unless the settings allow the host",
                _ => "refused: the host has an address that is not public",
            };
            assert_eq!(
                (&row["state"], &row["lastError"]),
                (&json!("FAILED"), &json!(told)),
                "{row}"
            );
            assert_eq!(row["attempts"], 1);
        }
        assert!(receiver.heard().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_certificate_is_checked_wherever_the_host_is() {
    on_both(async |app| {
        let pairing = pairing(app).await;
        let (port, _serving) = impostor::start().await;
        let endpoints = vec![endpoint("desk", &format!("https://127.0.0.1:{port}/hook"))];
        let app = &app.that_tells(telling(endpoints));

        let alert = raise(app, &pairing, 2).await;
        app.work_as_server().await;

        let waiting = told(app, &alert).await;
        let error = text(&waiting["lastError"]);
        assert!(error.contains("invalid peer certificate: UnknownIssuer"), "{error}");
        assert_eq!(waiting["state"], "WAITING");
    })
    .await;
}

#[tokio::test]
async fn a_receiver_that_does_not_answer_in_time_is_asked_again() {
    on_both(async |app| {
        let pairing = pairing(app).await;
        let receiver = Receiver::start(NEVER).await;
        let endpoints = vec![endpoint("desk", &receiver.url())];
        let app =
            &app.that_tells(Setup { timeout: Duration::from_millis(50), ..telling(endpoints) });

        let alert = raise(app, &pairing, 2).await;
        app.work_as_server().await;

        let waiting = told(app, &alert).await;
        assert_eq!(waiting["lastError"], "no answer within 50ms");
        assert_eq!((&waiting["state"], &waiting["attempts"]), (&json!("WAITING"), &json!(1)));
    })
    .await;
}

#[tokio::test]
async fn a_receiver_that_hangs_delays_nobody_else() {
    on_both(async |app| {
        let pairing = pairing(app).await;
        let (hanging, quick) = (Receiver::start(NEVER).await, Receiver::start(204).await);
        let endpoints = vec![endpoint("hanging", &hanging.url()), endpoint("quick", &quick.url())];
        // Nothing ends by itself while the test lasts.
        let patient = Setup { timeout: Duration::from_hours(1), ..telling(endpoints) };
        let app = &app.that_tells(patient);
        for rule in 2..=11 {
            raise(app, &pairing, rule).await;
        }
        // Fewer permits than deliveries to the one that hangs: without a bound they would all be taken.
        let few = Terms { delivery: 6, ..terms() };
        let worker = Worker::new(app.server_ctx(), wiring::jobs(), few);
        let mut working = JoinSet::new();
        working.spawn(async move { worker.run(pending()).await });

        timeout(PATIENCE, quick.until(10)).await.expect("nothing stands in its way");

        assert!(hanging.heard().len() <= 4, "{}", hanging.heard().len());
        working.shutdown().await;
    })
    .await;
}
