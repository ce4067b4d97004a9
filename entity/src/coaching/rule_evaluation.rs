//! `rule_evaluations`: findings that raised no alert, and why.

use {
    crate::{
        closed_set::closed_set,
        id::{AlertRuleId, PairingId, RuleEvaluationId},
        scalar::{DateTime, Json, LocalDate},
    },
    sea_orm::entity::prelude::*,
};

closed_set! {
    /// What came of a finding that raised no alert.
    EvaluationOutcome {
        /// Something explains it: time off, a holiday, an outage.
        Suppressed,
        /// A stronger rule says the same.
        Inhibited,
    }
}

/// A finding that raised no alert, and why. It is kept once a day.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(
    table_name = "rule_evaluations",
    model_attrs(derive(async_graphql::SimpleObject), graphql(name = "RuleEvaluationRow"))
)]
pub struct Model {
    /// The row's id, a UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RuleEvaluationId,
    /// The pairing that it is about.
    pub pairing_id: PairingId,
    /// The rule that held.
    pub rule_id: AlertRuleId,
    /// What came of it.
    pub outcome: EvaluationOutcome,
    /// Why: `LEAVE`, `HOLIDAY`, `OUTAGE`, or the stronger rule, such as `RULE_4`.
    pub why: String,
    /// The day, on the assistant's own calendar.
    pub evaluated_on: LocalDate,
    /// What speaks for it, as in an alert's evidence. May quote internal fields of reports.
    pub evidence: Json,
    /// When the row was made.
    pub created_at: DateTime,
    #[sea_orm(belongs_to, from = "pairing_id", to = "id")]
    pub pairing: BelongsTo<super::pairing::Entity>,
    #[sea_orm(belongs_to, from = "rule_id", to = "id")]
    pub rule: BelongsTo<super::alert_rule::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
