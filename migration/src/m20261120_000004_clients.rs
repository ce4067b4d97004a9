//! Adds `clients`: whom the work is done for.

use {
    crate::new_table::{NewTable, drop_table},
    sea_orm_migration::prelude::*,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        NewTable::named(manager, "clients")
            .id()
            .sorted_text("name", 1..=200)
            .version()
            .timestamps()
            .index(&["name", "id"])
            .index(&["created_at", "id"])
            .create()
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_table(manager, "clients").await
    }
}
