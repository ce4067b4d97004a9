//! Workers that are killed while they work: real processes, on both databases.
//!
//! People are added, each of whom is to be mailed. Several `vigil work` write and deliver the mails into a folder, and
//! are killed at moments that nobody has chosen. Then every person has its mail, and who has it twice can tell by its key.
//! `cargo xtask chaos` runs it at length.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use {
    entity::kernel::job::{self, JobState},
    rand::{Rng, SeedableRng},
    rand_chacha::ChaCha8Rng,
    sea_orm::{ColumnTrait, DbBackend, EntityTrait, PaginatorTrait, QueryFilter},
    service::kernel::users::{self, UserCreateInput},
    std::{
        collections::HashSet,
        env, fs,
        path::{Path, PathBuf},
        process::{Child, Command, Stdio},
        time::{Duration, Instant},
    },
    tests::{
        TestApp,
        identity::{KEYS, mails_in},
    },
    tokio::time::sleep,
};

/// How many workers there are at any time.
const WORKERS: usize = 3;
/// How long a worker's job is its own after the worker was killed.
const LEASE: Duration = Duration::from_secs(2);
/// How long it may take to find and do what is left once a lease has ended.
const GRACE: Duration = Duration::from_secs(5);
/// How many jobs of a lane a worker runs at once. So many may be done and not noted when it is killed: so many mails
/// may come twice for a kill.
const PERMITS: usize = 2;

/// How many people, and how many kills.
#[derive(Clone, Copy)]
struct Plan {
    jobs: usize,
    kills: usize,
}

impl Plan {
    #[expect(clippy::disallowed_methods, reason = "`cargo xtask chaos` says how long it goes on")]
    fn read() -> Self {
        let number = |name: &str, usual| env::var(name).map_or(usual, |it| it.parse().unwrap());
        Self { jobs: number("CHAOS_JOBS", 200), kills: number("CHAOS_KILLS", 12) }
    }
}

/// A folder of mails that goes with the test.
struct Mails(PathBuf);

impl Drop for Mails {
    fn drop(&mut self) {
        // What stays behind lies in the folder for temporary files.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Workers, of which some are killed. None of them outlives the test.
struct Workers {
    url: String,
    mails: PathBuf,
    children: Vec<Child>,
}

impl Workers {
    fn start(url: &str, mails: &Path) -> Self {
        let mut workers =
            Self { url: url.to_owned(), mails: mails.to_owned(), children: Vec::new() };
        workers.children = (0..WORKERS).map(|_| workers.one()).collect();
        workers
    }

    fn one(&self) -> Child {
        Command::new(env!("CARGO_BIN_EXE_vigil"))
            .arg("work")
            .current_dir(env::temp_dir())
            .env("DATABASE_URL", &self.url)
            .env("VIGIL_KEYS", KEYS)
            .env("VIGIL_MAIL__FOLDER", &self.mails)
            .env("VIGIL_JOBS__LEASE_MS", LEASE.as_millis().to_string())
            .env("VIGIL_JOBS__DELIVERY", PERMITS.to_string())
            .env("VIGIL_JOBS__POLL_MS", "200")
            .env("VIGIL_LOG", "error")
            .stdout(Stdio::null())
            .spawn()
            .unwrap()
    }

    /// Kills one by SIGKILL, and starts another.
    fn kill(&mut self, which: usize) {
        self.children[which].kill().unwrap();
        self.children[which].wait().unwrap();
        self.children[which] = self.one();
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        for child in &mut self.children {
            // It may have ended already.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_sqlite_a_killed_worker_loses_nothing() {
    survives(DbBackend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres_a_killed_worker_loses_nothing() {
    survives(DbBackend::Postgres).await;
}

async fn survives(backend: DbBackend) {
    let Plan { jobs, kills } = Plan::read();
    let app = TestApp::start(backend).await;
    let mails =
        Mails(env::temp_dir().join(format!("vigil-chaos-{}-{backend:?}", std::process::id())));
    for number in 0..jobs {
        let email = format!("person-{number}@example.test");
        let input = UserCreateInput {
            email,
            name: format!("Person {number}"),
            role: entity::kernel::user::Role::User,
            image: None,
        };
        users::create(app.ctx(), input).await.unwrap();
    }
    let mut chance = ChaCha8Rng::seed_from_u64(7);
    let mut workers = Workers::start(app.database_url(), &mails.0);

    // Two jobs a person. The kills are spread over them, each a moment after the one of its place is done.
    for kill in 1..=kills {
        while finished(&app).await < 2 * jobs * kill / (kills + 1) {
            sleep(Duration::from_millis(1)).await;
        }
        sleep(Duration::from_micros(chance.random_range(0..3_000))).await;
        workers.kill(chance.random_range(0..WORKERS));
    }
    let last_kill = Instant::now();
    while finished(&app).await < 2 * jobs {
        assert!(last_kill.elapsed() < LEASE + GRACE, "{} of {}", finished(&app).await, 2 * jobs);
        sleep(Duration::from_millis(5)).await;
    }
    let drained = last_kill.elapsed();
    drop(workers);

    let delivered = mails_in(&mails.0);
    let lost = (0..jobs).filter(|it| !delivered.contains_key(&format!("person-{it}@example.test")));
    let twice: usize = delivered.values().map(|keys| keys.len() - 1).sum();
    let confused = delivered.values().filter(|keys| keys.iter().collect::<HashSet<_>>().len() > 1);
    let (lost, confused) = (lost.count(), confused.count());
    eprintln!(
        "{backend:?}: {jobs} people, {kills} kills: {lost} lost, {twice} mails twice, drained {drained:?} after the last kill"
    );
    assert_eq!((lost, confused), (0, 0), "lost, and mailed with different keys");
    assert!(twice <= PERMITS * kills, "{twice} mails came twice in {kills} kills");
    app.stop().await;
}

/// How many jobs about mails are done. What is done by the clock does not count.
async fn finished(app: &TestApp) -> usize {
    let done = job::Entity::find()
        .filter(job::Column::State.eq(JobState::Done))
        .filter(job::Column::Kind.starts_with("mail."));
    usize::try_from(done.count(app.db()).await.unwrap()).unwrap()
}
