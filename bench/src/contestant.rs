//! The servers that are compared.

use {
    crate::{
        Floor, Outcome,
        child::{self, Child},
        database::{Database, Kind},
        document::{self, Document},
        load::{Session, Target},
        stock, usage,
    },
    axum::body::Bytes,
    clap::ValueEnum,
    serde::{Deserialize, Serialize},
    serde_json::Value,
    std::{
        env,
        ffi::OsString,
        fmt, fs,
        net::SocketAddr,
        path::{Path, PathBuf},
        process::Command,
        thread,
        time::{Duration, Instant},
    },
    tokio::{net::TcpListener, runtime, time::sleep},
};

/// How long a server may take until it is ready.
const START_MAX: Duration = Duration::from_secs(30);
const LOOK: Duration = Duration::from_millis(2);

/// A server that is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ValueEnum)]
#[value(rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum Contestant {
    /// Vigil, as users run it.
    Vigil,
    /// What is written by hand for these answers alone: what everything is a ratio of.
    Floor,
    /// The floor that lets PostgreSQL send rows, and writes the JSON itself.
    FloorRows,
    /// async-graphql and SeaORM with stock data loaders.
    Stock,
}

/// How servers are started.
#[derive(Clone, Debug)]
pub struct Programs {
    /// The binary that users run.
    pub vigil: PathBuf,
    /// The binary of this program, which runs the other servers; without one they run in threads of
    /// this process, whose memory and CPU time are then not told apart.
    pub bench: Option<PathBuf>,
}

/// A folder, the key and the file that Vigil needs.
pub(crate) struct Stage<'a> {
    pub(crate) programs: &'a Programs,
    pub(crate) folder: &'a Path,
    /// A key of Vigil's.
    key: String,
    /// Whether Vigil also does what is to be done without anybody asking.
    works: bool,
}

/// A server that runs until this is dropped.
pub(crate) struct Running {
    pub(crate) contestant: Contestant,
    pub(crate) target: Target,
    /// How long it took until it was ready.
    pub(crate) start: Duration,
    child: Option<Child>,
}

impl Contestant {
    /// Those that there are on a database, the floor in the middle.
    pub fn on(kind: Kind) -> Vec<Self> {
        match kind {
            Kind::Postgres => vec![Self::Vigil, Self::Floor, Self::FloorRows, Self::Stock],
            Kind::Sqlite => vec![Self::Vigil, Self::Floor, Self::Stock],
        }
    }

    /// The bodies of requests, as this server likes them.
    pub(crate) fn bodies(self, document: Document, variables: &[Value]) -> Vec<Bytes> {
        let body = |variables| match self {
            Self::Stock => document.in_full(variables),
            _ => document.by_hash(variables),
        };
        variables.iter().map(|it| Bytes::from(body(it))).collect()
    }

    /// Answers requests until the process ends.
    pub async fn serve(self, database_url: &str, listener: TcpListener) -> Outcome<()> {
        let file = database_url.strip_prefix("sqlite://").and_then(|it| it.split('?').next());
        match (self, file) {
            (Self::Floor, Some(file)) => Floor::sqlite(Path::new(file))?.serve(listener).await,
            (Self::Floor, None) => Floor::postgres_json(database_url).await?.serve(listener).await,
            (Self::FloorRows, None) => {
                Floor::postgres_rows(database_url).await?.serve(listener).await
            }
            (Self::Stock, _) => stock::serve(database_url, listener).await,
            (Self::FloorRows, Some(_)) => Err("the floor of SQLite has rows already".into()),
            (Self::Vigil, _) => Err("`vigil serve` runs Vigil".into()),
        }
    }
}

impl fmt::Display for Contestant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Vigil => "Vigil",
            Self::Floor => "floor",
            Self::FloorRows => "floor, rows",
            Self::Stock => "stock",
        })
    }
}

impl<'a> Stage<'a> {
    /// A stage for servers whose files lie in a folder.
    pub(crate) fn new(programs: &'a Programs, folder: &'a Path) -> Self {
        Self { programs, folder, key: String::new(), works: true }
    }

    /// The same, on which Vigil does nothing but answer.
    pub(crate) fn without_work(self) -> Self {
        Self { works: false, ..self }
    }

