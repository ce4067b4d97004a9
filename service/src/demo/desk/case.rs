//! One alert, from when it was raised to its end.

use {
    super::{POSITIVE, ending},
    crate::demo::{chance::Chance, facts::Finding, rules::Rules, world::At},
    chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc, Weekday},
    entity::{
        coaching::{
            alert::{self, AlertResolution, AlertStatus},
            alert_rule::Severity,
        },
        id::UserId,
        scalar::Json,
    },
    serde_json::{Value, json},
};

/// How many reports and quotes are kept as evidence.
const EVIDENCE_MAX: usize = 20;
/// How long a quote may be, in characters.
const QUOTE_CHARS_MAX: usize = 240;
/// The rule on missing reports: most of its alerts are over with the next report.
const NOT_SUBMITTED: usize = 1;
/// The hours of the office, in UTC.
const OFFICE_HOURS: (u32, u32) = (13, 22);

pub(super) struct Case {
    pub(super) rule: usize,
    pub(super) row: alert::Model,
    /// The day on which the rule last found something.
    pub(super) last_found_on: NaiveDate,
    first_found_on: NaiveDate,
    is_text: bool,
    handling: Handling,
    confidence: i64,
    quotes: Vec<Value>,
    reports: Vec<String>,
}

/// When somebody will do what.
struct Handling {
    taken: Option<At>,
    worked: Option<At>,
    ended: Option<At>,
}

impl Case {
    pub(super) fn new(rule: usize, row: alert::Model, is_text: bool, chance: &mut Chance) -> Self {
        let at = *row.detected_at;
        let day = at.date_naive();
        Self {
            rule,
            last_found_on: day,
            first_found_on: day,
            is_text,
            handling: Handling::new(rule, row.severity, at, chance),
            confidence: if is_text { chance.between(70, 98) } else { 100 },
            quotes: Vec::new(),
            reports: Vec::new(),
            row,
        }
    }

    pub(super) fn is_open(&self) -> bool {
        self.row.status != AlertStatus::Resolved
    }

    /// Counts a finding, and keeps what speaks for it.
    pub(super) fn add(&mut self, finding: &Finding<'_>, day: NaiveDate, at: At) {
        let first = finding.reports.first().map_or(day, |it| it.day);
        if self.row.occurrence_count == 0 {
            self.first_found_on = first;
        }
        self.row.occurrence_count += 1;
        self.row.last_seen_at = at.into();
        self.row.updated_at = at.into();
        // It is back: what was noted about its going away no longer holds.
        self.row.condition_cleared_at = None;
        self.last_found_on = day;
        for fact in &finding.reports {
            let id = fact.id.to_string();
            if self.reports.contains(&id) || self.reports.len() == EVIDENCE_MAX {
                continue;
            }
            for mention in fact.mentions.iter().filter(|it| it.rule == self.rule) {
                let quote: String = mention.quote.chars().take(QUOTE_CHARS_MAX).collect();
                self.quotes.push(json!({ "reportId": id, "field": mention.field, "text": quote }));
            }
            self.reports.push(id);
        }
        self.quotes.truncate(EVIDENCE_MAX);
    }

    /// Opens it again.
    pub(super) fn reopen(&mut self, owner: UserId, at: At, chance: &mut Chance) {
        self.row.status = AlertStatus::Investigating;
        self.row.resolved_at = None;
        self.row.resolution = None;
        self.row.reopen_count += 1;
        self.row.assigned_to = Some(owner);
        self.row.version += 1;
        let ended_at = Handling::new(self.rule, self.row.severity, at, chance).ended;
        let ended_at =
            ended_at.or_else(|| Some(office(at + TimeDelta::days(chance.between(2, 6)))));
        self.handling = Handling { taken: None, worked: None, ended: ended_at };
    }

    /// What it found has gone away: an alert that nobody has touched is over.
    pub(super) fn clear(&mut self, at: At) {
        if self.row.status == AlertStatus::New {
            self.end(AlertResolution::AutoCleared, at);
        } else if self.row.condition_cleared_at.is_none() {
            self.row.condition_cleared_at = Some(at.into());
            self.row.updated_at = at.into();
        }
    }

    /// When somebody will do something next.
    pub(super) fn next_due(&self) -> Option<At> {
        let Handling { taken, worked, ended } = self.handling;
        [taken, worked, ended].into_iter().flatten().min()
    }

