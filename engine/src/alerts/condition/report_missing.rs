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

impl Condition for ReportMissing {
    fn find(&self, history: &History<'_>) -> Option<Finding> {
        let newest = history.reports.newest().map(Dated::day);
        let missed = history.calendar.missed(newest, history.today);
        let (first, last) = (missed.first?, history.today.pred_opt()?);
        if missed.days < self.days {
            return None;
        }
        let range = DayRange::new(first, last).ok()?;
        let newest = first.max(history.calendar.expected_since(last, GROUNDS_MAX));
        let days = history.calendar.expected_in(DayRange::new(newest, last).ok()?);
        let mut grounds: Vec<_> = days.map(|day| Ground { day, row: None }).collect();
        grounds.reverse();
        let plural = if missed.days == 1 { "day" } else { "days" };
        let reasoning = format!("no report for {} expected {plural}, since {first}", missed.days);
        let occurrences = missed.days;
        Some(Finding {
            occurrences,
            window: Some(range),
            grounds,
            ..Finding::sure("report_missing", reasoning)
        })
    }

    fn needs(&self) -> Needs {
        Needs { reports: true, is_timed: true, ..Needs::default() }
    }
}
