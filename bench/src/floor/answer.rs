//! The parts of answers that floors write themselves, and how they are put together.
//!
//! What repeats is a struct that borrows from the row; brackets and commas are written by hand.

use {
    chrono::{DateTime, Datelike, Timelike, Utc},
    serde::{Serialize, Serializer},
    std::fmt,
    uuid::Uuid,
};

/// JSON that is being written.
#[derive(Default)]
pub(super) struct Answer(Vec<u8>);

impl Answer {
    /// For an answer of about so many bytes.
    pub(super) fn of_about(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes))
    }

    /// Writes what is JSON already.
    pub(super) fn raw(&mut self, json: &str) -> &mut Self {
        self.0.extend_from_slice(json.as_bytes());
        self
    }

    /// Writes a value.
    pub(super) fn value(&mut self, value: impl Serialize) -> &mut Self {
        serde_json::to_writer(&mut self.0, &value).expect("a part of an answer is JSON");
        self
    }

    /// Writes a comma, unless this is the first of its list.
    pub(super) fn next(&mut self, is_first: &mut bool) -> &mut Self {
        if !std::mem::take(is_first) {
            self.0.push(b',');
        }
        self
    }

    /// Writes the end of a connection: where its page ends.
    pub(super) fn page_info(&mut self, has_next_page: bool, end_cursor: Option<&str>) -> &mut Self {
        self.raw("],\"pageInfo\":").value(PageInfo { has_next_page, end_cursor })
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PageInfo<'a> {
    has_next_page: bool,
    end_cursor: Option<&'a str>,
}

/// Something with an id and a name.
#[derive(Serialize)]
pub(super) struct Named<'a> {
    pub(super) id: Uuid,
    pub(super) name: &'a str,
}

/// Something of which the name alone is told.
#[derive(Serialize)]
pub(super) struct Name<'a> {
    pub(super) name: &'a str,
}

/// An assistant of whom only the user's name is told.
#[derive(Serialize)]
pub(super) struct Assistant<U> {
    pub(super) user: U,
}

/// An assistant by id, and its user.
#[derive(Serialize)]
pub(super) struct AssistantById<U> {
    pub(super) id: Uuid,
    pub(super) user: U,
}

/// A user as the dashboard shows it.
#[derive(Serialize)]
pub(super) struct User<'a> {
    pub(super) id: Uuid,
    pub(super) name: &'a str,
    pub(super) email: &'a str,
}

/// A report as the dashboard shows it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Report<'a, Day> {
    pub(super) id: Uuid,
    #[serde(rename = "reportDate")]
    pub(super) day: Day,
    pub(super) workload_feeling: &'a str,
    pub(super) work_type: &'a str,
    pub(super) feeling_during_work: &'a str,
    pub(super) biggest_win: Option<&'a str>,
    pub(super) what_completed: Option<&'a str>,
    pub(super) had_daily_sync: bool,
}

/// A report as the history shows it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WholeReport<'a, Day> {
    pub(super) id: Uuid,
    #[serde(rename = "reportDate")]
    pub(super) day: Day,
    pub(super) workload_feeling: &'a str,
    pub(super) work_type: &'a str,
    pub(super) feeling_during_work: &'a str,
    pub(super) biggest_win: Option<&'a str>,
    pub(super) what_completed: Option<&'a str>,
    pub(super) pending_tasks: Option<&'a str>,
    pub(super) had_daily_sync: bool,
}

/// An alert as the dashboard shows it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Alert<'a, At> {
    pub(super) id: Uuid,
    pub(super) severity: &'a str,
    pub(super) status: &'a str,
    pub(super) detected_at: At,
    pub(super) rule: Rule<'a>,
}

/// A rule as the dashboard shows it.
#[derive(Serialize)]
pub(super) struct Rule<'a> {
    pub(super) id: Uuid,
    pub(super) name: &'a str,
    pub(super) severity: &'a str,
}

/// An alert as the queue shows it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Queued<'a, At> {
    pub(super) id: Uuid,
    pub(super) severity: &'a str,
    pub(super) status: &'a str,
    pub(super) detected_at: At,
    pub(super) notes: Option<&'a str>,
    pub(super) rule: Advice<'a>,
    pub(super) assignee: Option<Named<'a>>,
    pub(super) pairing: QueuedPairing<'a>,
}

/// A rule as the queue shows it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Advice<'a> {
    pub(super) id: Uuid,
    pub(super) name: &'a str,
    pub(super) suggested_action: &'a str,
}

/// A pairing as the queue shows it.
#[derive(Serialize)]
pub(super) struct QueuedPairing<'a> {
    pub(super) id: Uuid,
    pub(super) ea: AssistantById<Named<'a>>,
    pub(super) client: Named<'a>,
}

/// An alert that was looked up.
#[derive(Serialize)]
pub(super) struct Found<'a> {
    pub(super) id: Uuid,
    pub(super) severity: &'a str,
    pub(super) status: &'a str,
    pub(super) rule: Named<'a>,
    pub(super) pairing: FoundPairing<'a>,
}

/// The pairing of an alert that was looked up.
#[derive(Serialize)]
pub(super) struct FoundPairing<'a> {
    pub(super) id: Uuid,
    pub(super) client: Named<'a>,
}

/// A report that was filed.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Filed<'a, Day> {
    pub(super) id: Uuid,
    pub(super) report_date: Day,
    pub(super) pairing: FiledPairing<'a>,
}

/// The pairing of a report that was filed.
#[derive(Serialize)]
pub(super) struct FiledPairing<'a> {
    pub(super) id: Uuid,
    pub(super) client: Name<'a>,
}

/// An instant as the API writes it: `2026-03-01T09:30:00.000Z`.
pub(super) struct Instant(pub(super) DateTime<Utc>);

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (at, ms) = (self.0, self.0.timestamp_subsec_millis());
        let (year, month, day) = (at.year(), at.month(), at.day());
        let (hour, minute, second) = (at.hour(), at.minute(), at.second());
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{ms:03}Z")
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// An instant as SQLite holds it: `2026-03-01T09:30:00+00:00`, with or without a fraction.
pub(super) struct InstantText<'a>(pub(super) &'a str);

impl Serialize for InstantText<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (seconds, rest) = self.0.split_at_checked(19).unwrap_or((self.0, ""));
        let fraction = rest.strip_prefix('.').and_then(|it| it.get(..3)).unwrap_or("000");
        serializer.collect_str(&format_args!("{seconds}.{fraction}Z"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn shown(value: impl Serialize, expected: &str) {
        assert_eq!(serde_json::to_string(&value).unwrap(), format!("\"{expected}\""));
    }

    #[test]
    fn instants_have_three_digits_behind_the_second() {
        let at = DateTime::from_timestamp(1_772_357_405, 7_000_000).unwrap();
        shown(Instant(at), "2026-03-01T09:30:05.007Z");
        shown(InstantText("2026-03-01T09:30:05+00:00"), "2026-03-01T09:30:05.000Z");
        shown(InstantText("2026-03-01T09:30:05.120+00:00"), "2026-03-01T09:30:05.120Z");
    }
}
