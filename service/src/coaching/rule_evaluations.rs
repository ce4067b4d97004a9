//! Findings that raised no alert.

use {
    crate::kernel::{
        access::guarded,
        list::{
            list,
            operators::{Choice, Span},
            predicate::Predicate,
        },
    },
    entity::{
        coaching::rule_evaluation::{self, EvaluationOutcome},
        id::AnyId,
        scalar::DateTime,
    },
};

list! {
    rule_evaluation;
    /// Narrows a list of findings that raised no alert.
    filter RuleEvaluationFilter {
        /// By pairing.
        pairing_id: Choice<AnyId>,
        /// By rule.
        rule_id: Choice<AnyId>,
        /// By what came of them.
        outcome: Choice<EvaluationOutcome>,
        /// By when they were found.
        created_at: Span<DateTime>,
    }
    /// The order of a list of findings that raised no alert.
    order RuleEvaluationOrder by RuleEvaluationOrderField {
        /// By when they were found.
        CreatedAt = "created_at",
    }
    default "created_at" Desc;
    indexes {
        ["pairing_id"] "created_at";
        ["rule_id"] "created_at";
    }
}

guarded! {
    rule_evaluation: AlertsRead;
    own(_) {
        Predicate::none()
    }
    shown { Id, PairingId, RuleId, Outcome, Why, EvaluatedOn, CreatedAt }
    to ReportsInternal { Evidence }
}
