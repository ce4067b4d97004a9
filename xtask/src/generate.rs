//! The generated files: what the program says about itself, committed so that a change shows.

use std::fs;

use crate::{
    command::{output, root, run, words},
    postgres,
};

/// Every generated file, and the command that prints it. A new one is a line here.
const FILES: [(&str, &str); 2] = [
    ("docs/access.md", "cargo run --quiet --bin vigil -- access"),
    ("schema.graphql", "cargo run --quiet --bin vigil -- schema"),
];

/// Writes the book of the database's schema, or fails where it is not what would be written, or where a check
/// fails. It is made of two fresh databases, so it takes a PostgreSQL server.
fn book(is_check: bool) -> Result<(), String> {
    let server = postgres::find()?;
    let mut command = words("cargo run --quiet --bin vigil -- schema book --out docs --postgres");
    command.arg(&server.url);
    if is_check {
        command.arg("--check");
    }
    run(&mut command)
}

/// Writes the files that are stale.
pub(crate) fn write() -> Result<(), String> {
    for (name, command) in FILES {
        let fresh = output(&mut words(command))?;
        if stale(name, &fresh).is_none() {
            eprintln!("{name}: unchanged");
            continue;
        }
        fs::write(root().join(name), fresh).map_err(|error| format!("{name}: {error}"))?;
        eprintln!("{name}: written");
    }
    book(false)
}

/// Fails where a file is not what the program says.
pub(crate) fn check() -> Result<(), String> {
    let mut complaints = Vec::new();
    for (name, command) in FILES {
        let fresh = output(&mut words(command))?;
        complaints.extend(stale(name, &fresh));
    }
    if complaints.is_empty() {
        return book(true);
    }
    Err(format!("{}\nrun `cargo xtask generate` and commit the result", complaints.join("\n")))
}

fn stale(name: &str, fresh: &str) -> Option<String> {
    match fs::read_to_string(root().join(name)) {
        Ok(text) => Some(format!("{name}:{}: is stale", difference(&text, fresh)?)),
        Err(error) => Some(format!("{name}: {error}")),
    }
}

/// The first line, counted from 1, in which two texts differ.
fn difference(old: &str, new: &str) -> Option<usize> {
    let mut lines = old.split_inclusive('\n').zip(new.split_inclusive('\n'));
    let common = lines.position(|(old, new)| old != new);
    let shorter = || old.split_inclusive('\n').count().min(new.split_inclusive('\n').count());
    (old != new).then(|| common.unwrap_or_else(shorter) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_do_not_differ() {
        assert_eq!(difference("a\nb\n", "a\nb\n"), None);
    }

    #[test]
    fn a_changed_line_is_named() {
        assert_eq!(difference("a\nb\nc\n", "a\nB\nc\n"), Some(2));
    }

    #[test]
    fn an_added_line_is_named() {
        assert_eq!(difference("a\n", "a\nb\n"), Some(2));
    }

    #[test]
    fn a_missing_last_line_break_is_named() {
        assert_eq!(difference("a\nb\n", "a\nb"), Some(2));
    }
}
