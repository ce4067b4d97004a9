//! How an assistant stands.

/// How an assistant stands, by the alerts of the last seven days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Indicator {
    /// None, or one.
    Good,
    /// Two or more.
    Warning,
    /// Five or more.
    Critical,
}

impl Indicator {
    /// The indicator for so many alerts in seven days.
    pub fn of(alerts: u32) -> Self {
        match alerts {
            0..=1 => Self::Good,
            2..=4 => Self::Warning,
            5.. => Self::Critical,
        }
    }
}
