//! `RuleEvaluation`: a finding that raised no alert.

use {
    super::{alert_rules::AlertRule, pairings::Pairing},
    crate::graphql::object::{object, roots},
    entity::coaching::rule_evaluation,
};

object! {
    /// A finding that raised no alert, and why.
    RuleEvaluation: rule_evaluation;
    one {
        /// The pairing that it is about.
        pairing(pairing_id): Pairing;
        /// The rule that held.
        rule(rule_id): AlertRule;
    }
}

roots! {
    RuleEvaluationQuery: RuleEvaluation;
    one {
        /// The finding with an id.
        rule_evaluation;
    }
    many {
        /// Findings that raised no alert, newest first.
        rule_evaluations;
    }
}
