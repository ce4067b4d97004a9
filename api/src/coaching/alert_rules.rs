//! `AlertRule`: what is watched for.

use {
    super::alerts::Alert,
    crate::graphql::{
        error::public,
        loads::Loads,
        mutation::mutations,
        object::{computed, object, roots},
    },
    async_graphql::{Context, Result},
    entity::coaching::alert_rule,
    service::coaching::alert_rules::{
        self, AlertRuleCreateInput, AlertRuleDeleteInput, AlertRuleResetInput,
        AlertRuleUpdateInput,
        precision::{self, AlertRulePrecision, DayRangeInput},
    },
};

object! {
    /// What is watched for, and what to do about it.
    AlertRule: alert_rule;
    many {
        /// What the rule found, newest first unless ordered otherwise.
        alerts("rule_id"): Alert;
    }
    and {
        /// How often the rule was right, by how its alerts ended that were found in some days: the
        /// last 90 when left out.
        async fn precision(
            &self,
            ctx: &Context<'_>,
            #[graphql(desc = "Which days.")] range: Option<DayRangeInput>,
        ) -> Result<AlertRulePrecision> {
            let days = precision::days(Loads::of(ctx).reader().ctx(), range);
            computed(ctx, days.map_err(|it| public(&it))?, self.row.id).await
        }
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
    /// Makes a rule of one's own, which is switched off unless one says otherwise.
    alert_rule_create(AlertRuleCreateInput) -> AlertRuleCreatePayload {
        /// The rule.
        alert_rule: AlertRule
    } = alert_rules::create;
    /// Makes a rule what it was: one that comes with Vigil in everything but whether it is switched
    /// on, one of one's own in its thresholds.
    alert_rule_reset(AlertRuleResetInput) -> AlertRuleResetPayload {
        /// The rule as it is now.
        alert_rule: AlertRule
    } = alert_rules::reset;
    /// Deletes a rule of one's own; `CONFLICT` for one that comes with Vigil, or that has alerts.
    alert_rule_delete(AlertRuleDeleteInput) -> AlertRuleDeletePayload {
        /// The rule as it was.
        alert_rule: AlertRule
    } = alert_rules::delete;
    /// Changes a rule.
    alert_rule_update(AlertRuleUpdateInput) -> AlertRuleUpdatePayload {
        /// The rule as it is now.
        alert_rule: AlertRule
    } = alert_rules::update;
}
