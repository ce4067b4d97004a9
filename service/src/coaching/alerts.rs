//! Alerts: what rules found, until somebody has dealt with it.

use {
    crate::kernel::list::{
        list,
        operators::{Choice, OptionalChoice, Span},
    },
    entity::{
        coaching::{
            alert::{self, AlertStatus},
            alert_rule::Severity,
        },
        id::{AlertRuleId, PairingId, UserId},
        scalar::DateTime,
    },
};

list! {
    alert;
    /// Narrows a list of alerts.
    filter AlertFilter {
        /// By pairing.
        pairing_id: Choice<PairingId>,
        /// By rule.
        rule_id: Choice<AlertRuleId>,
        /// By how bad they are.
        severity: Choice<Severity>,
        /// By how far they have been dealt with.
        status: Choice<AlertStatus>,
        /// By who deals with them.
        assigned_to: OptionalChoice<UserId>,
        /// By when they were found.
        detected_at: Span<DateTime>,
    }
    /// The order of a list of alerts.
    order AlertOrder by AlertOrderField {
        /// By when they were found.
        DetectedAt = "detected_at",
    }
    default "detected_at" Desc;
    indexes {
        ["pairing_id", "status": AlertStatus] "detected_at";
        ["severity": Severity, "status": AlertStatus] "detected_at";
        ["assigned_to", "status": AlertStatus] "detected_at";
        ["rule_id", "status": AlertStatus] "detected_at";
        ["status": AlertStatus] "detected_at";
    }
}
