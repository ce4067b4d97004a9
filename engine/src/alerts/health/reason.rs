//! Why a pairing stands as it does.

use {
    super::{Health, OpenAlert},
    chrono::NaiveDate,
};

/// A reason for a colour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// Which.
    pub code: Code,
    /// In words for people.
    pub text: String,
    /// The day since which it has been so, on the assistant's own calendar.
    pub since: NaiveDate,
}

/// The reasons there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    /// An open CRITICAL alert.
    R1,
    /// Two expected days or more without a report.
    R2,
    /// The newest report calls the workload overwhelming.
    R3,
    /// An open alert of dissatisfaction, pay or trust, whatever its severity.
    R4,
    /// An open HIGH alert.
    Y1,
    /// Three open MEDIUM alerts or more, after the credit for good news.
    Y2,
    /// No sync on three of the last seven days.
    Y3,
    /// The last five reports all HEAVY, or all LIGHT.
    Y4,
    /// No win in ten reports.
    Y5,
    /// No report yet, and not two missed.
    NewPairing,
}

impl Code {
    /// The name for programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::R1 => "R1",
            Self::R2 => "R2",
            Self::R3 => "R3",
            Self::R4 => "R4",
            Self::Y1 => "Y1",
            Self::Y2 => "Y2",
            Self::Y3 => "Y3",
            Self::Y4 => "Y4",
            Self::Y5 => "Y5",
            Self::NewPairing => "NEW_PAIRING",
        }
    }

    /// The colour that it calls for.
    pub fn health(self) -> Health {
        match self {
            Self::R1 | Self::R2 | Self::R3 | Self::R4 => Health::Red,
            Self::Y1 | Self::Y2 | Self::Y3 | Self::Y4 | Self::Y5 => Health::Yellow,
            Self::NewPairing => Health::Green,
        }
    }
}

impl Reason {
    /// The day on which it began, if it held the last time that somebody looked, and since when.
    ///
    /// Windows move on and alerts are resolved one after the other: what a reason rests on gets
    /// younger while it holds, but it is as old as it was.
    pub fn began(&self, held_since: Option<NaiveDate>) -> NaiveDate {
        held_since.map_or(self.since, |held| held.min(self.since))
    }

    /// That alerts are open, if any are; since the oldest of them.
    pub(super) fn of_alerts(code: Code, alerts: &[&OpenAlert], what: &str) -> Option<Self> {
        let since = alerts.iter().map(|it| it.since).min()?;
        let mut rules: Vec<_> = alerts.iter().map(|it| it.rule_number).collect();
        rules.sort_unstable();
        rules.dedup();
        let rules: Vec<_> = rules.iter().map(i32::to_string).collect();
        let text = format!("{} open: {what} (rule {})", alerts.len(), rules.join(", "));
        Some(Self { code, text, since })
    }
}
