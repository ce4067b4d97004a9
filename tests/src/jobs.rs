//! Jobs in tests: kinds that do what they are told, and workers that know them.

use {
    crate::TestApp,
    async_trait::async_trait,
    chrono::TimeDelta,
    entity::{
        id::JobId,
        kernel::{holiday, job::Lane},
    },
    futures_util::future::BoxFuture,
    serde::{Deserialize, Serialize},
    serde_json::{Value, json},
    service::{
        Ctx, Viewer,
        kernel::{
            edit,
            jobs::{
                self, End, Failure, Job, NewJob, Probe, Running, Step,
                registry::Kind,
                worker::{Terms, Worker},
            },
            txn::Txn,
        },
        wiring,
    },
    std::{
        cell::RefCell,
        future::pending,
        sync::{
            Arc,
            atomic::{AtomicUsize, Ordering},
        },
        time::Duration,
    },
    tokio::{
        sync::{Notify, oneshot},
        task::JoinSet,
    },
};

/// The name under which a worker connects that is to be killed.
const DOOMED: &str = "doomed";

thread_local! {
    /// What the jobs of the test that runs on this thread have done.
    static DONE: RefCell<Vec<Done>> = const { RefCell::new(Vec::new()) };
}

/// Forgets what the jobs of the test before have done.
pub(crate) fn forget() {
    DONE.take();
}

/// Something that a job has done, outside of the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// What it was told to say.
    pub told: String,
    /// Its key.
    pub id: JobId,
    /// Which attempt it was.
    pub attempt: i32,
}

/// What a job of a test does.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Act {
    /// It says its name.
    Say,
    /// It says its name, and fails, in so many attempts; then it is done.
    Fail(i32),
    /// It says its name, and can never succeed.
    GiveUp,
    /// It says its name, and never ends.
    Hang,
    /// It panics.
    Panic,
    /// It declares a holiday, and has another job say its name: in one transaction, which notes that it is done.
    Trigger,
    /// It tells how far it is, in so many steps.
    Progress(i64),
}

/// A job that does what it is told, in one of two lanes: 0 for deliveries, 1 for maintenance.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Task<const LANE: usize> {
    /// What it says.
    pub name: String,
    /// What it does.
    pub act: Act,
}

#[async_trait]
impl<const LANE: usize> Job for Task<LANE> {
    const KIND: &'static str = ["test.delivery", "test.maintenance"][LANE];
    const LANE: Lane = [Lane::Delivery, Lane::Maintenance][LANE];
    const ATTEMPTS_MAX: i32 = 4;

    async fn run(self, running: &Running) -> Result<End, Failure> {
        let Self { name, act } = self;
        let say = || {
            let said = Done { told: name.clone(), id: running.id(), attempt: running.attempt() };
            DONE.with_borrow_mut(|it| it.push(said));
        };
        match act {
            Act::Say => say(),
            Act::Fail(attempts) => {
                say();
                if running.attempt() <= attempts {
                    return Err(Failure::retry("the receiver does not answer"));
                }
            }
            Act::GiveUp => {
                say();
                return Err(Failure::give_up("there is no such receiver"));
            }
            Act::Hang => {
                say();
                pending::<()>().await;
            }
            Act::Panic => panic!("as it was told"),
            Act::Trigger => {
                let txn = running.begin().await?;
                edit::insert(&txn, holiday(&txn, &name)).await?;
                jobs::enqueue(&txn, NewJob::new(Task::<0> { name, act: Act::Say })).await?;
                return running.finish(txn).await;
            }
            Act::Progress(steps) => {
                for step in 1..=steps {
                    running.progress(step, Some(steps), &name).await?;
                }
            }
        }
        Ok(End::DONE)
    }
}

fn holiday(txn: &Txn, name: &str) -> holiday::Model {
    let (id, now) = (txn.ctx().new_id(), txn.ctx().now());
    let day = "2026-12-25".parse().expect("a day");
    holiday::Model {
        id,
        name: name.to_owned(),
        start_date: day,
        end_date: day,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

/// A job whose payload is a secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Secret {
    /// The secret.
    pub token: String,
}

#[async_trait]
impl Job for Secret {
    const KIND: &'static str = "test.secret";
    const LANE: Lane = Lane::Delivery;
    const IS_SECRET: bool = true;

    async fn run(self, running: &Running) -> Result<End, Failure> {
        let said = Done { told: self.token, id: running.id(), attempt: running.attempt() };
        DONE.with_borrow_mut(|it| it.push(said));
        Ok(End::DONE)
    }
}

/// What is done by the clock.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Tick {}

#[async_trait]
impl Job for Tick {
    const KIND: &'static str = "test.tick";
    const LANE: Lane = Lane::Maintenance;

    async fn run(self, running: &Running) -> Result<End, Failure> {
        let told = running.ctx().now().to_string();
        DONE.with_borrow_mut(|it| {
            it.push(Done { told, id: running.id(), attempt: running.attempt() });
        });
        Ok(End::DONE)
    }
}

/// The kinds of tests.
pub fn kinds() -> Vec<Kind> {
    vec![Kind::of::<Task<0>>(), Kind::of::<Task<1>>(), Kind::of::<Secret>(), Kind::of::<Tick>()]
}

/// Terms on which nothing is found by looking again.
pub fn terms() -> Terms {
    Terms { poll: Duration::from_mins(10), ..Terms::default() }
}

/// Stops a worker the `nth` time that it comes to a step, as a kill would.
pub struct Crash {
    step: Step,
    left: AtomicUsize,
    reached: Notify,
    released: Notify,
    passed: Notify,
}

impl Crash {
    /// At the `nth` time, from 1.
    pub fn at(step: Step, nth: usize) -> Arc<Self> {
        Arc::new(Self {
            step,
            left: AtomicUsize::new(nth),
            reached: Notify::new(),
            released: Notify::new(),
            passed: Notify::new(),
        })
    }

    /// Waits until it is there.
    pub async fn reached(&self) {
        self.reached.notified().await;
    }

    /// Lets it go on after all.
    pub fn release(&self) {
        self.released.notify_one();
    }

    /// Waits until the worker has noted the end of what was let go on.
    pub async fn passed(&self) {
        self.passed.notified().await;
    }
}

impl Probe for Crash {
    fn reach(&self, step: Step) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            if step == self.step && self.left.fetch_sub(1, Ordering::SeqCst) == 1 {
                self.reached.notify_one();
                self.released.notified().await;
            } else if step == Step::Settled {
                self.passed.notify_one();
            }
        })
    }
}

