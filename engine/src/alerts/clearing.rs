//! What becomes of an open alert whose rule does not hold any more.

use {super::standing::Status, chrono::NaiveDate};

/// How long the rule of an open alert must not have held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Clearing {
    /// No longer than until it is noticed: a report came in, a run is broken.
    AtOnce,
    /// So many days: the window of a count, or fourteen days for what was written.
    AfterDays(u32),
}

/// What to do with an open alert whose rule does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cleared {
    /// Leave it as it is.
    Nothing,
    /// Resolve it as `AUTO_CLEARED`: nobody has begun with it.
    Resolve,
    /// Note `conditionClearedAt`, and leave the rest to those who are at it.
    Mark,
}

impl Clearing {
    /// For rules about what was written: fourteen days without a hit.
    pub const OF_TEXT: Self = Self::AfterDays(14);

    /// What to do with an alert whose rule does not hold today, and held last on `last_held_on`.
    ///
    /// When it holds again before the alert is resolved, the mark is to be taken away.
    pub fn decide(self, status: Status, last_held_on: NaiveDate, today: NaiveDate) -> Cleared {
        let quiet = (today - last_held_on).num_days();
        let is_due = match self {
            Self::AtOnce => true,
            Self::AfterDays(days) => i64::from(days) <= quiet,
        };
        match status {
            Status::New if is_due => Cleared::Resolve,
            Status::Investigating | Status::WorkingOn if is_due => Cleared::Mark,
            _ => Cleared::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use {super::*, chrono::DateTime};

    #[track_caller]
    fn check(clearing: Clearing, status: Status, today: u32, cleared: Cleared) {
        let march = |day| NaiveDate::from_ymd_opt(2026, 3, day).unwrap();
        assert_eq!(clearing.decide(status, march(2), march(today)), cleared);
    }

    #[test]
    fn a_broken_run_clears_at_once() {
        check(Clearing::AtOnce, Status::New, 2, Cleared::Resolve);
    }

    #[test]
    fn a_count_clears_after_a_whole_window() {
        check(Clearing::AfterDays(7), Status::New, 8, Cleared::Nothing);
        check(Clearing::AfterDays(7), Status::New, 9, Cleared::Resolve);
    }

    #[test]
    fn a_text_clears_after_fourteen_days() {
        check(Clearing::OF_TEXT, Status::New, 15, Cleared::Nothing);
        check(Clearing::OF_TEXT, Status::New, 16, Cleared::Resolve);
    }

    #[test]
    fn what_somebody_is_at_is_only_marked() {
        check(Clearing::AtOnce, Status::Investigating, 3, Cleared::Mark);
        check(Clearing::AtOnce, Status::WorkingOn, 3, Cleared::Mark);
    }

    #[test]
    fn what_is_resolved_stays_as_it_is() {
        let at = DateTime::UNIX_EPOCH;
        check(Clearing::AtOnce, Status::Resolved { at }, 30, Cleared::Nothing);
    }

    #[test]
    fn a_day_ahead_clears_nothing_early() {
        check(Clearing::AfterDays(7), Status::New, 1, Cleared::Nothing);
    }
}
