//! Each check, seen to fail; and the tree itself.

use super::*;

#[track_caller]
fn complains(path: &str, text: &str, what: &str) {
    let complaints = check_file(Path::new(path), text);
    assert!(complaints.iter().any(|it| it.contains(what)), "{complaints:?}");
}

#[track_caller]
fn agrees(path: &str, text: &str) {
    assert_eq!(check_file(Path::new(path), text), Vec::<String>::new());
}

#[test]
fn the_tree_is_tidy() {
    assert_eq!(check(), Vec::<String>::new());
}

#[test]
fn a_file_without_a_first_line_is_noticed() {
    complains("service/src/coaching/reports.rs", "use std::fmt;", "reports.rs:1: start with");
}

#[test]
fn a_long_file_is_noticed() {
    let text = |lines| format!("//! Long.\n{}", "\n".repeat(lines - 1));

    agrees("engine/src/long.rs", &text(LINES_MAX));
    complains("engine/src/long.rs", &text(LINES_MAX + 1), "too long");
}

#[test]
fn a_name_that_says_nothing_is_noticed() {
    complains("service/src/utils.rs", "//! Odds and ends.", "says nothing");
}

#[test]
fn a_domain_reaching_into_another_is_noticed() {
    let text = "//! Alerts.\n\nuse crate::reminders::snooze;";
    complains("service/src/coaching/alerts.rs", text, "alerts.rs:3: domains meet");
    complains("service/src/coaching.rs", text, "domains meet");
}

#[test]
fn a_domain_among_others_in_braces_is_noticed() {
    let text = "//! Alerts.\nuse crate::{\n    kernel::{events, clock},\n    reminders,\n};";
    complains("service/src/coaching/alerts.rs", text, "alerts.rs:2: domains meet");
}

#[test]
fn a_domain_uses_itself_and_the_kernel() {
    let text = "//! Alerts.\nuse crate::{coaching::reports, kernel::{reviewers, reminders_due}};";
    agrees("service/src/coaching/alerts.rs", text);
    agrees("service/src/coaching/alerts.rs", "//! Alerts.\nuse crate::reviewers;");
}

#[test]
fn edges_and_wiring_cross_between_domains() {
    let text = "//! Both.\nuse crate::reminders;";
    agrees("api/src/coaching/alerts.rs", text);
    agrees("entity/src/coaching/alert.rs", text);
    agrees("service/src/wiring.rs", text);
}

#[test]
fn a_promise_without_an_issue_is_noticed() {
    complains("api/src/http.rs", &format!("//! HTTP.\n// {LATER}: faster"), "needs an issue");
    agrees("api/src/http.rs", &format!("//! HTTP.\n// {LATER}(#12): faster"));
}

#[test]
fn a_path_of_one_machine_is_noticed() {
    for folder in PRIVATE {
        let text = format!("see `/{folder}/vigil`");
        complains("docs/install.md", &text, "install.md:1: this path");
    }
}

#[test]
fn a_path_below_something_else_is_fine() {
    for start in ["vigil.example", "~", "$HOME", "{folder}", "."] {
        agrees("docs/install.md", &format!("{start}/{}/vigil", PRIVATE[3]));
    }
}

#[test]
fn a_registry_in_a_lock_file_is_noticed() {
    let text = "  \"resolved\": \"https://registry.example/a.tgz\",";
    complains("tests/clients/package-lock.json", text, "names no registry");
    agrees("docs/install.md", text);
}
