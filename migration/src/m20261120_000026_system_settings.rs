//! Adds `system_settings`: what administrators set while the server runs.
//!
//! `sealed_value` holds what is secret, encrypted; `value` then is null.

use {
    crate::new_table::{NewTable, drop_table},
    sea_orm_migration::{prelude::*, schema},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        NewTable::named(manager, "system_settings")
            .column(schema::text("key").primary_key())
            .text_null("value", 0..=10_000)
            .column(&mut schema::blob_null("sealed_value"))
            .text_null("description", 1..=2_000)
            .instant("updated_at")
            .check(
                "one_value",
                Expr::col("value").is_null().ne(Expr::col("sealed_value").is_null()),
            )
            .create()
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_table(manager, "system_settings").await
    }
}
