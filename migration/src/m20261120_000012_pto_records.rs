//! Adds `pto_records`: days on which assistants do not work.

use {
    crate::new_table::{NewTable, OnDelete, drop_table},
    entity::coaching::pto_record::PtoReason,
    sea_orm_migration::{prelude::*, schema},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        NewTable::named(manager, "pto_records")
            .id()
            .reference("ea_id", "eas", OnDelete::Cascade)
            .column(&mut schema::date("start_date"))
            .column(&mut schema::date("end_date"))
            .closed_set::<PtoReason>("reason")
            .version()
            .timestamps()
            .check("period", Expr::col("end_date").gte(Expr::col("start_date")))
            .index(&["ea_id", "start_date", "end_date", "id"])
            .index(&["start_date", "id"])
            .create()
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_table(manager, "pto_records").await
    }
}
