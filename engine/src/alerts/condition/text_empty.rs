//! `text_empty`: a text says nothing.

use {
    super::{
        super::{Report, TextField},
        Condition, Fields,
        window::Window,
        windowed::{Question, Windowed},
    },
    crate::text,
};

/// What may stand behind an answer without making it one.
const ENDS: [char; 4] = ['.', '!', ',', '…'];

/// How many words the usual answers have at most, with marks behind them: "none ."
const USUAL_WORDS_MAX: usize = 2;

/// A text is blank, or no more than one of the answers that count as nothing.
#[derive(Debug)]
struct TextEmpty {
    field: TextField,
    /// Folded; none if the usual answers count.
    also: Option<Vec<String>>,
    /// How many words the longest of them has: most texts have more, and need not be folded.
    words_max: usize,
}

pub(super) fn read(fields: &mut Fields<'_, '_>) -> Option<Box<dyn Condition>> {
    let field = fields.text_field("field");
    let also = if fields.has("also") {
        fields.texts("also").map(|also| Some(also.iter().map(|it| folded(it)).collect()))
    } else {
        Some(None)
    };
    let window = Window::read(fields);
    let also: Option<Vec<String>> = also?;
    // Folding takes no blank between words away.
    let words = |answer: &String| answer.split(' ').count();
    let words_max = also.iter().flatten().map(words).max().unwrap_or(USUAL_WORDS_MAX);
    let question = TextEmpty { field: field?, also, words_max };
    Some(Box::new(Windowed { question, window: window? }))
}

/// Whether a text is blank or one of the usual answers for nothing, whatever marks it ends with.
pub(in crate::alerts) fn says_nothing(text: &str) -> bool {
    text::is_empty_answer(&folded(text))
}

/// An answer without what does not matter: case, spacing, the marks at its end.
fn folded(text: &str) -> String {
    let folded = text::folded_name(text);
    let bare = folded.trim_end_matches(ENDS);
    if bare.is_empty() { folded } else { bare.to_owned() }
}

impl Question for TextEmpty {
    type Row = Report;
    const KIND: &'static str = "text_empty";

    fn ask(&self, report: &Report) -> Option<f64> {
        let text = report.text(self.field).text();
        if text.split_whitespace().nth(self.words_max).is_some() {
            return None;
        }
        let is_empty = match &self.also {
            Some(also) => text.trim().is_empty() || also.contains(&folded(text)),
            None => says_nothing(text),
        };
        is_empty.then_some(1.0)
    }

    fn says(&self, _: &Report) -> String {
        format!("{} says nothing", self.field.name())
    }
}
