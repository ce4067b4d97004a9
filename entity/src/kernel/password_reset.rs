//! `password_resets`: leave to choose a password, sent by mail.

use {
    crate::{
        id::{PasswordResetId, UserId},
        scalar::DateTime,
    },
    sea_orm::entity::prelude::*,
};

/// Leave to choose a password, sent by mail: to who has forgotten it, or never had one.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "password_resets")]
pub struct Model {
    /// The row's id, a UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PasswordResetId,
    /// Whose password.
    pub user_id: UserId,
    /// SHA-256 of the token in the mail, in hexadecimal digits.
    pub token_hash: String,
    /// When the token ends.
    pub expires_at: DateTime,
    /// When the row was made.
    pub created_at: DateTime,
    #[sea_orm(belongs_to, from = "user_id", to = "id")]
    pub user: BelongsTo<super::user::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
