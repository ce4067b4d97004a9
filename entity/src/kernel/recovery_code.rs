//! `recovery_codes`: what signs in somebody whose device is lost.

use {
    crate::{
        id::{RecoveryCodeId, UserId},
        scalar::DateTime,
    },
    sea_orm::entity::prelude::*,
};

/// What signs in somebody whose device is lost, once.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "recovery_codes")]
pub struct Model {
    /// The row's id, a UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RecoveryCodeId,
    /// Whose.
    pub user_id: UserId,
    /// SHA-256 of the code, in hexadecimal digits.
    pub code_hash: String,
    /// When the row was made.
    pub created_at: DateTime,
    #[sea_orm(belongs_to, from = "user_id", to = "id")]
    pub user: BelongsTo<super::user::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
