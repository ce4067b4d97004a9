//! `client_members`: a person who signs in for a client.

use {
    crate::{
        id::{ClientId, ClientMemberId, UserId},
        kernel::user,
        scalar::DateTime,
    },
    sea_orm::entity::prelude::*,
};

/// A person who signs in for a client, and sees its pairings.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(
    table_name = "client_members",
    model_attrs(derive(async_graphql::SimpleObject), graphql(name = "ClientMemberRow"))
)]
pub struct Model {
    /// The row's id, a UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ClientMemberId,
    /// The client.
    pub client_id: ClientId,
    /// The person.
    pub user_id: UserId,
    /// When the row was made.
    pub created_at: DateTime,
    /// When the row last changed.
    pub updated_at: DateTime,
    #[sea_orm(belongs_to, from = "client_id", to = "id")]
    pub client: BelongsTo<super::client::Entity>,
    #[sea_orm(belongs_to, from = "user_id", to = "id")]
    pub user: BelongsTo<user::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
