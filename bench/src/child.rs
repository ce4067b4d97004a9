//! Servers as processes of their own, which never outlive this one.
//!
//! A shell stands between us and each server, and waits at the far end of a pipe. However this
//! process ends, the system closes its end of the pipe, and the shell ends the server by its id: at
//! once, as a server that stops in good order may want to ask its database, which we may stand in
//! front of; and nobody misses what it worked on.

use {
    crate::Outcome,
    std::{
        ffi::OsStr,
        fs::{self, File},
        io::{BufRead, BufReader},
        net::{SocketAddr, TcpListener},
        os::unix::process::CommandExt,
        path::{Path, PathBuf},
        process::{self, Command, Stdio},
        time::Duration,
    },
    tokio::time::sleep,
};

const HOLD: &str = "\"$@\" </dev/null >&2 & echo $!; read -r _; kill -KILL $! 2>/dev/null; wait $!";
/// How often it is looked whether a task has ended.
const LOOK: Duration = Duration::from_millis(20);
/// How much of what a process wrote is repeated when it failed, in lines.
const LAST_LINES: usize = 10;

/// A server that runs until this is dropped.
pub(crate) struct Child {
    shell: process::Child,
    pid: u32,
    log: PathBuf,
}

impl Child {
    /// Starts a command; what it writes goes to a file.
    pub(crate) fn start(command: &Command, log: &Path) -> Outcome<Self> {
        let mut shell = Command::new("sh");
        shell.args([OsStr::new("-c"), OsStr::new(HOLD), OsStr::new("sh"), command.get_program()]);
        shell.args(command.get_args());
        inherit(&mut shell, command);
        // A group of its own: Ctrl-C must reach us, not what we end in good order.
        shell.process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut shell = shell.stderr(File::create(log)?).spawn()?;
        let mut line = String::new();
        let told = shell.stdout.take().ok_or("a shell has an output")?;
        BufReader::new(told).read_line(&mut line)?;
        let child = Self { shell, pid: line.trim().parse().unwrap_or_default(), log: log.into() };
        if child.pid == 0 { Err(child.last_words().into()) } else { Ok(child) }
    }

    /// The server's process id.
    pub(crate) fn pid(&self) -> u32 {
        self.pid
    }

    /// The last lines that the server wrote.
    pub(crate) fn last_words(&self) -> String {
        last_lines(&self.log)
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        // Nothing can be done about a failure here.
        drop(self.shell.wait());
    }
}

/// A process that is to end by itself; ended when dropped before.
struct Task(process::Child);

impl Drop for Task {
    fn drop(&mut self) {
        // Both fail once it has ended, and that is well.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Runs a command to its end; answers what it printed.
pub(crate) async fn run(mut command: Command, folder: &Path) -> Outcome<String> {
    let (out, error) = (folder.join("task.out"), folder.join("task.error"));
    command.stdin(Stdio::null()).stdout(File::create(&out)?).stderr(File::create(&error)?);
    let mut task = Task(command.spawn()?);
    let status = loop {
        match task.0.try_wait()? {
            Some(status) => break status,
            None => sleep(LOOK).await,
        }
    };
    if status.success() { Ok(fs::read_to_string(out)?) } else { Err(last_lines(&error).into()) }
}

/// An address where nobody listens.
pub(crate) fn free_address() -> Outcome<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

fn last_lines(file: &Path) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    let lines: Vec<_> = text.lines().collect();
    lines[lines.len().saturating_sub(LAST_LINES)..].join("\n")
}

/// Hands on the folder and the environment that a command was given.
fn inherit(to: &mut Command, from: &Command) {
    if let Some(folder) = from.get_current_dir() {
        to.current_dir(folder);
    }
    for (name, value) in from.get_envs() {
        match value {
            Some(value) => to.env(name, value),
            None => to.env_remove(name),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::env;

    #[test]
    fn a_server_ends_with_its_holder() {
        let log = env::temp_dir().join(format!("vigil-bench-child-{}", process::id()));
        let mut sleeper = Command::new("sleep");
        sleeper.arg("600");

        let child = Child::start(&sleeper, &log).unwrap();
        let trace = PathBuf::from(format!("/proc/{}", child.pid()));
        let was_there = trace.exists();
        drop(child);

        assert!(was_there && !trace.exists());
        fs::remove_file(log).unwrap();
    }
}
