//! Small histories, put to conditions as people write them.

mod faults;
mod traps;
mod windows;

use {
    super::super::{
        Accelerator, Feeling, Finding, History, Id, Report, Rule, Shift, Start, Timeline, WorkType,
        Workload, report_for_tests,
    },
    crate::calendar::{Calendar, DayRange, WorkWeek, zone},
    chrono::{DateTime, NaiveDate, Utc},
    serde_json::{Value, json},
};

/// A day of March 2026, whose 2nd is a Monday.
fn march(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, day).unwrap()
}

fn rule(condition: &Value) -> Rule {
    Rule::read(condition, &json!({})).unwrap()
}

/// A pairing since the 2nd of March, with leave on the 12th and a holiday on the 18th.
struct World {
    reports: Vec<Report>,
    starts: Vec<Start>,
    calendar: Calendar,
    now: DateTime<Utc>,
    today: NaiveDate,
    shift: Option<Shift>,
    healthcare_eligibility_date: Option<NaiveDate>,
    accelerator: Option<Accelerator>,
}

impl World {
    /// At noon of a day, in UTC.
    fn at(today: u32) -> Self {
        let off = |day| [DayRange::of_day(march(day))];
        Self {
            reports: Vec::new(),
            starts: Vec::new(),
            calendar: Calendar::new(march(2), WorkWeek::default(), off(12), off(18)),
            now: march(today).and_hms_opt(12, 0, 0).unwrap().and_utc(),
            today: march(today),
            shift: None,
            healthcare_eligibility_date: None,
            accelerator: None,
        }
    }

    /// With reports of these days that say the same.
    fn with(mut self, days: &[u32], change: impl Fn(&mut Report)) -> Self {
        for day in days {
            let mut report = report_for_tests(*day);
            change(&mut report);
            self.reports.push(report);
        }
        self
    }

    /// With starts of these days, so many minutes late.
    fn started(mut self, days: &[(u32, u32)]) -> Self {
        self.starts.extend(days.iter().map(|(day, minutes_late)| Start {
            id: Id((*day).into()),
            log_date: march(*day),
            minutes_late: *minutes_late,
        }));
        self
    }

    fn shift(mut self, time: &str, name: &str, now: &str) -> Self {
        let expected_show_up_time = time.parse().unwrap();
        self.shift = Some(Shift { expected_show_up_time, zone: zone(name).unwrap() });
        self.now = now.parse().unwrap();
        self.today = crate::calendar::today_in(self.now, zone(name).unwrap());
        self
    }

    fn find(&self, rule: &Rule) -> Option<Finding> {
        let (reports, starts) =
            (Timeline::new(self.reports.clone()), Timeline::new(self.starts.clone()));
        rule.find(&History {
            now: self.now,
            today: self.today,
            calendar: &self.calendar,
            reports: reports.all(),
            starts: starts.all(),
            shift: self.shift,
            healthcare_eligibility_date: self.healthcare_eligibility_date,
            accelerator: self.accelerator,
        })
    }
}

#[track_caller]
fn check(condition: &Value, world: &World, holds: bool) {
    let found = world.find(&rule(condition));
    assert_eq!(found.is_some(), holds, "{found:?}");
}

/// The days that a finding rests on, newest first.
#[track_caller]
fn grounds(condition: &Value, world: &World, days: &[u32]) {
    let found = world.find(&rule(condition)).expect("it holds");
    let grounds: Vec<_> = found.grounds.iter().map(|it| it.day).collect();
    assert_eq!(grounds, days.iter().map(|it| march(*it)).collect::<Vec<_>>());
}

fn stressed(report: &mut Report) {
    report.feeling_during_work = Feeling::Stressed;
}

#[test]
fn a_report_is_missing_after_an_expected_day() {
    let missing = |days| json!({"kind": "report_missing", "days": days});
    let world = |today| World::at(today).with(&[4], |_| ());
    check(&missing(1), &world(5), false); // a report of today may still come
    check(&missing(1), &world(6), true);
    check(&missing(2), &world(9), true); // the 5th and the 6th, over the weekend
    check(&missing(3), &world(9), false);
    grounds(&missing(1), &world(9), &[6, 5]);
    check(&missing(1), &world(6).with(&[5], |_| ()), false);
}

#[test]
fn a_report_is_missing_that_never_came() {
    check(&json!({"kind": "report_missing", "days": 1}), &World::at(2), false);
    check(&json!({"kind": "report_missing", "days": 1}), &World::at(3), true);
}

