//! How far back a condition looks.

use {
    crate::calendar::Calendar,
    chrono::{Days, NaiveDate},
};

/// How far back a condition looks, so that no more is read than it asks for.
///
/// What lies before [`since`](Self::since) cannot change the answer. 0 is the newest row alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Whether it asks about reports at all.
    pub reports: bool,
    /// Whether it asks about starts of work at all.
    pub starts: bool,
    /// Over how many days, up to and with the day of the newest report (of today, for starts).
    pub days: u32,
    /// Over how many expected days, in the same way.
    pub expected_days: u32,
}

impl Needs {
    /// What two conditions need together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            reports: self.reports || other.reports,
            starts: self.starts || other.starts,
            days: self.days.max(other.days),
            expected_days: self.expected_days.max(other.expected_days),
        }
    }

    /// The first day whose rows matter, if the newest row that matters is of the day `last`: of the
    /// newest report, and of today for starts. The newest row itself matters always.
    pub fn since(&self, calendar: &Calendar, last: NaiveDate) -> NaiveDate {
        let by_days = Days::new(u64::from(self.days.saturating_sub(1)));
        let by_days = last.checked_sub_days(by_days).unwrap_or(NaiveDate::MIN);
        by_days.min(calendar.expected_since(last, self.expected_days))
    }
}
