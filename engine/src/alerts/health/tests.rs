//! Small pairings, and the reasons for their colours.

use {
    super::*,
    crate::{
        alerts::{Timeline, report_for_tests},
        calendar::{Calendar, WorkWeek},
    },
};

fn march(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, day).unwrap()
}

fn alert(rule_number: i32, severity: Severity) -> OpenAlert {
    let detected_at = march(4).and_hms_opt(9, 0, 0).unwrap().and_utc();
    OpenAlert { rule_number, severity, is_positive: false, detected_at, since: march(4) }
}

/// A pairing since Monday the 2nd.
struct Case {
    today: u32,
    reports: Vec<Report>,
    open: Vec<OpenAlert>,
    positives: Vec<(i32, NaiveDate)>,
    is_on_leave: bool,
}

impl Case {
    /// With good reports up to yesterday.
    fn at(today: u32) -> Self {
        Self { today, ..Self::of(today, 2..today) }
    }

    fn of(today: u32, days: impl IntoIterator<Item = u32>) -> Self {
        let reports = days.into_iter().map(report_for_tests).collect();
        Self { today, reports, open: Vec::new(), positives: Vec::new(), is_on_leave: false }
    }

    fn with(self, open: &[OpenAlert]) -> Self {
        Self { open: open.to_vec(), ..self }
    }

    fn change(mut self, days: &[u32], change: impl Fn(&mut Report)) -> Self {
        self.reports
            .iter_mut()
            .filter(|it| days.iter().any(|day| march(*day) == it.day))
            .for_each(change);
        self
    }

    fn judge(&self) -> Verdict {
        let calendar = Calendar::new(march(2), WorkWeek::default(), [], []);
        let timeline = Timeline::new(self.reports.clone());
        let history = History {
            now: march(self.today).and_hms_opt(12, 0, 0).unwrap().and_utc(),
            today: march(self.today),
            calendar: &calendar,
            reports: timeline.all(),
            starts: Past::none(),
            shift: None,
            healthcare_eligibility_date: None,
            accelerator: None,
        };
        let Self { open, positives, is_on_leave, .. } = self;
        Facts { history: &history, open, positives, is_on_leave: *is_on_leave }.judge()
    }
}

#[track_caller]
fn check(case: &Case, health: Health, codes: &[&str]) {
    let verdict = case.judge();
    let reasons: Vec<_> = verdict.reasons.iter().map(|it| it.code.name()).collect();
    assert_eq!((verdict.health, reasons.as_slice()), (health, codes), "{:?}", verdict.reasons);
}

#[test]
fn a_pairing_without_trouble_is_green() {
    check(&Case::at(6), Health::Green, &[]);
    assert_eq!(Case::at(6).judge().score, 100);
}

#[test]
fn a_critical_alert_is_red() {
    check(&Case::at(6).with(&[alert(2, Severity::Critical)]), Health::Red, &["R1"]);
}

#[test]
fn two_missed_days_are_red_unless_on_leave() {
    check(&Case::of(5, [2, 3]), Health::Green, &[]);
    check(&Case::of(6, [2, 3]), Health::Red, &["R2"]);
    check(&Case { is_on_leave: true, ..Case::of(6, [2, 3]) }, Health::Green, &[]);
    assert_eq!(Case::of(6, [2, 3]).judge().reasons[0].since, march(4));
}

#[test]
fn an_overwhelming_load_is_red_while_it_is_the_newest() {
    let swamped = |it: &mut Report| it.workload_feeling = Workload::Overwhelming;
    check(&Case::at(6).change(&[5], swamped), Health::Red, &["R3"]);
    check(&Case::at(6).change(&[4], swamped), Health::Green, &[]);
}

#[test]
fn trust_pay_and_dissatisfaction_are_red_at_any_severity() {
    for rule in [6, 7, 8] {
        check(&Case::at(6).with(&[alert(rule, Severity::Low)]), Health::Red, &["R4"]);
        check(&Case::at(6).with(&[alert(rule, Severity::Critical)]), Health::Red, &["R1", "R4"]);
    }
}

