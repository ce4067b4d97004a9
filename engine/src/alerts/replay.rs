//! When rules would have fired: asked as of each day of the past, without anything being kept.

use {
    super::{
        Accelerator, History, Report, Rule, Severity, Shift, Start, Timeline,
        clearing::Cleared,
        standing::{self, Alert, Decision, Fingerprint, News, Status},
        suppression::{Circumstances, Outage},
    },
    crate::{
        attendance::begin,
        calendar::{Calendar, DayRange},
    },
    chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc},
    std::sync::Arc,
};

/// What is known of a pairing's past.
#[derive(Debug)]
pub struct Past {
    /// The days on which a report was expected.
    pub calendar: Calendar,
    /// The day on which the pairing began.
    pub start_date: NaiveDate,
    /// The days on which the assistant was off.
    pub leave: Vec<DayRange>,
    /// The days on which nobody worked.
    pub holidays: Arc<[DayRange]>,
    /// When the assistant's shifts begin, and where its calendar hangs.
    pub shift: Shift,
    /// The reports of the range, and as many before it as the rules need.
    pub reports: Timeline<Report>,
    /// The starts of work, in the same way.
    pub starts: Timeline<Start>,
    /// From when on the assistant is eligible for healthcare.
    pub healthcare_eligibility_date: Option<NaiveDate>,
    /// The week of the accelerator that the pairing is in now: that of earlier days is not known.
    pub accelerator: Option<Accelerator>,
}

/// A rule that is replayed.
#[derive(Clone, Copy, Debug)]
pub struct Replayed<'a> {
    /// Its condition.
    pub rule: &'a Rule,
    /// Its number: some are explained by absence.
    pub number: i32,
    /// How bad it is: what is less bad is explained by holidays and outages.
    pub severity: Severity,
}

/// An alert that a rule would have raised, or opened again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fired {
    /// On which day, on the assistant's own calendar.
    pub on: NaiveDate,
    /// The day on which it would have been cleared; none if it would be open still.
    pub until: Option<NaiveDate>,
}

/// How a rule stands while it is replayed.
struct Standing {
    fired: Vec<Fired>,
    evidence: Vec<Fingerprint>,
    status: Option<Status>,
    held_on: NaiveDate,
}

impl Past {
    /// When each of the rules would have fired in a range of days, and until when, in the order of the
    /// rules. What held already before the range does not fire in it.
    ///
    /// A rule is asked in the evening of each day with a report, or of every day if it depends on the
    /// clock. It is asked alone: a stronger one that would silence it is not. Nobody resolves
    /// anything meanwhile.
    pub fn replay(
        &self,
        rules: &[Replayed<'_>],
        range: DayRange,
        now: DateTime<Utc>,
    ) -> Vec<Vec<Fired>> {
        let new = |_: &Replayed<'_>| Standing {
            fired: Vec::new(),
            evidence: Vec::new(),
            status: None,
            held_on: range.first(),
        };
        let mut standings: Vec<_> = rules.iter().map(new).collect();
        // In the evening before the range it is found out what holds already.
        let before = range.first().pred_opt().unwrap_or(range.first());
        let days = before.max(self.start_date).iter_days().take_while(|it| *it <= range.last());
        for day in days {
            let Some(evening) = self.evening(day).map(|it| it.min(now)) else { continue };
            let history = self.history(day, evening);
            let has_report = history.reports.newest().is_some_and(|it| it.day == day);
            for (asked, standing) in rules.iter().zip(&mut standings) {
                if has_report || day <= range.first() || asked.rule.needs().is_timed {
                    standing.ask(asked, &history, self);
                }
            }
        }
        let within = |it: &Fired| range.contains(it.on);
        standings.into_iter().map(|it| it.fired.into_iter().filter(within).collect()).collect()
    }

    /// The last moment of a day where the assistant lives.
    fn evening(&self, day: NaiveDate) -> Option<DateTime<Utc>> {
        let midnight = begin(day.succ_opt()?, NaiveTime::MIN, self.shift.zone)?;
        midnight.checked_sub_signed(TimeDelta::milliseconds(1))
    }

