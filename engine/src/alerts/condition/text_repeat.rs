//! `text_repeat`: texts repeat that of the newest report.

use {
    super::{
        super::{
            Finding, Ground, History, Needs, QUOTES_MAX, Report, TextField, clearing::Clearing,
        },
        Condition, Effort, Fields,
        phrases::first_quote,
        window::{Found, Window},
        windowed::finding,
    },
    crate::text::Written,
};

/// How similar two texts are, 0 to 1, if they are at least so similar.
type Compare = fn(&Written, &Written, f64) -> Option<f64>;

/// So many reports say the same in one of their texts as the newest does, which is one of them. What
/// was left empty repeats nothing.
#[derive(Debug)]
struct TextRepeat {
    field: TextField,
    similarity: f64,
    compare: Compare,
    window: Window,
}

/// What is compared: the whole text, or the items of two lists that have most in common.
const COMPARE: [(&str, Compare); 2] =
    [("text", Written::similarity_from), ("items", Written::item_similarity_from)];

pub(super) fn read(fields: &mut Fields<'_, '_>) -> Option<Box<dyn Condition>> {
    let (field, similarity) = (fields.text_field("field"), fields.number("similarity", 0.5..=1.0));
    let has_compare = fields.has("compare");
    let compare =
        if has_compare { fields.one_of("compare", &COMPARE.map(|it| it.0)) } else { Some(0) };
    let window = Window::read(fields)?;
    if window == Window::Latest {
        fields.refuse("window", "must be a run or a count: one text repeats nothing");
        return None;
    }
    let (field, similarity, compare) = (field?, similarity?, COMPARE[compare?].1);
    Some(Box::new(TextRepeat { field, similarity, compare, window }))
}

impl TextRepeat {
    fn found<'a>(&self, history: &History<'a>) -> Option<Found<'a, Report>> {
        let newest = history.reports.newest()?;
        let said = newest.text(self.field);
        if said.reading().is_empty() {
            return None;
        }
        self.window.find(history.reports, newest.day, history.calendar, |report| {
            if report.id == newest.id {
                return Some(1.0);
            }
            (self.compare)(said, report.text(self.field), self.similarity)
        })
    }
}

impl Condition for TextRepeat {
    fn find(&self, history: &History<'_>) -> Option<Finding> {
        let found = self.found(history)?;
        let says = format!("{} says the same", self.field.name());
        let mut finding = finding("text_repeat", &says, self.window, &found);
        let quotes = found.rows.iter().flat_map(|(row, _)| first_quote(row, self.field));
        finding.quotes.extend(quotes.take(QUOTES_MAX));
        Some(finding)
    }

    fn grounds(&self, history: &History<'_>) -> Option<Vec<Ground>> {
        Some(self.found(history)?.grounds())
    }

    fn effort(&self) -> Effort {
        Effort::Comparing
    }

    fn needs(&self) -> Needs {
        Needs { reports: true, ..self.window.needs() }
    }

    fn clearing(&self) -> Clearing {
        Clearing::OF_TEXT
    }
}
