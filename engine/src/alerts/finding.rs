//! What speaks for a rule.

use {
    super::{Id, TextField},
    crate::calendar::DayRange,
    chrono::NaiveDate,
    std::collections::BTreeMap,
};

/// How many quotes a finding has at most.
pub const QUOTES_MAX: usize = 20;
/// How many reasons are joined.
const REASONS_MAX: usize = 8;

/// What speaks for a rule that holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// How sure it is, 0 to 1; 1 for what is counted and not interpreted.
    pub confidence: f64,
    /// Why, in a sentence for people.
    pub reasoning: String,
    /// What was written, newest first, at most [`QUOTES_MAX`].
    pub quotes: Vec<Quote>,
    /// How often it was found: reports, mentions or days, as the condition counts.
    pub occurrences: u32,
    /// The days that were looked at.
    pub window: Option<DayRange>,
    /// What it rests on, newest first.
    pub grounds: Vec<Ground>,
    /// The kinds of the conditions that held, such as `words`.
    pub kinds: Vec<&'static str>,
    /// The thresholds of the rule, by name.
    pub thresholds: BTreeMap<String, f64>,
}

/// What a finding rests on: a row, or a day that has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ground {
    /// The day.
    pub day: NaiveDate,
    /// The report or the start of that day; none if the finding is that there is none.
    pub row: Option<Id>,
}

/// A sentence of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// The report.
    pub report: Id,
    /// Which of its texts.
    pub field: TextField,
    /// The sentence, at most 300 characters of it.
    pub text: String,
}

impl Finding {
    /// What is known without looking into a text.
    pub(super) fn sure(kind: &'static str, reasoning: String) -> Self {
        Self {
            confidence: 1.0,
            reasoning,
            quotes: Vec::new(),
            occurrences: 1,
            window: None,
            grounds: Vec::new(),
            kinds: vec![kind],
            thresholds: BTreeMap::new(),
        }
    }

    /// The ids of the reports or starts that it rests on, newest first.
    pub fn rows(&self) -> impl Iterator<Item = Id> {
        self.grounds.iter().filter_map(|it| it.row)
    }

    /// Two findings that make one together, as sure as the less sure of them.
    pub(super) fn and(mut self, other: Self) -> Self {
        let Self { confidence, reasoning, quotes, occurrences, window, grounds, kinds, thresholds } =
            other;
        self.confidence = self.confidence.min(confidence);
        self.add_reason(&reasoning);
        self.quotes
            .extend(quotes.into_iter().filter(|it| !self.quotes.contains(it)).collect::<Vec<_>>());
        self.quotes.truncate(QUOTES_MAX);
        self.occurrences = self.occurrences.max(occurrences);
        self.window = match (self.window, window) {
            (Some(left), Some(right)) => Some(hull(left, right)),
            (left, right) => left.or(right),
        };
        self.grounds.extend(grounds);
        self.grounds.sort_unstable_by(|left, right| right.cmp(left));
        self.grounds.dedup();
        self.kinds.extend(kinds);
        self.kinds.sort_unstable();
        self.kinds.dedup();
        self.thresholds.extend(thresholds);
        self
    }

    /// The same, as sure as the surer of them.
    pub(super) fn or(self, other: Self) -> Self {
        let confidence = self.confidence.max(other.confidence);
        Self { confidence, ..self.and(other) }
    }

    fn add_reason(&mut self, reason: &str) {
        if self.reasoning.is_empty() {
            reason.clone_into(&mut self.reasoning);
        } else if !reason.is_empty() && self.reasoning.matches("; ").count() + 1 < REASONS_MAX {
            self.reasoning.push_str("; ");
            self.reasoning.push_str(reason);
        }
    }
}

fn hull(left: DayRange, right: DayRange) -> DayRange {
    let (first, last) = (left.first().min(right.first()), left.last().max(right.last()));
    DayRange::new(first, last).unwrap_or(left)
}
