//! `vigil serve`, which also works, and its PostgreSQL: the real binary, while the database is slow, crashes, and is away.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod listener;
mod load;
mod process;

use {
    chrono::Days,
    entity::kernel::user::Role,
    listener::Listener,
    load::{Kept, Load},
    process::{Process, Spot, in_time},
    sea_orm::{ConnectionTrait, DbBackend, Statement},
    serde_json::json,
    service::{
        Clock, SystemClock,
        kernel::users::{self, UserCreateInput},
    },
    std::collections::HashSet,
    tests::{TestApp, cluster::Cluster, coaching::id, http::Session},
};

/// How many people ask and file at once.
const PEOPLE: usize = 3;
/// How many pairings each of them files reports about.
const PAIRINGS: usize = 6;
/// How many days there are reports of.
const DAYS: u64 = 30;
/// How much each of them has to do before something new befalls the database.
const ROUNDS: usize = 5;
/// How many processes listen to what others do.
const LISTENERS: i64 = 2;
/// How servers are set: that jobs are found by looking for them is of no help.
const SETTINGS: [(&str, &str); 3] = [
    ("VIGIL_JOBS__LEASE_MS", "2000"),
    ("VIGIL_JOBS__POLL_MS", "60000"),
    ("VIGIL_LIMITS__DEADLINE_MS", "1500"),
];

/// The number that a statement answers with.
async fn number(app: &TestApp, sql: &str) -> i64 {
    let asked = Statement::from_string(DbBackend::Postgres, sql);
    app.db().query_one_raw(asked).await.unwrap().unwrap().try_get_by_index(0).unwrap()
}

/// Adds somebody, who is to be mailed; no server is told of it.
async fn invite(app: &TestApp, email: &str) {
    let (email, name) = (email.to_owned(), "Somebody".to_owned());
    let input = UserCreateInput { email, name, role: Role::User, image: None };
    users::create(app.ctx(), input).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_is_ended_while_a_job_may_wait() {
    let app = TestApp::start(DbBackend::Postgres).await;
    let spot = Spot::new("patience");
    let settings = [("VIGIL_LIMITS__STATEMENT_TIMEOUT_MS", "300")];
    let (_server, address) = Process::serve(&spot, app.database_url(), &settings);
    let mut session = Session::new(address).authorized_by(Some(&spot.key(&app)));
    let ctx = app.server_ctx();
    let slow = ctx.begin(ctx.may_as_server().unwrap()).await.unwrap();

    slow.execute_unprepared("LOCK TABLE clients, password_resets").await.unwrap();
    invite(&app, "ada@example.test").await;
    let answer =
        session.post(&json!({ "query": "{ clients { nodes { id } } }" }).to_string()).await;
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' \
                   AND datname = current_database() AND now() - query_start > interval '600 ms'";
    in_time("a job waits for longer than requests may", async || number(&app, waiting).await > 0)
        .await;
    slow.rollback().await.unwrap();
    in_time("it is done", async || spot.mails().contains_key("ada@example.test")).await;

    let error = &answer.json()["errors"][0];
    assert_eq!(error["extensions"]["code"], "UNAVAILABLE", "{answer:?}");
    assert_eq!(error["message"], "the database took too long: ask for less, or try again later");
    let again = number(&app, "SELECT count(*) FROM jobs WHERE attempt > 1").await;
    assert_eq!(again, 0, "jobs that were ended");
    app.stop().await;
}

/// Reports that somebody can file now: of each pairing, those of a month that ends yesterday.
async fn reports(app: &TestApp, person: usize) -> Vec<(String, String)> {
    let first = app.ctx().now().date_naive() - Days::new(DAYS);
    let mut reports = Vec::new();
    for number in 0..PAIRINGS {
        let ea = app.ea(&format!("Assistant {person} {number}")).await;
        let client = app.client("Acme").await;
        let input = json!({ "eaId": ea, "clientId": client, "startDate": first.to_string() });
        let pairing = id(&app.mutate("pairingCreate", "pairing { id }", input).await, "pairing");
        let days = first.iter_days().zip(0..DAYS);
        reports.extend(days.map(|(day, _)| (pairing.clone(), day.to_string())));
    }
    reports
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_crashes_and_is_away_loses_nothing() {
    let Some(cluster) = Cluster::start().await else {
        eprintln!("NOT RUN: PostgreSQL runs elsewhere, where nobody here can stop it");
        return;
    };
    let app = TestApp::start_on(&cluster).await;
    app.set_time(&SystemClock.now().to_string());
    app.switch_rules_off().await;
    let mut all = Vec::new();
    for person in 0..PEOPLE {
        all.push(reports(&app, person).await);
    }
    let spot = Spot::new("restart");
    let (mut server, address) = Process::serve(&spot, app.database_url(), &SETTINGS);
    let mut worker = Process::work(&spot, app.database_url(), &SETTINGS);
    let key = spot.key(&app);
    let mut listener = Listener::start(address, &key).await;
    let late = reports(&app, PEOPLE).await.remove(0);
    let load = Load::start(address, &key, all);

    load.goes_on(ROUNDS).await;
    cluster.halt("immediate");
    cluster.boot();
    load.goes_on(ROUNDS).await;
    cluster.halt("fast");
    load.waits_in_vain().await;
    cluster.boot();
    load.goes_on(ROUNDS).await;
    let kept = load.stop().await;
    Session::new(address).authorized_by(Some(&key)).post(&load::filing(&late)).await;
    let heard = listener.until(&late.0).await;

    // The connections that the test had are gone as well.
    let app = app.twin().await;
    assert!(server.is_running() && worker.is_running());
    assert!(heard.is_none_or(|it| it == kept.reports), "{heard:?} of {} reports", kept.reports);
    nothing_is_lost(&app, &spot, &kept).await;
    news_are_heard(&app, &spot).await;
}

/// What somebody was told is done is there, and there is nothing else.
async fn nothing_is_lost(app: &TestApp, spot: &Spot, kept: &Kept) {
    let left = "SELECT count(*) FROM jobs WHERE kind LIKE 'mail.%' AND state <> 'DONE'";
    in_time("every job is done", async || number(app, left).await == 0).await;
    let filed = number(app, "SELECT count(*) FROM end_of_day_reports").await;
    assert_eq!(usize::try_from(filed).unwrap(), kept.reports + 1, "with the late one");
    let mails = spot.mails();
    for email in &kept.people {
        let keys: HashSet<_> = mails.get(email).into_iter().flatten().collect();
        assert_eq!(keys.len(), 1, "{email} was mailed as {keys:?}");
    }
    let twice: usize = mails.values().map(|keys| keys.len() - 1).sum();
    eprintln!("{} reports, {} people, {twice} mails twice", kept.reports, kept.people.len());
}

/// Whoever waits for a hint from another server gets it.
async fn news_are_heard(app: &TestApp, spot: &Spot) {
    let ears = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'";
    in_time("servers listen", async || number(app, ears).await == LISTENERS).await;
    invite(app, "late@example.test").await;
    app.db().execute_unprepared("SELECT pg_notify('vigil_events', 'test jobs')").await.unwrap();
    in_time("they hear", async || spot.mails().contains_key("late@example.test")).await;
}
