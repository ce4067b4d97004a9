//! A stretch of days, both ends included.

use {chrono::NaiveDate, thiserror::Error};

/// Days from the first to the last, both included; never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DayRange {
    first: NaiveDate,
    last: NaiveDate,
}

/// A range that would end before it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the last day, {last}, lies before the first, {first}")]
pub struct BackwardsRange {
    /// The day it would begin on.
    pub first: NaiveDate,
    /// The day it would end on.
    pub last: NaiveDate,
}

impl DayRange {
    /// The days from `first` to `last`, both included.
    pub fn new(first: NaiveDate, last: NaiveDate) -> Result<Self, BackwardsRange> {
        if last < first { Err(BackwardsRange { first, last }) } else { Ok(Self { first, last }) }
    }

    /// One single day.
    pub fn of_day(day: NaiveDate) -> Self {
        Self { first: day, last: day }
    }

    /// The days between two others, neither of which is included; none when they touch or cross.
    pub fn between(after: NaiveDate, before: NaiveDate) -> Option<Self> {
        Self::new(after.succ_opt()?, before.pred_opt()?).ok()
    }

    /// The first day.
    pub fn first(&self) -> NaiveDate {
        self.first
    }

    /// The last day, which still belongs to the range.
    pub fn last(&self) -> NaiveDate {
        self.last
    }

    /// How many days there are, at least one.
    pub fn days(&self) -> u32 {
        let days = (self.last - self.first).num_days() + 1;
        u32::try_from(days).expect("chrono's whole calendar has fewer than 2^28 days")
    }

    /// Whether the day lies in the range.
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.first <= day && day <= self.last
    }

    /// Whether the two have a day in common.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.intersection(other).is_some()
    }

    /// The days that the two have in common.
    pub fn intersection(&self, other: &Self) -> Option<Self> {
        Self::new(self.first.max(other.first), self.last.min(other.last)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn march(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, day).unwrap()
    }

    fn range(first: u32, last: u32) -> DayRange {
        DayRange::new(march(first), march(last)).unwrap()
    }

    #[track_caller]
    fn check(left: (u32, u32), right: (u32, u32), common: Option<(u32, u32)>) {
        let (left, right) = (range(left.0, left.1), range(right.0, right.1));
        let common = common.map(|(first, last)| range(first, last));
        assert_eq!(left.intersection(&right), common);
        assert_eq!(right.intersection(&left), common);
        assert_eq!(left.overlaps(&right), common.is_some());
    }

    #[test]
    fn ranges_that_share_one_day_overlap() {
        check((2, 4), (4, 6), Some((4, 4)));
    }

    #[test]
    fn a_range_inside_another_is_what_they_share() {
        check((2, 20), (5, 6), Some((5, 6)));
    }

    #[test]
    fn neighbours_do_not_overlap() {
        check((2, 4), (5, 6), None);
    }

    #[test]
    fn a_range_that_ends_before_it_begins_is_refused() {
        let refused = DayRange::new(march(5), march(4)).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "the last day, 2026-03-04, lies before the first, 2026-03-05"
        );
    }

    #[test]
    fn both_ends_belong_to_a_range() {
        assert!(range(2, 4).contains(march(2)) && range(2, 4).contains(march(4)));
        assert!(!range(2, 4).contains(march(1)) && !range(2, 4).contains(march(5)));
        assert_eq!(range(2, 4).days(), 3);
    }

    #[test]
    fn one_day_is_a_range() {
        assert_eq!(DayRange::of_day(march(2)), range(2, 2));
        assert_eq!(range(2, 2).days(), 1);
    }

    #[test]
    fn nothing_lies_between_neighbours() {
        assert_eq!(DayRange::between(march(2), march(3)), None);
        assert_eq!(DayRange::between(march(3), march(2)), None);
        assert_eq!(DayRange::between(march(2), march(4)), Some(range(3, 3)));
    }

    #[test]
    fn the_whole_calendar_is_counted() {
        let whole = DayRange::new(NaiveDate::MIN, NaiveDate::MAX).unwrap();
        assert_eq!(whole.days(), 191_491_529);
    }
}
