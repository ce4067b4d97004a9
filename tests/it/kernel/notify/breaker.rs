//! Who does not answer is left alone for a while, and costs nobody else anything.

use {
    super::{
        mail_server::MailServer,
        notifications, pairing, raise,
        receiver::Receiver,
        webhooks::{endpoint, telling},
    },
    api::http::Monitor,
    chrono::TimeDelta,
    entity::scalar::DateTime,
    serde_json::{Value, json},
    service::{
        kernel::{
            identity::mail::Smtp,
            jobs::worker::{Terms, Worker},
        },
        wiring,
    },
    std::{future::pending, sync::Arc, time::Duration},
    tests::{TestApp, http::TestServer, jobs::terms, on_both},
};

/// After how many failures an endpoint is left alone.
const FAILURES: usize = 3;

/// A worker that leaves endpoints alone for half a minute, and who counts what it does.
async fn worker(app: &TestApp) -> (Worker, TestServer) {
    let (breaker_failures, breaker_pause) = (3, Duration::from_secs(30));
    let terms = Terms { delivery: 1, breaker_failures, breaker_pause, ..terms() };
    let monitor = Monitor::new(app.server_ctx(), app.settings());
    let worker = Worker::new(app.server_ctx(), wiring::jobs(), terms);
    let worker = worker.observed_by(monitor.observer());
    (worker, TestServer::of(monitor, pending()).await)
}

/// How often what an agent tells a recipient of each alert was tried, and whether it was sent, fewest first.
async fn tried(app: &TestApp, alerts: &[String], recipient: &str) -> Vec<(i64, bool)> {
    let mut tried = Vec::new();
    for alert in alerts {
        let rows = notifications(app, alert, "agent recipient attempts state").await;
        let is_its = |it: &&Value| it["recipient"] == recipient || it["agent"] == recipient;
        let row = rows.iter().find(is_its).unwrap();
        assert_ne!(row["state"], "FAILED");
        tried.push((row["attempts"].as_i64().unwrap(), row["state"] == "SENT"));
    }
    tried.sort_unstable();
    tried
}

/// Says that an endpoint is left alone, or not, as far as anybody counts it.
async fn is_open(server: &TestServer, endpoint: &str) -> Option<bool> {
    let metrics = server.get("/metrics").await.body;
    let of = format!("vigil_job_endpoint_open{{endpoint=\"{endpoint}\"}} ");
    metrics.lines().find_map(|it| it.strip_prefix(&of)).map(|it| it == "1")
}

