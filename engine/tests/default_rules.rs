//! The rules that come with Vigil: each fires, holds and clears, day by day from a Monday on.
//!
//! In a history, `x` is a day with what the rule looks for, `.` an ordinary day, `-` a day without a report
//! and without a start of work. In what is expected, `x` is a day in whose evening the rule holds.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use {
    chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc},
    engine::{
        alerts::{
            Accelerator, Feeling, History, Id, Report, Rule, Shift, Start, Timeline, WorkType,
            Workload,
        },
        calendar::{Calendar, WorkWeek, zone},
        text::Written,
    },
    serde_json::Value,
};

const DEFAULTS: &str = include_str!("../../service/src/coaching/alert_rule_defaults.json");
/// On three of seven days, which clears as soon as the first of them is eight days ago.
const THREE_OF_SEVEN: (&str, &str) = ("x.x.x--.", "....xxx.");

fn day(number: usize) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, 2).unwrap() + Days::new(u64::try_from(number).unwrap())
}

/// What happens on the days of a history, which a rule is put to every evening.
#[track_caller]
fn check(number: u64, (days, expected): (&str, &str), trouble: impl Fn(&mut Report)) {
    let rule = rule(number);
    let (mut reports, mut starts) = (Vec::new(), Vec::new());
    for (place, sign) in days.chars().enumerate().filter(|it| it.1 != '-') {
        let (id, minutes_late) =
            (Id(u128::try_from(place).unwrap()), if sign == 'x' { 45 } else { 0 });
        starts.push(Start { id, log_date: day(place), minutes_late });
        reports.push(ordinary(id, place));
        if sign == 'x' {
            trouble(reports.last_mut().unwrap());
        }
    }
    let (reports, starts) = (Timeline::new(reports), Timeline::new(starts));
    let calendar = Calendar::new(day(0), WorkWeek::default(), [], []);
    let evening = NaiveTime::from_hms_opt(23, 59, 0).unwrap();
    let holds = (0..days.len()).map(|place| {
        let now: DateTime<Utc> = day(place).and_time(evening).and_utc();
        let history = History {
            now,
            today: day(place),
            calendar: &calendar,
            reports: reports.until(day(place)),
            starts: starts.until(day(place)),
            shift: Some(Shift {
                expected_show_up_time: NaiveTime::from_hms_opt(9, 0, 0).unwrap(),
                zone: zone("UTC").unwrap(),
            }),
            healthcare_eligibility_date: Some(day(35)),
            accelerator: Some(Accelerator { week: 1, since: day(0) }),
        };
        if rule.find(&history).is_some() { 'x' } else { '.' }
    });
    assert_eq!(holds.collect::<String>(), expected, "rule {number} in {days}");
}

fn rule(number: u64) -> Rule {
    let rules: Vec<Value> = serde_json::from_str(DEFAULTS).unwrap();
    let rule = rules.iter().find(|it| it["ruleNumber"] == number).unwrap();
    Rule::read(&rule["triggerCondition"], &rule["defaultThresholds"]).unwrap()
}

/// A report that no rule minds: long enough, and every day about something else.
fn ordinary(id: Id, place: usize) -> Report {
    let done: Vec<_> =
        (0..60_u8).map(|it| format!("{}{place}", char::from(b'a' + it % 26))).collect();
    Report {
        id,
        day: day(place),
        workload_feeling: Workload::Moderate,
        work_type: WorkType::Mix,
        feeling_during_work: Feeling::Good,
        had_daily_sync: true,
        biggest_win: "Good talk with the client".into(),
        what_completed: done.join(" ").as_str().into(),
        pending_tasks: Written::default(),
        difficulties: "None today".into(),
        support_needed: Written::default(),
        additional_notes: Written::default(),
    }
}

#[test]
fn rule_1_report_not_submitted() {
    check(1, ("..--.", "...x."), |_| ());
    check(1, ("....---.", ".....xx."), |_| ()); // Friday is missed from Saturday on
    check(1, (".....--.", "........"), |_| ());
}

#[test]
fn rule_2_overwhelming_workload() {
    check(2, (".x.", ".x."), |it| it.workload_feeling = Workload::Overwhelming);
}

#[test]
fn rule_3_no_work_available() {
    check(3, THREE_OF_SEVEN, |it| it.work_type = WorkType::NotMuch);
}

#[test]
fn rule_4_health_and_stress() {
    check(4, (".xx.x--x.", "..x....x."), |it| it.feeling_during_work = Feeling::Stressed);
}

#[test]
fn rule_5_empty_reports() {
    check(5, ("xx.xx--x.", ".......x."), |it| it.what_completed = "Emails and calls".into());
}

#[test]
fn rule_6_dissatisfaction() {
    check(6, (".x.", ".x."), |it| it.difficulties = "The client is not happy with my work".into());
}

