//! Workers: side by side, told to stop, and overtaken.

use {
    super::say,
    api::http::Monitor,
    chrono::TimeDelta,
    sea_orm::{ConnectionTrait, DbBackend},
    serde_json::{Value, json},
    service::kernel::jobs::{NewJob, Step, worker::Terms},
    std::{collections::BTreeSet, future::pending, time::Duration},
    tests::{
        TestApp,
        http::TestServer,
        jobs::{Act, Crash, Task, Working, terms},
        on_both,
    },
    tokio::{sync::oneshot, task::JoinSet},
};

#[tokio::test]
async fn a_process_that_only_works_tells_how_it_fares() {
    on_both(async |app| {
        app.tell("a mail", Act::Say).await;
        app.tell("another", Act::GiveUp).await;
        let monitor = Monitor::new(app.server_ctx(), app.settings());
        app.worker(terms()).observed_by(monitor.observer()).run_due().await;

        let server = TestServer::of(monitor, pending()).await;
        let metrics = server.get("/metrics").await;
        for outcome in ["done", "dead"] {
            let line =
                format!("vigil_jobs_total{{kind=\"test.delivery\",outcome=\"{outcome}\"}} 1\n");
            assert!(metrics.body.contains(&line), "{line}{metrics:?}");
        }
        for (path, status) in [("/healthz", 200), ("/readyz", 200), ("/graphql", 404)] {
            assert_eq!(server.get(path).await.status, status, "{path}");
        }
        server.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_process_that_only_works_is_not_ready_while_it_finishes() {
    on_both(async |app| {
        let monitor = Monitor::new(app.server_ctx(), app.settings());
        let (stop, stopped) = oneshot::channel::<()>();
        let drain = async { stopped.await.unwrap_or_default() };
        let server = TestServer::of(monitor, drain).await;
        assert_eq!(server.get("/readyz").await.status, 200);

        stop.send(()).unwrap();

        let mut answer = server.get("/readyz").await;
        while answer.status == 200 {
            answer = server.get("/readyz").await;
        }
        assert_eq!((answer.status, answer.body.as_str()), (503, "stopping\n"));
        for path in ["/healthz", "/metrics"] {
            assert_eq!(server.get(path).await.status, 200, "{path}");
        }
        server.stop().await;
    })
    .await;
}

fn is(state: &str) -> impl Fn(&Value) -> bool {
    let state = json!(state);
    move |job| job["state"] == state
}

/// Waits until so many things were said.
async fn until_told(app: &TestApp, count: usize) {
    while app.done().len() < count {
        // The worker runs meanwhile.
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_job_that_hangs_delays_nobody_else() {
    on_both(async |app| {
        app.tell("hangs", Act::Hang).await;
        for number in 0..20 {
            app.tell(&format!("mail {number}"), Act::Say).await;
        }

        let working = Working::start(app.worker(Terms {
            delivery: 2,
            stop_within: Duration::ZERO,
            ..terms()
        }));
        until_told(app, 21).await;
        working.stop().await;

        assert_eq!(app.jobs(json!({ "state": { "eq": "DONE" } }), "id").await.len(), 20);
    })
    .await;
}

#[tokio::test]
async fn a_lane_that_is_full_starves_no_other() {
    on_both(async |app| {
        for number in 0..10 {
            app.tell(&format!("hangs {number}"), Act::Hang).await;
        }
        let tidy = Task::<1> { name: "tidied up".to_owned(), act: Act::Say };
        let tidy = app.enqueue(NewJob::new(tidy)).await.unwrap();

        let working = Working::start(app.worker(Terms {
            delivery: 3,
            stop_within: Duration::ZERO,
            ..terms()
        }));
        app.until(tidy, is("DONE")).await;
        let running = app.jobs(json!({ "state": { "eq": "RUNNING" } }), "lane").await;
        working.stop().await;

        assert_eq!(running, vec![json!({ "lane": "DELIVERY" }); 3]);
    })
    .await;
}

#[tokio::test]
async fn a_worker_that_is_told_to_stop_finishes_or_gives_back() {
    on_both(async |app| {
        let hangs = app.tell("hangs", Act::Hang).await;
        let working = Working::start(app.worker(Terms { stop_within: Duration::ZERO, ..terms() }));
        until_told(app, 1).await;

        working.stop().await;
        let given_back = app.until(hangs, |_| true).await;

        assert_eq!((&given_back["state"], &given_back["attempt"]), (&json!("READY"), &json!(0)));
        assert_eq!(given_back["dueAt"], json!(app.ctx().now().to_string()));
    })
    .await;
}

#[tokio::test]
async fn a_worker_that_is_told_to_stop_claims_nothing_more() {
    on_both(async |app| {
        let working = Working::start(app.worker(terms()));
        working.stop().await;
        let waits = app.tell("a mail", Act::Say).await;

        assert_eq!(app.until(waits, |_| true).await["state"], "READY");
    })
    .await;
}

#[tokio::test]
async fn whoever_was_overtaken_writes_nothing() {
    on_both(async |app| {
        app.tell("Christmas", Act::Trigger).await;
        let slow = Crash::at(Step::Written, 1);
        let mut overtaken = JoinSet::new();
        // With room for more, it would take the job again itself once the lease has ended.
        let worker = app.worker(Terms { delivery: 1, ..terms() }).probed_by(slow.clone());
        overtaken.spawn(async move { worker.run(pending()).await });
        slow.reached().await;
        if app.ctx().backend() == DbBackend::Sqlite {
            // It holds the only pen: nobody can overtake it before it is gone.
            overtaken.shutdown().await;
            app.let_leases_end();
            app.work().await;
        } else {
            app.let_leases_end();
            app.work().await;
            slow.release();
            slow.passed().await;
            overtaken.shutdown().await;
        }

        let holidays = app.ask("{ holidays { totalCount } }", json!({})).await;
        assert_eq!(holidays["holidays"]["totalCount"], 1);
        assert_eq!(app.told(), ["Christmas"]);
    })
    .await;
}

#[tokio::test]
async fn a_job_that_runs_long_stays_its_workers() {
    on_both(async |app| {
        let hangs = app.tell("hangs", Act::Hang).await;
        let lease = Duration::from_millis(60);
        let brief = Terms { lease, stop_within: Duration::ZERO, ..terms() };
        let working = Working::start(app.worker(brief));
        let first = app.until(hangs, is("RUNNING")).await;

        app.advance(TimeDelta::milliseconds(40));
        let renewed = app.until(hangs, |job| job["dueAt"] != first["dueAt"]).await;
        app.advance(TimeDelta::milliseconds(40));
        app.work().await;
        working.stop().await;

        assert_eq!((&renewed["state"], &renewed["attempt"]), (&json!("RUNNING"), &json!(1)));
        assert_eq!(app.done().len(), 1, "nobody else has begun it");
    })
    .await;
}

#[tokio::test]
async fn four_workers_do_each_job_once() {
    on_both(async |app| {
        for number in 0..100 {
            app.tell(&format!("mail {number:03}"), Act::Say).await;
        }

        let workers: Vec<_> = (0..4).map(|_| Working::start(app.worker(terms()))).collect();
        until_told(app, 100).await;
        for worker in workers {
            worker.stop().await;
        }

        let told = app.told();
        assert_eq!((told.len(), told.iter().collect::<BTreeSet<_>>().len()), (100, 100));
        assert_eq!(app.jobs(json!({ "state": { "eq": "DONE" } }), "id").await.len(), 100);
    })
    .await;
}

#[tokio::test]
async fn a_worker_hears_of_jobs_that_another_server_enqueues() {
    let app = TestApp::start(DbBackend::Postgres).await;
    let twin = app.twin().await;
    let working = Working::start(app.worker(terms()));
    app.hears_others().await;
    let mut carrying = JoinSet::new();
    let bus = twin.ctx().bus().clone();
    carrying.spawn(async move { bus.carry().await });

    twin.enqueue(NewJob::new(say("from afar"))).await;
    until_told(&app, 1).await;

    working.stop().await;
    carrying.shutdown().await;
    twin.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn a_claim_reads_what_has_been_due_the_longest_and_not_the_queue() {
    let app = TestApp::start(DbBackend::Postgres).await;
    app.tell("one of many", Act::Say).await;
    let columns = "kind, payload, priority, lane, state, due_at, run_at, attempt, attempts_max, correlation_id, created_at";
    let many = format!(
        "INSERT INTO jobs (id, {columns}) SELECT gen_random_uuid(), {columns} FROM jobs, generate_series(1, 5000)"
    );
    for sql in [many.as_str(), "ANALYZE jobs"] {
        app.db().execute_unprepared(sql).await.unwrap();
    }

    let ran = app.statements(app.crash(Step::Claimed, 1)).await;
    let claim = ran.iter().find(|it| it.sql.starts_with("UPDATE jobs SET state = 'RUNNING'"));
    let (read, _) = app.rows_read(claim.expect("it claims")).await;

    assert!(
        (1.0..400.0).contains(&read),
        "{read} rows are read:\n{}",
        app.plan(claim.unwrap()).await
    );
    app.stop().await;
}
