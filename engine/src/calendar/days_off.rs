//! Days on which nothing is expected, whatever the weekday.

use {super::DayRange, chrono::NaiveDate};

/// Ranges in order, with none touching or overlapping another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct DaysOff(Vec<DayRange>);

impl DaysOff {
    /// Sorts and merges, so that a day in two ranges is taken off once.
    pub(super) fn new(mut ranges: Vec<DayRange>) -> Self {
        ranges.sort_unstable();
        let mut merged: Vec<DayRange> = Vec::with_capacity(ranges.len());
        for range in ranges {
            match merged.last_mut() {
                Some(previous) if touches(*previous, range) => *previous = hull(*previous, range),
                _ => merged.push(range),
            }
        }
        Self(merged)
    }

    /// The range that the day lies in.
    pub(super) fn holding(&self, day: NaiveDate) -> Option<DayRange> {
        let next = self.0.partition_point(|range| range.last() < day);
        self.0.get(next).copied().filter(|range| range.contains(day))
    }

    /// What lies inside `range`, cut at its ends.
    pub(super) fn within(&self, range: DayRange) -> impl Iterator<Item = DayRange> {
        let from = self.0.partition_point(|off| off.last() < range.first());
        self.0[from..].iter().map_while(move |off| off.intersection(&range))
    }
}

/// Whether no day lies between a range and one that begins no earlier.
fn touches(earlier: DayRange, later: DayRange) -> bool {
    DayRange::between(earlier.last(), later.first()).is_none()
}

fn hull(earlier: DayRange, later: DayRange) -> DayRange {
    DayRange::new(earlier.first(), earlier.last().max(later.last()))
        .expect("it only ends later than a range that was in order")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn march(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, day).unwrap()
    }

    fn ranges(pairs: &[(u32, u32)]) -> Vec<DayRange> {
        pairs.iter().map(|it| DayRange::new(march(it.0), march(it.1)).unwrap()).collect()
    }

    #[track_caller]
    fn check(given: &[(u32, u32)], merged: &[(u32, u32)]) {
        assert_eq!(DaysOff::new(ranges(given)).0, ranges(merged));
    }

    #[test]
    fn ranges_are_put_in_order() {
        check(&[(9, 10), (2, 3)], &[(2, 3), (9, 10)]);
    }

    #[test]
    fn overlapping_ranges_become_one() {
        check(&[(2, 5), (4, 8), (3, 3)], &[(2, 8)]);
    }

    #[test]
    fn neighbours_become_one() {
        check(&[(2, 3), (4, 5)], &[(2, 5)]);
    }

    #[test]
    fn a_range_inside_another_vanishes() {
        check(&[(2, 9), (4, 5)], &[(2, 9)]);
    }

    #[test]
    fn ranges_are_cut_where_the_question_ends() {
        let off = DaysOff::new(ranges(&[(2, 4), (6, 6), (8, 12)]));
        let asked = DayRange::new(march(3), march(9)).unwrap();
        assert_eq!(off.within(asked).collect::<Vec<_>>(), ranges(&[(3, 4), (6, 6), (8, 9)]));
    }

    #[test]
    fn a_day_is_found_in_its_range() {
        let off = DaysOff::new(ranges(&[(2, 4), (8, 12)]));
        assert_eq!(off.holding(march(4)), Some(ranges(&[(2, 4)])[0]));
        assert_eq!(off.holding(march(5)), None);
        assert_eq!(off.holding(march(13)), None);
    }
}