#[tokio::test]
async fn a_webhook_that_fails_again_and_again_is_left_alone_until_it_is_back() {
    on_both(async |app| {
        let pairing = pairing(app).await;
        let (desk, quick) = (Receiver::start(500).await, Receiver::start(204).await);
        let endpoints = vec![endpoint("desk", &desk.url()), endpoint("quick", &quick.url())];
        let app = &app.that_tells(telling(endpoints));
        let (worker, metrics) = worker(app).await;
        let address = format!("127.0.0.1:{}", desk.port());
        let mut alerts = Vec::new();
        for rule in 2..=6 {
            alerts.push(raise(app, &pairing, rule).await);
        }

        worker.run_due().await;

        assert_eq!((desk.heard().len(), quick.heard().len()), (FAILURES, 5));
        let once = (1, false);
        assert_eq!(tried(app, &alerts, "desk").await, [(0, false), (0, false), once, once, once]);
        assert_eq!(is_open(&metrics, &address).await, Some(true));
        let ready = json!({ "kind": { "eq": "notify.deliver" }, "state": { "eq": "READY" } });
        let jobs = app.jobs(ready, "attempt dueAt lastError").await;
        let until: DateTime = (*app.ctx().now() + TimeDelta::seconds(30)).into();
        let put_off = json!({ "attempt": 0, "dueAt": until.to_string(), "lastError": null });
        assert_eq!(jobs.iter().filter(|it| **it == put_off).count(), 2, "{jobs:#?}");

        // While it is left alone, nobody else is.
        app.advance(TimeDelta::seconds(29));
        alerts.push(raise(app, &pairing, 7).await);
        worker.run_due().await;
        assert_eq!((desk.heard().len(), quick.heard().len()), (FAILURES, 6));

        // Then one delivery tries it, in vain.
        app.advance(TimeDelta::seconds(1));
        worker.run_due().await;
        assert_eq!(desk.heard().len(), FAILURES + 1);
        assert_eq!(is_open(&metrics, &address).await, Some(true));

        desk.answer(204);
        app.advance(TimeDelta::seconds(29));
        worker.run_due().await;
        assert_eq!(desk.heard().len(), FAILURES + 1);
        app.advance(TimeDelta::seconds(1));
        worker.run_due().await;
        assert_eq!(desk.heard().len(), FAILURES + 1 + 6);
        assert_eq!(is_open(&metrics, &address).await, Some(false));
        let tried = tried(app, &alerts, "desk").await;
        assert!(tried.iter().all(|(_, is_sent)| *is_sent), "{tried:?}");
        let attempts: i64 = tried.iter().map(|(attempts, _)| attempts).sum();
        assert_eq!(
            usize::try_from(attempts).unwrap(),
            desk.heard().len(),
            "none was counted that was put off"
        );
        metrics.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_webhook_that_does_not_like_what_it_is_told_is_not_left_alone() {
    on_both(async |app| {
        let pairing = pairing(app).await;
        let desk = Receiver::start(400).await;
        let app = &app.that_tells(telling(vec![endpoint("desk", &desk.url())]));
        let (worker, metrics) = worker(app).await;
        for rule in 2..=6 {
            raise(app, &pairing, rule).await;
        }

        worker.run_due().await;

        assert_eq!(desk.heard().len(), 5);
        metrics.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_mail_server_that_takes_no_mails_is_left_alone_until_it_is_back() {
    on_both(async |app| {
        let pairing = pairing(app).await;
        let mails = MailServer::start().await;
        let smtp = Arc::new(Smtp::new(&mails.url(), "vigil@example.test").unwrap());
        let quick = Receiver::start(204).await;
        let app =
            &app.that_mails_by(smtp).that_tells(telling(vec![endpoint("quick", &quick.url())]));
        let (worker, metrics) = worker(app).await;
        mails.greet("421 closing for now");
        let mut alerts = Vec::new();
        for rule in 2..=6 {
            alerts.push(raise(app, &pairing, rule).await);
        }

        worker.run_due().await;

        assert_eq!((mails.greeted(), mails.taken(), quick.heard().len()), (FAILURES, 0, 5));
        assert_eq!(is_open(&metrics, "mail server").await, Some(true));
        mails.greet("220 at your service");
        app.advance(TimeDelta::minutes(1));
        worker.run_due().await;
        assert_eq!(mails.taken(), 5);
        assert_eq!(is_open(&metrics, "mail server").await, Some(false));
        let tried = tried(app, &alerts, "email").await;
        assert_eq!(tried, [(1, true), (1, true), (2, true), (2, true), (2, true)]);
        metrics.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_mailbox_that_is_not_there_puts_off_nobody_elses_mails() {
    on_both(async |app| {
        let pairing = pairing(app).await;
        let mails = MailServer::start().await;
        let smtp = Arc::new(Smtp::new(&mails.url(), "vigil@example.test").unwrap());
        let app = &app.that_mails_by(smtp);
        let (worker, metrics) = worker(app).await;
        mails.refuse("550 no such mailbox");
        let mut alerts = Vec::new();
        for rule in 2..=6 {
            alerts.push(raise(app, &pairing, rule).await);
        }

        worker.run_due().await;

        assert_eq!(tried(app, &alerts, "email").await, [(1, false); 5]);
        assert_eq!(is_open(&metrics, "mail server").await, None);
        metrics.stop().await;
    })
    .await;
}
