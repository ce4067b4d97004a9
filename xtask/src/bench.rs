//! The bench: the programs as they are released, a PostgreSQL of our own, and `vigil bench`.

use std::env;

use crate::{
    command::{run as run_command, words},
    postgres, tether,
};

const DESCRIBING: [&str; 2] = ["CARGO_MANIFEST_", "CARGO_PKG_"];

/// Builds, and measures. The arguments go to `vigil bench`.
pub(crate) fn run(arguments: &[&str]) -> Result<(), String> {
    let mut build = words("cargo build --release --package api --package bench");
    // `cargo run`, which started us, describes this package to us. Build scripts of others read the
    // same variables, and would run again with all that rests on them.
    for (name, _) in env::vars_os() {
        if DESCRIBING.iter().any(|it| name.to_string_lossy().starts_with(it)) {
            build.env_remove(name);
        }
    }
    run_command(&mut build)?;
    // This program was built by the same cargo for the profile `dev`.
    let here = env::current_exe().map_err(|error| format!("where is this program? {error}"))?;
    let vigil = here.parent().map(|it| it.with_file_name("release").join("vigil"));
    let vigil = vigil.ok_or("this program lies in no folder")?;
    if arguments.contains(&"--help") {
        return run_command(words(&vigil.display().to_string()).args(["bench", "--help"]));
    }
    let server = postgres::find()?;
    eprintln!("Measuring on PostgreSQL {}", server.description);
    let mut bench = words(&vigil.display().to_string());
    bench.args(["bench", "--url", &server.url]).args(arguments);
    tether::run(&mut bench)
}