    /// Fills a database by `vigil migrate` and `vigil seed`, and makes a key.
    pub(crate) async fn fill(&mut self, database: &Database, scale: f64, seed: u64) -> Outcome<()> {
        let (scale, seed) = (scale.to_string(), seed.to_string());
        self.vigil(database, &["migrate", "up"]).await?;
        self.vigil(database, &["seed", "--scale", &scale, "--seed", &seed]).await?;
        let made = self.vigil(database, &["key", "create", "--admin", "--name", "bench"]).await?;
        made.trim().clone_into(&mut self.key);
        Ok(())
    }

    /// Starts a server on a database, and waits until it is ready.
    pub(crate) async fn start(&self, contestant: Contestant, url: &str) -> Outcome<Running> {
        let (address, begin) = (child::free_address()?, Instant::now());
        let log = self.folder.join(format!("{contestant:?}.log"));
        let child = match (contestant, &self.programs.bench) {
            (Contestant::Vigil, _) => {
                let trusted = self.folder.join("trusted.json");
                fs::write(&trusted, document::trusted())?;
                let mut command = self.command(url);
                command.args(["serve", "--listen", &address.to_string()]);
                command.args((!self.works).then_some("--no-work"));
                command.env("VIGIL_DEMO", "false").env("VIGIL_HTTP__TRUSTED_DOCUMENTS", trusted);
                Some(Child::start(&command, &log)?)
            }
            (_, Some(program)) => {
                let name = contestant.to_possible_value().map(|it| it.get_name().to_owned());
                let mut command = Command::new(program);
                command.args(["serve", &name.unwrap_or_default(), url, &address.to_string()]);
                Some(Child::start(&command, &log)?)
            }
            (_, None) => {
                serve_here(contestant, url.to_owned(), address);
                None
            }
        };
        let key = (contestant == Contestant::Vigil).then(|| self.key.clone());
        let mut running =
            Running { contestant, target: Target { address, key }, start: Duration::ZERO, child };
        running.wait(begin).await?;
        Ok(running)
    }

    async fn vigil(&self, database: &Database, arguments: &[&str]) -> Outcome<String> {
        let mut command = self.command(&database.url());
        command.args(arguments);
        let told = child::run(command, self.folder).await;
        told.map_err(|words| format!("`vigil {}` failed: {words}", arguments.join(" ")).into())
    }

    /// `vigil` with its defaults: in a folder without settings, and without those of our caller.
    fn command(&self, url: &str) -> Command {
        let mut command = Command::new(&self.programs.vigil);
        command.current_dir(self.folder).args(["--database-url", url]);
        let ours = env::vars_os().map(|(name, _)| name);
        let is_setting = |it: &OsString| it.to_string_lossy().starts_with("VIGIL_");
        for name in ours.filter(is_setting).chain(["DATABASE_URL".into()]) {
            command.env_remove(name);
        }
        command
    }
}

impl Running {
    /// The CPU time that it has taken, in seconds.
    pub(crate) fn cpu_seconds(&self) -> Option<f64> {
        self.child.as_ref().and_then(|it| usage::cpu_seconds(it.pid()))
    }

    /// The memory that it holds, in bytes.
    pub(crate) fn resident_bytes(&self) -> Option<u64> {
        self.child.as_ref().and_then(|it| usage::resident_bytes(it.pid()))
    }

    /// Explains a failure by the server's last words.
    pub(crate) fn explain(&self, failure: impl fmt::Display) -> String {
        let words = self.child.as_ref().map(Child::last_words).unwrap_or_default();
        format!("{}: {failure}\n{words}", self.contestant)
    }

    async fn wait(&mut self, begin: Instant) -> Outcome<()> {
        loop {
            if let Ok(mut session) = Session::connect(&self.target).await
                && session.is_ready().await.unwrap_or(false)
            {
                self.start = begin.elapsed();
                return Ok(());
            }
            if begin.elapsed() > START_MAX {
                return Err(self.explain("was not ready in time").into());
            }
            sleep(LOOK).await;
        }
    }
}

/// Runs a server in threads of this process, until it ends.
fn serve_here(contestant: Contestant, url: String, address: SocketAddr) {
    thread::spawn(move || {
        let runtime = runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let served = runtime.map(|runtime| {
            runtime
                .block_on(async { contestant.serve(&url, TcpListener::bind(address).await?).await })
        });
        if let Ok(Err(failure)) = served {
            eprintln!("{contestant}: {failure}");
        }
    });
}
