//! Project chores: `cargo xtask` lists them.
//!
//! Next to no dependencies, so that a chore starts in seconds on a cold machine.

mod command;
mod generate;
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
  tidy                Check the shape of the tree: first lines, names, lengths, domains, paths
  generate [--check]  Write the generated files from the program; --check only compares
  help                Print this text
";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments.as_slice() {
        [] | ["help" | "--help" | "-h", ..] | [_, "--help" | "-h"] => help(),
        ["tidy"] => tidy::run(),
        ["generate"] => generate::write(),
        ["generate", "--check"] => generate::check(),
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
