//! The test run: every test, on both databases, with nothing to set up by hand.

use std::{fs, path::PathBuf};

use crate::{
    command::{answer, root, variable, words},
    postgres, tether,
};

/// Runs the tests. The arguments go to the test runner.
pub(crate) fn run(arguments: &[&str], nextest_profile: &str) -> Result<(), String> {
    let server = postgres::find()?;
    let databases = format!("SQLite {} and PostgreSQL {}", sqlite_version(), server.description);
    eprintln!("Testing on {databases}");

    let has_nextest = answer(&mut words("cargo nextest --version")).is_some();
    let first =
        if has_nextest { "cargo nextest run --workspace" } else { "cargo test --workspace" };
    let test = |line: &str, arguments: &[&str]| {
        let mut command = words(line);
        command.args(arguments);
        command.env("VIGIL_TEST_POSTGRES", &server.url).env("NEXTEST_PROFILE", nextest_profile);
        tether::run(&mut command)
    };
    let mut outcome = test(first, arguments);
    // nextest leaves out the examples in doc comments; who asks for certain tests means others.
    if outcome.is_ok() && has_nextest && arguments.is_empty() {
        outcome = test("cargo test --quiet --doc --workspace", &[]);
    }

    drop(server);
    eprintln!("Tests {} on {databases}", if outcome.is_ok() { "passed" } else { "FAILED" });
    outcome
}

/// The version that libsqlite3-sys compiles in, from the header that it ships.
fn sqlite_version() -> String {
    let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap_or_default();
    let header = || {
        let version = after(&lock, "name = \"libsqlite3-sys\"\nversion = \"")?;
        let sources = cargo_home()?.join("registry/src").read_dir().ok()?.flatten();
        let header = format!("libsqlite3-sys-{version}/sqlite3/sqlite3.h");
        sources.map(|it| it.path().join(&header)).find_map(|it| fs::read_to_string(it).ok())
    };
    let version =
        header().and_then(|it| after(&it, "#define SQLITE_VERSION        \"").map(str::to_owned));
    version.unwrap_or_else(|| "(bundled)".to_owned())
}

fn cargo_home() -> Option<PathBuf> {
    let standard = || variable("HOME").map(|home| PathBuf::from(home).join(".cargo"));
    variable("CARGO_HOME").map(PathBuf::from).or_else(standard)
}

/// What stands between the marker and the next quote.
fn after<'a>(text: &'a str, marker: &str) -> Option<&'a str> {
    text.split_once(marker)?.1.split('"').next()
}
