//! A PostgreSQL server of a test's own, which the test may stop and start.

use {
    crate::{fresh_name, postgres},
    std::{
        env,
        fs::{self, OpenOptions},
        io::Write,
        net::TcpListener,
        ops::Range,
        os::unix::{
            fs::{MetadataExt, chown},
            process::CommandExt,
        },
        path::PathBuf,
        process::{Child, Command, Stdio},
    },
};

/// Between the ports of the server that tests share and those that systems take for outgoing connections: nobody takes
/// one while its server is stopped.
const PORTS: Range<u16> = 30_000..32_000;
/// Waits until its input ends, however the test ends, and then leaves nothing behind.
const GUARD: &str = r#"read -r _; "$1/pg_ctl" -D "$2/data" -m immediate -w stop; rm -rf "$2""#;

/// A PostgreSQL server, which goes with the test.
pub struct Cluster {
    /// Where its programs are.
    programs: PathBuf,
    folder: PathBuf,
    /// Whom it runs as when we are root, as it refuses to.
    owner: Option<(u32, u32)>,
    port: u16,
    guard: Child,
}

impl Cluster {
    /// Starts a server of the same release as the one that tests share; none when that runs elsewhere, as in a
    /// container.
    pub async fn start() -> Option<Self> {
        let (programs, shared) = postgres::places().await;
        if !programs.join("initdb").exists() {
            return None;
        }
        let folder = env::temp_dir().join(format!("vigil-cluster-{}", fresh_name()));
        fs::create_dir(&folder).expect("a folder");
        let is_root = fs::metadata(&folder).expect("it is there").uid() == 0;
        let owner = is_root.then(|| {
            let it = fs::metadata(&shared).expect("the shared server has a folder");
            chown(&folder, Some(it.uid()), Some(it.gid())).expect("root gives it away");
            (it.uid(), it.gid())
        });
        let mut guard = as_owner("sh", owner);
        guard.args(["-c", GUARD, "sh"]).args([&programs, &folder]).process_group(0);
        let guard = guard.stdin(Stdio::piped()).spawn().expect("a shell");
        let port = free_port();
        let cluster = Self { programs, folder, owner, port, guard };
        cluster.run("initdb", "--username=postgres --auth=trust --encoding=UTF8 --no-locale -N");
        cluster.configure();
        cluster.boot();
        Some(cluster)
    }

    /// Of a user who may do everything.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// Stops it: `fast` ends all connections with a word, `immediate` is a crash.
    pub fn halt(&self, mode: &str) {
        self.run("pg_ctl", &format!("-w -m {mode} stop"));
    }

    /// Starts it again, and waits until it answers.
    pub fn boot(&self) {
        self.run("pg_ctl", &format!("-w -l {} start", self.folder.join("log").display()));
    }

    /// What it commits outlives its processes, not the machine: that is all that a test can take away.
    fn configure(&self) {
        let path = self.folder.join("data/postgresql.conf");
        let mut file = OpenOptions::new().append(true).open(path).expect("initdb wrote it");
        let (port, folder) = (self.port, self.folder.display());
        write!(
            file,
            "listen_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = '{folder}'\nfsync = off\n"
        )
        .expect("it can be written");
    }

    fn run(&self, program: &str, arguments: &str) {
        let mut command = as_owner(self.programs.join(program), self.owner);
        command.arg("-D").arg(self.folder.join("data")).args(arguments.split(' '));
        let status = command.stdin(Stdio::null()).status().expect("the program is there");
        let log = || fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        assert!(status.success(), "{program} {arguments}: {status}\n{}", log());
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        // Nothing can be done about a failure here.
        let _ = self.guard.wait();
    }
}

/// A quiet command, from where everybody is let in.
fn as_owner(program: impl AsRef<std::ffi::OsStr>, owner: Option<(u32, u32)>) -> Command {
    let mut command = Command::new(program);
    command.current_dir("/").stdout(Stdio::null()).stderr(Stdio::null());
    if let Some((user, group)) = owner {
        command.uid(user).gid(group);
    }
    command
}

fn free_port() -> u16 {
    let first = usize::try_from(std::process::id()).expect("it fits") % PORTS.len();
    let mut ports = PORTS.cycle().skip(first).take(PORTS.len());
    ports.find(|it| TcpListener::bind(("127.0.0.1", *it)).is_ok()).expect("a port is free")
}
