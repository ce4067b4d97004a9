//! Adds `rule_evaluations`, findings that raised no alert, and since when a pairing has been in its week of
//! the accelerator.

use {
    crate::new_table::{NewTable, OnDelete, drop_table},
    entity::coaching::rule_evaluation::EvaluationOutcome,
    sea_orm_migration::{prelude::*, schema},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut since = Table::alter();
        since.table("pairings").add_column(schema::date_null("accelerator_week_since"));
        manager.alter_table(since).await?;
        NewTable::named(manager, "rule_evaluations")
            .id()
            .reference("pairing_id", "pairings", OnDelete::Cascade)
            .reference("rule_id", "alert_rules", OnDelete::Restrict)
            .closed_set::<EvaluationOutcome>("outcome")
            .text("why", 1..=100)
            .column(&mut schema::date("evaluated_on"))
            .column(&mut schema::json_binary("evidence"))
            .instant("created_at")
            // A finding is kept once a day, however often it is found.
            .unique(&["pairing_id", "rule_id", "evaluated_on", "outcome"])
            .index(&["pairing_id", "created_at", "id"])
            .index(&["rule_id", "created_at", "id"])
            .index(&["created_at", "id"])
            .create()
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_table(manager, "rule_evaluations").await?;
        let mut since = Table::alter();
        since.table("pairings").drop_column("accelerator_week_since");
        manager.alter_table(since).await
    }
}
