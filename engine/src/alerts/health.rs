//! How a pairing stands, and every reason why.

mod indicator;
mod overriding;
mod reason;
mod score;

use super::{
    Dated, History, Needs, Past, Report, Severity, Workload,
    condition::{Span, Window, says_nothing},
};
use chrono::{DateTime, NaiveDate, Utc};
pub use {
    indicator::Indicator,
    overriding::{Expiry, OVERRIDE_DAYS, OVERRIDE_DAYS_MAX, Override},
    reason::{Code, Reason},
    score::score,
};

/// The rules whose alerts make a pairing red whatever their severity.
const ALWAYS_RED: [i32; 3] = [6, 7, 8];
/// The rule that says that no report has come.
const NO_REPORT: i32 = 1;
/// So many missed days are red.
const MISSED_DAYS: u32 = 2;
/// So many MEDIUM alerts are yellow, after the credit.
const MEDIUM_MIN: u32 = 3;
/// How many MEDIUM alerts good news can outweigh.
const CREDIT_MAX: u32 = 2;
/// How long good news counts, in days.
const CREDIT_DAYS: i64 = 7;
/// No sync on three of seven days.
const NO_SYNC: Window = Window::Count(Span::Calendar(7), 3);
/// The same load five reports in a row.
const SAME_LOAD: Window = Window::Run(5);
/// No win ten reports in a row.
const NO_WIN: Window = Window::Run(10);

/// How far back health looks. It changes with the day alone, too.
pub const NEEDS: Needs =
    Needs { reports: true, starts: false, is_timed: true, days: 7, expected_days: 12 };

/// How a pairing stands; the worse the greater, so that a client stands as the greatest of its
/// pairings does, and has no health without one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Health {
    /// All is well.
    Green,
    /// Somebody should look this week.
    Yellow,
    /// Somebody should look today.
    Red,
}

/// An alert that is not resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenAlert {
    /// The number of its rule.
    pub rule_number: i32,
    /// How bad it is.
    pub severity: Severity,
    /// Whether it is good news, which never make a pairing look worse.
    pub is_positive: bool,
    /// When it was found.
    pub detected_at: DateTime<Utc>,
    /// The same day, on the assistant's own calendar.
    pub since: NaiveDate,
}

/// What health is made of.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The pairing, with as many reports as [`NEEDS`] says.
    pub history: &'a History<'a>,
    /// Its alerts that are not resolved.
    pub open: &'a [OpenAlert],
    /// The numbers of positive rules, and the days on which they fired, at least of the last seven.
    pub positives: &'a [(i32, NaiveDate)],
    /// Whether the assistant is off today: then neither missing reports nor missing syncs count.
    pub is_on_leave: bool,
}

/// How a pairing stands by the rules alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The worst that a reason calls for.
    pub health: Health,
    /// All reasons, the worst first.
    pub reasons: Vec<Reason>,
    /// For sorting and trends, 0 to 100; it never decides the colour.
    pub score: u32,
}

