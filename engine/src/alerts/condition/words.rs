//! `words`: a text has fewer or more words.

use {
    super::{
        super::{Report, TextField},
        Condition, Fields,
        window::Window,
        windowed::{Question, Windowed},
    },
    std::cmp::Ordering,
};

const WORDS_MAX: u32 = 10_000;

/// A text has fewer words than so many, or more. A text that was left empty has none.
#[derive(Debug)]
struct Words {
    field: TextField,
    /// How its words stand to the bound if it meets the condition.
    order: Ordering,
    bound: u32,
}

pub(super) fn read(fields: &mut Fields<'_, '_>) -> Option<Box<dyn Condition>> {
    let field = fields.text_field("field");
    let (key, order) = match (fields.has("lt"), fields.has("gt")) {
        (false, true) => ("gt", Ordering::Greater),
        (true, true) => {
            fields.refuse("gt", "cannot stand beside `lt`");
            ("lt", Ordering::Less)
        }
        _ => ("lt", Ordering::Less),
    };
    let bound = fields.whole(key, 0..=WORDS_MAX);
    let window = Window::read(fields);
    let question = Words { field: field?, order, bound: bound? };
    Some(Box::new(Windowed { question, window: window? }))
}

impl Question for Words {
    type Row = Report;
    const KIND: &'static str = "words";

    fn ask(&self, report: &Report) -> Option<f64> {
        let words = report.text(self.field).words();
        (words.cmp(&(self.bound as usize)) == self.order).then_some(1.0)
    }

    fn says(&self, _: &Report) -> String {
        let than = if self.order == Ordering::Less { "fewer" } else { "more" };
        format!("{} has {than} than {} words", self.field.name(), self.bound)
    }
}
