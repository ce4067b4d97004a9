//! Other programs: whether they are here, what they say, and how they ended.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the root").to_owned()
}

/// A variable of the environment that is set and not empty.
#[expect(clippy::disallowed_methods, reason = "chores have no settings file, only a caller")]
pub(crate) fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// A command line, without quotes and without a shell, that runs in the root.
pub(crate) fn words(line: &str) -> Command {
    let mut words = line.split_whitespace();
    let mut command = Command::new(words.next().expect("a command line is not empty"));
    command.args(words).current_dir(root());
    command
}

/// Runs a command in the open.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    let name = spell(command);
    eprintln!("$ {name}");
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{name}` failed: {status}")),
        Err(error) => Err(format!("`{name}` did not start: {error}")),
    }
}

/// Builds the server; answers where it is.
pub(crate) fn vigil() -> Result<PathBuf, String> {
    run(&mut words("cargo build --bin vigil"))?;
    // It lies beside this program: both were built by one cargo for one profile.
    let here = env::current_exe().map_err(|error| format!("where is this program? {error}"))?;
    Ok(here.with_file_name(format!("vigil{}", env::consts::EXE_SUFFIX)))
}

/// What a command prints; its complaints go to ours.
pub(crate) fn output(command: &mut Command) -> Result<String, String> {
    let name = spell(command);
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("`{name}` did not start: {error}"))?;
    if !output.status.success() {
        return Err(format!("`{name}` failed: {}", output.status));
    }
    String::from_utf8(output.stdout).map_err(|_| format!("`{name}` printed something but text"))
}

/// What a command prints, or nothing if it is not here or fails.
pub(crate) fn answer(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

/// The command as somebody would type it.
pub(crate) fn spell(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
