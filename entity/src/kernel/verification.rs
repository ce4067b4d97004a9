//! `verifications`: proof, sent by mail, that an address is somebody's.

use {
    crate::{
        id::{UserId, VerificationId},
        scalar::DateTime,
    },
    sea_orm::entity::prelude::*,
};

/// Proof, sent by mail, that an address is somebody's.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "verifications")]
pub struct Model {
    /// The row's id, a UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: VerificationId,
    /// Whose address.
    pub user_id: UserId,
    /// The address.
    pub identifier: String,
    /// SHA-256 of the token in the mail, in hexadecimal digits.
    pub value: String,
    /// When the token ends.
    pub expires_at: DateTime,
    /// When the row was made.
    pub created_at: DateTime,
    /// When the row last changed.
    pub updated_at: DateTime,
    #[sea_orm(belongs_to, from = "user_id", to = "id")]
    pub user: BelongsTo<super::user::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
