//! No rule, no history and no text makes the engine panic.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use {
    chrono::{DateTime, NaiveDate, NaiveTime, Utc},
    engine::{
        alerts::{
            Accelerator, Feeling, History, Id, Report, Rule, Shift, Start, Timeline, WorkType,
            Workload, standing::Fingerprint, suppression::Outage,
        },
        calendar::{Calendar, WorkWeek, zone},
        text::{Pattern, Patterns, Reading, Vector, Written, error_density, specificity},
    },
    proptest::prelude::*,
    serde_json::{Map, Value, json},
};

const DEFAULTS: &str = include_str!("../../service/src/coaching/alert_rule_defaults.json");

/// Names and values that mean something somewhere in a rule.
const WORDS: [&str; 24] = [
    "all",
    "any",
    "atLeast",
    "biggestWin",
    "calendar",
    "count",
    "days",
    "field",
    "fields",
    "in",
    "kind",
    "late",
    "latest",
    "minutes",
    "n",
    "not",
    "of",
    "patterns",
    "run",
    "text",
    "threshold",
    "unit",
    "window",
    "words",
];

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => proptest::sample::select(&WORDS[..]).prop_map(str::to_owned),
        1 => any::<String>(),
    ]
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-3..40_i64).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        let map = proptest::collection::vec((word(), inner.clone()), 0..6);
        prop_oneof![
            proptest::collection::vec(inner, 0..6).prop_map(Value::from),
            map.prop_map(|it| Value::Object(it.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// The values within a value, itself included.
fn places(value: &Value) -> usize {
    1 + match value {
        Value::Array(all) => all.iter().map(places).sum(),
        Value::Object(all) => all.values().map(places).sum(),
        _ => 0_usize,
    }
}

/// Puts another value in the place with this number.
fn replace(value: &mut Value, place: &mut usize, other: &Value) {
    if *place == 0 {
        value.clone_from(other);
        *place = usize::MAX;
        return;
    }
    *place -= 1;
    match value {
        Value::Array(all) => all.iter_mut().for_each(|it| replace(it, place, other)),
        Value::Object(all) => all.values_mut().for_each(|it| replace(it, place, other)),
        _ => {}
    }
}

fn day() -> impl Strategy<Value = NaiveDate> {
    prop_oneof![
        8 => (0..30_u64).prop_map(|it| NaiveDate::default() + chrono::Days::new(it)),
        1 => Just(NaiveDate::MIN),
        1 => Just(NaiveDate::MAX),
    ]
}

fn report() -> impl Strategy<Value = Report> {
    (day(), any::<u128>(), any::<String>(), any::<String>()).prop_map(|(day, id, left, right)| {
        Report {
            id: Id(id),
            day,
            workload_feeling: Workload::Heavy,
            work_type: WorkType::Regular,
            feeling_during_work: Feeling::Stressed,
            had_daily_sync: false,
            biggest_win: left.as_str().into(),
            what_completed: right.as_str().into(),
            pending_tasks: left.as_str().into(),
            difficulties: right.as_str().into(),
            support_needed: Written::default(),
            additional_notes: format!("{left}\n{right}").as_str().into(),
        }
    })
}

/// Puts a rule to a history, whatever stands in it.
fn ask(rule: &Rule, (reports, start, today): (Vec<Report>, NaiveDate, NaiveDate)) {
    let calendar = Calendar::new(start, WorkWeek::default(), [], []);
    let newest = reports.iter().map(|it| it.day).max();
    let log = Start { id: Id(1), log_date: today, minutes_late: u32::MAX };
    let (reports, starts) = (Timeline::new(reports), Timeline::new(vec![log]));
    let found = rule.find(&History {
        now: DateTime::<Utc>::MAX_UTC,
        today,
        calendar: &calendar,
        reports: reports.all(),
        starts: starts.until(start),
        shift: Some(Shift {
            expected_show_up_time: NaiveTime::MIN,
            zone: zone("Asia/Manila").unwrap(),
        }),
        healthcare_eligibility_date: Some(start),
        accelerator: Some(Accelerator { week: 1, since: start }),
    });
    let _ = newest.map(|day| rule.needs().since(&calendar, day));
    if let Some(found) = found {
        assert!((0.0..=1.0).contains(&found.confidence), "{found:?}");
        let _ = Fingerprint::new(&found, 1);
    }
}

fn world() -> impl Strategy<Value = (Vec<Report>, NaiveDate, NaiveDate)> {
    (proptest::collection::vec(report(), 0..8), day(), day())
}

proptest! {
    #[test]
    fn any_json_is_read_or_refused(condition in any_json(), thresholds in any_json()) {
        if let Err(faults) = Rule::read(&condition, &thresholds) {
            prop_assert!(!faults.is_empty());
            prop_assert!(faults.iter().all(|it| !it.path.is_empty() && !it.message.is_empty()));
        }
    }

    #[test]
    fn a_rule_with_something_else_in_it_is_read_or_refused(
        number in 0..31_usize,
        place in any::<prop::sample::Index>(),
        other in any_json(),
        world in world(),
    ) {
        let rules: Vec<Value> = serde_json::from_str(DEFAULTS).unwrap();
        let rule = &rules[number];
        let mut whole = json!([rule["triggerCondition"], rule["defaultThresholds"]]);
        let mut place = place.index(places(&whole));
        replace(&mut whole, &mut place, &other);
        if let Ok(rule) = Rule::read(&whole[0], &whole[1]) {
            ask(&rule, world);
        }
    }

    #[test]
    fn any_history_can_be_asked(number in 0..31_usize, world in world()) {
        let rules: Vec<Value> = serde_json::from_str(DEFAULTS).unwrap();
        let rule = &rules[number];
        ask(&Rule::read(&rule["triggerCondition"], &rule["defaultThresholds"]).unwrap(), world);
    }

    #[test]
    fn any_text_can_be_read(text in "\\PC*|(late|not|[.,;!?'’\\n -]|resolved|\\PC){0,60}", other: String) {
        let reading = Reading::new(&text);
        let late = Patterns::new(vec![Pattern::new("late .. late? \\u{308}late", 0.5).unwrap()]);
        for hit in late.hits(&reading) {
            prop_assert!(text.contains(reading.quote(&text, hit.sentence)));
        }
        let (left, right) = (Vector::new(&text), Vector::new(&other));
        prop_assert!((0.0..=1.0).contains(&left.similarity(&right)));
        prop_assert!(left.is_empty() || left.similarity(&left) > 0.999);
        prop_assert!((0.0..=1.0).contains(&specificity(&text, &reading)));
        prop_assert!(error_density(&text).0.is_finite());
        let (left, right) = (Written::from(text.as_str()), Written::from(other.as_str()));
        prop_assert!((0.0..=1.0).contains(&left.item_similarity(&right)));
        let _ = left.tasks();
        let _ = Pattern::new(&text, 0.5);
    }

    #[test]
    fn any_report_may_tell_of_an_outage(report in report()) {
        let _ = Outage::told_in(&report);
    }
}
