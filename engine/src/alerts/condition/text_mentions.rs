//! `text_mentions`: so many sentences say one of these phrases.

use {
    super::{
        super::{Finding, Ground, History, Needs, QUOTES_MAX, Report, clearing::Clearing},
        Condition, Effort, Fields,
        phrases::Phrases,
        window::{Span, Window},
    },
    crate::calendar::DayRange,
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
    Some(Box::new(TextMentions { phrases: phrases?.repeated(), span, n }))
}

/// The reports of some days in which sentences say it, newest first.
#[derive(Debug)]
struct Mentions<'a> {
    range: DayRange,
    reports: Vec<&'a Report>,
    /// How many sentences.
    count: u32,
}

impl TextMentions {
    fn mentions<'a>(&self, history: &History<'a>) -> Option<Mentions<'a>> {
        let range = self.span.until(history.reports.newest()?.day, history.calendar);
        let (mut reports, mut count) = (Vec::new(), 0);
        for report in history.reports.within(range.first(), range.last()) {
            let of_report = self.phrases.mentions(report);
            if of_report > 0 {
                reports.push(report);
            }
            count += of_report;
        }
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        (count >= self.n).then_some(Mentions { range, reports, count })
    }
}

impl Mentions<'_> {
    fn grounds(&self) -> Vec<Ground> {
        self.reports.iter().map(|it| Ground { day: it.day, row: Some(it.id) }).collect()
    }
}

impl Condition for TextMentions {
    fn find(&self, history: &History<'_>) -> Option<Finding> {
        let mentions = self.mentions(history)?;
        let Mentions { range, ref reports, count } = mentions;
        let (first, last) = (range.first(), range.last());
        let says = self.phrases.says(reports.first()?);
        let quotes = reports.iter().flat_map(|it| self.phrases.quotes(it));
        Some(Finding {
            confidence: reports.iter().map(|it| self.phrases.least(it)).fold(1.0, f64::min),
            quotes: quotes.take(QUOTES_MAX).collect(),
            occurrences: count,
            window: Some(range),
            grounds: mentions.grounds(),
            ..Finding::sure(
                "text_mentions",
                format!("{says}, and so {count} times from {first} to {last}"),
            )
        })
    }

    fn grounds(&self, history: &History<'_>) -> Option<Vec<Ground>> {
        Some(self.mentions(history)?.grounds())
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