#[test]
fn a_report_is_not_missing_on_leave_or_a_holiday() {
    let missing = json!({"kind": "report_missing", "days": 1});
    check(&missing, &World::at(13).with(&[11], |_| ()), false);
    check(&missing, &World::at(19).with(&[17], |_| ()), false);
}

#[test]
fn a_choice_is_one_of_these() {
    let is =
        |values: Value| json!({"kind": "field_is", "field": "feelingDuringWork", "in": values});
    check(&is(json!(["STRESSED"])), &World::at(3).with(&[2], stressed), true);
    check(&is(json!(["GREAT", "GOOD"])), &World::at(3).with(&[2], stressed), false);
    check(&is(json!(["STRESSED"])), &World::at(4).with(&[2], stressed).with(&[3], |_| ()), false);
    check(&is(json!(["STRESSED"])), &World::at(4), false);
}

#[test]
fn every_choice_can_be_asked_for() {
    let world = World::at(3).with(&[2], |it| {
        it.workload_feeling = Workload::Overwhelming;
        it.work_type = WorkType::NotMuch;
        it.had_daily_sync = false;
    });
    for (field, value) in [
        ("workloadFeeling", json!("OVERWHELMING")),
        ("workType", json!("NOT_MUCH")),
        ("feelingDuringWork", json!("GOOD")),
        ("hadDailySync", json!(false)),
    ] {
        check(&json!({"kind": "field_is", "field": field, "in": [value]}), &world, true);
    }
}

#[test]
fn a_text_says_nothing() {
    let says = |text: &'static str| World::at(3).with(&[2], |it| it.biggest_win = text.into());
    let usual = json!({"kind": "text_empty", "field": "biggestWin"});
    let also = json!({"kind": "text_empty", "field": "biggestWin", "also": ["None Today"]});
    for text in ["", " \n", "none", "None.", "N/A", "-", ".", "nothing!"] {
        check(&usual, &says(text), true);
    }
    for text in ["none of the calls was late", "0", "no meetings"] {
        check(&usual, &says(text), false);
    }
    check(&also, &says("none  TODAY."), true);
    check(&also, &says(""), true);
    check(&also, &says("none"), false);
}

#[test]
fn words_are_counted() {
    let says = |text: &'static str| World::at(3).with(&[2], |it| it.what_completed = text.into());
    let few = json!({"kind": "words", "field": "whatCompleted", "lt": 3});
    let many = json!({"kind": "words", "field": "whatCompleted", "gt": 3});
    for (text, is_few, is_many) in [
        ("", true, false),
        ("a b -", true, false),
        ("a b c", false, false),
        ("a b c d", false, true),
    ] {
        check(&few, &says(text), is_few);
        check(&many, &says(text), is_many);
    }
}

fn phrase(kind: &str, window: &Value) -> Value {
    json!({
        "kind": kind,
        "fields": ["difficulties", "additionalNotes"],
        "patterns": [{"text": "late", "weight": 0.6}, {"text": "angry", "weight": 0.6}],
        "unless": [{"text": "vendor", "weight": 1}],
        "minConfidence": 0.7,
        "window": window,
    })
}

#[test]
fn phrases_add_up_within_a_sentence() {
    let says = |left: &'static str, right: &'static str| {
        World::at(3).with(&[2], |it| {
            it.difficulties = left.into();
            it.additional_notes = right.into();
        })
    };
    let latest = || phrase("text_match", &json!({"kind": "latest"}));
    check(&latest(), &says("late and angry", ""), true);
    check(&latest(), &says("", "late and angry"), true);
    check(&latest(), &says("late", "angry"), false);
    check(&latest(), &says("late. angry", ""), false);
    check(&latest(), &says("late, late", "late"), false);
    check(&latest(), &says("late and not angry", ""), false);
    check(&latest(), &says("late and angry vendor", ""), false);
    check(&latest(), &says("late and angry. Vendor called.", ""), true);
    let found = says("Late, he was angry. All fine.", "late").find(&rule(&latest())).unwrap();
    let quotes: Vec<_> = found.quotes.iter().map(|it| it.text.as_str()).collect();
    assert_eq!(quotes, ["Late, he was angry."]);
    assert!((found.confidence - 0.84).abs() < 1e-9);
    assert_eq!(found.reasoning, "\"late\", \"angry\" is said in the report of 2026-03-02");
}

#[test]
fn mentions_are_counted_by_the_sentence() {
    let says = |text: &'static str| World::at(4).with(&[2, 3], |it| it.difficulties = text.into());
    let mentions = |n| {
        phrase("text_mentions", &json!({"kind": "count", "n": n, "days": 7, "unit": "calendar"}))
    };
    check(&mentions(4), &says("late, angry. Late and angry again"), true);
    check(&mentions(5), &says("late, angry. Late and angry again"), false);
    check(&mentions(2), &says("late. angry"), false); // neither sentence is sure enough
    grounds(&mentions(2), &says("late, angry"), &[3, 2]);
}

