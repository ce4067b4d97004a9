//! Phrases that texts of a report are searched for.

use {
    super::{
        super::{Quote, Report, TextField},
        Fields,
    },
    crate::text::{Hit, Patterns, confidence},
};

/// How many phrases are named in a reason.
const NAMED_MAX: usize = 3;

/// Phrases that texts of a report are searched for.
#[derive(Debug)]
pub(super) struct Phrases {
    pub(super) fields: Vec<TextField>,
    patterns: Patterns,
    /// A sentence that says one of these is not searched.
    unless: Patterns,
    min_confidence: f64,
    /// Whether they are asked about the same text on many days.
    pub(super) is_repeated: bool,
}

/// A sentence that says one of the phrases.
#[derive(Debug)]
pub(super) struct Said {
    /// How surely.
    pub(super) confidence: f64,
    /// At least one.
    hits: Vec<Hit>,
}

impl Phrases {
    pub(super) fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let of = fields.text_fields("fields");
        let patterns = fields.patterns("patterns");
        let has_unless = fields.has("unless");
        let unless = if has_unless { fields.patterns("unless") } else { Some(Patterns::default()) };
        let min_confidence = fields.number("minConfidence", 0.01..=1.0);
        Some(Self {
            fields: of?,
            patterns: patterns?,
            unless: unless?,
            min_confidence: min_confidence?,
            is_repeated: false,
        })
    }

    /// The sentences of a text that say one of the phrases surely enough.
    pub(super) fn said(&self, report: &Report, field: TextField) -> Vec<Said> {
        let written = report.text(field);
        let reading = written.reading();
        let mut hits = if self.is_repeated {
            written.hits(&self.patterns)
        } else {
            self.patterns.hits(reading)
        };
        if !hits.is_empty() && !self.unless.all().is_empty() {
            let excepted = self.unless.hits(reading);
            hits.retain(|hit| !excepted.iter().any(|it| it.sentence == hit.sentence));
        }
        let by_sentence = hits.chunk_by(|left, right| left.sentence == right.sentence);
        let said =
            by_sentence.map(|hits| Said { confidence: confidence(hits), hits: hits.to_vec() });
        said.filter(|it| it.confidence >= self.min_confidence).collect()
    }

    /// How surely one of the texts says one of the phrases, if surely enough.
    pub(super) fn ask(&self, report: &Report) -> Option<f64> {
        let said = self.fields.iter().flat_map(|it| self.said(report, *it));
        said.map(|it| it.confidence).max_by(f64::total_cmp)
    }

    /// The phrases that are said, for a reason.
    pub(super) fn says(&self, report: &Report) -> String {
        let said = self.fields.iter().flat_map(|it| self.said(report, *it));
        let hits = said.flat_map(|it| it.hits);
        let mut phrases: Vec<_> = hits.map(|it| self.patterns.all()[it.pattern].text()).collect();
        phrases.dedup();
        phrases.truncate(NAMED_MAX);
        format!("\"{}\" is said", phrases.join("\", \""))
    }

    /// The sentences that say it.
    pub(super) fn quotes(&self, report: &Report) -> Vec<Quote> {
        let of_field = |field: &TextField| {
            let said = self.said(report, *field).into_iter();
            said.map(|it| it.quote(report, *field)).collect::<Vec<_>>()
        };
        self.fields.iter().flat_map(of_field).collect()
    }
}

impl Said {
    /// The sentence.
    pub(super) fn quote(&self, report: &Report, field: TextField) -> Quote {
        quote(report, field, self.hits.first().map_or(0, |it| it.sentence))
    }
}

/// A sentence of a report.
fn quote(report: &Report, field: TextField, sentence: usize) -> Quote {
    let written = report.text(field);
    let text = written.reading().quote(written.text(), sentence).to_owned();
    Quote { report: report.id, field, text }
}

/// The first sentence of a text, if it has any.
pub(super) fn first_quote(report: &Report, field: TextField) -> Vec<Quote> {
    let is_empty = report.text(field).reading().is_empty();
    if is_empty { Vec::new() } else { vec![quote(report, field, 0)] }
}