    /// Does what is due; answers the section of what is noted about it.
    pub(super) fn work(
        &mut self,
        owner: UserId,
        due: At,
        chance: &mut Chance,
    ) -> Option<&'static str> {
        self.row.version += 1;
        self.row.updated_at = due.into();
        self.row.assigned_to = Some(owner);
        if self.row.acknowledged_at.is_none() {
            self.row.acknowledged_at = Some(due.into());
            self.row.acknowledged_by = Some(owner);
        }
        if self.handling.ended == Some(due) {
            let ending = ending(self.rule, self.is_text, chance);
            self.end(ending, due);
            return chance.happens(0.6).then(|| section(self.rule, ending));
        }
        if self.handling.worked == Some(due) {
            self.handling.worked = None;
            self.row.status = AlertStatus::WorkingOn;
        } else {
            self.handling.taken = None;
            self.row.status = AlertStatus::Investigating;
        }
        chance.happens(0.3).then_some("handled.open")
    }

    fn end(&mut self, resolution: AlertResolution, at: At) {
        self.handling = Handling { taken: None, worked: None, ended: None };
        self.row.status = AlertStatus::Resolved;
        self.row.resolution = Some(resolution);
        self.row.resolved_at = Some(at.into());
        self.row.updated_at = at.into();
    }

    pub(super) fn into_row(self, rules: &Rules) -> alert::Model {
        let rule = rules.of(self.rule);
        let (from, to) = (self.first_found_on, self.last_found_on);
        let when = if from == to { format!("on {to}") } else { format!("from {from} to {to}") };
        let mut row = self.row;
        row.evidence = Json(json!({
            "confidence": confidence(self.confidence),
            "reasoning": format!("{} Found {when}.", rule.description),
            "quotes": self.quotes,
            "occurrences": row.occurrence_count,
            "window": { "from": from.to_string(), "to": to.to_string() },
            "reportIds": self.reports,
            "thresholds": rule.thresholds,
            "engine": if rule.is_text { "text" } else { "logic" },
            "ruleVersion": rule.version,
        }));
        row
    }
}

impl Handling {
    /// What will be done about an alert, unless it goes away first. The worse, the sooner; some are
    /// forgotten.
    fn new(rule: usize, severity: Severity, at: At, chance: &mut Chance) -> Self {
        let is_praise = POSITIVE & 1 << rule != 0;
        let (handled, taken_hours, ended_days) = match severity {
            Severity::Critical if rule == NOT_SUBMITTED => (0.6, (2.0, 20.0), (1.5, 11.0)),
            Severity::Critical => (0.985, (0.5, 9.0), (2.5, 17.0)),
            Severity::High => (0.93, (3.0, 40.0), (4.0, 34.0)),
            Severity::Medium => (0.76, (10.0, 110.0), (14.0, 115.0)),
            Severity::Low if is_praise => (0.7, (10.0, 100.0), (3.0, 45.0)),
            Severity::Low => (0.6, (10.0, 90.0), (6.0, 60.0)),
        };
        if !chance.happens(handled) {
            return Self { taken: None, worked: None, ended: None };
        }
        let after = |hours: f64| {
            #[expect(clippy::cast_possible_truncation, reason = "some weeks are no great number")]
            let seconds = (hours * 3_600.0) as i64;
            at + TimeDelta::seconds(seconds)
        };
        let unit = chance.unit();
        let taken = taken_hours.0 + (taken_hours.1 - taken_hours.0) * unit * unit;
        let taken_at = office(after(taken));
        let ended_at =
            office(taken_at.max(after(24.0 * chance.within(ended_days.0, ended_days.1))));
        let worked_at = chance.happens(0.6).then(|| taken_at + (ended_at - taken_at) / 3);
        Self {
            taken: (!is_praise && taken_at < ended_at).then_some(taken_at),
            worked: worked_at
                .map(office)
                .filter(|it| !is_praise && *it > taken_at && *it < ended_at),
            ended: Some(ended_at),
        }
    }
}

/// The same moment, or the next one at which the office is open.
pub(super) fn office(at: At) -> At {
    let (opens, closes) = OFFICE_HOURS;
    let mut day = at.date_naive();
    let mut time = at.time();
    if time.hour() < opens {
        time = opening(time);
    } else if time.hour() >= closes {
        (day, time) = (day + Days::new(1), opening(time));
    }
    while matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
        day = day + Days::new(1);
    }
    let at: DateTime<Utc> = day.and_time(time).and_utc();
    at
}

/// A time of the first hour, with the minutes of another.
fn opening(time: NaiveTime) -> NaiveTime {
    time.with_hour(OFFICE_HOURS.0).unwrap_or(time)
}

fn section(rule: usize, ending: AlertResolution) -> &'static str {
    match ending {
        _ if POSITIVE & 1 << rule != 0 => "handled.praise",
        AlertResolution::Fixed | AlertResolution::AutoCleared => "handled.fixed",
        AlertResolution::Churned => "handled.churned",
        AlertResolution::FalsePositive => "handled.false",
        AlertResolution::Duplicate => "handled.duplicate",
        AlertResolution::Expected => "handled.expected",
    }
}

/// Hundredths as a number between 0 and 1.
fn confidence(hundredths: i64) -> f64 {
    f64::from(u8::try_from(hundredths).unwrap_or_default()) / 100.0
}