#[test]
fn a_text_repeats_that_of_the_newest_report() {
    let says = |days: &[u32], text: &'static str| {
        World::at(9).with(days, |it| it.difficulties = text.into())
    };
    let also = |world: World, day: u32, text: &'static str| {
        world.with(&[day], |it| it.difficulties = text.into())
    };
    let repeat = |n| {
        json!({"kind": "text_repeat", "field": "difficulties", "similarity": 0.8,
            "window": {"kind": "count", "n": n, "days": 7, "unit": "calendar"}})
    };
    check(&repeat(3), &says(&[2, 3, 4], "VPN drops in calls"), true);
    check(&repeat(4), &says(&[2, 3, 4], "VPN drops in calls"), false);
    check(&repeat(3), &also(says(&[2, 3, 4], "VPN drops in calls"), 5, "all fine"), false);
    check(&repeat(2), &says(&[2, 3, 4], ""), false);
    check(&repeat(2), &says(&[2, 3, 4], "…"), false);
    let items = json!({"kind": "text_repeat", "field": "difficulties", "similarity": 0.8,
        "compare": "items", "window": {"kind": "run", "n": 2}});
    let lists = also(says(&[2], "Passport renewal; venue"), 3, "Slides. Passport renewal");
    check(&items, &lists, true);
    check(&repeat(2), &lists, false);
}

#[test]
fn slips_are_counted_where_there_are_enough_words() {
    let says = |text: &'static str| World::at(3).with(&[2], |it| it.what_completed = text.into());
    let density = |words| {
        json!({"kind": "error_density", "fields": ["whatCompleted", "biggestWin"],
            "perHundredWords": 8, "minWords": words})
    };
    check(&density(10), &says("i recieved teh emial and sended it back to the the client"), true);
    check(&density(40), &says("i recieved teh emial and sended it back to the the client"), false);
    check(&density(5), &says("I received the e-mail and sent it back to the client."), false);
}

#[test]
fn a_share_of_tasks_is_of_one_sort() {
    let says = |text: &'static str| World::at(3).with(&[2], |it| it.what_completed = text.into());
    let share = || {
        json!({"kind": "task_share", "field": "whatCompleted", "minConfidence": 0.7, "atLeast": 0.6,
            "patterns": [{"text": "filed", "weight": 0.8}], "unless": [{"text": "meeting", "weight": 0.8}]})
    };
    check(&share(), &says("Filed receipts, filed forms. Called the bank"), true);
    check(&share(), &says("Filed receipts. Called the bank"), false);
    check(&share(), &says("Filed receipts; filed forms; filed notes of a meeting"), false);
    check(&share(), &says(""), false);
}

#[test]
fn a_text_is_concrete() {
    let says = |text: &'static str| World::at(3).with(&[2], |it| it.biggest_win = text.into());
    let concrete = || json!({"kind": "specificity", "field": "biggestWin", "atLeast": 0.6});
    check(&concrete(), &says("Saved $400 on the flights"), true);
    check(&concrete(), &says("A good day"), false);
}

#[test]
fn a_start_is_late_after_more_than_so_many_minutes() {
    let late = || json!({"kind": "late", "minutes": 30});
    check(&late(), &World::at(3).started(&[(3, 30)]), false);
    check(&late(), &World::at(3).started(&[(3, 31)]), true);
    check(&late(), &World::at(4).started(&[(3, 31), (4, 0)]), false);
    check(&late(), &World::at(4), false);
}

#[test]
fn late_starts_are_counted_up_to_today() {
    let late = || {
        json!({"kind": "late", "minutes": 30,
            "window": {"kind": "count", "n": 3, "days": 14, "unit": "calendar"}})
    };
    let days = [(2, 40), (3, 0), (4, 50), (9, 60)];
    check(&late(), &World::at(15).started(&days), true);
    check(&late(), &World::at(16).started(&days), false); // the 2nd is too long ago
}

#[test]
fn a_shift_is_not_started() {
    let no_log = || json!({"kind": "no_log", "minutes": 120});
    let at = |now| World::at(2).shift("09:00:00", "UTC", now);
    check(&no_log(), &at("2026-03-03T10:59:59Z").started(&[(2, 0)]), false);
    check(&no_log(), &at("2026-03-03T11:00:00Z").started(&[(2, 0)]), true);
    check(&no_log(), &at("2026-03-03T11:00:00Z").started(&[(3, 125)]), false);
    grounds(&no_log(), &at("2026-03-03T11:00:00Z").started(&[(2, 0)]), &[3]);
}

