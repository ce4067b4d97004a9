//! Adds `company_announcements`: messages to all assistants.

use {
    crate::new_table::{NewTable, OnDelete, drop_table},
    sea_orm_migration::{prelude::*, schema},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        NewTable::named(manager, "company_announcements")
            .id()
            .text("title", 1..=200)
            .text("content", 1..=10_000)
            .column(&mut schema::boolean("is_active"))
            .instant("starts_at")
            .instant_null("expires_at")
            .reference("created_by", "users", OnDelete::Restrict)
            .version()
            .timestamps()
            .check("period", Expr::col("expires_at").gt(Expr::col("starts_at")))
            .index(&["starts_at", "id"])
            .index(&["created_by"])
            .create()
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_table(manager, "company_announcements").await
    }
}
