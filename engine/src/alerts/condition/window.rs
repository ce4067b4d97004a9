//! How many of the newest rows have to meet a condition, and over how many days.

use {
    super::{
        super::{Dated, Ground, Needs, Past, clearing::Clearing},
        reader::{Fields, Reader},
    },
    crate::calendar::{Calendar, DayRange},
    chrono::{Days, NaiveDate},
    serde_json::Value,
};

/// By how many expected days a run may be longer than its rows: so many may be missing.
pub(in crate::alerts) const RUN_GAP_DAYS: u32 = 2;
/// How many rows a window may ask for.
const ROWS_MAX: u32 = 60;
/// How many days a window may span.
const DAYS_MAX: u32 = 92;

/// How many rows have to meet a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::alerts) enum Window {
    /// The newest.
    Latest,
    /// The newest so many of expected days, without one between them that does not. From the first
    /// of them to the newest row of all, hardly any expected day may be missing.
    Run(u32),
    /// So many within some days.
    Count(Span, u32),
}

/// Days up to and with the last one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::alerts) enum Span {
    Calendar(u32),
    /// Days on which a report is expected.
    Business(u32),
}

/// The rows that met a condition, newest first, and the days that were looked at.
#[derive(Debug)]
pub(in crate::alerts) struct Found<'a, T> {
    /// With each row, how sure it is.
    pub(in crate::alerts) rows: Vec<(&'a T, f64)>,
    pub(in crate::alerts) range: DayRange,
}

impl Window {
    /// The window of a condition; the latest row if none is named.
    pub(in crate::alerts::condition) fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        if fields.has("window") {
            fields.read("window", Self::read_value)
        } else {
            Some(Self::Latest)
        }
    }

    fn read_value(reader: &mut Reader<'_>, value: &Value) -> Option<Self> {
        reader.object(value, |fields| match fields.one_of("kind", &["latest", "run", "count"])? {
            0 => Some(Self::Latest),
            1 => fields.whole("n", 1..=ROWS_MAX).map(Self::Run),
            _ => {
                let (n, days) =
                    (fields.whole("n", 1..=ROWS_MAX), fields.whole("days", 1..=DAYS_MAX));
                let span = match fields.one_of("unit", &["calendar", "business"])? {
                    0 => Span::Calendar,
                    _ => Span::Business,
                };
                Some(Self::Count(span(days?), n?))
            }
        })
    }

    /// The rows that make the condition hold; none if it does not.
    ///
    /// `last` is the day on which a count ends. `ask` tells how sure it is that a row meets the
    /// condition, and nothing if it does not.
    pub(in crate::alerts) fn find<'a, T: Dated>(
        self,
        past: Past<'a, T>,
        last: NaiveDate,
        calendar: &Calendar,
        ask: impl Fn(&T) -> Option<f64>,
    ) -> Option<Found<'a, T>> {
        let asked = |row: &'a T| ask(row).map(|confidence| (row, confidence));
        match self {
            Self::Latest => {
                let found = asked(past.newest()?)?;
                Some(Found { range: DayRange::of_day(found.0.day()), rows: vec![found] })
            }
            Self::Run(n) => {
                let expected = past.rows().iter().filter(|row| calendar.is_expected(row.day()));
                let rows: Vec<_> = expected.take(n as usize).map_while(asked).collect();
                let range = DayRange::new(rows.last()?.0.day(), past.newest()?.day()).ok()?;
                let is_run = rows.len() == n as usize
                    && calendar.expected_days(range) <= n.saturating_add(RUN_GAP_DAYS);
                is_run.then_some(Found { rows, range })
            }
            Self::Count(span, n) => {
                let range = span.until(last, calendar);
                let rows = past.within(range.first(), range.last());
                // So many may not meet it: behind the next one, nobody needs to ask the rest.
                let mut misses_left = rows.len().checked_sub(n as usize)?;
                let mut met = Vec::new();
                for row in rows {
                    match asked(row) {
                        Some(found) => met.push(found),
                        None => misses_left = misses_left.checked_sub(1)?,
                    }
                }
                Some(Found { rows: met, range })
            }
        }
    }

    /// How far back the window reaches.
    pub(in crate::alerts) fn needs(self) -> Needs {
        match self {
            Self::Latest => Needs::default(),
            Self::Run(n) => Needs { expected_days: n + RUN_GAP_DAYS, ..Needs::default() },
            Self::Count(Span::Calendar(days), _) => Needs { days, ..Needs::default() },
            Self::Count(Span::Business(expected_days), _) => {
                Needs { expected_days, ..Needs::default() }
            }
        }
    }

    /// When an alert may be closed that is not about a text.
    pub(in crate::alerts) fn clearing(self) -> Clearing {
        match self {
            Self::Latest | Self::Run(_) => Clearing::AtOnce,
            Self::Count(Span::Calendar(days) | Span::Business(days), _) => {
                Clearing::AfterDays(days)
            }
        }
    }
}

impl<T: Dated> Found<'_, T> {
    /// The rows as what a finding rests on.
    pub(in crate::alerts::condition) fn grounds(&self) -> Vec<Ground> {
        let ground = |(row, _): &(&T, f64)| Ground { day: row.day(), row: Some(row.id()) };
        self.rows.iter().map(ground).collect()
    }
}

impl Span {
    /// The days of the span that ends with `last`.
    pub(in crate::alerts) fn until(self, last: NaiveDate, calendar: &Calendar) -> DayRange {
        let first = match self {
            Self::Calendar(days) => {
                let back = Days::new(u64::from(days.saturating_sub(1)));
                last.checked_sub_days(back).unwrap_or(NaiveDate::MIN)
            }
            Self::Business(days) => calendar.expected_since(last, days),
        };
        DayRange::new(first, last).unwrap_or_else(|_| DayRange::of_day(last))
    }
}
