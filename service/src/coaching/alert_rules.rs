//! Alert rules: what is watched for.

use {
    super::reevaluation,
    crate::kernel::{
        access::guarded,
        check::{Check, NAME, TEXT},
        ctx::Ctx,
        edit,
        error::Result,
        given::Given,
        list::{
            list,
            operators::{Choice, Search, Span},
            predicate::Predicate,
        },
    },
    async_graphql::{InputObject, MaybeUndefined},
    entity::{
        coaching::alert_rule::{self, RuleType, Severity},
        id::AlertRuleId,
        kernel::capability::Capability,
        scalar::Json,
    },
    sea_orm::{EntityTrait, IntoActiveModel, QuerySelect},
    serde::Deserialize,
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

guarded! {
    alert_rule: AlertRulesRead;
    own(_) {
        Predicate::none()
    }
    shown {
        Id, RuleNumber, Name, RuleType, Severity, IsPositive, IsEnabled, TriggerCondition,
        DataSource, BusinessRationale, AlertTitle, AlertDescription, SuggestedAction,
        AdjustableThresholds, DefaultThresholds, Version, CreatedAt, UpdatedAt,
    }
}

/// The rules that come with Vigil.
const DEFAULTS: &str = include_str!("alert_rule_defaults.json");

/// A rule that comes with Vigil.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct DefaultRule {
    rule_number: i32,
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

/// Changes to a rule. What is left out stays as it is.
#[derive(Clone, Debug, InputObject)]
pub struct AlertRuleUpdateInput {
    /// Which.
    pub id: Given<AlertRuleId>,
    /// The version that the changes were made from.
    pub expected_version: i32,
    /// How bad it is when it fires.
    pub severity: MaybeUndefined<Severity>,
    /// Whether it is evaluated.
    pub is_enabled: MaybeUndefined<bool>,
    /// The title of its alerts, 1 to 200 characters.
    pub alert_title: MaybeUndefined<String>,
    /// What its alerts say, 1 to 10,000 characters.
    pub alert_description: MaybeUndefined<String>,
    /// What to do about it, 1 to 10,000 characters.
    pub suggested_action: MaybeUndefined<String>,
    /// New values for some of its thresholds.
    pub thresholds: Option<Vec<ThresholdInput>>,
}

/// A threshold of a rule.
#[derive(Clone, Debug, InputObject)]
pub struct ThresholdInput {
    /// Its name.
    pub name: String,
    /// Its value, between the threshold's `min` and `max`.
    pub value: f64,
}

/// Adds those of the rules that come with Vigil that are not there yet. Rules that are there stay
/// as people have set them.
pub async fn install(ctx: &Ctx) -> Result<usize> {
    let permit = ctx.may(Capability::AlertRulesManage)?;
    let defaults: Vec<DefaultRule> =
        serde_json::from_str(DEFAULTS).expect("a test reads the rules that come with Vigil");
    let txn = ctx.begin(permit).await?;
    let there: Vec<i32> = alert_rule::Entity::find()
        .select_only()
        .column(alert_rule::Column::RuleNumber)
        .into_tuple()
        .all(&txn)
        .await?;
    let missing: Vec<_> = defaults
        .into_iter()
        .filter(|rule| !there.contains(&rule.rule_number))
        .map(|rule| rule.row(ctx))
        .collect();
    // Two servers may start at once: the rule that the other added first stays.
    let added = edit::insert_missing(&txn, &missing).await?;
    txn.commit().await?;
    Ok(added.len())
}

/// Changes a rule.
pub async fn update(ctx: &Ctx, input: AlertRuleUpdateInput) -> Result<alert_rule::Model> {
    let permit = ctx.may(Capability::AlertRulesManage)?;
    let AlertRuleUpdateInput {
        id,
        expected_version,
        severity,
        is_enabled,
        alert_title,
        alert_description,
        suggested_action,
        thresholds,
    } = input;
    let txn = ctx.begin(permit).await?;
    let before = edit::find_at::<alert_rule::Entity, _>(&txn, id, expected_version).await?;
    let mut row = before.clone().into_active_model();
    let mut check = Check::new();
    check.patch("severity", severity, &mut row.severity, |_, it| Some(it));
    check.patch("isEnabled", is_enabled, &mut row.is_enabled, |_, it| Some(it));
    for (field, text, column, length) in [
        ("alertTitle", alert_title, &mut row.alert_title, NAME),
        ("alertDescription", alert_description, &mut row.alert_description, TEXT),
        ("suggestedAction", suggested_action, &mut row.suggested_action, TEXT),
    ] {
        check.patch(field, text, column, |check, it| Some(check.text(field, &it, length)));
    }
    if let Some(thresholds) = thresholds {
        let set = set_thresholds(&mut check, before.adjustable_thresholds.clone(), thresholds);
        row.adjustable_thresholds.set_if_not_equals(set);
    }
    check.done()?;
    let row = edit::save::<alert_rule::Entity, _>(&txn, &before, row).await?;
    reevaluation::because(&txn, format!("rule {}, version {}", row.rule_number, row.version))
        .await?;
    txn.commit().await?;
    Ok(row)
}

/// The thresholds with new values, each within its bounds.
fn set_thresholds(check: &mut Check, mut all: Json, new: Vec<ThresholdInput>) -> Json {
    for (place, ThresholdInput { name, value }) in new.into_iter().enumerate() {
        let field = format!("thresholds.{place}");
        let Some(threshold) = all.0.get_mut(&name) else {
            check.refuse(&format!("{field}.name"), "is not a threshold of this rule");
            continue;
        };
        let bound = |which: &str| threshold.get(which).and_then(serde_json::Value::as_f64);
        let (min, max) = (bound("min").unwrap_or(f64::MIN), bound("max").unwrap_or(f64::MAX));
        if (min..=max).contains(&value) {
            threshold["value"] = value.into();
        } else {
            check.refuse(&format!("{field}.value"), format!("must be {min} to {max}, not {value}"));
        }
    }
    all
}

impl DefaultRule {
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
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }
}
