//! The rules that come with Vigil.

use {
    crate::kernel::{ctx::Ctx, edit, error::Result},
    entity::{
        coaching::alert_rule::{self, RuleType, Severity},
        kernel::capability::Capability,
        scalar::Json,
    },
    sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel},
    serde::Deserialize,
};

/// The rules that come with Vigil.
const SHIPPED: &str = include_str!("../alert_rule_defaults.json");

/// A rule that comes with Vigil.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Shipped {
    pub(super) rule_number: i32,
    name: String,
    rule_type: RuleType,
    severity: Severity,
    is_positive: bool,
    is_enabled: bool,
    trigger_condition: serde_json::Value,
    data_source: String,
    business_rationale: String,
    alert_title: String,
    alert_description: String,
    suggested_action: String,
    default_thresholds: serde_json::Value,
}

/// All of them.
pub(super) fn all() -> Vec<Shipped> {
    serde_json::from_str(SHIPPED).expect("a test reads the rules that come with Vigil")
}

/// Adds those of the rules that come with Vigil that are not there yet, and makes those that nobody
/// has changed what this version of Vigil says. Answers how many are new or not as they were.
pub async fn install(ctx: &Ctx) -> Result<usize> {
    let permit = ctx.may(Capability::AlertRulesManage)?;
    let txn = ctx.begin(permit).await?;
    let there = alert_rule::Entity::find().all(&txn).await?;
    let (mut missing, mut renewed) = (Vec::new(), 0);
    for shipped in all() {
        let Some(before) = there.iter().find(|it| it.rule_number == shipped.rule_number) else {
            missing.push(shipped.row(ctx));
            continue;
        };
        let mut row = before.clone().into_active_model();
        shipped.renew(&mut row);
        if !before.is_edited && row.is_changed() {
            edit::save::<alert_rule::Entity, _>(&txn, before, row).await?;
            renewed += 1;
        }
    }
    // Two servers may start at once: the rule that the other added first stays.
    let added = edit::insert_missing(&txn, &missing).await?;
    txn.commit().await?;
    Ok(added.len() + renewed)
}

impl Shipped {
    /// Makes a row what is shipped, but for whether it is switched on.
    pub(super) fn reset(self, row: &mut alert_rule::ActiveModel) {
        let is_enabled = row.is_enabled.clone();
        self.renew(row);
        row.is_enabled = is_enabled;
    }

    fn renew(self, row: &mut alert_rule::ActiveModel) {
        let Self {
            rule_number: _,
            name,
            rule_type,
            severity,
            is_positive,
            is_enabled,
            trigger_condition,
            data_source,
            business_rationale,
            alert_title,
            alert_description,
            suggested_action,
            default_thresholds,
        } = self;
        row.name.set_if_not_equals(name);
        row.rule_type.set_if_not_equals(rule_type);
        row.severity.set_if_not_equals(severity);
        row.is_positive.set_if_not_equals(is_positive);
        row.is_enabled.set_if_not_equals(is_enabled);
        row.trigger_condition.set_if_not_equals(Json(trigger_condition));
        row.data_source.set_if_not_equals(data_source);
        row.business_rationale.set_if_not_equals(business_rationale);
        row.alert_title.set_if_not_equals(alert_title);
        row.alert_description.set_if_not_equals(alert_description);
        row.suggested_action.set_if_not_equals(suggested_action);
        row.adjustable_thresholds.set_if_not_equals(Json(default_thresholds.clone()));
        row.default_thresholds.set_if_not_equals(Json(default_thresholds));
    }

    fn row(self, ctx: &Ctx) -> alert_rule::Model {
        let Self {
            rule_number,
            name,
            rule_type,
            severity,
            is_positive,
            is_enabled,
            trigger_condition,
            data_source,
            business_rationale,
            alert_title,
            alert_description,
            suggested_action,
            default_thresholds,
        } = self;
        let now = ctx.now();
        alert_rule::Model {
            id: ctx.new_id(),
            rule_number,
            name,
            rule_type,
            severity,
            is_positive,
            is_enabled,
            trigger_condition: Json(trigger_condition),
            data_source,
            business_rationale,
            alert_title,
            alert_description,
            suggested_action,
            adjustable_thresholds: Json(default_thresholds.clone()),
            default_thresholds: Json(default_thresholds),
            is_edited: false,
            fault: None,
            faulted_at: None,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }
}
