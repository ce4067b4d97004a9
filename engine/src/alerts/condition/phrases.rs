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
    pub(super) min_confidence: f64,
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
        })
    }

    /// Where one of the texts says one of the phrases.
    pub(super) fn hits(&self, report: &Report, field: TextField) -> Vec<Hit> {
        let reading = report.text(field).reading();
        let mut hits = self.patterns.hits(reading);
        if !hits.is_empty() && !self.unless.all().is_empty() {
            let excepted = self.unless.hits(reading);
            hits.retain(|hit| !excepted.iter().any(|it| it.sentence == hit.sentence));
        }
        hits
    }

    /// How surely the texts together say one of the phrases, if surely enough.
    pub(super) fn ask(&self, report: &Report) -> Option<f64> {
        let hits: Vec<_> = self.fields.iter().flat_map(|it| self.hits(report, *it)).collect();
        let confidence = confidence(&hits);
        (!hits.is_empty() && confidence >= self.min_confidence).then_some(confidence)
    }

    /// The phrases that are said, for a reason.
    pub(super) fn says(&self, report: &Report) -> String {
        let hits = self.fields.iter().flat_map(|it| self.hits(report, *it));
        let mut said: Vec<_> = hits.map(|it| self.patterns.all()[it.pattern].text()).collect();
        said.dedup();
        said.truncate(NAMED_MAX);
        format!("\"{}\" is said", said.join("\", \""))
    }

    /// The sentences with a hit.
    pub(super) fn quotes(&self, report: &Report) -> Vec<Quote> {
        let of_field = |field: &TextField| {
            let hits = self.hits(report, *field);
            let mut sentences: Vec<_> = hits.iter().map(|it| it.sentence).collect();
            sentences.dedup();
            let quotes = sentences.into_iter().map(|it| quote(report, *field, it));
            quotes.collect::<Vec<_>>()
        };
        self.fields.iter().flat_map(of_field).collect()
    }
}

/// A sentence of a report.
pub(super) fn quote(report: &Report, field: TextField, sentence: usize) -> Quote {
    let written = report.text(field);
    let text = written.reading().quote(written.text(), sentence).to_owned();
    Quote { report: report.id, field, text }
}

/// The first sentence of a text, if it has any.
pub(super) fn first_quote(report: &Report, field: TextField) -> Vec<Quote> {
    let is_empty = report.text(field).reading().is_empty();
    if is_empty { Vec::new() } else { vec![quote(report, field, 0)] }
}