    fn history(&self, day: NaiveDate, now: DateTime<Utc>) -> History<'_> {
        History {
            now,
            today: day,
            calendar: &self.calendar,
            reports: self.reports.until(day),
            starts: self.starts.until(day),
            shift: Some(self.shift),
            healthcare_eligibility_date: self.healthcare_eligibility_date,
            accelerator: self.accelerator.filter(|it| it.since <= day),
        }
    }

    /// Whether something explains a finding of a day.
    fn explains(&self, asked: &Replayed<'_>, history: &History<'_>) -> bool {
        let day = history.today;
        let around = Circumstances {
            is_on_leave: self.leave.iter().any(|it| it.contains(day)),
            is_holiday: self.holidays.iter().any(|it| it.contains(day)),
            outage: None,
        };
        around.suppression(asked.number, asked.severity, history.now).is_some()
            || (asked.severity <= Severity::Medium
                && Circumstances { outage: self.outage(history), ..around }
                    .suppression(asked.number, asked.severity, history.now)
                    .is_some())
    }

    /// The outage that a report of the last two days tells of. It is as old as the evening of its day:
    /// when it was filed does not matter.
    fn outage(&self, history: &History<'_>) -> Option<(Outage, DateTime<Utc>)> {
        let recent = history.reports.rows().iter().take(2);
        let mut recent = recent.filter(|it| (history.today - it.day).num_days() < 2);
        recent.find_map(|it| Some((Outage::told_in(it)?, self.evening(it.day)?.min(history.now))))
    }
}

impl Standing {
    fn ask(&mut self, asked: &Replayed<'_>, history: &History<'_>, past: &Past) {
        let Some(finding) = asked.rule.find(history) else {
            return self.clear(asked.rule, history);
        };
        if past.explains(asked, history) {
            return;
        }
        let fingerprint = Fingerprint::new(&finding, 0);
        let severity = asked.severity;
        let news =
            News { fingerprint: &fingerprint, severity, now: history.now, zone: past.shift.zone };
        let alert = self.status.map(|status| Alert { status, severity, evidence: &self.evidence });
        self.held_on = history.today;
        match news.decide(alert.as_ref()) {
            Decision::Nothing => return,
            Decision::Recur { .. } => {}
            Decision::Raise | Decision::Reopen { .. } => {
                self.status = Some(Status::New);
                self.fired.push(Fired { on: history.today, until: None });
            }
        }
        standing::merge(&mut self.evidence, fingerprint);
    }

