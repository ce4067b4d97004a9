//! Adds `password_resets`: leave to choose a password, sent by mail.
//!
//! A row goes when its token is used.

use {
    crate::new_table::{NewTable, OnDelete, drop_table},
    sea_orm_migration::prelude::*,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        NewTable::named(manager, "password_resets")
            .id()
            .reference("user_id", "users", OnDelete::Cascade)
            .text("token_hash", 64..=64)
            .instant("expires_at")
            .instant("created_at")
            .unique(&["token_hash"])
            .index(&["user_id", "created_at"])
            .create()
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_table(manager, "password_resets").await
    }
}
