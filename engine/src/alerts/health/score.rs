//! A number for sorting and for trends.

use super::{Facts, Severity};

/// How many missed days, and how many positive rules, change the score at most.
const COUNTED_MAX: u32 = 3;

/// 100 for a pairing without trouble, down to 0.
///
/// An open alert takes off 40 (CRITICAL), 15 (HIGH), 5 (MEDIUM) or 2 (LOW), a missed day 10, up to three;
/// each positive rule of the last seven days gives 3, up to three. It never decides the colour.
pub fn score(facts: &Facts<'_>) -> u32 {
    let penalty = |severity: Severity, points: u32| {
        u32::try_from(facts.of(severity).count()).unwrap_or(u32::MAX).saturating_mul(points)
    };
    let penalties = [
        penalty(Severity::Critical, 40),
        penalty(Severity::High, 15),
        penalty(Severity::Medium, 5),
        penalty(Severity::Low, 2),
        10 * if facts.is_on_leave { 0 } else { facts.missed().min(COUNTED_MAX) },
    ];
    let lost = penalties.into_iter().fold(0, u32::saturating_add);
    (100 + 3 * facts.positives().min(COUNTED_MAX)).saturating_sub(lost).min(100)
}
