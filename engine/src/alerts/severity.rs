//! How bad it is when a rule fires.

/// How bad something is, from worth knowing to worth an interruption.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Low,
    /// Worth a look this week.
    Medium,
    /// Worth a look today.
    High,
    /// Worth an interruption.
    Critical,
}
