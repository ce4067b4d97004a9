//! How many jobs a server does a second, and how late they begin: `cargo bench -p tests --bench jobs`.
//!
//! Two hops each: the first job enqueues the second and notes that it is done in one transaction, as everything does
//! that leaves the server. On SQLite with `synchronous=FULL`.

use {
    api::database::{self, Purpose},
    async_trait::async_trait,
    chrono::TimeDelta,
    entity::{kernel::job::Lane, scalar::DateTime},
    sea_orm::{ConnectionTrait, DbBackend},
    serde::{Deserialize, Serialize},
    service::{
        Ctx, Ids, SystemClock,
        kernel::jobs::{
            self, End, Failure, Job, NewJob, Running,
            registry::Kind,
            worker::{Terms, Worker},
        },
    },
    std::{
        sync::{
            Arc, Mutex,
            atomic::{AtomicUsize, Ordering},
        },
        time::{Duration, Instant},
    },
    tests::TestApp,
    tokio::{sync::oneshot, task::JoinSet, time::sleep},
};

/// How many jobs for the throughput.
const JOBS: usize = 10_000;
/// How many are enqueued by a transaction.
const BATCH: usize = 500;
/// How many jobs for the lateness, and how many of them fall due a second.
const DUE: usize = 1_500;
const DUE_A_SECOND: i32 = 100;

static DONE: AtomicUsize = AtomicUsize::new(0);
static LATE: Mutex<Vec<(i64, i64)>> = Mutex::new(Vec::new());

/// The first hop: enqueues the second.
#[derive(Serialize, Deserialize)]
struct First {
    due_ms: i64,
}

/// The second hop: does nothing but to be done.
#[derive(Serialize, Deserialize)]
struct Second {
    due_ms: i64,
    first_late_ms: i64,
}

#[async_trait]
impl Job for First {
    const KIND: &'static str = "bench.first";
    const LANE: Lane = Lane::Escalation;

    async fn run(self, running: &Running) -> Result<End, Failure> {
        let first_late_ms = running.ctx().now().timestamp_millis() - self.due_ms;
        let txn = running.begin().await?;
        let second = Second { due_ms: self.due_ms, first_late_ms };
        jobs::enqueue(&txn, NewJob::new(second)).await?;
        running.finish(txn).await
    }
}

#[async_trait]
impl Job for Second {
    const KIND: &'static str = "bench.second";
    const LANE: Lane = Lane::Delivery;

    async fn run(self, running: &Running) -> Result<End, Failure> {
        let late_ms = running.ctx().now().timestamp_millis() - self.due_ms;
        LATE.lock().expect("nobody panics with it").push((self.first_late_ms, late_ms));
        DONE.fetch_add(1, Ordering::Relaxed);
        Ok(End::DONE)
    }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    for backend in [DbBackend::Sqlite, DbBackend::Postgres] {
        let app = TestApp::start(backend).await;
        let db =
            database::connect(app.settings(), Purpose::Jobs).await.expect("the database answers");
        let ctx = Ctx::new(db, Arc::new(SystemClock), Arc::new(Ids::random()));
        let now = ctx.now();
        enqueue(&ctx, (0..JOBS).map(|_| now)).await;
        // A database that has been there for longer than a minute knows its tables.
        app.db().execute_unprepared("ANALYZE").await.expect("statistics are taken");
        let start = Instant::now();
        work(&ctx, JOBS).await;
        let rate = f64::from(u32::try_from(JOBS).expect("few")) / start.elapsed().as_secs_f64();

        LATE.lock().expect("nobody panics with it").clear();
        let soon = *ctx.now() + TimeDelta::seconds(2);
        let pause = TimeDelta::seconds(1) / DUE_A_SECOND;
        let due = (0..DUE).map(|it| (soon + pause * i32::try_from(it).expect("few")).into());
        enqueue(&ctx, due).await;
        work(&ctx, DUE).await;
        let mut late = LATE.lock().expect("nobody panics with it").clone();
        eprintln!("{backend:?}: {rate:.0} two-hop jobs/s");
        let first = percentiles(&mut late, |it| it.0);
        let both = percentiles(&mut late, |it| it.1);
        eprintln!(
            "{backend:?}: at {DUE_A_SECOND}/s, late by p50/p99: first hop {first} ms, second {both} ms"
        );
        ctx.db().clone().close().await.expect("the pool closes");
        app.stop().await;
    }
}

async fn enqueue(ctx: &Ctx, due: impl Iterator<Item = DateTime>) {
    let due: Vec<_> = due.collect();
    for due in due.chunks(BATCH) {
        let txn = ctx.begin(ctx.may_as_server().expect("the server may")).await.expect("it begins");
        for at in due {
            let job = NewJob::new(First { due_ms: at.timestamp_millis() }).at(*at);
            jobs::enqueue(&txn, job).await.expect("it is stored");
        }
        txn.commit().await.expect("it is committed");
    }
}

/// Works until so many are done.
async fn work(ctx: &Ctx, jobs: usize) {
    DONE.store(0, Ordering::Relaxed);
    let kinds = vec![Kind::of::<First>(), Kind::of::<Second>()];
    let worker = Worker::new(ctx.clone(), kinds, Terms::default());
    let (stop, stopped) = oneshot::channel::<()>();
    let mut working = JoinSet::new();
    working.spawn(async move { worker.run(async { stopped.await.unwrap_or_default() }).await });
    while DONE.load(Ordering::Relaxed) < jobs {
        sleep(Duration::from_millis(5)).await;
    }
    stop.send(()).expect("it works");
    working.join_next().await;
}

fn percentiles(late: &mut [(i64, i64)], of: fn(&(i64, i64)) -> i64) -> String {
    late.sort_by_key(of);
    let at = |hundredths: usize| of(&late[(late.len() - 1) * hundredths / 100]);
    format!("{}/{}", at(50), at(99))
}
