//! A colour that a person has set.

use {
    super::{Health, OpenAlert, Severity},
    chrono::{DateTime, TimeDelta, Utc},
    thiserror::Error,
};

/// How long an override holds if nobody says otherwise.
pub const OVERRIDE_DAYS: u32 = 7;
/// How long it may hold.
pub const OVERRIDE_DAYS_MAX: u32 = 30;

/// A colour that a person has set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Override {
    /// The colour.
    pub health: Health,
    /// When it was set.
    pub at: DateTime<Utc>,
    /// When the rules count again.
    pub expires_at: DateTime<Utc>,
}

/// A time for which an override must not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("must be 1 to {OVERRIDE_DAYS_MAX} days, not {0}")]
pub struct Expiry(pub u32);

impl Override {
    /// A colour set now, for so many days; for seven if nothing is said.
    pub fn new(health: Health, at: DateTime<Utc>, days: Option<u32>) -> Result<Self, Expiry> {
        let days = days.unwrap_or(OVERRIDE_DAYS);
        if !(1..=OVERRIDE_DAYS_MAX).contains(&days) {
            return Err(Expiry(days));
        }
        let expires_at = at.checked_add_signed(TimeDelta::days(days.into())).ok_or(Expiry(days))?;
        Ok(Self { health, at, expires_at })
    }

    /// The colour that counts: the one that was set until it expires, else that of the rules.
    pub fn effective(set: Option<&Self>, auto: Health, now: DateTime<Utc>) -> Health {
        set.filter(|it| now < it.expires_at).map_or(auto, |it| it.health)
    }

    /// Whether something CRITICAL has come up since it was set, so that somebody should look again.
    pub fn is_stale(&self, open: &[OpenAlert]) -> bool {
        let is_newer = |it: &OpenAlert| self.at < it.detected_at;
        open.iter().any(|it| it.severity == Severity::Critical && !it.is_positive && is_newer(it))
    }
}
