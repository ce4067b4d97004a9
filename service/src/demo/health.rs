//! How a pairing stands, by the same rules that the server goes by.

use {
    super::{
        desk::Desk,
        facts::{Fact, Facts},
        world::At,
    },
    entity::{
        coaching::{
            alert_rule::Severity, end_of_day_report::WorkloadFeeling, pairing::HealthStatus,
        },
        scalar::{DateTime, Json},
    },
    serde_json::json,
};

/// The reasons why a pairing may stand as it does.
const REASONS: usize = 10;
/// Alerts that bring a pairing to RED whatever their severity was edited to.
const GRAVE: [usize; 3] = [6, 7, 8];

/// Since when each reason has held.
#[derive(Default)]
pub(super) struct Health {
    since: [Option<At>; REASONS],
}

/// How a pairing stands at a moment.
pub(super) struct Verdict {
    pub(super) status: HealthStatus,
    /// The reasons by their place, with what is to be said about them.
    reasons: Vec<(usize, &'static str, String)>,
}

impl Health {
    /// Judges, and remembers since when each reason has held.
    pub(super) fn judge(&mut self, desk: &Desk<'_>, facts: &Facts, missed: u32, at: At) -> Verdict {
        let reasons = reasons(desk, facts, missed);
        for (place, since) in self.since.iter_mut().enumerate() {
            let holds = reasons.iter().any(|it| it.0 == place);
            *since = holds.then(|| since.unwrap_or(at));
        }
        let status = match reasons.first() {
            Some((0..=3, ..)) => HealthStatus::Red,
            Some((4..=8, ..)) => HealthStatus::Yellow,
            _ => HealthStatus::Green,
        };
        Verdict { status, reasons }
    }

    /// The reasons as they are stored.
    pub(super) fn told(&self, verdict: &Verdict) -> Json {
        let told = verdict.reasons.iter().map(|(place, code, text)| {
            let since = self.since[*place].map(|it| DateTime::from(it).to_string());
            json!({ "code": code, "text": text, "since": since })
        });
        Json(told.collect())
    }
}

/// The reasons that hold, the gravest first.
fn reasons(desk: &Desk<'_>, facts: &Facts, missed: u32) -> Vec<(usize, &'static str, String)> {
    let open = |severity| desk.open().filter(move |(_, row)| row.severity == severity).count();
    let grave = desk.open().filter(|(rule, _)| GRAVE.contains(rule)).count();
    let is = |it: &Fact, feeling| it.workload == feeling;
    let all_of_five =
        |feeling| facts.newest(5).len() == 5 && facts.newest(5).all(|it| is(it, feeling));
    let praise = facts.latest().map_or(0, |it| desk.praise(it.day)).min(2);
    let medium = open(Severity::Medium).saturating_sub(praise);
    let unspoken = facts.within(7).filter(|it| !it.had_sync).count();
    let without_win = facts.newest(10).len() == 10 && facts.newest(10).all(|it| !it.has_win);
    let overwhelmed = facts.latest().is_some_and(|it| is(it, WorkloadFeeling::Overwhelming));
    let stuck = all_of_five(WorkloadFeeling::Heavy) || all_of_five(WorkloadFeeling::Light);
    let is_new = facts.latest().is_none() && missed < 2;
    let held = [
        (
            open(Severity::Critical) > 0,
            "OPEN_CRITICAL_ALERT",
            alerts(open(Severity::Critical), "critical"),
        ),
        (missed >= 2, "REPORTS_MISSED", format!("{missed} reports are missing")),
        (overwhelmed, "OVERWHELMED", "the latest report is overwhelmed".to_owned()),
        (grave > 0, "TRUST_AT_RISK", alerts(grave, "trust")),
        (open(Severity::High) > 0, "OPEN_HIGH_ALERT", alerts(open(Severity::High), "high")),
        (medium >= 3, "MANY_MEDIUM_ALERTS", alerts(medium, "medium")),
        (unspoken >= 3, "SYNCS_MISSED", format!("no daily sync on {unspoken} of 7 days")),
        (stuck, "WORKLOAD_STUCK", "the workload has not changed for 5 reports".to_owned()),
        (without_win, "NO_WINS", "no win in 10 reports".to_owned()),
        (is_new, "NEW_PAIRING", "no report yet".to_owned()),
    ];
    let held = held.into_iter().enumerate().filter(|(_, (holds, ..))| *holds);
    held.map(|(place, (_, code, text))| (place, code, text)).collect()
}

fn alerts(count: usize, which: &str) -> String {
    if count == 1 {
        format!("1 open {which} alert")
    } else {
        format!("{count} open {which} alerts")
    }
}
