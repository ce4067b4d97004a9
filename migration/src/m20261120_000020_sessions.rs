//! Adds `sessions`: where people are signed in.
//!
//! Better Auth's columns, but that the token is stored as its SHA-256. Beside them `last_seen_at`,
//! from which the limit on idleness is counted, and `ends_at`, which no use moves on.

use {
    crate::new_table::{NewTable, OnDelete, drop_table},
    sea_orm_migration::prelude::*,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        NewTable::named(manager, "sessions")
            .id()
            .reference("user_id", "users", OnDelete::Cascade)
            .text("token_hash", 64..=64)
            .instant("expires_at")
            .instant("ends_at")
            .instant("last_seen_at")
            .text_null("ip_address", 1..=45)
            .text_null("user_agent", 1..=500)
            .timestamps()
            .unique(&["token_hash"])
            .index(&["user_id", "created_at", "id"])
            .create()
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_table(manager, "sessions").await
    }
}
