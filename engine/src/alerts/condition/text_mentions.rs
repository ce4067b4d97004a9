//! `text_mentions`: so many sentences say one of these phrases.

use super::{
    super::{
        Finding, Ground, History, Needs, QUOTES_MAX, Quote, Report, TextField, clearing::Clearing,
    },
    Condition, Effort, Fields,
    phrases::Phrases,
    window::{Span, Window},
};

/// So many sentences say one of the phrases, in however few reports.
#[derive(Debug)]
struct TextMentions {
    phrases: Phrases,
    span: Span,
    n: u32,
}

pub(super) fn read(fields: &mut Fields<'_, '_>) -> Option<Box<dyn Condition>> {
    let (phrases, window) = (Phrases::read(fields), Window::read(fields));
    let Window::Count(span, n) = window? else {
        fields.refuse("window", "must be a count: mentions are counted");
        return None;
    };
    let mut phrases = phrases?;
    phrases.is_repeated = true;
    Some(Box::new(TextMentions { phrases, span, n }))
}

impl TextMentions {
    /// The sentences of a report that say it, and how surely.
    fn mentions(&self, report: &Report) -> Vec<(Quote, f64)> {
        let of_field = |field: &TextField| {
            let said = self.phrases.said(report, *field).into_iter();
            said.map(|it| (it.quote(report, *field), it.confidence)).collect::<Vec<_>>()
        };
        self.phrases.fields.iter().flat_map(of_field).collect()
    }
}

impl Condition for TextMentions {
    fn find(&self, history: &History<'_>) -> Option<Finding> {
        let range = self.span.until(history.reports.newest()?.day, history.calendar);
        let reports = history.reports.within(range.first(), range.last());
        let (mut mentions, mut grounds) = (Vec::new(), Vec::new());
        for report in reports {
            let of_report = self.mentions(report);
            if !of_report.is_empty() {
                grounds.push(Ground { day: report.day, row: Some(report.id) });
            }
            mentions.extend(of_report);
        }
        let occurrences = u32::try_from(mentions.len()).unwrap_or(u32::MAX);
        let newest =
            reports.iter().find(|it| grounds.first().is_some_and(|to| to.row == Some(it.id)))?;
        if occurrences < self.n {
            return None;
        }
        let says = self.phrases.says(newest);
        let reasoning = format!(
            "{says}, and so {occurrences} times from {} to {}",
            range.first(),
            range.last()
        );
        Some(Finding {
            confidence: mentions.iter().map(|it| it.1).fold(1.0, f64::min),
            quotes: mentions.into_iter().map(|it| it.0).take(QUOTES_MAX).collect(),
            occurrences,
            window: Some(range),
            grounds,
            ..Finding::sure("text_mentions", reasoning)
        })
    }

    fn effort(&self) -> Effort {
        Effort::Reading
    }

    fn needs(&self) -> Needs {
        Needs { reports: true, ..Window::Count(self.span, self.n).needs() }
    }

    fn clearing(&self) -> Clearing {
        Clearing::OF_TEXT
    }
}
