//! Project chores: `cargo xtask` lists them.
//!
//! Next to no dependencies, so that a chore starts in seconds on a cold machine.

mod bench;
mod chaos;
mod ci;
mod command;
mod generate;
mod playground;
mod postgres;
mod test;
mod tether;
mod tidy;

use std::{
    env,
    io::{self, Write},
    process::ExitCode,
};

const HELP: &str = "\
Project chores

Usage: cargo xtask <COMMAND>

Commands:
  test [ARGS]...      Run every test on SQLite and on PostgreSQL, which it finds or starts
                      itself. ARGS go to `cargo nextest run` where that is installed, else to
                      `cargo test`: `cargo xtask test reports` runs what has it in its name
  bench [ARGS]...     Build for release, and run `vigil bench` on a throw-away PostgreSQL and on
                      SQLite. ARGS go to it: `cargo xtask bench --help`
  tidy                Check the shape of the tree: first lines, names, lengths, domains, paths
  generate [--check]  Write the generated files from the program; --check only compares. The book of
                      the schema takes PostgreSQL, which it finds as `test` does
  playground          Check the playground: built from its sources, and working in a browser
  chaos               Kill workers by the hundred while they work, on both databases; minutes
  ci                  All that a change must pass: format, tidy, tests, lints, generated files,
                      front ends, HTTP, playground, licences
  help                Print this text

Environment:
  CHROMIUM           The browser for `playground`, where it is not called chromium
  TEST_POSTGRES_URL  URL of a PostgreSQL server whose user may create databases, for `test`,
                     `generate` and `bench`; such as postgres://postgres@127.0.0.1:5432/postgres
";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments.as_slice() {
        [] | ["help" | "--help" | "-h", ..] => help(),
        // It has a help of its own.
        [chore, "--help" | "-h"] if *chore != "bench" => help(),
        ["bench", arguments @ ..] => bench::run(arguments),
        ["tidy"] => tidy::run(),
        ["generate"] => generate::write(),
        ["generate", "--check"] => generate::check(),
        ["playground"] => playground::check(),
        ["test", arguments @ ..] => test::run(arguments, "default"),
        ["chaos"] => chaos::run(),
        ["ci"] => ci::run(),
        unknown => Err(format!("no such chore: {}\n\n{HELP}", unknown.join(" "))),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn help() -> Result<(), String> {
    io::stdout().write_all(HELP.as_bytes()).map_err(|error| error.to_string())
}