#[test]
fn a_high_alert_is_yellow() {
    check(&Case::at(6).with(&[alert(9, Severity::High)]), Health::Yellow, &["Y1"]);
}

#[test]
fn three_medium_alerts_are_yellow_after_the_credit() {
    let medium =
        |count: i32| -> Vec<_> { (0..count).map(|it| alert(16 + it, Severity::Medium)).collect() };
    check(&Case::at(6).with(&medium(2)), Health::Green, &[]);
    check(&Case::at(6).with(&medium(3)), Health::Yellow, &["Y2"]);
    let credited = |rules: &[i32], day, count| Case {
        positives: rules.iter().map(|rule| (*rule, march(day))).collect(),
        ..Case::at(12).with(&medium(count))
    };
    check(&credited(&[24], 12, 3), Health::Green, &[]);
    check(&credited(&[24, 24], 12, 4), Health::Yellow, &["Y2"]); // one rule, however often
    check(&credited(&[24, 25], 6, 4), Health::Green, &[]);
    check(&credited(&[24, 25, 26], 6, 5), Health::Yellow, &["Y2"]); // no more than two
    check(&credited(&[24, 25], 5, 4), Health::Yellow, &["Y2"]); // more than seven days ago
}

#[test]
fn no_sync_on_three_of_seven_days_is_yellow_unless_on_leave() {
    let missed = |it: &mut Report| it.had_daily_sync = false;
    check(&Case::at(10).change(&[3, 5], missed), Health::Green, &[]);
    check(&Case::at(10).change(&[3, 5, 9], missed), Health::Yellow, &["Y3"]);
    check(&Case::at(10).change(&[2, 5, 9], missed), Health::Green, &[]); // the 2nd is too long ago
    let case = Case::at(10).change(&[3, 5, 9], missed);
    check(&Case { is_on_leave: true, ..case }, Health::Green, &[]);
}

#[test]
fn the_same_load_five_times_in_a_row_is_yellow() {
    let days = [3, 4, 5, 6, 9];
    for load in [Workload::Heavy, Workload::Light] {
        let case = Case::at(10).change(&days, |it| it.workload_feeling = load);
        check(&case, Health::Yellow, &["Y4"]);
        check(
            &case.change(&[5], |it| it.workload_feeling = Workload::Moderate),
            Health::Green,
            &[],
        );
    }
    let mixed = Case::at(10).change(&days, |it| it.workload_feeling = Workload::Heavy);
    check(&mixed.change(&[9], |it| it.workload_feeling = Workload::Light), Health::Green, &[]);
}

#[test]
fn ten_reports_without_a_win_are_yellow() {
    let days: Vec<u32> = (2..=13).collect();
    let winless = |it: &mut Report| it.biggest_win = "None.".into();
    check(&Case::at(14).change(&days, winless), Health::Yellow, &["Y5"]);
    check(&Case::at(13).change(&days, winless), Health::Green, &[]);
}

#[test]
fn health_says_how_far_back_it_looks() {
    let calendar = Calendar::new(march(2), WorkWeek::default(), [], []);
    let windows = [NO_SYNC, SAME_LOAD, NO_WIN].map(Window::needs);
    let needs = windows.into_iter().fold(Needs::default(), Needs::and);
    assert_eq!((needs.days, needs.expected_days), (NEEDS.days, NEEDS.expected_days));
    assert_eq!(NEEDS.since(&calendar, march(20)), march(5));
}

#[test]
fn red_tells_its_yellow_reasons_too() {
    let case = Case::at(6).with(&[alert(9, Severity::High), alert(2, Severity::Critical)]);
    check(&case, Health::Red, &["R1", "Y1"]);
    assert_eq!(case.judge().reasons[0].text, "1 open: CRITICAL (rule 2)");
}

#[test]
fn a_new_pairing_is_green_until_two_days_are_missed() {
    check(&Case::of(2, []), Health::Green, &["NEW_PAIRING"]);
    check(&Case::of(3, []), Health::Green, &["NEW_PAIRING"]);
    check(&Case::of(4, []), Health::Red, &["R2"]);
}

