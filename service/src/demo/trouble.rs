//! Troubles: what goes wrong in a pairing for some days, and then is over.

use super::chance::Chance;

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Overload,
    Drought,
    Strain,
    EmptyReports,
    Dissatisfied,
    Pay,
    Errors,
    NoSync,
    Blocked,
    NoWins,
    Leaving,
    Waiting,
    Surface,
    Stale,
    Unheard,
    LowValue,
}

/// How often each happens beside the others, and for how many reports it lasts.
const KINDS: [(Kind, f64, (i64, i64)); 16] = [
    (Kind::Overload, 8.0, (3, 8)),
    (Kind::Drought, 4.0, (3, 7)),
    (Kind::Strain, 6.0, (2, 5)),
    (Kind::EmptyReports, 3.0, (3, 5)),
    (Kind::Dissatisfied, 6.0, (1, 3)),
    (Kind::Pay, 2.0, (1, 1)),
    (Kind::Errors, 6.0, (1, 2)),
    (Kind::NoSync, 14.0, (4, 7)),
    (Kind::Blocked, 13.0, (3, 6)),
    (Kind::NoWins, 4.0, (10, 13)),
    (Kind::Leaving, 6.0, (1, 1)),
    (Kind::Waiting, 14.0, (3, 6)),
    (Kind::Surface, 9.0, (3, 6)),
    (Kind::Stale, 9.0, (5, 9)),
    (Kind::Unheard, 9.0, (2, 4)),
    (Kind::LowValue, 6.0, (3, 5)),
];

/// A trouble under way.
pub(super) struct Trouble {
    pub(super) kind: Kind,
    left: i64,
    /// What is said again and again as long as it lasts.
    pub(super) refrain: Option<String>,
}

impl Trouble {
    pub(super) fn new(chance: &mut Chance) -> Self {
        let kinds = KINDS.map(|(kind, weight, reports)| ((kind, reports), weight));
        let (kind, (least, most)) = chance.weighted(&kinds);
        Self { kind, left: chance.between(least, most), refrain: None }
    }

    /// The section of what is said again and again.
    pub(super) fn refrain_section(&self) -> Option<&'static str> {
        match self.kind {
            Kind::Blocked => Some("difficulty.blocker"),
            Kind::Stale => Some("pending.18"),
            Kind::Unheard => Some("support.19"),
            _ => None,
        }
    }

    /// The same trouble after one more report, unless that was the last.
    pub(super) fn after_report(mut self) -> Option<Self> {
        self.left -= 1;
        (self.left > 0).then_some(self)
    }
}
