//! What speaks for an alert: the newest finding, and those before it.

use {
    super::{facts::Facts, found::status, rules::Watching},
    chrono::{DateTime, NaiveDate, Utc},
    engine::alerts::{
        Finding, Ground, Id, Severity,
        standing::{Alert, Decision, Fingerprint, News, merge},
    },
    entity::{
        coaching::alert,
        id::EndOfDayReportId,
        scalar::{self, Json},
    },
    serde::{Deserialize, Serialize},
    serde_json::{Map, Value},
    uuid::Uuid,
};

/// What the evidence of a rule about texts says that it was found by.
const TEXT: &str = "text";

/// What speaks for an alert.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(from = "Stored", into = "Stored")]
pub(super) struct Evidence {
    /// What the newest finding says.
    newest: Map<String, Value>,
    /// What each finding rests on, newest first, at most twenty.
    pub(super) findings: Vec<Found>,
}

/// The sentences that the newest finding of a rule about texts quotes, newest first.
pub(crate) fn quoted(evidence: &Json) -> impl Iterator<Item = &str> {
    let quotes = evidence.0["quotes"].as_array().filter(|_| evidence.0["engine"] == TEXT);
    quotes.into_iter().flatten().filter_map(|it| it["text"].as_str())
}

/// A finding, as far as later ones are compared with it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Found {
    pub(super) at: DateTime<Utc>,
    pub(super) rule_version: i32,
    pub(super) reasoning: String,
    /// Sorted, each once.
    pub(super) grounds: Vec<Rests>,
}

/// A day, and the row of that day, if the finding is not that there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Rests {
    pub(super) day: NaiveDate,
    pub(super) row: Option<Uuid>,
}

impl Evidence {
    /// Reads what is stored; whatever a person or an import has written there is kept.
    pub(super) fn read(json: &Json) -> Self {
        serde_json::from_value(json.0.clone()).unwrap_or_default()
    }

    pub(super) fn write(&self) -> Json {
        Json(serde_json::to_value(self).unwrap_or_default())
    }

    /// Whether a rule has found what is stored, and not a person.
    pub(super) fn is_found(json: &Json) -> bool {
        json.0["findings"].as_array().is_some_and(|it| !it.is_empty())
    }

    /// Adds a finding before those that are there.
    pub(super) fn add(&mut self, finding: &Finding, rule: &Watching, at: scalar::DateTime) {
        let report = |id: Id| EndOfDayReportId(Uuid::from_u128(id.0)).to_string();
        let quotes = finding.quotes.iter().map(|quote| {
            let (report, field) = (report(quote.report), quote.field.name());
            serde_json::json!({ "reportId": report, "field": field, "text": quote.text })
        });
        let window = finding.window.map(
            |it| serde_json::json!({ "from": it.first().to_string(), "to": it.last().to_string() }),
        );
        let told = serde_json::json!({
            "confidence": finding.confidence,
            "reasoning": finding.reasoning,
            "quotes": quotes.collect::<Vec<_>>(),
            "occurrences": finding.occurrences,
            "window": window,
            "reportIds": finding.rows().map(report).collect::<Vec<_>>(),
            "thresholds": finding.thresholds,
            "engine": if rule.is_text { TEXT } else { "logic" },
            "ruleVersion": rule.version,
        });
        if let Value::Object(told) = told {
            self.newest = told;
        }
        let rests =
            |it: &Ground| Rests { day: it.day, row: it.row.map(|id| Uuid::from_u128(id.0)) };
        let mut grounds: Vec<_> = finding.grounds.iter().map(rests).collect();
        grounds.sort_unstable();
        grounds.dedup();
        let (rule_version, reasoning) = (rule.version, finding.reasoning.clone());
        let found = Found { at: *at, rule_version, reasoning, grounds };
        merge(&mut self.findings, found);
    }

    /// What becomes of a finding, given the newest alert of its rule.
    pub(super) fn decide(
        &self,
        facts: &Facts,
        rule: &Watching,
        (severity, finding): (Severity, &Finding),
        newest: Option<&alert::Model>,
    ) -> Decision {
        let known: Vec<_> = self.findings.iter().map(Found::fingerprint).collect();
        let newest = newest.map(|row| Alert {
            status: status(row),
            severity: super::rules::severity(row.severity),
            evidence: &known,
        });
        let fingerprint = Fingerprint::new(finding, rule.version);
        let now = facts.history().now;
        let news = News { fingerprint: &fingerprint, severity, now, zone: facts.zone };
        news.decide(newest.as_ref())
    }
}

