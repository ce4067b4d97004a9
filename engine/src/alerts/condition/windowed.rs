//! A question about one row, asked of all rows of a window.

use {
    super::{
        super::{
            Dated, Finding, Ground, History, Needs, Past, QUOTES_MAX, Quote, Report, Start,
            clearing::Clearing,
        },
        Condition, Effort,
        window::{Found, Window},
    },
    chrono::NaiveDate,
    std::fmt,
};

/// A question about one row that is answered by yes or no.
pub(super) trait Question: fmt::Debug + Send + Sync {
    /// What it is asked about.
    type Row: Row;
    /// The name of its condition.
    const KIND: &'static str;
    /// Whether the answer depends on what somebody meant to say.
    const IS_OF_TEXT: bool = false;

    /// How sure it is that the answer is yes, 0 to 1; none for no.
    fn ask(&self, row: &Self::Row) -> Option<f64>;

    /// What is so, for people: "workloadFeeling is HEAVY".
    fn says(&self, newest: &Self::Row) -> String;

    /// The sentences that speak for it.
    fn quotes(&self, _row: &Self::Row) -> Vec<Quote> {
        Vec::new()
    }
}

/// What a question can be asked about.
pub(super) trait Row: Dated + 'static {
    /// What one of them is called.
    const NAME: &'static str;
    /// Asking about these needs nothing but these.
    const NEEDS: Needs;

    /// Those of a history, and the day on which a count of them ends.
    fn past<'a>(history: &History<'a>) -> Option<(Past<'a, Self>, NaiveDate)>
    where
        Self: Sized;
}

/// A question about one row, and the rows that it is asked of.
#[derive(Debug)]
pub(super) struct Windowed<Q> {
    pub(super) question: Q,
    pub(super) window: Window,
}

impl Row for Report {
    const NAME: &'static str = "report";
    const NEEDS: Needs =
        Needs { reports: true, starts: false, is_timed: false, days: 0, expected_days: 0 };

    fn past<'a>(history: &History<'a>) -> Option<(Past<'a, Self>, NaiveDate)> {
        Some((history.reports, history.reports.newest()?.day))
    }
}

impl Row for Start {
    const NAME: &'static str = "start";
    /// A count of them ends with today.
    const NEEDS: Needs =
        Needs { reports: false, starts: true, is_timed: true, days: 0, expected_days: 0 };

    fn past<'a>(history: &History<'a>) -> Option<(Past<'a, Self>, NaiveDate)> {
        Some((history.starts, history.today))
    }
}

impl<Q: Question> Windowed<Q> {
    fn found<'a>(&self, history: &History<'a>) -> Option<Found<'a, Q::Row>> {
        let (past, last) = Q::Row::past(history)?;
        self.window.find(past, last, history.calendar, |row| self.question.ask(row))
    }
}

impl<Q: Question> Condition for Windowed<Q> {
    fn find(&self, history: &History<'_>) -> Option<Finding> {
        let found = self.found(history)?;
        let says = self.question.says(found.rows.first()?.0);
        let mut finding = finding(Q::KIND, &says, self.window, &found);
        let quotes = found.rows.iter().flat_map(|(row, _)| self.question.quotes(row));
        finding.quotes.extend(quotes.take(QUOTES_MAX));
        Some(finding)
    }

    fn grounds(&self, history: &History<'_>) -> Option<Vec<Ground>> {
        Some(self.found(history)?.grounds())
    }

    fn effort(&self) -> Effort {
        if Q::IS_OF_TEXT { Effort::Reading } else { Effort::Glance }
    }

    fn needs(&self) -> Needs {
        self.window.needs().and(Q::Row::NEEDS)
    }

    fn clearing(&self) -> Clearing {
        if Q::IS_OF_TEXT { Clearing::OF_TEXT } else { self.window.clearing() }
    }
}

/// The finding that some rows make. It is as sure as the least sure of them.
pub(super) fn finding<T: Row>(
    kind: &'static str,
    says: &str,
    window: Window,
    found: &Found<'_, T>,
) -> Finding {
    let Found { rows, range } = found;
    let (count, name, first, last) = (rows.len(), T::NAME, range.first(), range.last());
    let reasoning = match window {
        Window::Latest => format!("{says} in the {name} of {last}"),
        Window::Run(_) => format!("{says} in {count} {name}s in a row, {first} to {last}"),
        Window::Count(..) => format!("{says} in {count} {name}s of {first} to {last}"),
    };
    Finding {
        confidence: rows.iter().map(|it| it.1).fold(1.0, f64::min),
        occurrences: u32::try_from(count).unwrap_or(u32::MAX),
        window: Some(*range),
        grounds: found.grounds(),
        ..Finding::sure(kind, reasoning)
    }
}
