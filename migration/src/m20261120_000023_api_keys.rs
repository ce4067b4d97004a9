//! Adds `api_keys`: what programs ask with on behalf of people.
//!
//! Beside the columns that were asked for: `scopes` and `trusted_only` narrow what a key may do,
//! `last_used_ip` and `last_used_agent` tell an unexpected use from an expected one, and
//! `revoked_at` keeps a revoked key on the list, with its last use.

use {
    crate::new_table::{NewTable, OnDelete, drop_table},
    sea_orm_migration::{prelude::*, schema},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        NewTable::named(manager, "api_keys")
            .id()
            .reference("user_id", "users", OnDelete::Cascade)
            .text("name", 1..=200)
            .text("key_hash", 64..=64)
            .text("key_prefix", 8..=8)
            .column(&mut schema::json_binary_null("scopes"))
            .column(&mut schema::boolean("trusted_only"))
            .instant_null("last_used_at")
            .text_null("last_used_ip", 1..=45)
            .text_null("last_used_agent", 1..=500)
            .instant_null("expires_at")
            .instant_null("revoked_at")
            .instant("created_at")
            .unique(&["key_hash"])
            .index(&["user_id", "created_at", "id"])
            .create()
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_table(manager, "api_keys").await
    }
}
