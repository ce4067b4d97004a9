//! Alert rules: what is watched for.

mod definition;
pub mod precision;
mod shipped;

pub(crate) use definition::{adjust, define};
use {
    super::reevaluation,
    crate::kernel::{
        access::guarded,
        check::{Check, NAME, TEXT, Violation},
        ctx::Ctx,
        edit,
        error::Result,
        given::Given,
        list::{
            list,
            operators::{Choice, Search, Span},
            predicate::{Predicate, Test},
        },
        txn::Txn,
    },
    async_graphql::{InputObject, MaybeUndefined},
    engine::alerts::Rule,
    entity::{
        coaching::{
            alert_rule::{self, RuleType, Severity},
            rule_evaluation,
        },
        id::AlertRuleId,
        kernel::capability::Capability,
        scalar::Json,
    },
    sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, QueryOrder, QuerySelect},
    serde_json::json,
    std::ops::RangeInclusive,
};
pub use {definition::ThresholdInput, shipped::install};

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
        /// By whether people have changed them.
        is_edited: Choice<bool>,
        /// By whether they cannot be read, and so are not asked.
        is_faulty: bool = is_faulty,
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
        AdjustableThresholds, DefaultThresholds, IsEdited, Fault, FaultedAt, Version, CreatedAt,
        UpdatedAt,
    }
}

/// Changes to a rule. What is left out stays as it is.
#[derive(Clone, Debug, InputObject)]
pub struct AlertRuleUpdateInput {
    /// Which.
    pub id: Given<AlertRuleId>,
    /// The version that the changes were made from.
    pub expected_version: i32,
    /// What it is called, 1 to 200 characters; only of a rule of one's own.
    pub name: MaybeUndefined<String>,
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
    /// When it fires, as a tagged condition; only of a rule of one's own. Every fault is told with
    /// its path, such as `input.triggerCondition.of.1.days`.
    pub trigger_condition: MaybeUndefined<Json>,
    /// New values for some of its thresholds.
    pub thresholds: Option<Vec<ThresholdInput>>,
}

/// A rule of one's own.
#[derive(Clone, Debug, InputObject)]
pub struct AlertRuleCreateInput {
    /// What it is called, 1 to 200 characters.
    pub name: String,
    /// How bad it is when it fires.
    pub severity: Severity,
    /// Whether it reports something good; false when left out.
    pub is_positive: Option<bool>,
    /// Whether it is evaluated; false when left out, so that it can be tried first.
    pub is_enabled: Option<bool>,
    /// When it fires, as a tagged condition. Every fault is told with its path, such as
    /// `input.triggerCondition.of.1.days`.
    pub trigger_condition: Json,
    /// The thresholds that the condition names, at most 20.
    pub thresholds: Option<Vec<ThresholdInput>>,
    /// What it reads, 1 to 1,000 characters.
    pub data_source: String,
    /// Why it is worth watching for, 1 to 10,000 characters.
    pub business_rationale: String,
    /// The title of its alerts, 1 to 200 characters.
    pub alert_title: String,
    /// What its alerts say, 1 to 10,000 characters.
    pub alert_description: String,
    /// What to do about it, 1 to 10,000 characters.
    pub suggested_action: String,
}

/// A rule to make what it was.
#[derive(Clone, Debug, InputObject)]
pub struct AlertRuleResetInput {
    /// Which.
    pub id: Given<AlertRuleId>,
    /// The version that is reset.
    pub expected_version: i32,
}

/// A rule of one's own to delete.
#[derive(Clone, Debug, InputObject)]
pub struct AlertRuleDeleteInput {
    /// Which.
    pub id: Given<AlertRuleId>,
}

/// The number of the first rule of one's own.
const OWN_FIRST: i32 = 1_000;
/// Held while a rule of one's own gets its number.
const NUMBER_KEY: i64 = 0x5649_4749_4c02;
/// How long what a rule reads may be described, in characters.
const SOURCE: RangeInclusive<usize> = 1..=1_000;

/// Whether a rule cannot be read.
fn is_faulty(is: bool) -> Predicate {
    Predicate::Column("fault", Test::Null(!is))
}

