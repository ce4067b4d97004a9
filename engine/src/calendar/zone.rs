//! Time zones, and which day it is in them.

use {
    chrono::{DateTime, NaiveDate, Utc},
    chrono_tz::Tz,
    thiserror::Error,
};

/// How much of a wrong name is repeated in the message about it.
const SHOWN_CHARS_MAX: usize = 64;

/// A name that the IANA time zone database does not know.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("no time zone is called \"{name}\": use an IANA name such as Europe/Berlin")]
pub struct UnknownZone {
    /// The name that was given, at most 64 characters of it.
    pub name: String,
}

/// The zone with this IANA name, such as `Europe/Berlin`; upper and lower case matter.
pub fn zone(name: &str) -> Result<Tz, UnknownZone> {
    let unknown = |_| UnknownZone { name: name.chars().take(SHOWN_CHARS_MAX).collect() };
    name.parse().map_err(unknown)
}

/// The day that people in `zone` call today.
pub fn today_in(now: DateTime<Utc>, zone: Tz) -> NaiveDate {
    now.with_timezone(&zone).date_naive()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(now: &str, name: &str, today: &str) {
        assert_eq!(today_in(now.parse().unwrap(), zone(name).unwrap()).to_string(), today);
    }

    #[test]
    fn tomorrow_begins_first_on_kiritimati() {
        check("2026-03-01T10:00:00Z", "Pacific/Kiritimati", "2026-03-02");
        check("2026-03-01T09:59:59Z", "Pacific/Kiritimati", "2026-03-01");
    }

    #[test]
    fn today_ends_last_twelve_hours_behind_utc() {
        check("2026-03-02T11:59:59Z", "Etc/GMT+12", "2026-03-01");
        check("2026-03-02T12:00:00Z", "Etc/GMT+12", "2026-03-02");
    }

    #[test]
    fn summer_time_moves_midnight() {
        check("2026-03-28T22:30:00Z", "Europe/Berlin", "2026-03-28");
        check("2026-03-29T22:30:00Z", "Europe/Berlin", "2026-03-30");
    }

    #[test]
    fn an_unknown_zone_is_named() {
        let message =
            "no time zone is called \"Mars/Olympus\": use an IANA name such as Europe/Berlin";
        assert_eq!(zone("Mars/Olympus").unwrap_err().to_string(), message);
    }

    #[test]
    fn a_long_name_is_cut_in_the_message() {
        assert_eq!(zone(&"x".repeat(100_000)).unwrap_err().name.len(), SHOWN_CHARS_MAX);
    }

    #[test]
    fn an_empty_name_is_no_zone() {
        assert!(zone("").is_err());
    }
}