impl Found {
    fn fingerprint(&self) -> Fingerprint {
        let ground = |it: &Rests| Ground { day: it.day, row: it.row.map(|row| Id(row.as_u128())) };
        Fingerprint::of(self.grounds.iter().map(ground).collect(), self.rule_version)
    }
}

/// The same as it is stored. Findings of one alert rest on nearly the same days, so each of these is stored once, and
/// findings name them by their places.
#[derive(Deserialize, Serialize)]
struct Stored {
    #[serde(flatten)]
    newest: Map<String, Value>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    findings: Vec<StoredFound>,
    /// What the findings rest on, sorted, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    grounds: Vec<Rests>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct StoredFound {
    at: DateTime<Utc>,
    rule_version: i32,
    reasoning: String,
    /// The first and the last place of each range among the grounds.
    grounds: Vec<(usize, usize)>,
}

impl From<Evidence> for Stored {
    fn from(Evidence { newest, findings }: Evidence) -> Self {
        let mut grounds: Vec<_> = findings.iter().flat_map(|it| &it.grounds).copied().collect();
        grounds.sort_unstable();
        grounds.dedup();
        let store = |Found { at, rule_version, reasoning, grounds: own }| {
            let places = own.iter().filter_map(|it| grounds.binary_search(it).ok());
            StoredFound { at, rule_version, reasoning, grounds: ranges(places) }
        };
        let findings = findings.into_iter().map(store).collect();
        Self { newest, findings, grounds }
    }
}

impl From<Stored> for Evidence {
    fn from(Stored { newest, findings, grounds }: Stored) -> Self {
        let read = |StoredFound { at, rule_version, reasoning, grounds: own }| {
            let own = own.into_iter().filter_map(|(first, last)| grounds.get(first..=last));
            Found { at, rule_version, reasoning, grounds: own.flatten().copied().collect() }
        };
        let findings = findings.into_iter().map(read).collect();
        Self { newest, findings }
    }
}

/// Places in order, as the first and the last of those that follow one another.
fn ranges(places: impl Iterator<Item = usize>) -> Vec<(usize, usize)> {
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for place in places {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == place => *last = place,
            _ => ranges.push((place, place)),
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use {super::*, serde_json::json};

    /// A finding that rests on reports of these days of March 2026, or on there being none on even ones.
    fn found(days: &[u32]) -> Found {
        let rests = |day: &u32| Rests {
            day: NaiveDate::from_ymd_opt(2026, 3, *day).expect("a day of March"),
            row: (day % 2 == 1).then(|| Uuid::from_u128((*day).into())),
        };
        let at = DateTime::from_timestamp(1_772_000_000, 0).expect("an instant");
        let (rule_version, reasoning) = (1, "It holds.".to_owned());
        Found { at, rule_version, reasoning, grounds: days.iter().map(rests).collect() }
    }

    fn evidence(findings: Vec<Found>) -> Evidence {
        let Value::Object(newest) = json!({ "confidence": 1.0 }) else { unreachable!() };
        Evidence { newest, findings }
    }

    #[test]
    fn what_several_findings_rest_on_is_stored_once() {
        let evidence = evidence(vec![found(&[3, 4, 5, 9]), found(&[2, 3, 4]), found(&[])]);

        let Json(stored) = evidence.write();

        assert_eq!(stored["grounds"].as_array().map(Vec::len), Some(5), "{stored:#}");
        assert_eq!(stored["findings"][0]["grounds"], json!([[1, 4]]));
        assert_eq!(stored["findings"][1]["grounds"], json!([[0, 2]]));
        assert_eq!(stored["confidence"], 1.0);
        assert_eq!(Evidence::read(&Json(stored)), evidence);
    }

    #[test]
    fn days_apart_are_ranges_of_their_own() {
        let evidence = evidence(vec![found(&[1, 2, 4, 7]), found(&[3, 5, 6])]);

        let Json(stored) = evidence.write();

        assert_eq!(stored["findings"][0]["grounds"], json!([[0, 1], [3, 3], [6, 6]]));
        assert_eq!(Evidence::read(&Json(stored)), evidence);
    }

    #[test]
    fn places_that_are_not_there_are_nothing() {
        let found = json!({ "at": "2026-03-01T00:00:00Z", "ruleVersion": 1, "reasoning": "It holds.",
            "grounds": [[0, 0], [1, 900_000_000], [7, 3]] });
        let ground = json!({ "day": "2026-03-02", "row": null });
        let stored = json!({ "findings": [found], "grounds": [ground] });

        let read = Evidence::read(&Json(stored));

        assert_eq!(read.findings[0].grounds.len(), 1, "{read:?}");
    }
}
