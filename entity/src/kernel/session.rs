//! `sessions`: where somebody is signed in.

use {
    crate::{
        id::{SessionId, UserId},
        scalar::DateTime,
    },
    sea_orm::entity::prelude::*,
};

/// Where somebody is signed in.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(
    table_name = "sessions",
    model_attrs(derive(async_graphql::SimpleObject), graphql(name = "SessionRow")),
    model_ex_attrs(derive(async_graphql::Description))
)]
pub struct Model {
    /// The row's id, a UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SessionId,
    /// Who is signed in.
    pub user_id: UserId,
    /// SHA-256 of the token that the session is recognised by, in hexadecimal digits.
    #[graphql(skip)]
    pub token_hash: String,
    /// When it ends unless it is used before; each use moves it on.
    pub expires_at: DateTime,
    /// When it ends however much it is used.
    pub ends_at: DateTime,
    /// When it was last used, to the minute.
    pub last_seen_at: DateTime,
    /// The address that it was begun from.
    pub ip_address: Option<String>,
    /// What the program that began it calls itself.
    pub user_agent: Option<String>,
    /// When the row was made.
    pub created_at: DateTime,
    /// When the row last changed.
    pub updated_at: DateTime,
    #[sea_orm(belongs_to, from = "user_id", to = "id")]
    pub user: BelongsTo<super::user::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
