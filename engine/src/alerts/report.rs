//! What rules read of a report.

use {
    super::{Dated, Id},
    crate::text::Written,
    chrono::NaiveDate,
};

/// Declares a closed set with the names it has in conditions.
macro_rules! choices {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $value:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name { $($(#[$of])* $value,)+ }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$value,)+];

            /// Its name, as conditions and the API write it.
            pub fn name(self) -> &'static str {
                match self { $(Self::$value => $text,)+ }
            }
        }
    };
}

choices! {
    /// How much there was to do.
    Workload {
        /// Less than a day's work.
        Light = "LIGHT",
        /// A day's work.
        Moderate = "MODERATE",
        /// More than a day's work.
        Heavy = "HEAVY",
        /// Far too much.
        Overwhelming = "OVERWHELMING",
    }
}

choices! {
    /// How new the work was.
    WorkType {
        /// There was hardly any.
        NotMuch = "NOT_MUCH",
        /// The usual.
        Regular = "REGULAR",
        /// Some usual, some new.
        Mix = "MIX",
        /// Mostly new.
        MostlyNew = "MOSTLY_NEW",
    }
}

choices! {
    /// How the assistant felt.
    Feeling {
        /// Great.
        Great = "GREAT",
        /// Good.
        Good = "GOOD",
        /// Okay.
        Okay = "OKAY",
        /// Not great: sick or stressed.
        Stressed = "STRESSED",
    }
}

choices! {
    /// The texts of a report.
    TextField {
        /// What went best.
        BiggestWin = "biggestWin",
        /// What was done.
        WhatCompleted = "whatCompleted",
        /// What is left to do.
        PendingTasks = "pendingTasks",
        /// What was hard. Internal.
        Difficulties = "difficulties",
        /// Where help is wanted. Internal.
        SupportNeeded = "supportNeeded",
        /// Anything else. Internal.
        AdditionalNotes = "additionalNotes",
    }
}

/// What an assistant said about one day with one client.
#[derive(Clone, Debug)]
pub struct Report {
    /// The row's id.
    pub id: Id,
    /// The day, on the assistant's own calendar.
    pub day: NaiveDate,
    /// How much there was to do.
    pub workload_feeling: Workload,
    /// How new the work was.
    pub work_type: WorkType,
    /// How the assistant felt.
    pub feeling_during_work: Feeling,
    /// Whether assistant and client spoke that day.
    pub had_daily_sync: bool,
    /// What went best.
    pub biggest_win: Written,
    /// What was done.
    pub what_completed: Written,
    /// What is left to do.
    pub pending_tasks: Written,
    /// What was hard.
    pub difficulties: Written,
    /// Where help is wanted.
    pub support_needed: Written,
    /// Anything else.
    pub additional_notes: Written,
}

impl Report {
    /// One of its texts.
    pub fn text(&self, field: TextField) -> &Written {
        match field {
            TextField::BiggestWin => &self.biggest_win,
            TextField::WhatCompleted => &self.what_completed,
            TextField::PendingTasks => &self.pending_tasks,
            TextField::Difficulties => &self.difficulties,
            TextField::SupportNeeded => &self.support_needed,
            TextField::AdditionalNotes => &self.additional_notes,
        }
    }
}

impl TextField {
    /// Whether the client may never see it.
    pub fn is_internal(self) -> bool {
        matches!(self, Self::Difficulties | Self::SupportNeeded | Self::AdditionalNotes)
    }
}

impl Dated for Report {
    fn id(&self) -> Id {
        self.id
    }

    fn day(&self) -> NaiveDate {
        self.day
    }
}
