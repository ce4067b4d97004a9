//! Phrases that texts of a report are searched for.

use {
    super::{
        super::{Quote, Report, TextField},
        Fields,
    },
    crate::text::{Hit, Patterns, QuestionId, Reading, Written, confidence},
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
    /// By what texts remember the answer, if they are asked on many days.
    question: Option<QuestionId>,
}

/// A sentence that says one of the phrases.
#[derive(Debug)]
struct Said {
    /// How surely.
    confidence: f64,
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
            question: None,
        })
    }

    /// The same, to be asked about the same text on many days.
    pub(super) fn repeated(self) -> Self {
        Self { question: Some(QuestionId::next()), ..self }
    }

    /// The sentences of a text that say one of the phrases surely enough.
    fn said(&self, reading: &Reading) -> Vec<Said> {
        let mut hits = self.patterns.hits(reading);
        if !hits.is_empty() && !self.unless.all().is_empty() {
            let excepted = self.unless.hits(reading);
            hits.retain(|hit| !excepted.iter().any(|it| it.sentence == hit.sentence));
        }
        let by_sentence = hits.chunk_by(|left, right| left.sentence == right.sentence);
        let said =
            by_sentence.map(|hits| Said { confidence: confidence(hits), hits: hits.to_vec() });
        said.filter(|it| it.confidence >= self.min_confidence).collect()
    }

    /// How surely each of these sentences says it.
    fn sure<T>(&self, written: &Written, then: impl FnOnce(&[f64]) -> T) -> T {
        let ask = || self.said(written.reading()).iter().map(|it| it.confidence).collect();
        match self.question {
            Some(question) => written.remembered(question, ask, then),
            None => then(&ask()),
        }
    }

    fn texts<'a>(&self, report: &'a Report) -> impl Iterator<Item = &'a Written> {
        self.fields.iter().map(|it| report.text(*it))
    }

    /// How surely one of the texts says one of the phrases, if surely enough.
    pub(super) fn ask(&self, report: &Report) -> Option<f64> {
        let most = |sure: &[f64]| sure.iter().copied().max_by(f64::total_cmp);
        self.texts(report).filter_map(|it| self.sure(it, most)).max_by(f64::total_cmp)
    }

    /// How many sentences say it.
    pub(super) fn mentions(&self, report: &Report) -> usize {
        self.texts(report).map(|it| self.sure(it, <[f64]>::len)).sum()
    }

    /// How surely the least sure of them does; 1 if there is none.
    pub(super) fn least(&self, report: &Report) -> f64 {
        let least = |sure: &[f64]| sure.iter().copied().fold(1.0, f64::min);
        self.texts(report).map(|it| self.sure(it, least)).fold(1.0, f64::min)
    }

    /// The phrases that are said, for a reason.
    pub(super) fn says(&self, report: &Report) -> String {
        let said = self.texts(report).flat_map(|it| self.said(it.reading()));
        let hits = said.flat_map(|it| it.hits);
        let mut phrases: Vec<_> = hits.map(|it| self.patterns.all()[it.pattern].text()).collect();
        phrases.dedup();
        phrases.truncate(NAMED_MAX);
        format!("\"{}\" is said", phrases.join("\", \""))
    }

    /// The sentences that say it.
    pub(super) fn quotes(&self, report: &Report) -> Vec<Quote> {
        let of_field = |field: &TextField| {
            let said = self.said(report.text(*field).reading()).into_iter();
            said.filter_map(|it| Some(quote(report, *field, it.hits.first()?.sentence)))
                .collect::<Vec<_>>()
        };
        self.fields.iter().flat_map(of_field).collect()
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
