//! What is wrong with a rule.

use std::fmt;

/// One thing that is wrong with a rule, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The keys and places that lead to it: `triggerCondition`, `of`, `0`, `window`, `n`.
    pub path: Vec<String>,
    /// What would have been right, to follow the path.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.path.join("."), self.message)
    }
}
