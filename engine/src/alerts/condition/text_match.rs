//! `text_match`: texts of a report say one of these phrases.

use super::{
    super::{Quote, Report},
    Condition, Fields,
    phrases::Phrases,
    window::Window,
    windowed::{Question, Windowed},
};

#[derive(Debug)]
struct TextMatch(Phrases);

pub(super) fn read(fields: &mut Fields<'_, '_>) -> Option<Box<dyn Condition>> {
    let (phrases, window) = (Phrases::read(fields), Window::read(fields));
    let (phrases, window) = (phrases?, window?);
    let phrases = if window == Window::Latest { phrases } else { phrases.repeated() };
    Some(Box::new(Windowed { question: TextMatch(phrases), window }))
}

impl Question for TextMatch {
    type Row = Report;
    const KIND: &'static str = "text_match";
    const IS_OF_TEXT: bool = true;

    fn ask(&self, report: &Report) -> Option<f64> {
        self.0.ask(report)
    }

    fn says(&self, newest: &Report) -> String {
        self.0.says(newest)
    }

    fn quotes(&self, report: &Report) -> Vec<Quote> {
        self.0.quotes(report)
    }
}
