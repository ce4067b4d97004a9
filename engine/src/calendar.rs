//! On which days is a report expected? The one calendar arithmetic, used wherever days count.

mod day_range;
mod days_off;
mod work_week;
mod zone;

use {
    chrono::{Datelike, NaiveDate},
    days_off::DaysOff,
};
pub use {
    day_range::{BackwardsRange, DayRange},
    work_week::{NotAWorkWeek, WorkWeek},
    zone::{UnknownZone, today_in, zone},
};

/// The days on which one pairing owes a report.
///
/// All days are local days of the assistant. Questions about long ranges are answered by
/// arithmetic: they cost a step per leave or holiday in the range, not a step per day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    start_date: NaiveDate,
    week: WorkWeek,
    off: DaysOff,
}

/// The expected days that went by without a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Missed {
    /// How many there are.
    pub days: u32,
    /// The oldest of them; set exactly if there are any.
    pub first: Option<NaiveDate>,
}

/// Expected days, oldest first; [`ExpectedDays::count`] does not walk through them.
#[derive(Clone, Debug)]
pub struct ExpectedDays<'a> {
    calendar: &'a Calendar,
    rest: Option<DayRange>,
}

impl Calendar {
    /// The calendar of a pairing that began on `start_date` with somebody who works in `week`.
    ///
    /// Leave (PTO) and the organisation's holidays may come in any order and may overlap.
    pub fn new(
        start_date: NaiveDate,
        week: WorkWeek,
        leave: impl IntoIterator<Item = DayRange>,
        holidays: impl IntoIterator<Item = DayRange>,
    ) -> Self {
        let off = DaysOff::new(leave.into_iter().chain(holidays).collect());
        Self { start_date, week, off }
    }

    /// Whether a report is expected: a weekday worked, not before the start, no leave, no holiday.
    pub fn is_expected(&self, day: NaiveDate) -> bool {
        self.start_date <= day
            && self.week.contains(day.weekday())
            && self.off.holding(day).is_none()
    }

    /// The expected days between two others, neither of which is included.
    pub fn expected_between(&self, after: NaiveDate, before: NaiveDate) -> ExpectedDays<'_> {
        ExpectedDays { calendar: self, rest: DayRange::between(after, before) }
    }

    /// The expected days of a range.
    pub fn expected_in(&self, range: DayRange) -> ExpectedDays<'_> {
        ExpectedDays { calendar: self, rest: Some(range) }
    }

    /// How many days of a range are expected: what reports are held against in a
    /// [`submission_rate`].
    pub fn expected_days(&self, range: DayRange) -> u32 {
        let Ok(range) = DayRange::new(range.first().max(self.start_date), range.last()) else {
            return 0;
        };
        let off: u32 = self.off.within(range).map(|off| self.week.count_in(off)).sum();
        self.week.count_in(range) - off
    }

    /// The expected days after the newest report and before `today`.
    ///
    /// Today never counts, because a report can still come. Without a report, counting begins with
    /// the start date.
    pub fn missed(&self, newest_report: Option<NaiveDate>, today: NaiveDate) -> Missed {
        let last = newest_report.or_else(|| self.start_date.pred_opt()).unwrap_or(self.start_date);
        let mut days = self.expected_between(last, today);
        let count = days.rest.map_or(0, |range| self.expected_days(range));
        Missed { days: count, first: days.next() }
    }

    /// The day on which the last `count` expected days begin, up to and with `last`: `last` itself
    /// for none, and at the earliest the start of the pairing.
    pub fn expected_since(&self, last: NaiveDate, count: u32) -> NaiveDate {
        let (mut day, mut left) = (last, count);
        // A step a day, at most a week for every day that is counted, and one for every stretch of
        // days off.
        while left > 0 && self.start_date < day && !self.week.is_empty() {
            let off = self.off.holding(day);
            left -= u32::from(off.is_none() && self.week.contains(day.weekday()));
            let before = off.map_or(day, |off| off.first()).pred_opt();
            day = if left == 0 { day } else { before.unwrap_or(NaiveDate::MIN) };
        }
        let is_short = left > 0 && count > 0;
        if is_short { self.start_date.min(last) } else { day }
    }

    fn first_expected(&self, range: DayRange) -> Option<NaiveDate> {
        if self.week.is_empty() {
            return None;
        }
        // A step a week at the most, and one for every stretch of days off.
        let mut day = range.first().max(self.start_date);
        while day <= range.last() {
            if let Some(off) = self.off.holding(day) {
                day = off.last().succ_opt()?;
            } else if self.week.contains(day.weekday()) {
                return Some(day);
            } else {
                day = day.succ_opt()?;
            }
        }
        None
    }
}

impl Iterator for ExpectedDays<'_> {
    type Item = NaiveDate;

    fn next(&mut self) -> Option<NaiveDate> {
        let range = self.rest.take()?;
        let day = self.calendar.first_expected(range)?;
        self.rest = day.succ_opt().and_then(|next| DayRange::new(next, range.last()).ok());
        Some(day)
    }

    fn count(self) -> usize {
        self.rest.map_or(0, |range| self.calendar.expected_days(range)) as usize
    }
}

/// How many days of a range are business days: weekdays worked that are no holiday.
///
/// Unlike [`Calendar::expected_days`] it knows no start and no leave. Both ends of the range count;
/// the days since a report are those [between](DayRange::between) it and today.
pub fn business_days(
    range: DayRange,
    week: WorkWeek,
    holidays: impl IntoIterator<Item = DayRange>,
) -> u32 {
    Calendar::new(range.first(), week, [], holidays).expected_days(range)
}

/// Reports as a percentage of the days they were expected on, 0 to 100.
///
/// None if nothing was expected. Somebody who also reports on days off has more reports than
/// expected days; the rate then is 100. Count only reports of expected days if such extra reports
/// must not make up for missing ones.
pub fn submission_rate(submitted: u32, expected: u32) -> Option<f64> {
    (expected > 0).then(|| f64::from(submitted.min(expected)) * 100.0 / f64::from(expected))
}

#[cfg(test)]
mod tests;