#[test]
fn a_new_pairing_is_not_red_for_its_first_missed_report() {
    let missing = [alert(1, Severity::Critical)];
    check(&Case::of(3, []).with(&missing), Health::Green, &["NEW_PAIRING"]);
    check(&Case::of(4, []).with(&missing), Health::Red, &["R1", "R2"]);
    check(&Case::of(3, []).with(&[alert(7, Severity::Critical)]), Health::Red, &["R1", "R4"]);
}

#[test]
fn good_news_count_against_nobody() {
    let good = OpenAlert { is_positive: true, ..alert(24, Severity::Critical) };
    let case = Case::at(6).with(&[good]);
    check(&case, Health::Green, &[]);
    assert_eq!(case.judge().score, 100);
}

#[test]
fn the_score_adds_up() {
    use Severity::{Critical, High, Low, Medium};
    let all = [alert(2, Critical), alert(9, High), alert(16, Medium), alert(27, Low)];
    assert_eq!(Case::at(6).with(&all).judge().score, 100 - 40 - 15 - 5 - 2);
    assert_eq!(Case::of(6, [2]).judge().score, 100 - 30);
    assert_eq!(Case::of(20, [2]).judge().score, 100 - 30); // three missed days at most
    let case = Case { positives: vec![(24, march(5)), (25, march(5))], ..Case::at(6).with(&all) };
    assert_eq!(case.judge().score, 38 + 6);
    assert_eq!(Case::at(6).with(&[alert(2, Critical); 9]).judge().score, 0);
}

#[test]
fn a_client_stands_as_its_worst_pairing() {
    assert_eq!([Health::Yellow, Health::Green, Health::Red].into_iter().max(), Some(Health::Red));
    assert_eq!([Health::Green; 0].into_iter().max(), None);
}

#[test]
fn an_assistant_stands_by_the_number_of_alerts() {
    for (alerts, indicator) in [
        (0, Indicator::Good),
        (1, Indicator::Good),
        (2, Indicator::Warning),
        (4, Indicator::Warning),
        (5, Indicator::Critical),
        (u32::MAX, Indicator::Critical),
    ] {
        assert_eq!(Indicator::of(alerts), indicator);
    }
}

#[test]
fn an_override_counts_until_it_expires() {
    let at = march(4).and_hms_opt(8, 0, 0).unwrap().and_utc();
    let set = Override::new(Health::Green, at, None).unwrap();
    let effective = |now| Override::effective(Some(&set), Health::Red, now);
    assert_eq!(set.expires_at, at + chrono::TimeDelta::days(7));
    assert_eq!(effective(set.expires_at - chrono::TimeDelta::seconds(1)), Health::Green);
    assert_eq!(effective(set.expires_at), Health::Red);
    assert_eq!(Override::effective(None, Health::Yellow, at), Health::Yellow);
}

#[test]
fn an_override_holds_a_month_at_most() {
    let at = march(4).and_hms_opt(8, 0, 0).unwrap().and_utc();
    assert_eq!(Override::new(Health::Green, at, Some(0)), Err(Expiry(0)));
    assert_eq!(Override::new(Health::Green, at, Some(31)), Err(Expiry(31)));
    assert!(Override::new(Health::Green, at, Some(30)).is_ok());
    assert_eq!(Override::new(Health::Green, DateTime::<Utc>::MAX_UTC, Some(1)), Err(Expiry(1)));
}

#[test]
fn an_override_is_stale_after_something_critical() {
    let at = |hour| march(4).and_hms_opt(hour, 0, 0).unwrap().and_utc();
    let stale = |hour, severity| {
        let set = Override::new(Health::Green, at(hour), None).unwrap();
        set.is_stale(&[alert(2, severity)]) // found at nine
    };
    assert!(stale(8, Severity::Critical));
    assert!(!stale(8, Severity::High));
    assert!(!stale(9, Severity::Critical));
}
