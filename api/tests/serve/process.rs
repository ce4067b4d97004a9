//! A process of `vigil`, and the folder that it has for itself.

use {
    std::{
        collections::HashMap,
        env, fs,
        io::{BufRead, BufReader, Read},
        net::SocketAddr,
        path::PathBuf,
        process::{Child, ChildStdout, Command, Stdio},
    },
    tests::{
        TestApp,
        identity::{self, KEYS},
    },
    tokio::{
        task::yield_now,
        time::{Duration, timeout},
    },
};

/// How long anything may take that is done within a few seconds.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// Looks until something is so.
pub(super) async fn in_time(what: &str, is_so: impl AsyncFn() -> bool) {
    let looked = async {
        while !is_so().await {
            yield_now().await;
        }
    };
    assert!(timeout(PATIENCE, looked).await.is_ok(), "not in time: {what}");
}

/// A folder that goes with the test.
pub(super) struct Spot(PathBuf);

impl Spot {
    pub(super) fn new(name: &str) -> Self {
        let path = env::temp_dir().join(format!("vigil-serve-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// `vigil`, here.
    fn command(&self, database_url: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vigil"));
        command
            .current_dir(&self.0)
            .env("DATABASE_URL", database_url)
            .env("VIGIL_KEYS", KEYS)
            .env("VIGIL_MAIL__FOLDER", self.0.join("mails"))
            .env("VIGIL_LOG", "error");
        command
    }

    /// What requests of the administrator show.
    pub(super) fn key(&self, app: &TestApp) -> String {
        let made = self.command(app.database_url()).args(["key", "create", "--admin"]).output();
        format!("Bearer {}", String::from_utf8(made.unwrap().stdout).unwrap().trim())
    }

    /// The keys of the mails to each address.
    pub(super) fn mails(&self) -> HashMap<String, Vec<String>> {
        identity::mails_in(&self.0.join("mails"))
    }
}

impl Drop for Spot {
    fn drop(&mut self) {
        // What stays behind lies in the folder for temporary files.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A process of `vigil`, which does not outlive the test.
pub(super) struct Process {
    child: Child,
    /// Kept, so that it can go on to talk.
    told: BufReader<ChildStdout>,
}

impl Process {
    /// `vigil serve`, and where it listens.
    pub(super) fn serve(
        spot: &Spot,
        database_url: &str,
        settings: &[(&str, &str)],
    ) -> (Self, SocketAddr) {
        let command = spot.command(database_url);
        let mut process = Self::start(command, "serve --listen 127.0.0.1:0", settings);
        let address = process.line("GraphQL      http://");
        (process, address.trim_end_matches("/graphql").parse().unwrap())
    }

    /// `vigil work`.
    pub(super) fn work(spot: &Spot, database_url: &str, settings: &[(&str, &str)]) -> Self {
        let mut process = Self::start(spot.command(database_url), "work", settings);
        process.line("working");
        process
    }

    fn start(mut command: Command, arguments: &str, settings: &[(&str, &str)]) -> Self {
        command.args(arguments.split(' ')).envs(settings.iter().copied());
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let told = BufReader::new(child.stdout.take().unwrap());
        Self { child, told }
    }

    /// Waits for a line that begins so: its rest.
    fn line(&mut self, beginning: &str) -> String {
        let mut lines = self.told.by_ref().lines().map_while(Result::ok);
        lines.find_map(|it| it.strip_prefix(beginning).map(str::to_owned)).expect("it says so")
    }

    /// Whether it still runs.
    pub(super) fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
