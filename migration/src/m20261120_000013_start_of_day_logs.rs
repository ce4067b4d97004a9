//! Adds `start_of_day_logs`: when assistants began their days.

use {
    crate::new_table::{NewTable, OnDelete, drop_table},
    sea_orm_migration::{prelude::*, schema},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        NewTable::named(manager, "start_of_day_logs")
            .id()
            .reference("ea_id", "eas", OnDelete::Cascade)
            .column(&mut schema::date("log_date"))
            .instant("logged_at")
            .column(&mut schema::time("expected_show_up_time"))
            .column(&mut schema::boolean("was_late"))
            .column(&mut schema::integer("minutes_late"))
            .timestamps()
            .check("minutes_late", Expr::col("minutes_late").gte(0))
            // A second press of the button on one day finds the first.
            .unique(&["ea_id", "log_date"])
            .index(&["log_date", "id"])
            .create()
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_table(manager, "start_of_day_logs").await
    }
}