#[test]
fn rule_7_pay_boundary() {
    check(7, (".x.", ".x."), |it| it.additional_notes = "Client asked about my salary".into());
}

#[test]
fn rule_8_trust_breakdown() {
    check(8, (".x.", ".x."), |it| {
        it.difficulties = "The client found a mistake in the memo".into();
    });
    // Three of the assistant's own errors in a week.
    check(8, THREE_OF_SEVEN, |it| it.difficulties = "I made a mistake with the time".into());
}

#[test]
fn rule_9_no_sync() {
    check(9, THREE_OF_SEVEN, |it| it.had_daily_sync = false);
    check(9, ("x......", "......."), |it| it.had_daily_sync = false);
}

#[test]
fn rule_10_recurring_blockers() {
    check(10, THREE_OF_SEVEN, |it| it.difficulties = "The VPN drops in calls".into());
}

#[test]
fn rule_11_heavy_workload() {
    check(11, ("xxxxx--.", "....xxx."), |it| it.workload_feeling = Workload::Heavy);
}

#[test]
fn rule_12_light_workload() {
    check(12, ("xxxx.xxxxx", ".........."), |it| it.workload_feeling = Workload::Light);
    check(12, ("xxxxx--.", "....xxx."), |it| it.workload_feeling = Workload::Light);
}

#[test]
fn rule_13_no_wins() {
    check(13, ("xxxxx--xxxxx--.", "...........xxx."), |it| it.biggest_win = "None".into());
}

#[test]
fn rule_14_pay_and_promotion() {
    check(14, (".x.", ".x."), |it| it.support_needed = "I would like to discuss a raise".into());
}

#[test]
fn rule_15_client_holds_work() {
    check(15, THREE_OF_SEVEN, |it| {
        it.pending_tasks = "Waiting for the client to approve it".into();
    });
}

#[test]
fn rule_16_surface_level_reports() {
    check(16, THREE_OF_SEVEN, |it| it.what_completed = "Emails and calls".into());
}

#[test]
fn rule_17_only_routine() {
    check(17, ("xxxxx--xx.", "........x."), |it| it.work_type = WorkType::Regular);
}

#[test]
fn rule_18_pending_tasks_pile_up() {
    check(18, ("xxxxx--.", "....xxx."), |it| {
        it.pending_tasks = "Passport renewal; other things".into();
    });
}

#[test]
fn rule_19_requests_ignored() {
    check(19, ("x..x.", "...x."), |it| it.support_needed = "Please unlock my mailbox".into());
}

#[test]
fn rule_20_energy_decline() {
    check(20, ("x...x--.", "....xxx."), |it| it.feeling_during_work = Feeling::Stressed);
}

#[test]
fn rule_21_communication_quality() {
    let careless = "i recieved teh emial and i didnt understand it. then i calld the the client ,but he \
        dont answer. i has wait all day for a answer and wrote him agian tommorow morning i hope";
    check(21, (".x.", ".x."), |it| it.what_completed = careless.into());
}

#[test]
fn rule_22_low_value_work() {
    check(22, THREE_OF_SEVEN, |it| it.what_completed = "Filed receipts, did data entry".into());
}

#[test]
fn rule_23_trouble_outside_work() {
    check(23, ("x...x--.....--.", "....xxxxxxxxxx."), |it| {
        it.additional_notes = "Power outage at home".into();
    });
}

#[test]
fn rule_24_specific_wins() {
    check(24, (".x.", ".x."), |it| it.biggest_win = "Saved $400 on the flights to Oslo".into());
}

#[test]
fn rule_25_proactive() {
    check(25, (".x.", ".x."), |it| it.biggest_win = "I suggested a shorter agenda".into());
}

#[test]
fn rule_26_quality_reports() {
    let thorough = "Booked 12 flights for the team, saving $300 in all. ".repeat(11);
    check(26, (".x.", ".x."), |it| it.what_completed = thorough.as_str().into());
}

#[test]
fn rule_27_late_to_shift() {
    check(27, (".x.", ".x."), |_| ());
}

#[test]
fn rule_28_late_again_and_again() {
    check(28, ("x.x.x--.....--.", "....xxxxxxxxxx."), |_| ());
}

#[test]
fn rule_29_no_start_of_day() {
    check(29, (".-.", ".x."), |_| ());
    check(29, ("....---.", "....xxx."), |_| ()); // nobody has turned up since Friday
}

#[test]
fn rule_30_healthcare_soon() {
    let expected = format!("{}{}.", ".".repeat(5), "x".repeat(31));
    check(30, (&".".repeat(37), &expected), |_| ());
}

#[test]
fn rule_31_accelerator_stalled() {
    check(31, ("............", "...........x"), |_| ());
}
