//! `alert_rules`: what is watched for, and what to do about it.

use {
    crate::{
        closed_set::closed_set,
        id::AlertRuleId,
        scalar::{DateTime, Json},
    },
    sea_orm::entity::prelude::*,
};

closed_set! {
    /// How a rule decides.
    RuleType {
        /// By numbers, dates and choices.
        Logic,
        /// By what a text says.
        AiText,
    }

    /// How bad something is.
    Severity {
        /// Worth knowing.
        Low,
        /// Worth a look this week.
        Medium,
        /// Worth a look today.
        High,
        /// Worth an interruption.
        Critical,
    }
}

/// What is watched for, and what to do about it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(
    table_name = "alert_rules",
    model_attrs(derive(async_graphql::SimpleObject), graphql(name = "AlertRuleRow"))
)]
pub struct Model {
    /// The row's id, a UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AlertRuleId,
    /// The rule's number: 1 to 31 came with Vigil, 1000 and up are the organisation's own.
    pub rule_number: i32,
    /// What the rule is called.
    pub name: String,
    /// How it decides.
    pub rule_type: RuleType,
    /// How bad it is when it fires.
    pub severity: Severity,
    /// Whether it reports something good.
    pub is_positive: bool,
    /// Whether it is evaluated.
    pub is_enabled: bool,
    /// When it fires, as a tagged condition.
    pub trigger_condition: Json,
    /// What it reads.
    pub data_source: String,
    /// Why it is worth watching for.
    pub business_rationale: String,
    /// The title of its alerts.
    pub alert_title: String,
    /// What its alerts say.
    pub alert_description: String,
    /// What to do about it.
    pub suggested_action: String,
    /// The thresholds in force: `{name: {value, min, max, unit}}`.
    pub adjustable_thresholds: Json,
    /// The thresholds that a reset brings back, in the same shape.
    pub default_thresholds: Json,
    /// Whether people have changed it since it came with Vigil, or since it was reset. A rule that
    /// nobody has changed becomes what a new version of Vigil says.
    pub is_edited: bool,
    /// What is wrong with it, so that it cannot be asked; none if it can.
    pub fault: Option<String>,
    /// Since when.
    pub faulted_at: Option<DateTime>,
    /// Counts the edits; an update names the version that it was made from.
    pub version: i32,
    /// When the row was made.
    pub created_at: DateTime,
    /// When the row last changed.
    pub updated_at: DateTime,
}

impl ActiveModelBehavior for ActiveModel {}
