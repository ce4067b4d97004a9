//! How long is kept what nobody needs for ever.

/// How long is kept what nobody needs for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// How many days events are kept. The audit trail is kept for ever.
    pub events_days: u16,
    /// How many days it is kept what a language model has said.
    pub opinions_days: u16,
}

impl Default for Retention {
    fn default() -> Self {
        Self { events_days: 365, opinions_days: 365 }
    }
}
