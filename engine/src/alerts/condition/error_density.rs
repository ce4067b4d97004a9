//! `error_density`: texts of a report have more slips per hundred words.

use {
    super::{
        super::{Quote, Report, TextField},
        Condition, Fields,
        phrases::first_quote,
        window::Window,
        windowed::{Question, Windowed},
    },
    crate::text::Written,
};

const SLIPS_MAX: f64 = 100.0;
const WORDS_MAX: u32 = 10_000;

/// The texts together have more slips per hundred words than so many, and enough words to tell.
#[derive(Debug)]
struct ErrorDensity {
    fields: Vec<TextField>,
    per_hundred_words: f64,
    min_words: u32,
}

pub(super) fn read(fields: &mut Fields<'_, '_>) -> Option<Box<dyn Condition>> {
    let of = fields.text_fields("fields");
    let per_hundred_words = fields.number("perHundredWords", 0.0..=SLIPS_MAX);
    let min_words = fields.whole("minWords", 1..=WORDS_MAX);
    let window = Window::read(fields);
    let question =
        ErrorDensity { fields: of?, per_hundred_words: per_hundred_words?, min_words: min_words? };
    Some(Box::new(Windowed { question, window: window? }))
}

impl ErrorDensity {
    fn density(&self, report: &Report) -> Option<f64> {
        let texts = || self.fields.iter().map(|it| report.text(*it));
        let words = texts().map(Written::words).sum::<usize>();
        let words = u32::try_from(words).ok().filter(|it| self.min_words <= *it)?;
        let slips = texts().map(|it| f64::from(it.slips())).sum::<f64>();
        Some(slips * 100.0 / f64::from(words))
    }
}

impl Question for ErrorDensity {
    type Row = Report;
    const KIND: &'static str = "error_density";
    const IS_OF_TEXT: bool = true;

    fn ask(&self, report: &Report) -> Option<f64> {
        (self.density(report)? > self.per_hundred_words).then_some(1.0)
    }

    fn says(&self, newest: &Report) -> String {
        format!("{:.0} slips per hundred words", self.density(newest).unwrap_or(0.0))
    }

    fn quotes(&self, report: &Report) -> Vec<Quote> {
        self.fields.iter().flat_map(|it| first_quote(report, *it)).collect()
    }
}
