//! When rules would have fired: asked as of each day of the past, without anything being kept.

use {
    super::{
        Accelerator, History, Report, Rule, Severity, Shift, Start, Timeline,
        clearing::{Cleared, Clearing},
        standing::{self, Alert, Decision, Fingerprint, News, Status},
        suppression::{Circumstances, Outage},
    },
    crate::{
        attendance::begin,
        calendar::{Calendar, DayRange},
    },
    chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc},
    std::{cell::OnceCell, sync::Arc},
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
struct Standing<'a> {
    asked: &'a Replayed<'a>,
    is_timed: bool,
    clearing: Clearing,
    fired: Vec<Fired>,
    evidence: Vec<Fingerprint>,
    status: Option<Status>,
    held_on: NaiveDate,
}

/// What is known in the evening of a day, for all rules.
struct Evening<'a> {
    past: &'a Past,
    history: History<'a>,
    /// Without the outage, which takes some reading.
    around: Circumstances,
    outage: OnceCell<Option<(Outage, DateTime<Utc>)>>,
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
        let mut standings: Vec<_> =
            rules.iter().map(|it| Standing::new(it, range.first())).collect();
        // In the evening before the range it is found out what holds already.
        let before = range.first().pred_opt().unwrap_or(range.first());
        let days = before.max(self.start_date).iter_days().take_while(|it| *it <= range.last());
        for day in days {
            let Some(at) = self.evening(day).map(|it| it.min(now)) else { continue };
            let evening = Evening::new(self, day, at);
            let newest = evening.history.reports.newest();
            let is_asked = day <= range.first() || newest.is_some_and(|it| it.day == day);
            for standing in standings.iter_mut().filter(|it| is_asked || it.is_timed) {
                standing.ask(&evening);
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
}

impl<'a> Evening<'a> {
    fn new(past: &'a Past, day: NaiveDate, now: DateTime<Utc>) -> Self {
        let history = History {
            now,
            today: day,
            calendar: &past.calendar,
            reports: past.reports.until(day),
            starts: past.starts.until(day),
            shift: Some(past.shift),
            healthcare_eligibility_date: past.healthcare_eligibility_date,
            accelerator: past.accelerator.filter(|it| it.since <= day),
        };
        let around = Circumstances {
            is_on_leave: past.leave.iter().any(|it| it.contains(day)),
            is_holiday: past.holidays.iter().any(|it| it.contains(day)),
            outage: None,
        };
        Self { past, history, around, outage: OnceCell::new() }
    }

    /// Whether something explains what a rule finds.
    fn explains(&self, asked: &Replayed<'_>) -> bool {
        let is_explained = |around: Circumstances| {
            around.suppression(asked.number, asked.severity, self.history.now).is_some()
        };
        is_explained(self.around)
            || (asked.severity <= Severity::Medium
                && is_explained(Circumstances { outage: self.outage(), ..self.around }))
    }

    /// The outage that a report of the last two days tells of. It is as old as the evening of its day:
    /// when it was filed does not matter.
    fn outage(&self) -> Option<(Outage, DateTime<Utc>)> {
        *self.outage.get_or_init(|| {
            let History { reports, today, now, .. } = self.history;
            let recent = reports.rows().iter().take(2);
            let mut recent = recent.filter(|it| (today - it.day).num_days() < 2);
            recent.find_map(|it| Some((Outage::told_in(it)?, self.past.evening(it.day)?.min(now))))
        })
    }
}

impl<'a> Standing<'a> {
    fn new(asked: &'a Replayed<'a>, first: NaiveDate) -> Self {
        Self {
            asked,
            is_timed: asked.rule.needs().is_timed,
            clearing: asked.rule.clearing(),
            fired: Vec::new(),
            evidence: Vec::new(),
            status: None,
            held_on: first,
        }
    }

    fn ask(&mut self, evening: &Evening<'_>) {
        let Evening { past, history, .. } = evening;
        let Some(grounds) = self.asked.rule.grounds(history) else { return self.clear(history) };
        if evening.explains(self.asked) {
            return;
        }
        let fingerprint = Fingerprint::of(grounds, 0);
        let severity = self.asked.severity;
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

    fn clear(&mut self, history: &History<'_>) {
        let Some(status) = self.status else { return };
        if self.clearing.decide(status, self.held_on, history.today) == Cleared::Resolve {
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