#[test]
fn a_shift_is_not_due_on_a_day_off() {
    let no_log = || json!({"kind": "no_log", "minutes": 120});
    let at = |now| World::at(2).shift("09:00:00", "UTC", now);
    check(&no_log(), &at("2026-03-07T12:00:00Z").started(&[(6, 0)]), false); // a Saturday
    check(&no_log(), &at("2026-03-12T12:00:00Z").started(&[(11, 0)]), false); // leave
    check(&no_log(), &at("2026-03-18T12:00:00Z").started(&[(17, 0)]), false); // a holiday
    check(&no_log(), &at("2026-03-01T12:00:00Z"), false); // before the start
    check(&no_log(), &World::at(3), false); // nobody knows when the shift begins
}

#[test]
fn a_night_shift_is_missed_after_midnight() {
    let no_log = || json!({"kind": "no_log", "minutes": 120});
    let at = |now| World::at(2).shift("23:00:00", "Asia/Manila", now).started(&[(4, 0)]);
    check(&no_log(), &at("2026-03-05T16:59:00Z"), false); // 00:59 on the 6th
    check(&no_log(), &at("2026-03-05T17:00:00Z"), true);
    grounds(&no_log(), &at("2026-03-05T17:00:00Z"), &[5]);
    // On Saturday the shift of Friday is the one that is due.
    grounds(&no_log(), &at("2026-03-06T17:00:00Z"), &[6]);
}

#[test]
fn a_date_is_near() {
    let near = || json!({"kind": "date_within", "field": "healthcareEligibilityDate", "days": 7});
    let on = |day: u32| {
        let healthcare_eligibility_date = Some(march(day));
        World { healthcare_eligibility_date, ..World::at(10) }
    };
    for (day, holds) in [(9, false), (10, true), (17, true), (18, false)] {
        check(&near(), &on(day), holds);
    }
    check(&near(), &World::at(10), false);
}

#[test]
fn the_accelerator_is_stalled_after_more_than_so_many_days() {
    let stalled = || json!({"kind": "accelerator_stalled", "days": 10});
    let since = |day: u32| {
        let accelerator = Some(Accelerator { week: 2, since: march(day) });
        World { accelerator, ..World::at(15) }
    };
    check(&stalled(), &since(5), false);
    check(&stalled(), &since(4), true);
    check(&stalled(), &World::at(15), false);
}

#[test]
fn conditions_are_joined() {
    let yes = json!({"kind": "words", "field": "biggestWin", "gt": 0});
    let no = json!({"kind": "words", "field": "biggestWin", "lt": 1});
    let world = World::at(3).with(&[2], |_| ());
    for (kind, of, holds) in [
        ("all", [&yes, &yes], true),
        ("all", [&yes, &no], false),
        ("any", [&no, &yes], true),
        ("any", [&no, &no], false),
        ("not", [&no, &no], true),
        ("not", [&no, &yes], false),
    ] {
        check(&json!({"kind": kind, "of": of}), &world, holds);
    }
}

#[test]
fn a_joined_finding_names_what_held() {
    let short = json!({"kind": "words", "field": "biggestWin", "lt": 9});
    let good = json!({"kind": "field_is", "field": "feelingDuringWork", "in": ["GOOD"]});
    let never = json!({"kind": "words", "field": "biggestWin", "gt": 99});
    let world = World::at(3).with(&[2], |_| ());
    let any = world.find(&rule(&json!({"kind": "any", "of": [never, short, good]}))).unwrap();
    assert_eq!(any.kinds, ["field_is", "words"]);
    assert_eq!(any.rows().collect::<Vec<_>>(), [Id(2)]);
    assert_eq!(
        any.reasoning,
        "biggestWin has fewer than 9 words in the report of 2026-03-02; \
         feelingDuringWork is GOOD in the report of 2026-03-02"
    );
}

#[test]
fn a_finding_names_the_thresholds() {
    let condition = json!({"kind": "words", "field": "biggestWin", "lt": {"threshold": "words"}});
    let thresholds = json!({"words": {"value": 9, "min": 1, "max": 9, "unit": "words"}});
    let rule = Rule::read(&condition, &thresholds).unwrap();
    let found = World::at(3).with(&[2], |_| ()).find(&rule).unwrap();
    assert_eq!(found.thresholds, [("words".to_owned(), 9.0)].into());
}
