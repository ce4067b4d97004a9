//! `no_log`: the shift that is due has not been started.

use {
    super::{
        super::{Dated, Finding, Ground, History, Needs},
        Condition, Fields,
    },
    crate::{attendance, calendar::DayRange},
    chrono::{NaiveDate, TimeDelta},
};

/// A day.
const MINUTES_MAX: u32 = 1_440;

/// The newest shift that should have begun so many minutes ago has not been started. What is due is
/// the newest shift of an expected day, so that a night shift is missed after midnight too.
#[derive(Debug)]
struct NoLog {
    minutes: u32,
}

pub(super) fn read(fields: &mut Fields<'_, '_>) -> Option<Box<dyn Condition>> {
    Some(Box::new(NoLog { minutes: fields.whole("minutes", 1..=MINUTES_MAX)? }))
}

impl NoLog {
    /// The day of the newest shift that is due.
    fn due(&self, history: &History<'_>) -> Option<NaiveDate> {
        let shift = history.shift?;
        let mut last = history.today;
        // The shift of today may be still to come, and that of the expected day before as well.
        for _ in 0..3 {
            let day = history.calendar.expected_since(last, 1);
            if !history.calendar.is_expected(day) {
                return None;
            }
            let begin = attendance::begin(day, shift.expected_show_up_time, shift.zone)?;
            if begin + TimeDelta::minutes(self.minutes.into()) <= history.now {
                return Some(day);
            }
            last = day.pred_opt()?;
        }
        None
    }
}

impl Condition for NoLog {
    fn find(&self, history: &History<'_>) -> Option<Finding> {
        let day = self.due(history)?;
        if history.starts.newest().is_some_and(|start| day <= start.day()) {
            return None;
        }
        let time = history.shift?.expected_show_up_time.format("%H:%M");
        let reasoning =
            format!("no start of the shift of {day}, {time}, after {} minutes", self.minutes);
        let grounds = vec![Ground { day, row: None }];
        let window = Some(DayRange::of_day(day));
        Some(Finding { window, grounds, ..Finding::sure("no_log", reasoning) })
    }

    fn needs(&self) -> Needs {
        Needs { starts: true, is_timed: true, ..Needs::default() }
    }
}
