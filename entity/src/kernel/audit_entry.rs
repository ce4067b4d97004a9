//! `audit_trails`: what was changed, and by whom.

use {
    super::user,
    crate::{
        closed_set::closed_set,
        id::{AnyId, AuditEntryId, UserId},
        scalar::{DateTime, Json},
    },
    sea_orm::entity::prelude::*,
};

closed_set! {
    /// What became of a row.
    AuditAction {
        /// It was added.
        Create,
        /// It was changed.
        Update,
        /// It was deleted.
        Delete,
    }
}

/// A change of one row. Entries are added and never changed.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(
    table_name = "audit_trails",
    model_attrs(derive(async_graphql::SimpleObject), graphql(name = "AuditEntryRow"))
)]
pub struct Model {
    /// The row's id, a UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AuditEntryId,
    /// Who did it; none when the server itself did.
    pub user_id: Option<UserId>,
    /// What became of the row.
    pub action: AuditAction,
    /// The mutation or command that did it, such as `alertResolve`.
    pub operation: String,
    /// The row's table.
    pub resource: String,
    /// The row's id.
    pub resource_id: AnyId,
    /// The columns that changed, each with its value `from` before and `to` after; without secrets.
    pub changes: Json,
    /// The address that the request came from.
    pub ip_address: Option<String>,
    /// What the program there calls itself.
    pub user_agent: Option<String>,
    /// What all changes that one request caused have in common.
    pub correlation_id: AnyId,
    /// When it was done.
    pub created_at: DateTime,
    #[sea_orm(belongs_to, from = "user_id", to = "id")]
    pub user: BelongsTo<Option<user::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
