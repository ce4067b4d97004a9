//! The bench: the programs as they are released, a PostgreSQL of our own, and `vigil bench`.

use std::env;

use crate::{
    command::{run as run_command, words},
    postgres, tether,
};

/// Builds, and measures. The arguments go to `vigil bench`.
pub(crate) fn run(arguments: &[&str]) -> Result<(), String> {
    run_command(&mut words("cargo build --release --package api --package bench"))?;
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
