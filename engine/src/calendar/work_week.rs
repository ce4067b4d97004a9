//! The weekdays on which somebody works.

use {
    super::DayRange,
    chrono::{Datelike, Weekday},
    thiserror::Error,
};

const WEEK_DAYS: u32 = 7;

/// A set of weekdays; Monday to Friday unless said otherwise.
///
/// It is stored as the sum of its days' bits: Monday 1, Tuesday 2, Wednesday 4, Thursday 8, Friday
/// 16, Saturday 32, Sunday 64. Monday to Friday is 31. An empty week is allowed: nothing is ever
/// expected in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WorkWeek(u8);

/// A number that stands for no set of weekdays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a work week is a number from 0 to 127 (Monday 1, Tuesday 2, … Sunday 64), not {0}")]
pub struct NotAWorkWeek(pub i64);

impl WorkWeek {
    /// The week stored as `bits`, 0 to 127.
    pub fn from_bits(bits: impl Into<i64>) -> Result<Self, NotAWorkWeek> {
        let bits = bits.into();
        match u8::try_from(bits) {
            Ok(days) if days < 1 << WEEK_DAYS => Ok(Self(days)),
            _ => Err(NotAWorkWeek(bits)),
        }
    }

    /// The number to store, 0 to 127.
    pub fn bits(self) -> u8 {
        self.0
    }

    /// Whether the weekday is worked.
    pub fn contains(self, weekday: Weekday) -> bool {
        self.0 & bit(weekday) != 0
    }

    /// Whether no weekday is worked.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The weekdays worked, Monday first.
    pub fn days(self) -> impl Iterator<Item = Weekday> {
        std::iter::successors(Some(Weekday::Mon), |day| Some(day.succ()))
            .take(WEEK_DAYS as usize)
            .filter(move |day| self.contains(*day))
    }

    /// How many days of the range fall on a weekday worked. Takes the same time for any range.
    pub fn count_in(self, range: DayRange) -> u32 {
        let weeks = range.days() / WEEK_DAYS;
        let left_over = (range.days() % WEEK_DAYS) as usize;
        let first = range.first().weekday();
        let rest = std::iter::successors(Some(first), |day| Some(day.succ()))
            .take(left_over)
            .map(|day| u32::from(self.contains(day)));
        weeks * self.0.count_ones() + rest.sum::<u32>()
    }
}

impl Default for WorkWeek {
    fn default() -> Self {
        [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri].into_iter().collect()
    }
}

impl FromIterator<Weekday> for WorkWeek {
    fn from_iter<I: IntoIterator<Item = Weekday>>(days: I) -> Self {
        Self(days.into_iter().fold(0, |bits, day| bits | bit(day)))
    }
}

fn bit(weekday: Weekday) -> u8 {
    1 << weekday.num_days_from_monday()
}

#[cfg(test)]
mod tests {
    use {super::*, chrono::NaiveDate};

    #[track_caller]
    fn check(bits: i64, days: &[Weekday]) {
        let week = WorkWeek::from_bits(bits).unwrap();
        assert_eq!(week.days().collect::<Vec<_>>(), days);
        assert_eq!(days.iter().copied().collect::<WorkWeek>(), week);
        assert_eq!(i64::from(week.bits()), bits);
    }

    #[track_caller]
    fn count(week: WorkWeek, first: u32, last: u32) -> u32 {
        let day = |day| NaiveDate::from_ymd_opt(2026, 3, day).unwrap();
        week.count_in(DayRange::new(day(first), day(last)).unwrap())
    }

    #[test]
    fn monday_is_the_lowest_bit() {
        check(1, &[Weekday::Mon]);
    }

    #[test]
    fn sunday_is_the_highest_bit() {
        check(64, &[Weekday::Sun]);
    }

    #[test]
    fn a_week_from_sunday_to_thursday_can_be_stored() {
        use Weekday::{Mon, Sun, Thu, Tue, Wed};
        check(79, &[Mon, Tue, Wed, Thu, Sun]);
    }

    #[test]
    fn nobody_has_to_work() {
        check(0, &[]);
        assert!(WorkWeek::from_bits(0).unwrap().is_empty());
    }

    #[test]
    fn monday_to_friday_is_the_usual_week() {
        assert_eq!(WorkWeek::default().bits(), 31);
    }

    #[test]
    fn an_eighth_day_is_refused() {
        assert_eq!(WorkWeek::from_bits(128), Err(NotAWorkWeek(128)));
        assert_eq!(WorkWeek::from_bits(-1), Err(NotAWorkWeek(-1)));
        assert_eq!(WorkWeek::from_bits(257), Err(NotAWorkWeek(257)));
    }

    #[test]
    fn whole_weeks_and_the_days_left_over_are_counted() {
        assert_eq!(count(WorkWeek::default(), 2, 2), 1); // a Monday
        assert_eq!(count(WorkWeek::default(), 7, 8), 0); // a weekend
        assert_eq!(count(WorkWeek::default(), 1, 31), 22);
        assert_eq!(count(WorkWeek::from_bits(127).unwrap(), 1, 31), 31);
        assert_eq!(count(WorkWeek::from_bits(0).unwrap(), 1, 31), 0);
    }
}
