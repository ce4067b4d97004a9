//! Adds `user_profiles`: how people like to be shown and told things.

use {
    crate::new_table::{NewTable, OnDelete, drop_table},
    sea_orm_migration::{prelude::*, schema},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        NewTable::named(manager, "user_profiles")
            .id()
            .reference("user_id", "users", OnDelete::Cascade)
            .text("display_name", 1..=200)
            .text("timezone", 1..=64)
            .column(&mut schema::json_binary("preferences"))
            .version()
            .timestamps()
            .unique(&["user_id"])
            .create()
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_table(manager, "user_profiles").await
    }
}
