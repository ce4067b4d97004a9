//! Adds `verifications`: proof, sent by mail, that an address is somebody's.
//!
//! Better Auth's columns: `identifier` is the address, `value` the SHA-256 of the token. Beside
//! them `user_id`, so that they go with the person. A row goes when its token is used.

use {
    crate::new_table::{NewTable, OnDelete, drop_table},
    sea_orm_migration::prelude::*,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        NewTable::named(manager, "verifications")
            .id()
            .reference("user_id", "users", OnDelete::Cascade)
            .text("identifier", 3..=254)
            .text("value", 64..=64)
            .instant("expires_at")
            .timestamps()
            .unique(&["value"])
            .index(&["user_id", "created_at"])
            .create()
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_table(manager, "verifications").await
    }
}
