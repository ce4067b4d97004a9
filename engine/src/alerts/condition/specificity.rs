//! `specificity`: a text is concrete.

use super::{
    super::{Quote, Report, TextField},
    Condition, Fields,
    phrases::first_quote,
    window::Window,
    windowed::{Question, Windowed},
};

/// A text is at least so concrete.
#[derive(Debug)]
struct Specificity {
    field: TextField,
    at_least: f64,
}

pub(super) fn read(fields: &mut Fields<'_, '_>) -> Option<Box<dyn Condition>> {
    let (field, at_least) = (fields.text_field("field"), fields.number("atLeast", 0.01..=1.0));
    let window = Window::read(fields);
    let question = Specificity { field: field?, at_least: at_least? };
    Some(Box::new(Windowed { question, window: window? }))
}

impl Question for Specificity {
    type Row = Report;
    const KIND: &'static str = "specificity";
    const IS_OF_TEXT: bool = true;

    fn ask(&self, report: &Report) -> Option<f64> {
        let specificity = report.text(self.field).specificity();
        (specificity >= self.at_least).then_some(specificity)
    }

    fn says(&self, _: &Report) -> String {
        format!("{} is concrete", self.field.name())
    }

    fn quotes(&self, report: &Report) -> Vec<Quote> {
        first_quote(report, self.field)
    }
}
