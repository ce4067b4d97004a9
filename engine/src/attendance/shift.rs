//! From the wall clock to the instant.

use {
    chrono::{DateTime, NaiveDateTime, TimeZone, Utc},
    chrono_tz::{GapInfo, Tz},
};

/// The instant at which clocks in `zone` show `local`.
///
/// Where clocks skip that time it is the moment after the gap, where they show it twice the first.
/// None only at the far ends of time.
pub(super) fn instant(local: NaiveDateTime, zone: Tz) -> Option<DateTime<Utc>> {
    let shown = zone.from_local_datetime(&local).earliest();
    let instant = shown.or_else(|| GapInfo::new(&local, &zone)?.end)?;
    Some(instant.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(local: &str, zone: Tz, utc: &str) {
        let utc = utc.parse::<DateTime<Utc>>().unwrap();
        assert_eq!(instant(local.parse().unwrap(), zone), Some(utc));
    }

    #[test]
    fn an_ordinary_time_is_shown_once() {
        check("2026-01-05T09:00:00", Tz::America__New_York, "2026-01-05T14:00:00Z");
    }

    #[test]
    fn a_skipped_time_is_the_end_of_the_gap() {
        check("2026-03-08T02:00:00", Tz::America__New_York, "2026-03-08T07:00:00Z");
        check("2026-03-08T02:59:59", Tz::America__New_York, "2026-03-08T07:00:00Z");
        check("2026-03-08T03:00:00", Tz::America__New_York, "2026-03-08T07:00:00Z");
    }

    #[test]
    fn a_gap_at_midnight_ends_at_one() {
        check("2026-03-29T00:30:00", Tz::Asia__Beirut, "2026-03-28T22:00:00Z");
    }

    #[test]
    fn a_gap_of_half_an_hour_is_no_longer_than_that() {
        check("2026-10-04T02:10:00", Tz::Australia__Lord_Howe, "2026-10-03T15:30:00Z");
    }

    #[test]
    fn a_repeated_time_is_its_first_showing() {
        check("2026-11-01T01:00:00", Tz::America__New_York, "2026-11-01T05:00:00Z");
        check("2026-11-01T02:00:00", Tz::America__New_York, "2026-11-01T07:00:00Z");
    }

    #[test]
    fn a_skipped_day_is_the_first_moment_of_the_next() {
        check("2011-12-30T09:00:00", Tz::Pacific__Apia, "2011-12-30T10:00:00Z");
    }
}
