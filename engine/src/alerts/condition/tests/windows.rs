//! How many reports, over which days.

use {super::*, crate::alerts::clearing::Clearing};

fn within(window: &Value) -> Value {
    json!({"kind": "field_is", "field": "feelingDuringWork", "in": ["STRESSED"], "window": window})
}

fn run(n: u32) -> Value {
    within(&json!({"kind": "run", "n": n}))
}

fn count(n: u32, days: u32, unit: &str) -> Value {
    within(&json!({"kind": "count", "n": n, "days": days, "unit": unit}))
}

#[test]
fn a_run_is_of_the_newest_reports() {
    check(&run(2), &World::at(9).with(&[2, 3], stressed), true);
    check(&run(3), &World::at(9).with(&[2, 3], stressed), false);
    check(&run(2), &World::at(9).with(&[2, 3], stressed).with(&[4], |_| ()), false);
    check(&run(2), &World::at(9).with(&[2, 4], stressed).with(&[3], |_| ()), false);
    grounds(&run(2), &World::at(9).with(&[2, 3, 4], stressed), &[4, 3]);
}

#[test]
fn a_run_goes_on_over_a_weekend() {
    check(&run(3), &World::at(10).with(&[5, 6, 9], stressed), true);
}

#[test]
fn a_report_of_a_day_off_neither_ends_a_run_nor_counts() {
    check(&run(2), &World::at(9).with(&[5, 6], stressed).with(&[7], |_| ()), true);
    check(&run(2), &World::at(9).with(&[6, 7], stressed).with(&[5], |_| ()), false);
}

#[test]
fn a_run_may_miss_two_expected_days_and_no_more() {
    check(&run(2), &World::at(9).with(&[2, 5], stressed), true);
    check(&run(2), &World::at(9).with(&[2, 6], stressed), false);
    check(&run(3), &World::at(20).with(&[10, 11, 17], stressed), true); // leave on the 12th
}

#[test]
fn a_count_ends_with_the_newest_report() {
    check(&count(2, 7, "calendar"), &World::at(30).with(&[2, 6], stressed), true);
    let older = || World::at(30).with(&[2], stressed).with(&[3], |_| ());
    check(&count(2, 7, "calendar"), &older().with(&[6], stressed), true);
    check(&count(2, 7, "calendar"), &older().with(&[9], stressed), false); // the 2nd is eight days ago
    check(&count(1, 7, "calendar"), &older().with(&[6], |_| ()), true);
}

#[test]
fn a_count_may_include_days_off() {
    check(&count(2, 7, "calendar"), &World::at(30).with(&[7, 8], stressed), true);
}

#[test]
fn a_count_of_business_days_leaves_out_the_others() {
    // The last five expected days up to the 16th are the 9th to the 11th, the 13th and the 16th.
    check(&count(2, 5, "business"), &World::at(30).with(&[9, 16], stressed), true);
    check(&count(2, 5, "business"), &World::at(30).with(&[6, 16], stressed), false);
    check(&count(2, 5, "calendar"), &World::at(30).with(&[9, 16], stressed), false);
}

#[test]
fn without_a_window_the_newest_report_is_meant() {
    let latest = json!({"kind": "field_is", "field": "feelingDuringWork", "in": ["STRESSED"]});
    check(&latest, &World::at(9).with(&[2], stressed), true);
    check(&latest, &World::at(9).with(&[2], stressed).with(&[3], |_| ()), false);
}

#[track_caller]
fn needs(condition: &Value, last: u32, since: u32) {
    let needs = rule(condition).needs();
    assert_eq!(needs.since(&World::at(2).calendar, march(last)), march(since));
}

#[test]
fn no_more_is_read_than_is_asked_for() {
    needs(&within(&json!({"kind": "latest"})), 20, 20);
    needs(&count(3, 7, "calendar"), 20, 14);
    needs(&count(3, 5, "business"), 20, 13); // the 13th, 16th, 17th, 19th, 20th
    needs(&run(2), 20, 16); // four expected days
    needs(&json!({"kind": "any", "of": [run(2), count(3, 14, "calendar")]}), 20, 7);
}

#[test]
fn a_condition_says_which_rows_it_reads() {
    let of = |condition: Value| {
        let needs = rule(&condition).needs();
        (needs.reports, needs.starts, needs.is_timed)
    };
    assert_eq!(of(run(2)), (true, false, false));
    assert_eq!(of(json!({"kind": "late", "minutes": 5})), (false, true, true));
    assert_eq!(of(json!({"kind": "report_missing", "days": 1})), (true, false, true));
    assert_eq!(of(json!({"kind": "accelerator_stalled", "days": 1})), (false, false, true));
}

#[test]
fn a_condition_says_when_its_alert_is_over() {
    let of = |condition: Value| rule(&condition).clearing();
    assert_eq!(of(run(2)), Clearing::AtOnce);
    assert_eq!(of(count(3, 7, "calendar")), Clearing::AfterDays(7));
    assert_eq!(of(json!({"kind": "report_missing", "days": 1})), Clearing::AtOnce);
    let text = json!({"kind": "specificity", "field": "biggestWin", "atLeast": 0.6});
    assert_eq!(of(text.clone()), Clearing::AfterDays(14));
    assert_eq!(of(json!({"kind": "all", "of": [run(2), text]})), Clearing::AfterDays(14));
}
