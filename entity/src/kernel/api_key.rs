//! `api_keys`: what a program asks with on behalf of a person.

use {
    super::capability::Capability,
    crate::{
        id::{ApiKeyId, UserId},
        scalar::DateTime,
    },
    sea_orm::{FromJsonQueryResult, entity::prelude::*},
};

/// What a key may be used for.
#[derive(
    Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, FromJsonQueryResult,
)]
pub struct Scopes(pub Vec<Capability>);

/// What a program asks with on behalf of a person.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(
    table_name = "api_keys",
    model_attrs(derive(async_graphql::SimpleObject), graphql(name = "ApiKeyRow")),
    model_ex_attrs(derive(async_graphql::Description))
)]
pub struct Model {
    /// The row's id, a UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ApiKeyId,
    /// On whose behalf.
    pub user_id: UserId,
    /// What the person calls it.
    pub name: String,
    /// SHA-256 of the whole key, in hexadecimal digits.
    #[graphql(skip)]
    pub key_hash: String,
    /// The eight characters by which the key can be told from others: `vgl_<these>_…`.
    pub key_prefix: String,
    /// What it may be used for, as far as the person may do it; everything when null.
    #[graphql(skip)]
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub scopes: Option<Scopes>,
    /// Whether it may ask trusted documents alone.
    pub trusted_only: bool,
    /// When it was last used, to the minute.
    pub last_used_at: Option<DateTime>,
    /// The address that it was last used from.
    pub last_used_ip: Option<String>,
    /// What the program that last used it calls itself.
    pub last_used_agent: Option<String>,
    /// When it ends; never when null.
    pub expires_at: Option<DateTime>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime>,
    /// When the row was made.
    pub created_at: DateTime,
    #[sea_orm(belongs_to, from = "user_id", to = "id")]
    pub user: BelongsTo<super::user::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
