//! How often the server allocates for an answer, counted: what begins to cost more fails here, whatever
//! the machine and its clock.
//!
//! Client, server and test share one thread, whose allocations are counted. Connections to SQLite have
//! threads of their own, which are not: what is made of the rows is.

use {
    allocation_counter::measure,
    chrono::NaiveDate,
    sea_orm::DbBackend,
    serde_json::json,
    service::{
        Viewer,
        demo::{self, Plan},
    },
    tests::{
        TestApp,
        http::{Session, TestServer},
    },
    tokio::runtime::{Builder, Runtime},
};

/// How far a count may be from what is written here, in percent: parts of what is counted grow by leaps.
const TOLERANCE: u64 = 5;
/// How often a request is measured; the least counts.
const MEASURED: usize = 5;
/// The rows of the demo's company that is asked about.
const SCALE: f64 = 0.01;
const UNTIL: NaiveDate = NaiveDate::from_ymd_opt(2026, 2, 27).expect("the day exists");

/// What front ends ask, and how often that allocates on SQLite and on PostgreSQL.
const DOCUMENTS: [(&str, &str, [u64; 2]); 4] = [
    ("dashboard", include_str!("../clients/documents/dashboard.graphql"), [266, 314]),
    ("alert queue", include_str!("../clients/documents/alert_queue.graphql"), [127, 147]),
    ("history", include_str!("../clients/documents/history.graphql"), [195, 255]),
    ("lookup", include_str!("../clients/documents/lookup.graphql"), [115, 120]),
];

/// A server whose database holds the demo's company, and somebody who is signed in.
async fn serve(app: &TestApp) -> (TestServer, Session) {
    let plan = Plan { scale: SCALE, seed: 7, until: UNTIL };
    let filling = app.ctx().seen_by(Viewer::System);
    demo::fill(&filling, &plan, &|_| {}).await.expect("an empty database takes demo data");
    let server = app.serve(|_, _| {}).await;
    let session = Session::new(server.address).authorized_by(server.authorization.as_deref());
    (server, session)
}

/// How often a request allocates that was made before.
fn count(runtime: &Runtime, session: &mut Session, body: &str) -> u64 {
    let mut ask = || runtime.block_on(session.post(body));
    for _ in 0..3 {
        let answer = ask();
        assert!(answer.body.starts_with("{\"data\":{") && answer.status == 200, "{answer:?}");
    }
    // On a busy machine a read of SQLite may lose its processor, and is then run once more elsewhere.
    (0..MEASURED).map(|_| measure(|| drop(ask())).count_total).min().unwrap_or_default()
}

#[test]
fn answers_allocate_as_often_as_they_did() {
    let mut told = Vec::new();
    for (which, backend) in [DbBackend::Sqlite, DbBackend::Postgres].into_iter().enumerate() {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let app = runtime.block_on(TestApp::start(backend));
        let (server, mut session) = runtime.block_on(serve(&app));
        let found = "{ alerts(first: 1) { nodes { id pairing { id } } } }";
        let found = runtime.block_on(app.ask(found, json!({})));
        let alert = &found["alerts"]["nodes"][0];
        for (name, query, expected) in DOCUMENTS {
            let id = if name == "history" { &alert["pairing"]["id"] } else { &alert["id"] };
            let body = json!({ "query": query, "variables": { "id": id } }).to_string();
            let (count, expected) = (count(&runtime, &mut session, &body), expected[which]);
            eprintln!("{backend:?}: {name} allocates {count} times");
            if count.abs_diff(expected) * 100 > expected * TOLERANCE {
                told.push(format!("{backend:?}: {name} allocates {count} times, not {expected}"));
            }
        }
        runtime.block_on(async {
            server.stop().await;
            app.stop().await;
        });
    }
    assert!(
        told.is_empty(),
        "more is a regression; less is worth writing down\n{}",
        told.join("\n")
    );
}
