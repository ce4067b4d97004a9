//! Adds `eas`: executive assistants, each a user.

use {
    crate::new_table::{NewTable, OnDelete, drop_table},
    sea_orm_migration::{prelude::*, schema},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        NewTable::named(manager, "eas")
            // A person with a history is deactivated, not deleted.
            .shared_id("users", OnDelete::Restrict)
            .column(&mut schema::time("expected_show_up_time"))
            .text("timezone", 1..=64)
            .column(&mut schema::small_integer("work_week"))
            .column(&mut schema::date_null("healthcare_eligibility_date"))
            .version()
            .timestamps()
            .check("work_week", Expr::col("work_week").between(1, 127))
            .index(&["created_at", "id"])
            .create()
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_table(manager, "eas").await
    }
}
