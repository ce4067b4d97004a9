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
    /// Whether the answer may change though no row does, because a day has begun or an hour has come:
    /// such a rule has to be asked by the clock as well.
    pub is_timed: bool,
    /// Over how many days, up to and with that of the newest row.
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
            is_timed: self.is_timed || other.is_timed,
            days: self.days.max(other.days),
            expected_days: self.expected_days.max(other.expected_days),
        }
    }

    /// The first day whose rows matter, if the newest of them is of the day `newest`: reports and
    /// starts each have their own.
    pub fn since(&self, calendar: &Calendar, newest: NaiveDate) -> NaiveDate {
        let by_days = Days::new(u64::from(self.days.saturating_sub(1)));
        let by_days = newest.checked_sub_days(by_days).unwrap_or(NaiveDate::MIN);
        by_days.min(calendar.expected_since(newest, self.expected_days))
    }
}