    fn clear(&mut self, rule: &Rule, history: &History<'_>) {
        let Some(status) = self.status else { return };
        let cleared = rule.clearing().decide(status, self.held_on, history.today);
        if cleared == Cleared::Resolve {
            self.status = Some(Status::Resolved { at: history.now });
            if let Some(fired) = self.fired.last_mut() {
                fired.until = Some(history.today);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use {
        super::*,
        crate::{
            alerts::{Feeling, report_for_tests},
            calendar::{WorkWeek, zone},
        },
        serde_json::json,
    };

    fn march(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, day).unwrap()
    }

    /// A pairing since Monday the 2nd, with good reports on these days and stressed ones on those.
    fn past(good: &[u32], stressed: &[u32]) -> Past {
        let good = good.iter().map(|it| report_for_tests(*it));
        let stressed = stressed
            .iter()
            .map(|it| Report { feeling_during_work: Feeling::Stressed, ..report_for_tests(*it) });
        Past {
            calendar: Calendar::new(march(2), WorkWeek::default(), [], []),
            start_date: march(2),
            leave: Vec::new(),
            holidays: [].into(),
            shift: Shift { expected_show_up_time: NaiveTime::MIN, zone: zone("UTC").unwrap() },
            reports: Timeline::new(good.chain(stressed).collect()),
            starts: Timeline::default(),
            healthcare_eligibility_date: None,
            accelerator: None,
        }
    }

    /// Two stressed reports in a row; or a day without a report.
    #[track_caller]
    fn check(
        past: &Past,
        condition: &serde_json::Value,
        (first, last): (u32, u32),
        days: &[(u32, Option<u32>)],
    ) {
        let rule = Rule::read(condition, &json!({})).unwrap();
        let asked = Replayed { rule: &rule, number: 1, severity: Severity::Critical };
        let range = DayRange::new(march(first), march(last)).unwrap();
        let now = march(31).and_time(NaiveTime::MIN).and_utc();
        let fired = past.replay(&[asked], range, now).remove(0);
        let expected =
            days.iter().map(|(on, until)| Fired { on: march(*on), until: until.map(march) });
        assert_eq!(fired, expected.collect::<Vec<_>>());
    }

    fn two_stressed() -> serde_json::Value {
        json!({"kind": "field_is", "field": "feelingDuringWork", "in": ["STRESSED"],
            "window": {"kind": "run", "n": 2}})
    }

    #[test]
    fn a_rule_fires_once_while_it_holds() {
        let past = past(&[2, 6, 9], &[3, 4, 5, 10, 11]);
        check(&past, &two_stressed(), (2, 13), &[(4, Some(6)), (11, None)]);
    }

    #[test]
    fn what_held_before_the_range_does_not_fire_in_it() {
        let past = past(&[2, 6, 9], &[3, 4, 5, 10, 11]);
        check(&past, &two_stressed(), (5, 10), &[]);
    }

    #[test]
    fn silence_fires_without_any_report() {
        let missing = json!({"kind": "report_missing", "days": 1});
        check(&past(&[2, 3, 6], &[]), &missing, (2, 6), &[(5, Some(6))]);
        check(&past(&[], &[]), &missing, (2, 4), &[(3, None)]);
    }

    #[test]
    fn leave_explains_silence() {
        let missing = json!({"kind": "report_missing", "days": 1});
        let off = Past { leave: vec![DayRange::of_day(march(5))], ..past(&[2, 3], &[]) };
        check(&off, &missing, (2, 5), &[]);
    }

    #[test]
    fn days_are_the_assistants_own_wherever_it_lives() {
        let missing = json!({"kind": "report_missing", "days": 1});
        for name in ["Pacific/Kiritimati", "Etc/GMT+12", "America/New_York", "Asia/Kathmandu"] {
            let shift = Shift { expected_show_up_time: NaiveTime::MIN, zone: zone(name).unwrap() };
            // Monday the 9th is missed; the clocks of New York went forward on Sunday.
            let silent = Past { shift, ..past(&[2, 3, 4, 5, 6, 11], &[]) };
            check(&silent, &missing, (2, 11), &[(10, Some(11))]);
            let faithful = Past { shift, ..past(&[2, 3, 4, 5, 6, 9], &[]) };
            check(&faithful, &missing, (2, 10), &[]);
        }
    }

    #[test]
    fn a_night_shift_is_missed_on_the_day_after() {
        let missed = json!({"kind": "no_log", "minutes": 120});
        let start = |day: u32| Start {
            id: crate::alerts::Id(day.into()),
            log_date: march(day),
            minutes_late: 0,
        };
        for (begins, day) in [(21, 9), (22, 10)] {
            let shift = Shift {
                expected_show_up_time: NaiveTime::from_hms_opt(begins, 0, 0).unwrap(),
                zone: zone("America/New_York").unwrap(),
            };
            let starts = Timeline::new((2..=6).map(start).collect());
            let past = Past { shift, starts, ..past(&[], &[]) };
            check(&past, &missed, (3, 10), &[(day, None)]);
        }
    }

    #[test]
    fn nothing_fires_before_the_pairing_began() {
        let missing = json!({"kind": "report_missing", "days": 1});
        let range = DayRange::new(march(1), march(2)).unwrap();
        let rule = Rule::read(&missing, &json!({})).unwrap();
        let asked = Replayed { rule: &rule, number: 1, severity: Severity::Critical };
        assert_eq!(past(&[], &[]).replay(&[asked], range, DateTime::UNIX_EPOCH), [vec![]]);
    }
}
