//! `alerts`: a rule's finding about a pairing, until somebody has dealt with it.

use {
    super::alert_rule::Severity,
    crate::{
        closed_set::closed_set,
        id::{AlertId, AlertRuleId, PairingId, UserId},
        kernel::user,
        scalar::{DateTime, Json},
    },
    sea_orm::entity::prelude::*,
};

closed_set! {
    /// How far an alert has been dealt with. Whatever is not RESOLVED is open.
    AlertStatus {
        /// Nobody has looked yet.
        New,
        /// Somebody is finding out.
        Investigating,
        /// Somebody is mending it.
        WorkingOn,
        /// It is over.
        Resolved,
    }

    /// How an alert ended.
    AlertResolution {
        /// It was mended.
        Fixed,
        /// The client left.
        Churned,
        /// There was nothing to it.
        FalsePositive,
        /// Another alert says the same.
        Duplicate,
        /// It was to be expected.
        Expected,
        /// It went away by itself.
        AutoCleared,
    }
}

/// A rule's finding about a pairing, until somebody has dealt with it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(
    table_name = "alerts",
    model_attrs(derive(async_graphql::SimpleObject), graphql(name = "AlertRow"))
)]
pub struct Model {
    /// The row's id, a UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AlertId,
    /// The pairing that it is about.
    pub pairing_id: PairingId,
    /// The rule that found it.
    pub rule_id: AlertRuleId,
    /// How bad it is.
    pub severity: Severity,
    /// How far it has been dealt with.
    pub status: AlertStatus,
    /// Who deals with it.
    pub assigned_to: Option<UserId>,
    /// When it was found.
    pub detected_at: DateTime,
    /// When it was found again, most recently.
    pub last_seen_at: DateTime,
    /// How often it was found.
    pub occurrence_count: i32,
    /// When somebody first took notice.
    pub acknowledged_at: Option<DateTime>,
    /// Who took notice.
    pub acknowledged_by: Option<UserId>,
    /// When what it found went away by itself, while somebody was at it.
    pub condition_cleared_at: Option<DateTime>,
    /// When it was resolved; set exactly when the status is RESOLVED.
    pub resolved_at: Option<DateTime>,
    /// How it ended; set exactly when the status is RESOLVED.
    pub resolution: Option<AlertResolution>,
    /// How often it was opened again.
    pub reopen_count: i32,
    /// What speaks for it: quotes, reports, thresholds. May quote internal fields of reports.
    pub evidence: Json,
    /// What those who deal with it wrote down.
    pub notes: Option<String>,
    /// Counts the edits; an update names the version that it was made from.
    pub version: i32,
    /// When the row was made.
    pub created_at: DateTime,
    /// When the row last changed.
    pub updated_at: DateTime,
    #[sea_orm(belongs_to, from = "pairing_id", to = "id")]
    pub pairing: BelongsTo<super::pairing::Entity>,
    #[sea_orm(belongs_to, from = "rule_id", to = "id")]
    pub rule: BelongsTo<super::alert_rule::Entity>,
    #[sea_orm(belongs_to, relation_enum = "Assignee", from = "assigned_to", to = "id")]
    pub assignee: BelongsTo<Option<user::Entity>>,
    #[sea_orm(belongs_to, relation_enum = "Acknowledger", from = "acknowledged_by", to = "id")]
    pub acknowledger: BelongsTo<Option<user::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
