//! Which shift does a press of the start button belong to, and how late was it?

mod shift;

use {
    chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc},
    chrono_tz::Tz,
};

/// More whole minutes than this after the expected time is late.
pub const LATE_AFTER_MINUTES: u32 = 30;

/// A start of work, held against the shift it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// The local day on which the shift begins; at night it may differ from the day of the press.
    pub log_date: NaiveDate,
    /// Whole minutes after the expected time, rounded down; 0 for somebody early.
    pub minutes_late: u32,
    /// More than [`LATE_AFTER_MINUTES`] late.
    pub was_late: bool,
}

/// Finds the shift nearest to `logged_at` among those of the local day before, the same day and the
/// day after, and how late the arrival is.
///
/// `expected` is the show-up time on the wall clock in `zone`. Shifts are a day apart, so the
/// nearest is at most twelve hours away, or half an hour more where clocks are put back in between.
/// Half-way between two shifts, the press belongs to the earlier one.
///
/// A time that the clocks skip means the moment after the gap; one they show twice means the first.
pub fn arrival(expected: NaiveTime, zone: Tz, logged_at: DateTime<Utc>) -> Arrival {
    let today = logged_at.with_timezone(&zone).date_naive();
    let days = [today.pred_opt(), Some(today), today.succ_opt()];
    let shifts = days.into_iter().flatten().filter_map(|day| {
        let lateness = logged_at - shift::instant(day.and_time(expected), zone)?;
        Some((day, lateness))
    });
    let nearest = shifts.min_by_key(|(_, lateness)| lateness.abs());
    let (log_date, lateness) = nearest.unwrap_or((today, TimeDelta::zero()));
    let minutes_late = u32::try_from(lateness.num_minutes()).unwrap_or(0);
    Arrival { log_date, minutes_late, was_late: minutes_late > LATE_AFTER_MINUTES }
}

