//! Adds `holidays`: periods in which the organisation does not work.

use {
    crate::new_table::{NewTable, drop_table},
    sea_orm_migration::{prelude::*, schema},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        NewTable::named(manager, "holidays")
            .id()
            .text("name", 1..=200)
            .column(&mut schema::date("start_date"))
            .column(&mut schema::date("end_date"))
            .version()
            .timestamps()
            .check("period", Expr::col("end_date").gte(Expr::col("start_date")))
            .index(&["start_date", "id"])
            .create()
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_table(manager, "holidays").await
    }
}
