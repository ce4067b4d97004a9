//! `task_share`: so much of the work is of one sort, and none of another.

use {
    super::{
        super::{Quote, Report, TextField},
        Condition, Fields,
        phrases::first_quote,
        window::Window,
        windowed::{Question, Windowed},
    },
    crate::text::{Patterns, QuestionId, Reading, confidence},
};

/// At least such a share of the sentences of a text say one of the phrases, and none says one of
/// those that stand under `unless`.
#[derive(Debug)]
struct TaskShare {
    field: TextField,
    patterns: Patterns,
    unless: Patterns,
    min_confidence: f64,
    at_least: f64,
    /// By what texts remember the answer, if it is asked on many days.
    question: Option<QuestionId>,
}

pub(super) fn read(fields: &mut Fields<'_, '_>) -> Option<Box<dyn Condition>> {
    let field = fields.text_field("field");
    let (patterns, unless) = (fields.patterns("patterns"), fields.patterns("unless"));
    let min_confidence = fields.number("minConfidence", 0.01..=1.0);
    let at_least = fields.number("atLeast", 0.01..=1.0);
    let window = Window::read(fields)?;
    let question = TaskShare {
        field: field?,
        patterns: patterns?,
        unless: unless?,
        min_confidence: min_confidence?,
        at_least: at_least?,
        question: (window != Window::Latest).then(QuestionId::next),
    };
    Some(Box::new(Windowed { question, window }))
}

impl TaskShare {
    /// The share, if it is large enough.
    fn share(&self, tasks: &[Reading]) -> Option<f64> {
        let says = |patterns: &Patterns, task| {
            let hits = patterns.hits(task);
            !hits.is_empty() && confidence(&hits) >= self.min_confidence
        };
        let of_sort = tasks.iter().filter(|task| says(&self.patterns, task)).count();
        let (of_sort, all) = (u32::try_from(of_sort).ok()?, u32::try_from(tasks.len()).ok()?);
        let share = f64::from(of_sort) / f64::from(all.max(1));
        let is_most = all > 0 && share >= self.at_least;
        (is_most && !tasks.iter().any(|task| says(&self.unless, task))).then_some(share)
    }
}

impl Question for TaskShare {
    type Row = Report;
    const KIND: &'static str = "task_share";
    const IS_OF_TEXT: bool = true;

    fn ask(&self, report: &Report) -> Option<f64> {
        let written = report.text(self.field);
        let ask = || self.share(written.tasks()).into_iter().collect();
        match self.question {
            Some(question) => written.remembered(question, ask, |it| it.first().copied()),
            None => self.share(written.tasks()),
        }
    }

    fn says(&self, _: &Report) -> String {
        format!("{} has hardly any other work", self.field.name())
    }

    fn quotes(&self, report: &Report) -> Vec<Quote> {
        first_quote(report, self.field)
    }
}
