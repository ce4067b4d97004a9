//! Small tables, and a naive walk that the arithmetic must agree with.

use {super::*, proptest::prelude::*};

/// A day of March 2026, whose 1st is a Sunday.
fn march(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, day).unwrap()
}

fn range(first: u32, last: u32) -> DayRange {
    DayRange::new(march(first), march(last)).unwrap()
}

/// Begins on Wednesday the 4th; leave from the 12th to the 16th, a holiday on the 18th.
fn calendar() -> Calendar {
    let holidays = [DayRange::of_day(march(18))];
    Calendar::new(march(4), WorkWeek::default(), [range(12, 16)], holidays)
}

#[track_caller]
fn check(newest_report: Option<u32>, today: u32, missed: &[u32]) {
    let calendar = calendar();
    let last = newest_report.map(march);
    let expected = Missed {
        days: u32::try_from(missed.len()).unwrap(),
        first: missed.first().map(|it| march(*it)),
    };
    assert_eq!(calendar.missed(last, march(today)), expected);

    let days: Vec<_> = calendar.expected_between(last.unwrap_or(march(3)), march(today)).collect();
    assert_eq!(days, missed.iter().map(|day| march(*day)).collect::<Vec<_>>());
}

#[test]
fn today_is_never_missed() {
    check(Some(5), 6, &[]);
}

#[test]
fn yesterday_is_missed() {
    check(Some(5), 7, &[6]);
}

#[test]
fn a_weekend_is_not_missed() {
    check(Some(6), 9, &[]);
    check(Some(6), 10, &[9]);
}

#[test]
fn without_a_report_counting_begins_with_the_start() {
    check(None, 6, &[4, 5]);
}

#[test]
fn nothing_is_missed_on_the_first_day() {
    check(None, 4, &[]);
}

#[test]
fn nothing_is_missed_before_the_start() {
    check(None, 2, &[]);
}

#[test]
fn leave_is_not_missed() {
    check(Some(11), 18, &[17]);
}

#[test]
fn a_holiday_is_not_missed() {
    check(Some(17), 20, &[19]);
}

#[test]
fn a_report_ahead_of_today_misses_nothing() {
    check(Some(20), 18, &[]);
}

#[test]
fn a_report_from_before_the_start_does_not_move_the_start() {
    check(Some(1), 6, &[4, 5]);
}

#[test]
fn a_day_is_expected_from_the_start_on() {
    assert!(!calendar().is_expected(march(3)));
    assert!(calendar().is_expected(march(4)));
}

#[test]
fn days_off_are_not_expected() {
    for day in [7, 8, 12, 13, 16, 18] {
        assert!(!calendar().is_expected(march(day)), "{day}");
    }
    assert!(calendar().is_expected(march(17)));
}

#[test]
fn a_holiday_during_leave_is_taken_off_once() {
    let holidays = [DayRange::of_day(march(13))];
    let calendar = Calendar::new(march(1), WorkWeek::default(), [range(12, 16)], holidays);
    assert_eq!(calendar.expected_days(range(9, 20)), 7);
}

#[test]
fn a_week_with_a_holiday_has_four_business_days() {
    assert_eq!(business_days(range(2, 8), WorkWeek::default(), []), 5);
    assert_eq!(business_days(range(2, 8), WorkWeek::default(), [range(7, 9), range(4, 4)]), 4);
}

#[test]
fn a_year_has_261_business_days() {
    let day = |month, day| NaiveDate::from_ymd_opt(2026, month, day).unwrap();
    let year = DayRange::new(day(1, 1), day(12, 31)).unwrap();
    assert_eq!(business_days(year, WorkWeek::default(), []), 261);
}

#[test]
fn somebody_who_never_works_owes_nothing() {
    let never = WorkWeek::from_bits(0).unwrap();
    let calendar = Calendar::new(NaiveDate::MIN, never, [], []);
    assert_eq!(calendar.missed(None, NaiveDate::MAX), Missed { days: 0, first: None });
}

#[test]
fn the_ends_of_the_calendar_do_no_harm() {
    let calendar = Calendar::new(NaiveDate::MIN, WorkWeek::default(), [], []);
    let whole = DayRange::new(NaiveDate::MIN, NaiveDate::MAX).unwrap();
    let first_week: Vec<_> = calendar.expected_in(whole).take(5).collect();
    assert_eq!(calendar.missed(None, NaiveDate::MIN).days, 0);
    assert_eq!(first_week.len(), 5);
    assert_eq!(calendar.expected_in(DayRange::of_day(NaiveDate::MAX)).count(), 1);
}

