//! What becomes of a finding, given the newest alert of the same pairing and rule.

use {
    super::{Finding, Ground, Severity},
    crate::calendar::today_in,
    chrono::{DateTime, TimeDelta, Utc},
    chrono_tz::Tz,
};

/// How long after its resolution an alert is opened again instead of a new one being raised.
pub const REOPEN_DAYS: i64 = 7;
/// How many entries the evidence of an alert has at most.
pub const EVIDENCE_MAX: usize = 20;

/// How far an alert has been dealt with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Nobody has looked yet.
    New,
    /// Somebody is finding out.
    Investigating,
    /// Somebody is mending it.
    WorkingOn,
    /// It is over.
    Resolved {
        /// Since when.
        at: DateTime<Utc>,
    },
}

/// What a finding rests on, and the rule that it was found by: the same fingerprint is the same news.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// Sorted, each once.
    grounds: Vec<Ground>,
    rule_version: i32,
}

/// The newest alert of a pairing and a rule.
#[derive(Clone, Copy, Debug)]
pub struct Alert<'a> {
    /// How far it has been dealt with.
    pub status: Status,
    /// How bad it is by now.
    pub severity: Severity,
    /// What it was found by so far, newest first.
    pub evidence: &'a [Fingerprint],
}

/// A finding that is to be decided about.
#[derive(Clone, Copy, Debug)]
pub struct News<'a> {
    /// What it rests on.
    pub fingerprint: &'a Fingerprint,
    /// How bad the rule says it is.
    pub severity: Severity,
    /// When it was found.
    pub now: DateTime<Utc>,
    /// Where the assistant's calendar hangs.
    pub zone: Tz,
}

/// What to do about a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Raise a new alert.
    Raise,
    /// Count it on the open alert: one more occurrence, seen now, the evidence merged.
    Recur {
        /// The alert's severity from now on; it can only rise.
        severity: Severity,
    },
    /// Open the resolved alert again, as INVESTIGATING.
    Reopen {
        /// The alert's severity from now on; it can only rise.
        severity: Severity,
    },
    /// Nothing: the alert says it already, or was resolved knowing it.
    Nothing,
}

impl Fingerprint {
    /// What a finding rests on, found by this version of the rule.
    pub fn new(finding: &Finding, rule_version: i32) -> Self {
        Self::of(finding.grounds.clone(), rule_version)
    }

    /// The same from what was stored.
    pub fn of(mut grounds: Vec<Ground>, rule_version: i32) -> Self {
        grounds.sort_unstable();
        grounds.dedup();
        Self { grounds, rule_version }
    }

    /// What it rests on, in order.
    pub fn grounds(&self) -> &[Ground] {
        &self.grounds
    }
}

impl News<'_> {
    /// What to do about it.
    ///
    /// An open alert counts what it has not yet been found by. After a resolution there has to be
    /// something new: a report (or a day without one) that the alert does not know, of the day of
    /// the resolution or later on the assistant's calendar. Within seven days the alert is then
    /// opened again, later a new one is raised.
    pub fn decide(&self, newest: Option<&Alert<'_>>) -> Decision {
        let Some(alert) = newest else { return Decision::Raise };
        let severity = alert.severity.max(self.severity);
        let Status::Resolved { at } = alert.status else {
            let is_known = alert.evidence.contains(self.fingerprint);
            return if is_known { Decision::Nothing } else { Decision::Recur { severity } };
        };
        let resolved_on = today_in(at, self.zone);
        let is_known =
            |ground: &Ground| alert.evidence.iter().any(|it| it.grounds.contains(ground));
        let is_new = |ground: &Ground| resolved_on <= ground.day && !is_known(ground);
        if !self.fingerprint.grounds.iter().any(is_new) {
            Decision::Nothing
        } else if self.now - at <= TimeDelta::days(REOPEN_DAYS) {
            Decision::Reopen { severity }
        } else {
            Decision::Raise
        }
    }
}

/// Puts a new entry before those of an alert, and drops the oldest beyond [`EVIDENCE_MAX`].
pub fn merge<E>(evidence: &mut Vec<E>, new: E) {
    evidence.insert(0, new);
    evidence.truncate(EVIDENCE_MAX);
}

#[cfg(test)]
mod tests {
    use {super::*, crate::alerts::Id, chrono::NaiveDate};

    /// Reports of days of March 2026, each with an id of its own.
    fn of(days: &[u32], version: i32) -> Fingerprint {
        let ground = |day: &u32| Ground {
            day: NaiveDate::from_ymd_opt(2026, 3, *day).unwrap(),
            row: Some(Id((*day).into())),
        };
        Fingerprint::of(days.iter().map(ground).collect(), version)
    }

    fn march(day: u32) -> DateTime<Utc> {
        NaiveDate::from_ymd_opt(2026, 3, day).unwrap().and_hms_opt(12, 0, 0).unwrap().and_utc()
    }