/// Makes a rule of one's own; its number follows on the greatest there is, from 1000 on.
pub async fn create(ctx: &Ctx, input: AlertRuleCreateInput) -> Result<alert_rule::Model> {
    let permit = ctx.may(Capability::AlertRulesManage)?;
    let AlertRuleCreateInput {
        name,
        severity,
        is_positive,
        is_enabled,
        trigger_condition,
        thresholds,
        data_source,
        business_rationale,
        alert_title,
        alert_description,
        suggested_action,
    } = input;
    let mut check = Check::new();
    let name = check.text("name", &name, NAME);
    let data_source = check.text("dataSource", &data_source, SOURCE);
    let business_rationale = check.text("businessRationale", &business_rationale, TEXT);
    let alert_title = check.text("alertTitle", &alert_title, NAME);
    let alert_description = check.text("alertDescription", &alert_description, TEXT);
    let suggested_action = check.text("suggestedAction", &suggested_action, TEXT);
    let thresholds = thresholds.unwrap_or_default();
    let defined = define(&mut check, trigger_condition, &Json(json!({})), &thresholds);
    let defined = check.done_with(defined)?;
    let txn = ctx.begin(permit).await?;
    let now = ctx.now();
    let row = alert_rule::Model {
        id: ctx.new_id(),
        rule_number: next_number(&txn).await?,
        name,
        rule_type: rule_type(&defined.rule),
        severity,
        is_positive: is_positive.unwrap_or_default(),
        is_enabled: is_enabled.unwrap_or_default(),
        trigger_condition: defined.condition,
        data_source,
        business_rationale,
        alert_title,
        alert_description,
        suggested_action,
        adjustable_thresholds: defined.thresholds.clone(),
        default_thresholds: defined.thresholds,
        is_edited: false,
        fault: None,
        faulted_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let row = edit::insert(&txn, row).await?;
    if row.is_enabled {
        ask_anew(&txn, &row).await?;
    }
    txn.commit().await?;
    Ok(row)
}

/// Changes a rule.
pub async fn update(ctx: &Ctx, input: AlertRuleUpdateInput) -> Result<alert_rule::Model> {
    let permit = ctx.may(Capability::AlertRulesManage)?;
    let AlertRuleUpdateInput {
        id,
        expected_version,
        name,
        severity,
        is_enabled,
        alert_title,
        alert_description,
        suggested_action,
        trigger_condition,
        thresholds,
    } = input;
    let txn = ctx.begin(permit).await?;
    let before = edit::find_at::<alert_rule::Entity, _>(&txn, id, expected_version).await?;
    let mut row = before.clone().into_active_model();
    let mut check = Check::new();
    check.patch("severity", severity, &mut row.severity, |_, it| Some(it));
    check.patch("isEnabled", is_enabled, &mut row.is_enabled, |_, it| Some(it));
    for (field, text, column, length) in [
        ("name", name.clone(), &mut row.name, NAME),
        ("alertTitle", alert_title, &mut row.alert_title, NAME),
        ("alertDescription", alert_description, &mut row.alert_description, TEXT),
        ("suggestedAction", suggested_action, &mut row.suggested_action, TEXT),
    ] {
        check.patch(field, text, column, |check, it| Some(check.text(field, &it, length)));
    }
    let is_shipped = before.rule_number < OWN_FIRST;
    let shipped = "belongs to a rule that comes with Vigil: make one of your own instead";
    check.require(!is_shipped || name.is_undefined(), "name", shipped);
    let is_redefined = !trigger_condition.is_undefined();
    check.require(!is_shipped || !is_redefined, "triggerCondition", shipped);
    check.require(!trigger_condition.is_null(), "triggerCondition", "must not be null");
    redefine(&mut check, &before, (trigger_condition.take(), thresholds), &mut row);
    check.done()?;
    if row.is_changed() {
        row.is_edited.set_if_not_equals(true);
        // Whatever was wrong with it is found out anew when it is asked next.
        row.fault.set_if_not_equals(None);
        row.faulted_at.set_if_not_equals(None);
    }
    let row = edit::save::<alert_rule::Entity, _>(&txn, &before, row).await?;
    ask_anew(&txn, &row).await?;
    txn.commit().await?;
    Ok(row)
}

/// Takes over a condition and thresholds, if any are given.
fn redefine(
    check: &mut Check,
    before: &alert_rule::Model,
    (condition, thresholds): (Option<Json>, Option<Vec<ThresholdInput>>),
    row: &mut alert_rule::ActiveModel,
) {
    let given = thresholds.unwrap_or_default();
    let old = &before.adjustable_thresholds;
    if let Some(condition) = condition {
        let Some(defined) = define(check, condition, old, &given) else { return };
        row.rule_type.set_if_not_equals(rule_type(&defined.rule));
        row.trigger_condition.set_if_not_equals(defined.condition);
        row.adjustable_thresholds.set_if_not_equals(defined.thresholds.clone());
        row.default_thresholds.set_if_not_equals(defined.thresholds);
    } else if !given.is_empty() {
        let Some(adjusted) = adjust(check, &before.trigger_condition, old, &given) else { return };
        row.adjustable_thresholds.set_if_not_equals(adjusted.thresholds);
    }
}

/// Makes a rule what it was: one that comes with Vigil in everything but whether it is switched on,
/// one of one's own in its thresholds.
pub async fn reset(ctx: &Ctx, input: AlertRuleResetInput) -> Result<alert_rule::Model> {
    let permit = ctx.may(Capability::AlertRulesManage)?;
    let AlertRuleResetInput { id, expected_version } = input;
    let txn = ctx.begin(permit).await?;
    let before = edit::find_at::<alert_rule::Entity, _>(&txn, id, expected_version).await?;
    let mut row = before.clone().into_active_model();
    let shipped = shipped::all().into_iter().find(|it| it.rule_number == before.rule_number);
    if let Some(shipped) = shipped {
        shipped.reset(&mut row);
    } else {
        row.adjustable_thresholds.set_if_not_equals(before.default_thresholds.clone());
    }
    row.is_edited.set_if_not_equals(false);
    row.fault.set_if_not_equals(None);
    row.faulted_at.set_if_not_equals(None);
    let row = edit::save::<alert_rule::Entity, _>(&txn, &before, row).await?;
    ask_anew(&txn, &row).await?;
    txn.commit().await?;
    Ok(row)
}

/// Deletes a rule of one's own that has found nothing yet; what it found without raising an alert goes
/// with it.
pub async fn delete(ctx: &Ctx, input: AlertRuleDeleteInput) -> Result<alert_rule::Model> {
    let permit = ctx.may(Capability::AlertRulesManage)?;
    let txn = ctx.begin(permit).await?;
    let row = edit::find_whole::<alert_rule::Entity, _>(&txn, "id", input.id).await?;
    if row.rule_number < OWN_FIRST {
        return Err(Violation::conflict("id", "comes with Vigil: switch it off instead").into());
    }
    let of_rule = rule_evaluation::Column::RuleId;
    edit::delete_with::<rule_evaluation::Entity>(&txn, of_rule, row.id).await?;
    let row = edit::delete::<alert_rule::Entity>(&txn, row, "has alerts").await?;
    txn.commit().await?;
    Ok(row)
}

/// Has all pairings judged by a rule as it is now.
async fn ask_anew(txn: &Txn, rule: &alert_rule::Model) -> Result<()> {
    let cause = format!("rule {}, version {}", rule.rule_number, rule.version);
    reevaluation::because(txn, cause).await
}

/// The number of a new rule of one's own.
async fn next_number(txn: &Txn) -> Result<i32> {
    txn.lock(NUMBER_KEY).await?;
    let last: Option<i32> = alert_rule::Entity::find()
        .order_by_desc(alert_rule::Column::RuleNumber)
        .select_only()
        .column(alert_rule::Column::RuleNumber)
        .into_tuple()
        .one(txn)
        .await?;
    Ok(last.map_or(OWN_FIRST, |last| (last + 1).max(OWN_FIRST)))
}

fn rule_type(rule: &Rule) -> RuleType {
    if rule.reads_texts() { RuleType::AiText } else { RuleType::Logic }
}
