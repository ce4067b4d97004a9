//! `AlertRule`: what is watched for.

use {
    super::alerts::Alert,
    crate::graphql::{
        mutation::mutations,
        object::{object, roots},
    },
    entity::coaching::alert_rule,
    service::coaching::alert_rules::{self, AlertRuleUpdateInput},
};

object! {
    /// What is watched for, and what to do about it.
    AlertRule: alert_rule;
    many {
        /// What the rule found, newest first unless ordered otherwise.
        alerts("rule_id"): Alert;
    }
}

roots! {
    AlertRuleQuery: AlertRule;
    one {
        /// The rule with an id.
        alert_rule;
    }
    many {
        /// Rules, by number unless ordered otherwise.
        alert_rules;
    }
}

mutations! {
    AlertRuleMutation;
    /// Changes a rule.
    alert_rule_update(AlertRuleUpdateInput) -> AlertRuleUpdatePayload {
        /// The rule as it is now.
        alert_rule: AlertRule
    } = alert_rules::update;
}
