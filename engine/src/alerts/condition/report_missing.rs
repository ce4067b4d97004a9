//! `report_missing`: expected days have gone by without a report.

use {
    super::{
        super::{Dated, Finding, Ground, History, Needs},
        Condition, Fields,
    },
    crate::calendar::DayRange,
};

/// More days than this would be a pairing that has ended.
const DAYS_MAX: u32 = 60;
/// It rests on no more days than these, the newest: what is news is among them.
const GROUNDS_MAX: u32 = 60;

/// So many expected days have gone by since the newest report; today is not one of them.
#[derive(Debug)]
struct ReportMissing {
    days: u32,
}

pub(super) fn read(fields: &mut Fields<'_, '_>) -> Option<Box<dyn Condition>> {
    Some(Box::new(ReportMissing { days: fields.whole("days", 1..=DAYS_MAX)? }))
}

impl ReportMissing {
    /// How many expected days have gone by, and from the first of them to yesterday.
    fn missed(&self, history: &History<'_>) -> Option<(u32, DayRange)> {
        let newest = history.reports.newest().map(Dated::day);
        let missed = history.calendar.missed(newest, history.today);
        let range = DayRange::new(missed.first?, history.today.pred_opt()?).ok()?;
        (self.days <= missed.days).then_some((missed.days, range))
    }
}

impl Condition for ReportMissing {
    fn find(&self, history: &History<'_>) -> Option<Finding> {
        let (days, range) = self.missed(history)?;
        let plural = if days == 1 { "day" } else { "days" };
        let first = range.first();
        let reasoning = format!("no report for {days} expected {plural}, since {first}");
        Some(Finding {
            occurrences: days,
            window: Some(range),
            grounds: grounds(history, range)?,
            ..Finding::sure("report_missing", reasoning)
        })
    }

    fn grounds(&self, history: &History<'_>) -> Option<Vec<Ground>> {
        grounds(history, self.missed(history)?.1)
    }

    fn needs(&self) -> Needs {
        Needs { reports: true, is_timed: true, ..Needs::default() }
    }
}

/// The newest of the expected days in a range.
fn grounds(history: &History<'_>, range: DayRange) -> Option<Vec<Ground>> {
    let last = range.last();
    let newest = range.first().max(history.calendar.expected_since(last, GROUNDS_MAX));
    let days = history.calendar.expected_in(DayRange::new(newest, last).ok()?);
    let mut grounds: Vec<_> = days.map(|day| Ground { day, row: None }).collect();
    grounds.reverse();
    Some(grounds)
}
