//! `user_profiles`: how a person likes to be shown and told things.

use {
    crate::{
        id::{UserId, UserProfileId},
        scalar::{DateTime, Json, TimeZone},
    },
    sea_orm::entity::prelude::*,
};

/// How a person likes to be shown and told things.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(
    table_name = "user_profiles",
    model_attrs(derive(async_graphql::SimpleObject), graphql(name = "UserProfileRow"))
)]
pub struct Model {
    /// The row's id, a UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UserProfileId,
    /// Whose profile it is; one a person.
    pub user_id: UserId,
    /// The name that others see.
    pub display_name: String,
    /// Where the person lives: its days and times are told in this zone.
    pub timezone: TimeZone,
    /// What the front end remembers for the person: an object.
    pub preferences: Json,
    /// Counts the edits; an update names the version that it was made from.
    pub version: i32,
    /// When the row was made.
    pub created_at: DateTime,
    /// When the row last changed.
    pub updated_at: DateTime,
    #[sea_orm(belongs_to, from = "user_id", to = "id")]
    pub user: BelongsTo<super::user::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
