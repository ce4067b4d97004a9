//! How many rules a second can be asked: `cargo run --release -p engine --example rules_per_second`.
//!
//! Replays the rules that come with Vigil over a year of reports of many pairings, day by day, as a
//! backtest does: once when nothing has been worked out of the texts, and once more. Then as a backtest
//! itself, which wants no reasons.
#![expect(clippy::disallowed_types, reason = "it measures time")]
#![expect(clippy::expect_used, reason = "an example that cannot go on has failed")]

use {
    chrono::{Days, NaiveDate, NaiveTime},
    engine::{
        alerts::{
            Feeling, History, Id, Past, Report, Rule, Severity, Shift, Timeline, WorkType,
            Workload,
            replay::{self, Replayed},
        },
        calendar::{Calendar, DayRange, WorkWeek, zone},
    },
    serde_json::Value,
    std::time::Instant,
};

const DEFAULTS: &str = include_str!("../../service/src/coaching/alert_rule_defaults.json");
const PAIRINGS: u32 = 100;
const DAYS: u32 = 365;

/// What people write, of many lengths.
const SAID: [&str; 12] = [
    "",
    "None",
    "Cleared 41 emails, booked the flight to Denver and moved the board call to Thursday at 3 p.m.",
    "Waiting for the client to approve the budget; follow up with Delta about the refund.",
    "My internet was unstable in the afternoon, so calls kept dropping.",
    "Prepared the agenda for the leadership meeting, collected slides from five speakers, and sent \
     reminders. Reconciled 38 receipts with the card statement. Screened seven applications for \
     the office manager role, shortlisted three, and scheduled interviews for Monday.",
    "Client was happy with the deck, no complaints so far.",
    "Filed receipts, scanned contracts, printed labels.",
    "No difficulties today",
    "I suggested moving the weekly report to Monday and the client agreed.",
    "Negotiated a 15% discount with the hotel for the offsite.",
    "Data entry for the mailing list, then called three vendors about the late invoices. The portal \
     was slow, but everything is in. Tomorrow I will finish the slides and order the flowers.",
];

fn main() {
    let rules: Vec<Value> = serde_json::from_str(DEFAULTS).expect("a test reads the rules");
    let rules: Vec<Rule> = rules
        .iter()
        .map(|it| Rule::read(&it["triggerCondition"], &it["defaultThresholds"]))
        .map(|it| it.expect("a test reads the rules"))
        .collect();
    let calendar = Calendar::new(NaiveDate::default(), WorkWeek::default(), [], []);

    // Read for the first time, read before, and by a backtest.
    let mut seconds = [0.0; 3];
    let (mut held, mut filed, mut raised) = (0_u32, 0_usize, 0_usize);
    for pairing in 0..PAIRINGS {
        let timeline = reports(pairing, &calendar);
        filed += timeline.all().rows().len();
        let unread = timeline.clone();
        for seconds in &mut seconds[..2] {
            let begun = Instant::now();
            held += ask(&rules, &timeline, &calendar);
            *seconds += begun.elapsed().as_secs_f64();
        }
        let begun = Instant::now();
        raised += backtest(&rules, unread, &calendar);
        seconds[2] += begun.elapsed().as_secs_f64();
    }
    let days = f64::from(PAIRINGS) * f64::from(DAYS);
    let asked = days * f64::from(u32::try_from(rules.len()).unwrap_or(0));
    eprintln!("{asked} rules asked over {filed} reports, {} held, {raised} alerts", held / 2);
    let whats = ["texts read for the first time", "texts read before", "as a backtest"];
    for (what, seconds) in whats.iter().zip(seconds) {
        let (rate, micros) = (asked / seconds, seconds * 1e6 / days);
        eprintln!(
            "{what}: {seconds:.2} s, {rate:.0} rules a second, {micros:.0} µs for all of a day"
        );
    }
}

/// Asks all rules on every day, and counts how often one holds.
fn ask(rules: &[Rule], timeline: &Timeline<Report>, calendar: &Calendar) -> u32 {
    let mut held = 0;
    for day in 0..DAYS {
        let today = NaiveDate::default() + Days::new(day.into());
        let history = history(today, calendar, timeline.until(today));
        held += rules.iter().map(|rule| u32::from(rule.find(&history).is_some())).sum::<u32>();
    }
    held
}

/// The same by the means of a backtest, which counts alerts.
fn backtest(rules: &[Rule], reports: Timeline<Report>, calendar: &Calendar) -> usize {
    let past = replay::Past {
        calendar: calendar.clone(),
        start_date: NaiveDate::default(),
        leave: Vec::new(),
        holidays: [].into(),
        shift: Shift { expected_show_up_time: NaiveTime::MIN, zone: zone("UTC").expect("a zone") },
        reports,
        starts: Timeline::default(),
        healthcare_eligibility_date: None,
        accelerator: None,
    };
    let last = NaiveDate::default() + Days::new(u64::from(DAYS) - 1);
    let range = DayRange::new(NaiveDate::default(), last).expect("the last day is the later");
    let asked = |rule| Replayed { rule, number: 1, severity: Severity::Medium };
    let asked: Vec<_> = rules.iter().map(asked).collect();
    let now = last.and_time(NaiveTime::MIN).and_utc();
    past.replay(&asked, range, now).iter().map(Vec::len).sum()
}

fn history<'a>(today: NaiveDate, calendar: &'a Calendar, reports: Past<'a, Report>) -> History<'a> {
    History {
        now: today.and_hms_opt(18, 0, 0).expect("a time of day").and_utc(),
        today,
        calendar,
        reports,
        starts: Past::none(),
        shift: None,
        healthcare_eligibility_date: None,
        accelerator: None,
    }
}

/// A year of one pairing.
fn reports(pairing: u32, calendar: &Calendar) -> Timeline<Report> {
    let mut next = u64::from(pairing) + 1;
    let mut chance = |length: usize| {
        next = next.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(next >> 33).unwrap_or(0) % length
    };
    let days = (0..DAYS).map(|it| NaiveDate::default() + Days::new(it.into()));
    let reports = days.filter(|it| calendar.is_expected(*it)).zip(0_u32..).map(|(day, number)| {
        let mut said = || SAID[chance(SAID.len())].into();
        let [biggest_win, what_completed, pending_tasks] = [said(), said(), said()];
        let [difficulties, support_needed, additional_notes] = [said(), said(), said()];
        Report {
            id: Id(number.into()),
            day,
            workload_feeling: Workload::ALL[chance(Workload::ALL.len())],
            work_type: WorkType::ALL[chance(WorkType::ALL.len())],
            feeling_during_work: Feeling::ALL[chance(Feeling::ALL.len())],
            had_daily_sync: chance(4) > 0,
            biggest_win,
            what_completed,
            pending_tasks,
            difficulties,
            support_needed,
            additional_notes,
        }
    });
    Timeline::new(reports.collect())
}
