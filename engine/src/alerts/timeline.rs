//! Rows by day, newest first.

use {super::Id, chrono::NaiveDate};

/// Something that belongs to a day.
pub trait Dated {
    /// The row's id.
    fn id(&self) -> Id;
    /// The day that it belongs to, on the assistant's own calendar.
    fn day(&self) -> NaiveDate;
}

/// Rows by day, newest first. Questions are asked about its [`Past`].
#[derive(Clone, Debug)]
pub struct Timeline<T>(Vec<T>);

/// The rows up to some day, newest first.
#[derive(Debug)]
pub struct Past<'a, T>(&'a [T]);

impl<T> Default for Timeline<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Dated> Timeline<T> {
    /// Puts rows in order, whatever order they come in. Rows of one day are ordered by their ids.
    pub fn new(mut rows: Vec<T>) -> Self {
        rows.sort_by_key(|row| std::cmp::Reverse((row.day(), row.id())));
        Self(rows)
    }

    /// Adds a row, and forgets the oldest beyond so many.
    pub fn add(&mut self, row: T, rows_max: usize) {
        let at = self.0.partition_point(|it| (row.day(), row.id()) < (it.day(), it.id()));
        self.0.insert(at, row);
        self.0.truncate(rows_max);
    }

    /// All rows.
    pub fn all(&self) -> Past<'_, T> {
        Past(&self.0)
    }

    /// The rows as they stood at the end of a day: what a rule that is tried on the past would have
    /// seen.
    pub fn until(&self, day: NaiveDate) -> Past<'_, T> {
        Past(&self.0[self.0.partition_point(|row| day < row.day())..])
    }
}

impl<'a, T: Dated> Past<'a, T> {
    /// No rows at all.
    pub fn none() -> Self {
        Self(&[])
    }

    /// The newest row.
    pub fn newest(self) -> Option<&'a T> {
        self.0.first()
    }

    /// The rows, newest first.
    pub fn rows(self) -> &'a [T] {
        self.0
    }

    /// The rows of a range of days, newest first.
    pub fn within(self, first: NaiveDate, last: NaiveDate) -> &'a [T] {
        let from = self.0.partition_point(|row| last < row.day());
        let rest = &self.0[from..];
        &rest[..rest.partition_point(|row| first <= row.day())]
    }
}

impl<T> Clone for Past<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Past<'_, T> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Row(u32);

    impl Dated for Row {
        fn id(&self) -> Id {
            Id(self.0.into())
        }

        fn day(&self) -> NaiveDate {
            march(self.0)
        }
    }

    fn march(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, day).unwrap()
    }

    #[track_caller]
    fn check(rows: &[Row], days: &[u32]) {
        assert_eq!(rows.iter().map(|it| it.0).collect::<Vec<_>>(), days);
    }

    #[test]
    fn rows_come_newest_first_in_any_order() {
        let timeline = Timeline::new([2, 9, 5].map(Row).into());
        check(timeline.all().rows(), &[9, 5, 2]);
        assert_eq!(timeline.all().newest().unwrap().0, 9);
    }

    #[test]
    fn the_oldest_are_forgotten() {
        let mut timeline = Timeline::new([5, 2].map(Row).into());
        timeline.add(Row(9), 3);
        timeline.add(Row(4), 3);
        check(timeline.all().rows(), &[9, 5, 4]);
    }

    #[test]
    fn the_past_ends_with_its_day() {
        let timeline = Timeline::new([2, 9, 5].map(Row).into());
        check(timeline.until(march(9)).rows(), &[9, 5, 2]);
        check(timeline.until(march(8)).rows(), &[5, 2]);
        check(timeline.until(march(1)).rows(), &[]);
    }

    #[test]
    fn both_ends_of_a_range_belong_to_it() {
        let timeline = Timeline::new([2, 9, 5, 7].map(Row).into());
        check(timeline.all().within(march(5), march(7)), &[7, 5]);
        check(timeline.all().within(march(3), march(4)), &[]);
        check(timeline.all().within(march(7), march(5)), &[]);
        check(Past::none().within(march(1), march(31)), &[]);
    }
}