    #[track_caller]
    fn check(days: &[u32], now: u32, alert: Option<(Status, &[Fingerprint])>, decision: Decision) {
        let fingerprint = of(days, 1);
        let severity = Severity::High;
        let news = News { fingerprint: &fingerprint, severity, now: march(now), zone: Tz::UTC };
        let alert =
            alert.map(|(status, evidence)| Alert { status, severity: Severity::Medium, evidence });
        assert_eq!(news.decide(alert.as_ref()), decision);
    }

    const HIGH: Severity = Severity::High;

    #[test]
    fn what_nobody_has_said_is_raised() {
        check(&[2], 2, None, Decision::Raise);
    }

    #[test]
    fn an_open_alert_counts_what_is_new() {
        for status in [Status::New, Status::Investigating, Status::WorkingOn] {
            check(&[2, 3], 3, Some((status, &[of(&[2], 1)])), Decision::Recur { severity: HIGH });
        }
    }

    #[test]
    fn an_open_alert_is_told_nothing_twice() {
        check(
            &[3, 2, 2],
            3,
            Some((Status::New, &[of(&[4], 1), of(&[2, 3], 1)])),
            Decision::Nothing,
        );
    }

    #[test]
    fn a_new_version_of_the_rule_is_news_to_an_open_alert() {
        check(&[2], 3, Some((Status::New, &[of(&[2], 0)])), Decision::Recur { severity: HIGH });
    }

    #[test]
    fn severity_never_falls() {
        let fingerprint = of(&[2], 1);
        let news = News {
            fingerprint: &fingerprint,
            severity: Severity::Low,
            now: march(2),
            zone: Tz::UTC,
        };
        let alert = Alert { status: Status::New, severity: Severity::Critical, evidence: &[] };
        assert_eq!(news.decide(Some(&alert)), Decision::Recur { severity: Severity::Critical });
    }

    #[test]
    fn what_was_resolved_stays_so_without_news() {
        let resolved = Status::Resolved { at: march(4) };
        check(&[2, 3], 5, Some((resolved, &[of(&[2, 3, 4], 1)])), Decision::Nothing);
        check(&[3, 4], 5, Some((resolved, &[of(&[2, 3, 4], 0)])), Decision::Nothing);
        // A late report of a day before the resolution is no news.
        check(&[3, 4], 5, Some((resolved, &[of(&[2, 4], 1)])), Decision::Nothing);
    }

    #[test]
    fn news_open_it_again_within_seven_days() {
        let resolved = Status::Resolved { at: march(4) };
        let reopen = Decision::Reopen { severity: HIGH };
        check(&[3, 5], 5, Some((resolved, &[of(&[2, 3], 1)])), reopen);
        check(&[11], 11, Some((resolved, &[of(&[2, 3], 1)])), reopen);
        check(&[12], 12, Some((resolved, &[of(&[2, 3], 1)])), Decision::Raise);
    }

    #[test]
    fn a_report_of_the_day_of_the_resolution_is_news() {
        let resolved = Status::Resolved { at: march(4) };
        check(&[4], 4, Some((resolved, &[of(&[3], 1)])), Decision::Reopen { severity: HIGH });
    }

    #[test]
    fn the_day_of_the_resolution_is_the_assistants() {
        let (fingerprint, known) = (of(&[4], 1), [of(&[2], 1)]);
        let decide = |zone| {
            let news = News { fingerprint: &fingerprint, severity: HIGH, now: march(6), zone };
            let status = Status::Resolved { at: march(4) };
            news.decide(Some(&Alert { status, severity: HIGH, evidence: &known }))
        };
        assert_eq!(decide(Tz::Etc__GMTPlus12), Decision::Reopen { severity: HIGH });
        assert_eq!(decide(Tz::Pacific__Kiritimati), Decision::Nothing);
    }

    #[test]
    fn a_day_without_a_report_is_news_too() {
        let day = |day| Ground { day: march(day).date_naive(), row: None };
        let (old, new) =
            (Fingerprint::of(vec![day(2)], 1), Fingerprint::of(vec![day(2), day(4)], 1));
        let news = News { fingerprint: &new, severity: HIGH, now: march(5), zone: Tz::UTC };
        let evidence = [old];
        let status = Status::Resolved { at: march(3) };
        let alert = Alert { status, severity: HIGH, evidence: &evidence };
        assert_eq!(news.decide(Some(&alert)), Decision::Reopen { severity: HIGH });
    }

    #[test]
    fn evidence_keeps_its_newest_entries() {
        let mut evidence: Vec<_> = (0..EVIDENCE_MAX).collect();
        merge(&mut evidence, 99);
        assert_eq!((evidence.len(), evidence[0], evidence[1]), (EVIDENCE_MAX, 99, 0));
    }
}
