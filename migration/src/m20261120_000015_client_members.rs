//! Adds `client_members`: people who sign in for clients.

use {
    crate::new_table::{NewTable, OnDelete, drop_table},
    sea_orm_migration::prelude::*,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        NewTable::named(manager, "client_members")
            .id()
            .reference("client_id", "clients", OnDelete::Cascade)
            .reference("user_id", "users", OnDelete::Cascade)
            .timestamps()
            .unique(&["user_id", "client_id"])
            .index(&["client_id", "created_at", "id"])
            .index(&["created_at", "id"])
            .create()
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_table(manager, "client_members").await
    }
}