#[test]
fn a_rate_is_a_percentage_up_to_a_hundred() {
    assert_eq!(submission_rate(15, 20), Some(75.0));
    assert_eq!(submission_rate(0, 20), Some(0.0));
    assert_eq!(submission_rate(21, 20), Some(100.0));
}

#[test]
fn there_is_no_rate_where_nothing_was_expected() {
    assert_eq!(submission_rate(0, 0), None);
    assert_eq!(submission_rate(3, 0), None);
}

#[test]
fn expected_days_are_counted_back_over_days_off() {
    // Expected are the 4th to the 6th, the 9th to the 11th, the 17th, the 19th, the 20th.
    for (last, count, since) in [
        (20, 0, 20),
        (20, 1, 20),
        (20, 2, 19),
        (20, 3, 17),
        (20, 4, 11),
        (18, 1, 17),
        (10, 9, 4),
        (2, 1, 2),
    ] {
        assert_eq!(calendar().expected_since(march(last), count), march(since), "{last} {count}");
    }
}

#[test]
fn nobody_counts_back_for_ever() {
    let never = WorkWeek::from_bits(0).unwrap();
    let calendar = Calendar::new(NaiveDate::MIN, never, [], []);
    assert_eq!(calendar.expected_since(march(2), 7), NaiveDate::MIN);
    let holidays = [DayRange::new(NaiveDate::MIN, NaiveDate::MAX).unwrap()];
    let calendar = Calendar::new(NaiveDate::MIN, WorkWeek::default(), [], holidays);
    assert_eq!(calendar.expected_since(march(2), u32::MAX), NaiveDate::MIN);
}

/// A day of the three years from 2025 on.
fn any_day() -> impl Strategy<Value = NaiveDate> {
    let first = NaiveDate::from_ymd_opt(2025, 1, 1).unwrap();
    (0..1_096_u64).prop_map(move |days| first + chrono::Days::new(days))
}

fn any_ranges() -> impl Strategy<Value = Vec<DayRange>> {
    let range = (any_day(), 0..40_u64);
    let range = range.prop_map(|(day, days)| DayRange::new(day, day + chrono::Days::new(days)));
    proptest::collection::vec(range.prop_map(Result::unwrap), 0..12)
}

fn any_calendar() -> impl Strategy<Value = (Calendar, Vec<DayRange>)> {
    (any_day(), 0..=127_u8, any_ranges(), any_ranges()).prop_map(
        |(start, bits, leave, holidays)| {
            let week = WorkWeek::from_bits(bits).unwrap();
            let off = leave.iter().chain(&holidays).copied().collect();
            (Calendar::new(start, week, leave, holidays), off)
        },
    )
}

/// What [`Calendar::missed`] means, one day at a time.
fn walk(
    calendar: &Calendar,
    off: &[DayRange],
    last: Option<NaiveDate>,
    today: NaiveDate,
) -> Missed {
    let mut missed = Missed::default();
    let mut day = last.map_or(calendar.start_date, |day| day.succ_opt().unwrap());
    while day < today {
        let is_off = off.iter().any(|range| range.contains(day));
        if day >= calendar.start_date && calendar.week.contains(day.weekday()) && !is_off {
            missed.days += 1;
            missed.first = missed.first.or(Some(day));
        }
        day = day.succ_opt().unwrap();
    }
    missed
}

proptest! {
    #[test]
    fn counting_back_agrees_with_counting(
        (calendar, _) in any_calendar(),
        last in any_day(),
        count in 1..40_u32,
    ) {
        let since = calendar.expected_since(last, count);
        let days = calendar.expected_days(DayRange::new(since, last).unwrap());
        prop_assert!(days == count && calendar.is_expected(since)
            || days < count && since == last.min(calendar.start_date));
    }

    #[test]
    fn counting_agrees_with_walking(
        (calendar, off) in any_calendar(),
        last in proptest::option::of(any_day()),
        today in any_day(),
    ) {
        prop_assert_eq!(calendar.missed(last, today), walk(&calendar, &off, last, today));
    }

    #[test]
    fn the_count_of_expected_days_is_how_many_there_are(
        (calendar, _) in any_calendar(),
        (first, last) in (any_day(), any_day()),
    ) {
        let range = DayRange::new(first.min(last), first.max(last)).unwrap();
        let days: Vec<_> = calendar.expected_in(range).collect();
        prop_assert_eq!(days.len(), calendar.expected_in(range).count());
        prop_assert!(days.iter().all(|day| calendar.is_expected(*day) && range.contains(*day)));
        prop_assert!(days.is_sorted());
    }
}
