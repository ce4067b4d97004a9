//! All that a change must pass, cheapest first where the order does not matter.

use std::time::Instant;

use crate::{
    command::{answer, run as run_command, vigil, words},
    generate, playground, test, tidy,
};

type Step = (&'static str, fn() -> Result<(), String>);

const STEPS: [Step; 9] = [
    ("format", || run_command(&mut words("cargo fmt --all --check"))),
    ("tidy", tidy::run),
    ("test", || test::run(&[], "ci")),
    ("clippy", || run_command(&mut words(CLIPPY))),
    ("generate", generate::check),
    ("clients", clients),
    ("http", http),
    ("playground", playground::check),
    ("deny", deny),
];
const CLIPPY: &str = "cargo clippy --workspace --all-targets -- --deny warnings";

/// Runs every step, up to the first that fails.
pub(crate) fn run() -> Result<(), String> {
    let start = Instant::now();
    for (name, step) in STEPS {
        eprintln!("\n== {name}");
        let step_start = Instant::now();
        let outcome = step();
        eprintln!("== {name}: {:.1} s", step_start.elapsed().as_secs_f64());
        outcome.map_err(|message| format!("{name}: {message}"))?;
    }
    eprintln!("\nci: passed in {:.0} s", start.elapsed().as_secs_f64());
    Ok(())
}

/// What front ends make of `schema.graphql`: typed code, strict checks, lint.
fn clients() -> Result<(), String> {
    if answer(&mut words("npm --version")).is_none() {
        return Err("npm is not installed; it comes with Node.js 18.18 or later".to_owned());
    }
    run_command(&mut words("npm --prefix tests/clients ci"))?;
    run_command(&mut words("npm --prefix tests/clients run check"))
}

/// What audits and clients make of the server. The trusted documents are those of [`clients`].
fn http() -> Result<(), String> {
    run_command(&mut words("npm --prefix tests/http ci"))?;
    run_command(words("npm --prefix tests/http run check").env("VIGIL", vigil()?))
}

/// Licences, advisories, banned crates. Building cargo-deny takes minutes: it is not asked of all.
fn deny() -> Result<(), String> {
    if answer(&mut words("cargo deny --version")).is_none() {
        eprintln!("NOT RUN: cargo-deny is not installed (`cargo install --locked cargo-deny`)");
        return Ok(());
    }
    run_command(&mut words("cargo deny check"))
}
