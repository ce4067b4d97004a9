//! `audit_seals`: hashes over the audit trail, each over the one before.

use {
    crate::{
        id::{AuditEntryId, AuditSealId},
        scalar::DateTime,
    },
    sea_orm::entity::prelude::*,
};

/// A hash over the entries since the seal before, and that seal's hash.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_seals")]
pub struct Model {
    /// The row's id, a UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AuditSealId,
    /// The last entry that it covers.
    pub last_entry_id: AuditEntryId,
    /// How many entries it covers.
    pub entry_count: i64,
    /// The SHA-256 hash in lower-case hexadecimal digits.
    pub hash: String,
    /// When it was set.
    pub created_at: DateTime,
}

impl ActiveModelBehavior for ActiveModel {}
