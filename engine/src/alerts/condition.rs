//! When a rule holds: tagged conditions in JSON, read once and then put to any history.
//!
//! Reading finds all faults at once; asking cannot fail. Conditions are pure: the same history gives
//! the same finding.
//!
//! | Kind | Holds if | Keys |
//! |---|---|---|
//! | `report_missing` | expected days have gone by without a report | `days` |
//! | `no_log` | the shift that is due has not been started | `minutes` |
//! | `date_within` | a date of the assistant is near | `field`, `days` |
//! | `accelerator_stalled` | the accelerator's week is the same for longer | `days` |
//! | `late` ▫ | a start was later than this | `minutes` |
//! | `field_is` ▫ | a choice is one of these | `field`, `in` |
//! | `text_empty` ▫ | a text says nothing | `field`, `also`? |
//! | `words` ▫ | a text has fewer or more words | `field`, `lt` or `gt` |
//! | `text_match` ▫ | texts say one of these phrases | `fields`, `patterns`, `unless`?, `minConfidence` |
//! | `error_density` ▫ | texts have more slips per hundred words | `fields`, `perHundredWords`, `minWords` |
//! | `task_share` ▫ | so much of the work is of one sort, and none of another | `field`, `patterns`, `unless`, `minConfidence`, `atLeast` |
//! | `specificity` ▫ | a text is concrete | `field`, `atLeast` |
//! | `text_repeat` ▫ | texts repeat the newest | `field`, `similarity`, `compare`? |
//! | `text_mentions` ▫ | so many sentences say one of these phrases | as `text_match` |
//! | `all`, `any`, `not` | all hold, one holds, none holds | `of` |
//!
//! Those with a ▫ may carry a `window`: `{"kind": "latest"}`, which is meant if it is left out; `{"kind":
//! "run", "n": 3}`, the newest three of expected days, over at most five of them; or `{"kind": "count",
//! "n": 3, "days": 7, "unit": "calendar"}`, three within seven days (`business`: within seven expected
//! days). `text_repeat` needs a run or a count, `text_mentions` a count.
//!
//! `patterns` and `unless` are lists of `{"text": "upset|angry with me", "weight": 0.8}`, written as
//! [`Pattern`](crate::text::Pattern) says. A sentence that says one of `unless` is left out (all of the text,
//! for `task_share`). A text that was left empty has no words and says nothing.
//!
//! Any number may be `{"threshold": "name"}` instead, which means the value of that threshold.
//!
//! # Adding one
//!
//! 1. Write it in its own file next to `words.rs`. Most ask a `Question` about one row, and leave
//!    the window to `Windowed`.
//! 2. Name it in `KINDS`, and in the table above.
//! 3. Test it in its file, and teach it to the naive evaluator in `tests/oracle`.

mod accelerator_stalled;
mod date_within;
mod error_density;
mod fault;
mod field_is;
mod group;
mod late;
mod no_log;
mod phrases;
mod reader;
mod report_missing;
mod specificity;
mod task_share;
mod text_empty;
mod text_match;
mod text_mentions;
mod text_repeat;
mod window;
mod windowed;
mod words;

pub use fault::Fault;
use {
    super::{Finding, Ground, History, Needs, clearing::Clearing},
    reader::Fields,
    std::fmt,
};
pub(super) use {
    reader::Reader,
    text_empty::says_nothing,
    window::{Span, Window},
};

/// How much work it is to ask a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Effort {
    /// It looks at numbers and choices.
    Glance,
    /// It reads texts.
    Reading,
    /// It compares texts with each other.
    Comparing,
}

/// What a rule asks about a history.
pub(super) trait Condition: fmt::Debug + Send + Sync {
    /// What speaks for it, if it holds.
    fn find(&self, history: &History<'_>) -> Option<Finding>;

    /// What it rests on, if it holds: the grounds that [`find`](Self::find) finds, in any order. To find no
    /// words for them is less work.
    fn grounds(&self, history: &History<'_>) -> Option<Vec<Ground>> {
        Some(self.find(history)?.grounds)
    }

    /// How far back it looks.
    fn needs(&self) -> Needs;

    /// How much work it is to ask, compared with others: of those that must all hold, the least is
    /// asked first.
    fn effort(&self) -> Effort {
        Effort::Glance
    }

    /// When its alert may be closed by itself.
    fn clearing(&self) -> Clearing {
        Clearing::AtOnce
    }
}

/// Reads the keys of one kind of condition; nothing if one of them is at fault.
type Read = fn(&mut Fields<'_, '_>) -> Option<Box<dyn Condition>>;

/// The kinds of conditions there are, by the names that JSON tags them with.
const KINDS: [(&str, Read); 17] = [
    ("accelerator_stalled", accelerator_stalled::read),
    ("all", group::read_all),
    ("any", group::read_any),
    ("date_within", date_within::read),
    ("error_density", error_density::read),
    ("field_is", field_is::read),
    ("late", late::read),
    ("no_log", no_log::read),
    ("not", group::read_not),
    ("report_missing", report_missing::read),
    ("specificity", specificity::read),
    ("task_share", task_share::read),
    ("text_empty", text_empty::read),
    ("text_match", text_match::read),
    ("text_mentions", text_mentions::read),
    ("text_repeat", text_repeat::read),
    ("words", words::read),
];

/// The names of all kinds, in alphabetical order.
pub fn kinds() -> impl Iterator<Item = &'static str> {
    KINDS.iter().map(|kind| kind.0)
}

#[cfg(test)]
mod tests;