/// A worker that runs, until it is told to stop.
pub struct Working {
    stop: oneshot::Sender<()>,
    tasks: JoinSet<()>,
}

impl Working {
    /// Lets a worker run.
    pub fn start(worker: Worker) -> Self {
        let (stop, stopped) = oneshot::channel::<()>();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            // A test that fails drops the sender: that is a reason to stop as well.
            worker.run(async { stopped.await.unwrap_or_default() }).await;
        });
        Self { stop, tasks }
    }

    /// Tells it to stop, and waits until it has.
    pub async fn stop(mut self) {
        self.stop.send(()).expect("it runs");
        self.tasks.join_next().await.expect("it ran").expect("no panic");
    }
}

impl TestApp {
    /// The context in which the server does things by itself.
    pub fn server_ctx(&self) -> Ctx {
        self.ctx().seen_by(Viewer::System)
    }

    /// Enqueues a job in a transaction of its own: its id, unless its key is taken.
    pub async fn enqueue<J: Job>(&self, job: NewJob<J>) -> Option<JobId> {
        let ctx = self.server_ctx();
        let permit = ctx.may_as_server().expect("the server may");
        let txn = ctx.begin(permit).await.expect("a transaction");
        let id = jobs::enqueue(&txn, job).await.expect("it is stored");
        txn.commit().await.expect("it is committed");
        id
    }

    /// The same, for a job that is told what to do.
    pub async fn tell(&self, name: &str, act: Act) -> JobId {
        let job = Task::<0> { name: name.to_owned(), act };
        self.enqueue(NewJob::new(job)).await.expect("it has no key")
    }

    /// A worker that knows the kinds of tests.
    pub fn worker(&self, terms: Terms) -> Worker {
        Worker::new(self.server_ctx(), kinds(), terms)
    }

    /// Works until nothing is due.
    pub async fn work(&self) {
        self.worker(terms()).run_due().await;
    }

    /// Does what the server itself does by jobs, until nothing is due.
    pub async fn work_as_server(&self) {
        let one_by_one = Terms { delivery: 1, ..terms() };
        Worker::new(self.server_ctx(), wiring::jobs(), one_by_one).run_due().await;
    }

    /// Lets a worker run until so many jobs have come to a step, and ends it there without a word.
    ///
    /// As with a process that is killed, its connections end with it: what it has asked PostgreSQL for is undone
    /// once those are gone, and until then claims skip those rows.
    pub async fn crash(&self, step: Step, nth: usize) {
        let db = self.connect_as(DOOMED).await;
        let crash = Crash::at(step, nth);
        let ctx = self.server_ctx().over(db.clone());
        let worker = Worker::new(ctx, kinds(), terms()).probed_by(crash.clone());
        let mut running = JoinSet::new();
        running.spawn(async move { worker.run(pending()).await });
        crash.reached().await;
        running.shutdown().await;
        db.close().await.expect("the pool closes");
        self.is_left_by(DOOMED).await;
    }

    /// What jobs have done so far, outside of the database.
    pub fn done(&self) -> Vec<Done> {
        DONE.with_borrow(Clone::clone)
    }

    /// What they have said, sorted.
    pub fn told(&self) -> Vec<String> {
        let mut told: Vec<_> = self.done().into_iter().map(|it| it.told).collect();
        told.sort();
        told
    }

    /// Jobs as administrators see them, oldest first: some columns of those that a filter lets through.
    pub async fn jobs(&self, filter: Value, columns: &str) -> Vec<Value> {
        let document = format!(
            "query($filter: JobFilter) {{ jobs(first: 100, filter: $filter, \
             orderBy: [{{field: CREATED_AT, direction: ASC}}]) {{ nodes {{ {columns} }} }} }}"
        );
        let mut answer = self.ask(&document, json!({ "filter": filter })).await;
        let Value::Array(nodes) = answer["jobs"]["nodes"].take() else { panic!("a list") };
        nodes
    }

    /// Waits until a job is so far.
    pub async fn until(&self, id: JobId, is_so: impl Fn(&Value) -> bool) -> Value {
        let document = "query($id: ID!) { job(id: $id) { state attempt dueAt runAt lastError \
                        progressDone progressTotal progressNote finishedAt } }";
        loop {
            let job = self.ask(document, json!({ "id": id.to_string() })).await["job"].take();
            if is_so(&job) {
                return job;
            }
        }
    }

    /// Moves the clock beyond every lease.
    pub fn let_leases_end(&self) {
        self.advance(TimeDelta::seconds(31));
    }
}
