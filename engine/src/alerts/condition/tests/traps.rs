//! Ways in which rules like these went wrong before.

use {
    super::*,
    crate::alerts::Severity,
    crate::alerts::suppression::{Circumstances, Suppression},
};

#[test]
fn a_silent_pairing_is_found_without_any_report() {
    // Evaluated only when a report comes in, this rule could never hold.
    check(&json!({"kind": "report_missing", "days": 1}), &World::at(9), true);
}

#[test]
fn five_in_a_row_are_not_any_five() {
    let five = || {
        json!({"kind": "field_is", "field": "workloadFeeling", "in": ["HEAVY"],
            "window": {"kind": "run", "n": 5}})
    };
    let heavy = |it: &mut Report| it.workload_feeling = Workload::Heavy;
    check(&five(), &World::at(10).with(&[6, 3, 9, 2, 5, 4], heavy), true);
    check(&five(), &World::at(10).with(&[6, 3, 9, 2, 4], heavy).with(&[5], |_| ()), false);
}

#[test]
fn the_day_is_the_assistants_and_not_the_servers() {
    let missing = || json!({"kind": "report_missing", "days": 1});
    let at = |name| World::at(2).with(&[3], |_| ()).shift("09:00:00", name, "2026-03-05T10:30:00Z");
    check(&missing(), &at("Pacific/Kiritimati"), true); // there it is the 6th
    check(&missing(), &at("UTC"), true);
    check(&missing(), &at("Etc/GMT+12"), false); // there it is still the 4th
}

#[test]
fn neither_end_of_a_gap_is_missed() {
    // From Monday's report to Wednesday one day was missed, not two or three.
    let found =
        World::at(4).with(&[2], |_| ()).find(&rule(&json!({"kind": "report_missing", "days": 1})));
    assert_eq!(found.unwrap().occurrences, 1);
}

#[test]
fn leave_suppresses_by_number_and_not_by_name() {
    let around = Circumstances { is_on_leave: true, ..Circumstances::default() };
    let now = DateTime::UNIX_EPOCH;
    assert_eq!(around.suppression(27, Severity::Low, now), Some(Suppression::Leave));
    // A rule of one's own that is called "Late report" is not about being there.
    assert_eq!(around.suppression(1000, Severity::Low, now), None);
    assert_eq!(around.suppression(26, Severity::Low, now), None);
}

#[test]
fn one_missed_sync_after_months_of_them_is_nothing() {
    let no_sync = || {
        json!({"kind": "field_is", "field": "hadDailySync", "in": [false],
            "window": {"kind": "count", "n": 3, "days": 7, "unit": "calendar"}})
    };
    let missed = |it: &mut Report| it.had_daily_sync = false;
    check(&no_sync(), &World::at(20).with(&[2, 9, 16], missed), false);
    check(&no_sync(), &World::at(20).with(&[13, 16, 19], missed), true);
}

#[test]
fn a_rule_can_be_tried_on_the_past() {
    let rule = rule(&json!({"kind": "field_is", "field": "feelingDuringWork", "in": ["STRESSED"],
        "window": {"kind": "run", "n": 2}}));
    let world = World::at(20).with(&[3, 4], stressed).with(&[2, 5, 6], |_| ());
    let timeline = Timeline::new(world.reports.clone());
    let fires: Vec<u32> = (2..=6)
        .filter(|day| {
            let history = History {
                now: world.now,
                today: march(*day),
                calendar: &world.calendar,
                reports: timeline.until(march(*day)),
                starts: crate::alerts::Past::none(),
                shift: None,
                healthcare_eligibility_date: None,
                accelerator: None,
            };
            rule.find(&history).is_some()
        })
        .collect();
    assert_eq!(fires, [4]);
}
