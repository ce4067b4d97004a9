//! The scalars of the API, by the names and formats of graphql-scalars.
//!
//! They wrap what the database speaks, so that a column has one type from SQL to JSON. Each reads
//! only the format that it writes.

use {
    async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value},
    chrono::{Datelike, NaiveDate, NaiveTime, SubsecRound, Timelike, Utc},
    sea_orm::DeriveValueType,
    std::{
        fmt,
        ops::{Deref, Range},
        str::FromStr,
    },
};

/// An instant in UTC, to the millisecond: `2026-03-01T09:30:00.000Z`. Any offset is read; `Z` and
/// exactly three digits are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
pub struct DateTime(chrono::DateTime<Utc>);

/// A day of somebody's own calendar, without a time zone: `2026-03-01`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
pub struct LocalDate(pub NaiveDate);

/// A time of day on somebody's own clock: `09:30:00`. `09:30` is read too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
pub struct LocalTime(pub NaiveTime);

/// A time zone by its IANA name: `America/New_York`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, DeriveValueType)]
#[sea_orm(value_type = "String", column_type = "Text")]
pub struct TimeZone(pub chrono_tz::Tz);

/// Any JSON value.
#[derive(Clone, Debug, PartialEq, Eq, DeriveValueType)]
pub struct Json(pub serde_json::Value);

/// Declares a scalar that travels as a string: how it is read, and what is said when it is not.
macro_rules! text_scalar {
    ($name:ident, $inner:ty, $url:literal, $doc:literal, $wrong:literal) => {
        impl Deref for $name {
            type Target = $inner;

            fn deref(&self) -> &$inner {
                &self.0
            }
        }

        #[doc = $doc]
        #[Scalar(specified_by_url = $url)]
        impl ScalarType for $name {
            fn parse(value: Value) -> InputValueResult<Self> {
                match &value {
                    Value::String(text) => {
                        text.parse().map_err(|_| InputValueError::custom($wrong))
                    }
                    _ => Err(InputValueError::expected_type(value)),
                }
            }

            fn to_value(&self) -> Value {
                Value::String(self.to_string())
            }
        }
    };
}

text_scalar!(
    DateTime,
    chrono::DateTime<Utc>,
    "https://scalars.graphql.org/andimarek/date-time.html",
    "An instant in UTC, to the millisecond: `2026-03-01T09:30:00.000Z`. Any offset is read, but one \
     must be there; `Z` and exactly three digits are written.",
    "must be an instant with its offset, such as 2026-03-01T09:30:00.000Z"
);
text_scalar!(
    LocalDate,
    NaiveDate,
    "https://scalars.graphql.org/apollographql/localDate-v0.1.html",
    "A day of somebody's own calendar, without a time zone: `2026-03-01`.",
    "must be an existing day, such as 2026-03-01"
);
text_scalar!(
    LocalTime,
    NaiveTime,
    "https://the-guild.dev/graphql/scalars/docs/scalars/local-time",
    "A time of day on somebody's own clock, 00:00:00 to 23:59:59: `09:30:00`. `09:30` is read too.",
    "must be a time of day from 00:00:00 to 23:59:59, such as 09:30:00"
);
text_scalar!(
    TimeZone,
    chrono_tz::Tz,
    "https://www.iana.org/time-zones",
    "A time zone by its IANA name: `America/New_York`.",
    "must be the name of an IANA time zone, such as America/New_York"
);

impl From<chrono::DateTime<Utc>> for DateTime {
    /// Cuts what is finer than a millisecond, so that what is stored is what is shown.
    fn from(at: chrono::DateTime<Utc>) -> Self {
        Self(at.trunc_subsecs(3))
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.0.naive_utc();
        let (Ok(year @ 0..=9_999), nanosecond @ 0..1_000_000_000) =
            (u32::try_from(at.year()), at.nanosecond())
        else {
            // A year of five digits, or a leap second.
            return self.0.format("%Y-%m-%dT%H:%M:%S%.3fZ").fmt(f);
        };
        let [hour, minute, second] = [at.hour(), at.minute(), at.second()];
        let parts = [(0..4, year), (5..7, at.month()), (8..10, at.day())];
        let time = [(11..13, hour), (14..16, minute), (17..19, second)];
        let millisecond = (20..23, nanosecond / 1_000_000);
        let parts = parts.into_iter().chain(time).chain([millisecond]);
        filled(f, *b"0000-00-00T00:00:00.000Z", parts)
    }
}