impl Facts<'_> {
    /// How the pairing stands by the rules alone.
    pub fn judge(&self) -> Verdict {
        let mut reasons = self.red();
        reasons.extend(self.yellow());
        if reasons.is_empty() && self.is_new() {
            let text = "no report is due yet".to_owned();
            let since = self.history.today;
            reasons.push(Reason { code: Code::NewPairing, text, since });
        }
        let health = reasons.iter().map(|it| it.code.health()).max().unwrap_or(Health::Green);
        Verdict { health, reasons, score: score(self) }
    }

    /// Alerts that count against the pairing. While it is new, that no report has come does not.
    fn bad(&self) -> impl Iterator<Item = &OpenAlert> {
        let is_new = self.is_new();
        self.open
            .iter()
            .filter(move |it| !it.is_positive && (!is_new || it.rule_number != NO_REPORT))
    }

    fn of(&self, severity: Severity) -> impl Iterator<Item = &OpenAlert> {
        self.bad().filter(move |it| it.severity == severity)
    }

    /// How many expected days have gone by without a report.
    fn missed(&self) -> u32 {
        let newest = self.history.reports.newest().map(Dated::day);
        self.history.calendar.missed(newest, self.history.today).days
    }

    fn is_new(&self) -> bool {
        self.history.reports.newest().is_none() && self.missed() < MISSED_DAYS
    }

    /// How many different positive rules fired within seven days.
    fn positives(&self) -> u32 {
        let today = self.history.today;
        let recent = self
            .positives
            .iter()
            .filter(|it| (0..CREDIT_DAYS).contains(&(today - it.1).num_days()));
        let mut rules: Vec<_> = recent.map(|it| it.0).collect();
        rules.sort_unstable();
        rules.dedup();
        u32::try_from(rules.len()).unwrap_or(u32::MAX)
    }

    fn red(&self) -> Vec<Reason> {
        let critical: Vec<_> = self.of(Severity::Critical).collect();
        let grave: Vec<_> = self.bad().filter(|it| ALWAYS_RED.contains(&it.rule_number)).collect();
        let newest = self.history.reports.newest();
        let missed = self.history.calendar.missed(newest.map(Dated::day), self.history.today);
        let is_silent = !self.is_on_leave && missed.days >= MISSED_DAYS;
        let swamped = newest.filter(|it| it.workload_feeling == Workload::Overwhelming);
        let reasons = [
            Reason::of_alerts(Code::R1, &critical, "CRITICAL"),
            is_silent.then_some(missed.first).flatten().map(|since| {
                let text = format!("no report for {} expected days", missed.days);
                Reason { code: Code::R2, text, since }
            }),
            swamped.map(|report| {
                let text = "the newest report calls the workload overwhelming".to_owned();
                Reason { code: Code::R3, text, since: report.day }
            }),
            Reason::of_alerts(Code::R4, &grave, "trust, pay or dissatisfaction"),
        ];
        reasons.into_iter().flatten().collect()
    }

    fn yellow(&self) -> Vec<Reason> {
        let high: Vec<_> = self.of(Severity::High).collect();
        let medium: Vec<_> = self.of(Severity::Medium).collect();
        let count = u32::try_from(medium.len()).unwrap_or(u32::MAX);
        let is_many = count.saturating_sub(self.positives().min(CREDIT_MAX)) >= MEDIUM_MIN;
        let reasons = [
            Reason::of_alerts(Code::Y1, &high, "HIGH"),
            is_many.then(|| Reason::of_alerts(Code::Y2, &medium, "MEDIUM")).flatten(),
            (!self.is_on_leave).then(|| self.unsynced()).flatten(),
            self.same_load(),
            self.winless(),
        ];
        reasons.into_iter().flatten().collect()
    }

    fn unsynced(&self) -> Option<Reason> {
        let (days, since) = self.in_window(NO_SYNC, |it| !it.had_daily_sync)?;
        let text = format!("no sync on {days} of the last seven days");
        Some(Reason { code: Code::Y3, text, since })
    }

    fn same_load(&self) -> Option<Reason> {
        [Workload::Heavy, Workload::Light].into_iter().find_map(|load| {
            let (reports, since) = self.in_window(SAME_LOAD, |it| it.workload_feeling == load)?;
            let text = format!("workload {} in {reports} reports in a row", load.name());
            Some(Reason { code: Code::Y4, text, since })
        })
    }

    fn winless(&self) -> Option<Reason> {
        let (reports, since) = self.in_window(NO_WIN, |it| says_nothing(it.biggest_win.text()))?;
        let text = format!("no win in {reports} reports in a row");
        Some(Reason { code: Code::Y5, text, since })
    }

    /// How many reports of a window meet a condition, if enough, and the day of the oldest.
    fn in_window(
        &self,
        window: Window,
        ask: impl Fn(&Report) -> bool,
    ) -> Option<(usize, NaiveDate)> {
        let reports: Past<'_, Report> = self.history.reports;
        let last = reports.newest()?.day;
        let found =
            window.find(reports, last, self.history.calendar, |it| ask(it).then_some(1.0))?;
        Some((found.rows.len(), found.rows.last()?.0.day))
    }
}

#[cfg(test)]
mod tests;