/// The instant at which the shift of a day begins, by the clocks in `zone`. None only at the far
/// ends of time.
pub fn begin(day: NaiveDate, expected: NaiveTime, zone: Tz) -> Option<DateTime<Utc>> {
    shift::instant(day.and_time(expected), zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `arrived` reads like `2026-03-02 +15`: the day of the shift, and the minutes late.
    #[track_caller]
    fn check(expected: &str, zone: &str, logged_at: &str, arrived: &str) {
        let zone = crate::calendar::zone(zone).unwrap();
        let arrival = arrival(expected.parse().unwrap(), zone, logged_at.parse().unwrap());
        assert_eq!(format!("{} +{}", arrival.log_date, arrival.minutes_late), arrived);
        assert_eq!(arrival.was_late, arrival.minutes_late > 30);
    }

    #[test]
    fn somebody_punctual_is_not_late() {
        check("09:00:00", "Europe/Berlin", "2026-03-02T08:00:00Z", "2026-03-02 +0");
    }

    #[test]
    fn somebody_early_is_not_late() {
        check("09:00:00", "Europe/Berlin", "2026-03-02T06:30:00Z", "2026-03-02 +0");
    }

    #[test]
    fn seconds_are_rounded_down() {
        check("09:00:00", "Europe/Berlin", "2026-03-02T08:00:59.999Z", "2026-03-02 +0");
        check("09:00:00", "Europe/Berlin", "2026-03-02T08:01:00Z", "2026-03-02 +1");
    }

    #[test]
    fn thirty_minutes_are_forgiven() {
        check("09:00:00", "Europe/Berlin", "2026-03-02T08:30:59Z", "2026-03-02 +30");
        let nine = NaiveTime::from_hms_opt(9, 0, 0).unwrap();
        assert!(!arrival(nine, Tz::UTC, "2026-03-02T09:30:59Z".parse().unwrap()).was_late);
    }

    #[test]
    fn thirty_one_minutes_are_late() {
        check("09:00:00", "Europe/Berlin", "2026-03-02T08:31:00Z", "2026-03-02 +31");
        let nine = NaiveTime::from_hms_opt(9, 0, 0).unwrap();
        assert!(arrival(nine, Tz::UTC, "2026-03-02T09:31:00Z".parse().unwrap()).was_late);
    }

    #[test]
    fn a_night_shift_keeps_its_day_after_midnight() {
        check("23:30:00", "Europe/Berlin", "2026-03-02T23:10:00Z", "2026-03-02 +40");
    }

    #[test]
    fn a_shift_after_midnight_may_begin_the_day_before() {
        check("00:15:00", "Europe/Berlin", "2026-03-02T22:50:00Z", "2026-03-03 +0");
    }

    #[test]
    fn a_shift_at_midnight_belongs_to_the_day_that_begins() {
        check("00:00:00", "Europe/Berlin", "2026-03-02T22:59:00Z", "2026-03-03 +0");
        check("00:00:00", "Europe/Berlin", "2026-03-02T23:05:00Z", "2026-03-03 +5");
    }

    #[test]
    fn a_press_half_way_belongs_to_the_earlier_shift() {
        check("09:00:00", "UTC", "2026-03-02T21:00:00Z", "2026-03-02 +720");
        check("09:00:00", "UTC", "2026-03-02T21:00:01Z", "2026-03-03 +0");
    }

    #[test]
    fn the_day_is_local_fourteen_hours_ahead_of_utc() {
        check("09:00:00", "Pacific/Kiritimati", "2026-03-01T19:10:00Z", "2026-03-02 +10");
    }

    #[test]
    fn the_day_is_local_twelve_hours_behind_utc() {
        check("21:00:00", "Etc/GMT+12", "2026-03-02T09:10:00Z", "2026-03-01 +10");
    }

    #[test]
    fn a_time_that_new_york_skips_means_three_o_clock() {
        check("02:30:00", "America/New_York", "2026-03-08T07:00:00Z", "2026-03-08 +0");
        check("02:30:00", "America/New_York", "2026-03-08T07:31:00Z", "2026-03-08 +31");
    }

    #[test]
    fn a_time_that_berlin_skips_means_three_o_clock() {
        check("02:00:00", "Europe/Berlin", "2026-03-29T01:10:00Z", "2026-03-29 +10");
        check("02:59:59", "Europe/Berlin", "2026-03-29T01:10:00Z", "2026-03-29 +10");
    }

    #[test]
    fn a_time_that_new_york_has_twice_means_the_first() {
        check("01:30:00", "America/New_York", "2026-11-01T05:30:00Z", "2026-11-01 +0");
        check("01:30:00", "America/New_York", "2026-11-01T06:30:00Z", "2026-11-01 +60");
    }

    #[test]
    fn a_time_that_berlin_has_twice_means_the_first() {
        check("02:15:00", "Europe/Berlin", "2026-10-25T00:20:00Z", "2026-10-25 +5");
        check("02:15:00", "Europe/Berlin", "2026-10-25T01:20:00Z", "2026-10-25 +65");
    }

    #[test]
    fn minutes_are_elapsed_ones_across_a_change_of_clocks() {
        check("01:30:00", "America/New_York", "2026-03-08T07:00:00Z", "2026-03-08 +30");
        check("00:30:00", "Europe/Berlin", "2026-10-25T01:30:00Z", "2026-10-25 +180");
    }

    #[test]
    fn the_long_day_has_no_hole_between_its_shifts() {
        check("14:00:00", "Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-24 +750");
        check("14:00:00", "Europe/Berlin", "2026-10-25T00:30:01Z", "2026-10-25 +0");
    }

    #[test]
    fn a_day_that_an_island_skipped_does_no_harm() {
        check("09:00:00", "Pacific/Apia", "2011-12-30T19:05:00Z", "2011-12-31 +5");
    }

    #[test]
    fn the_ends_of_time_do_no_harm() {
        let nine = NaiveTime::from_hms_opt(9, 0, 0).unwrap();
        for logged_at in [NaiveDate::MIN, NaiveDate::MAX] {
            let logged_at = logged_at.and_time(nine).and_utc();
            assert_eq!(arrival(nine, Tz::UTC, logged_at).minutes_late, 0);
        }
    }
}
