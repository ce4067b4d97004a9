//! What no compiler and no lint checks: the shape of the tree.
//!
//! The checks run as a test as well, so `cargo xtask test` is all there is to remember.

mod tree;

use std::path::Path;

const LINES_MAX: usize = 600;
const LATER: &str = concat!("TO", "DO");
const DOMAINS: [&str; 4] = ["coaching", "reminders", "review", "scheduling"];
/// Where the line between domains runs. Relations of tables (`entity`) and edges of the graph
/// (`api`) cross it in both directions, and that is the place for them.
const DIVIDED: [&str; 2] = ["engine", "service"];
const VAGUE: [&str; 8] =
    ["common", "helpers", "manager", "misc", "types", "util", "utilities", "utils"];
/// Folders in which a path leads to one person's machine.
const PRIVATE: [&str; 4] = ["Users", "home", "root", "work"];

/// Fails with every complaint about the tree.
pub(crate) fn run() -> Result<(), String> {
    let complaints = check();
    if complaints.is_empty() { Ok(()) } else { Err(format!("untidy\n{}", complaints.join("\n"))) }
}

/// Every complaint, as `path:line: what to do`.
fn check() -> Vec<String> {
    tree::texts().iter().flat_map(|(path, text)| check_file(path, text)).collect()
}

fn check_file(path: &Path, text: &str) -> Vec<String> {
    let is_rust = path.extension().is_some_and(|it| it == "rs");
    let mut complaints = Vec::new();
    if is_rust {
        complaints.extend(check_shape(path, text));
    }
    for (index, line) in text.lines().enumerate() {
        let checks: &[fn(&Path, &str) -> Option<&'static str>] =
            if is_rust { &[check_promise, check_path] } else { &[check_path, check_registry] };
        complaints.extend(checks.iter().filter_map(|it| it(path, line)).map(|it| (index + 1, it)));
    }
    complaints.iter().map(|(line, what)| format!("{}:{line}: {what}", path.display())).collect()
}

fn check_shape(path: &Path, text: &str) -> Vec<(usize, &'static str)> {
    let mut complaints = Vec::new();
    if !text.starts_with("//! ") {
        complaints.push((1, "start with a `//!` line that says what the file is for"));
    }
    if text.lines().count() > LINES_MAX {
        complaints.push((LINES_MAX, "the file is too long: split it by noun"));
    }
    if path.file_stem().is_some_and(|stem| VAGUE.iter().any(|it| stem == *it)) {
        complaints.push((1, "the name says nothing: name the file after what it holds"));
    }
    let foreign = foreign_domains(path);
    for (offset, _) in text.match_indices("crate::") {
        let rest = &text[offset + "crate::".len()..];
        if named(rest).iter().any(|name| foreign.contains(name)) {
            let line = text[..offset].lines().count().max(1);
            complaints.push((line, "domains meet in the kernel or through events, not here"));
        }
    }
    complaints
}

/// The domains that a file must not reach into: all but its own, if it belongs to one.
fn foreign_domains(path: &Path) -> Vec<&'static str> {
    let is_in = |domain: &str| {
        path.iter().any(|part| part == domain || part == format!("{domain}.rs").as_str())
    };
    let is_divided = DIVIDED.iter().any(|part| path.starts_with(part));
    if !is_divided || !DOMAINS.iter().any(|domain| is_in(domain)) {
        return Vec::new();
    }
    DOMAINS.into_iter().filter(|domain| !is_in(domain)).collect()
}

/// The modules that stand behind `crate::`, of which braces hold several.
fn named(rest: &str) -> Vec<&str> {
    let head = |text| {
        let end = |it: char| !it.is_alphanumeric() && it != '_';
        str::split(text, end).next().unwrap_or_default()
    };
    let Some(group) = rest.strip_prefix('{') else { return vec![head(rest)] };
    let (mut depth, mut start, mut names) = (0_usize, 0, Vec::new());
    for (offset, sign) in group.char_indices() {
        match sign {
            ',' if depth == 0 => {
                names.push(head(group[start..offset].trim()));
                start = offset + 1;
            }
            '}' if depth == 0 => {
                names.push(head(group[start..offset].trim()));
                break;
            }
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
    }
    names
}

fn check_promise(_: &Path, line: &str) -> Option<&'static str> {
    let is_bare = line.contains(LATER) && !line.contains(&format!("{LATER}(#"));
    is_bare.then_some("a promise needs an issue: write its number behind it")
}

fn check_path(_: &Path, line: &str) -> Option<&'static str> {
    let is_private = |folder: &&str| {
        line.match_indices(&format!("/{folder}/")).any(|(offset, _)| {
            let before = line[..offset].chars().next_back();
            !before.is_some_and(|it| it.is_alphanumeric() || "._-~*}".contains(it))
        })
    };
    PRIVATE.iter().any(is_private).then_some("this path is of one machine: make it relative")
}

fn check_registry(path: &Path, line: &str) -> Option<&'static str> {
    let found = path.ends_with("package-lock.json") && line.contains("\"resolved\": \"http");
    found.then_some("a lock file names no registry: see `tests/clients/.npmrc`")
}

#[cfg(test)]
mod tests;
