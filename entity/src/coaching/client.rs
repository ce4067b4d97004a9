//! `clients`: somebody an assistant works for.

use {
    crate::{id::ClientId, scalar::DateTime},
    sea_orm::entity::prelude::*,
};

/// Somebody an assistant works for.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(
    table_name = "clients",
    model_attrs(derive(async_graphql::SimpleObject), graphql(name = "ClientRow"))
)]
pub struct Model {
    /// The row's id, a UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ClientId,
    /// The client's name.
    pub name: String,
    /// Counts the edits; an update names the version that it was made from.
    pub version: i32,
    /// When the row was made.
    pub created_at: DateTime,
    /// When the row last changed.
    pub updated_at: DateTime,
}

impl ActiveModelBehavior for ActiveModel {}