/// Writes a text with numbers in it, each in decimal digits that fill its place. Answers are made of
/// many such texts; a format that is read anew for each costs ten times as much.
fn filled<const N: usize>(
    f: &mut fmt::Formatter<'_>,
    mut text: [u8; N],
    numbers: impl IntoIterator<Item = (Range<usize>, u32)>,
) -> fmt::Result {
    for (place, mut number) in numbers {
        for digit in text[place].iter_mut().rev() {
            *digit += u8::try_from(number % 10).unwrap_or_default();
            number /= 10;
        }
    }
    f.write_str(str::from_utf8(&text).map_err(|_| fmt::Error)?)
}

impl FromStr for DateTime {
    type Err = chrono::ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        chrono::DateTime::parse_from_rfc3339(text).map(|at| at.to_utc().into())
    }
}

impl fmt::Display for LocalDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for LocalDate {
    type Err = ();

    /// Reads exactly `YYYY-MM-DD`; chrono alone would take `2026-3-1` and `+12026-03-01` too.
    fn from_str(text: &str) -> Result<Self, ()> {
        let shaped = text.len() == 10 && text.bytes().all(|it| it.is_ascii_digit() || it == b'-');
        let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| ())?;
        shaped.then_some(Self(day)).ok_or(())
    }
}

impl fmt::Display for LocalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(time) = self;
        let parts = [(0..2, time.hour()), (3..5, time.minute()), (6..8, time.second())];
        filled(f, *b"00:00:00", parts)
    }
}

impl FromStr for LocalTime {
    type Err = ();

    /// Reads `HH:MM:SS` or `HH:MM`; a leap second is no time of day.
    fn from_str(text: &str) -> Result<Self, ()> {
        let format = match text.len() {
            5 => "%H:%M",
            8 => "%H:%M:%S",
            _ => return Err(()),
        };
        let time = NaiveTime::parse_from_str(text, format).map_err(|_| ())?;
        (time.nanosecond() == 0).then_some(Self(time)).ok_or(())
    }
}

impl fmt::Display for TimeZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.name().fmt(f)
    }
}

impl FromStr for TimeZone {
    type Err = chrono_tz::ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// Any JSON value.
#[Scalar(name = "JSON", specified_by_url = "https://www.rfc-editor.org/rfc/rfc8259")]
impl ScalarType for Json {
    fn parse(value: Value) -> InputValueResult<Self> {
        Ok(Self(value.into_json()?))
    }

    fn to_value(&self) -> Value {
        // A JSON value has no part that GraphQL's constants lack.
        Value::from_json(self.0.clone()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn reads<T: FromStr + fmt::Display>(text: &str, shown: Option<&str>) {
        assert_eq!(text.parse::<T>().ok().map(|it| it.to_string()).as_deref(), shown);
    }

    #[test]
    fn an_instant_is_shown_in_utc_with_three_digits() {
        reads::<DateTime>("2026-03-01T10:30:00.123456+01:00", Some("2026-03-01T09:30:00.123Z"));
        reads::<DateTime>("2026-03-01T09:30:00Z", Some("2026-03-01T09:30:00.000Z"));
        reads::<DateTime>("0001-12-31T23:59:59.999Z", Some("0001-12-31T23:59:59.999Z"));
        reads::<DateTime>("2016-12-31T23:59:60.500Z", Some("2016-12-31T23:59:60.500Z"));
        let later = chrono::DateTime::from_timestamp(253_402_300_800, 0).expect("a time");
        assert_eq!(DateTime::from(later).to_string(), "+10000-01-01T00:00:00.000Z");
    }

    #[test]
    fn an_instant_without_an_offset_is_refused() {
        reads::<DateTime>("2026-03-01T10:30:00", None);
    }

    #[test]
    fn days_that_do_not_exist_are_refused() {
        reads::<LocalDate>("2026-02-29", None);
        reads::<LocalDate>("2028-02-29", Some("2028-02-29"));
        reads::<LocalDate>("2026-3-1", None);
        reads::<LocalDate>("+2026-03-1", None);
    }

    #[test]
    fn times_past_the_end_of_the_day_are_refused() {
        reads::<LocalTime>("25:00", None);
        reads::<LocalTime>("23:59:60", None);
        reads::<LocalTime>("09:30", Some("09:30:00"));
    }

    #[test]
    fn zones_that_do_not_exist_are_refused() {
        reads::<TimeZone>("Mars/Olympus", None);
        reads::<TimeZone>("Europe/Berlin", Some("Europe/Berlin"));
    }
}
