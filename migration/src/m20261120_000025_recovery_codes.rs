//! Adds `recovery_codes`: what signs in people whose device is lost, once each.
//!
//! A row goes when its code is used.

use {
    crate::new_table::{NewTable, OnDelete, drop_table},
    sea_orm_migration::prelude::*,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        NewTable::named(manager, "recovery_codes")
            .id()
            .reference("user_id", "users", OnDelete::Cascade)
            .text("code_hash", 64..=64)
            .instant("created_at")
            .unique(&["user_id", "code_hash"])
            .create()
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_table(manager, "recovery_codes").await
    }
}
