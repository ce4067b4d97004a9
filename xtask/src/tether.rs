//! What must not outlive us: a shell that waits at the far end of a pipe, and then cleans up.
//!
//! However this process ends, the system closes its end of the pipe. `Drop` alone would miss
//! Ctrl-C, and a signal handler would miss `kill -9`.

use std::{
    io::{BufRead, BufReader},
    mem,
    os::unix::process::CommandExt,
    process::{self, Child, ChildStdin, Command, Stdio},
    sync::{Mutex, PoisonError},
};

use crate::command::spell;

/// Ends the process group `$1`. TERM, as a process started in the background may ignore INT.
const END_GROUP: &str = "read _; kill -TERM \"-$1\"";

/// What shells answer for a command that Ctrl-C ended.
const INTERRUPTED: i32 = 130;

/// A shell script that says `ready`, reads until its input ends, and then cleans up.
pub(crate) struct Tether(Child);

impl Tether {
    /// Starts the script and waits until it is ready.
    pub(crate) fn start(command: &mut Command) -> Result<Self, String> {
        // A group of its own: Ctrl-C must reach us, not what has to clean up after us.
        let mut shell = command
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("`{}` did not start: {error}", spell(command)))?;
        let mut line = String::new();
        let stdout = shell.stdout.take().expect("it was asked for");
        let heard = BufReader::new(stdout).read_line(&mut line);
        let tether = Self(shell);
        match heard {
            Ok(_) if line.trim() == "ready" => Ok(tether),
            _ => Err("it did not start; its own words stand above".to_owned()),
        }
    }
}

impl Drop for Tether {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        // Nothing can be done about a failure here, and the folder of a dead server does no harm.
        drop(self.0.wait());
    }
}

/// Runs a command in the open, and everything that it starts in turn ends with us.
///
/// Ctrl-C is passed on and waited for, so that the last words come before the prompt.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    let name = spell(command);
    eprintln!("$ {name}");
    let failed = |error| format!("`{name}` did not start: {error}");
    // Without a terminal to read from, as a group in the background would be stopped for reading.
    let mut child = command.process_group(0).stdin(Stdio::null()).spawn().map_err(failed)?;
    let mut watch = Command::new("sh")
        .args(["-c", END_GROUP, "sh", &child.id().to_string()])
        .process_group(0)
        .stdin(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    hold(watch.stdin.take());
    // The second setting fails, as the first still holds.
    drop(ctrlc::set_handler(interrupt));
    let status = child.wait().map_err(failed)?;
    watch.kill().and_then(|()| watch.wait()).map_err(failed)?;
    hold(None);
    if status.success() { Ok(()) } else { Err(format!("`{name}` failed: {status}")) }
}

/// Our end of the pipe to whoever watches the running command.
static WATCH: Mutex<Option<ChildStdin>> = Mutex::new(None);

fn hold(pipe: Option<ChildStdin>) -> Option<ChildStdin> {
    mem::replace(&mut *WATCH.lock().unwrap_or_else(PoisonError::into_inner), pipe)
}

/// Ends the running command; without one, or if it takes too long for somebody, ends us.
fn interrupt() {
    if hold(None).is_none() {
        process::exit(INTERRUPTED);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{env, fs};

    fn shell(script: &str) -> Command {
        let mut shell = Command::new("sh");
        shell.args(["-c", script]);
        shell
    }

    #[test]
    fn a_script_cleans_up_when_its_tether_is_dropped() {
        let trace = env::temp_dir().join(format!("vigil-tether-{}", process::id()));
        let script = ": >\"$TRACE\"; trap 'rm \"$TRACE\"' EXIT; echo ready; read -r _";

        let tether = Tether::start(shell(script).env("TRACE", &trace)).unwrap();
        assert!(fs::exists(&trace).unwrap());
        drop(tether);

        assert!(!fs::exists(&trace).unwrap());
    }

    #[test]
    fn a_script_that_gives_up_is_no_tether() {
        assert!(Tether::start(&mut shell("exit 1")).is_err());
    }
}
