//! Alert rules: what is watched for.

use {
    crate::kernel::list::{
        list,
        operators::{Choice, Search, Span},
    },
    entity::coaching::alert_rule::{self, RuleType, Severity},
};

list! {
    alert_rule;
    /// Narrows a list of rules.
    filter AlertRuleFilter {
        /// By number.
        rule_number: Span<i32>,
        /// By name.
        name: Search,
        /// By how they decide.
        rule_type: Choice<RuleType>,
        /// By how bad it is when they fire.
        severity: Choice<Severity>,
        /// By whether they are evaluated.
        is_enabled: Choice<bool>,
        /// By whether they report something good.
        is_positive: Choice<bool>,
    }
    /// The order of a list of rules.
    order AlertRuleOrder by AlertRuleOrderField {
        /// By number.
        RuleNumber = "rule_number",
        /// By name, by code point.
        Name = "name",
    }
    default "rule_number" Asc;
    indexes {}
}
