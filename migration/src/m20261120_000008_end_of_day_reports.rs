//! Adds `end_of_day_reports`: what assistants say about their days.

use {
    crate::new_table::{NewTable, OnDelete, drop_table},
    entity::coaching::end_of_day_report::{FeelingDuringWork, WorkType, WorkloadFeeling},
    sea_orm_migration::{prelude::*, schema},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        NewTable::named(manager, "end_of_day_reports")
            .id()
            .reference("pairing_id", "pairings", OnDelete::Restrict)
            .reference("ea_id", "eas", OnDelete::Restrict)
            .column(&mut schema::date("report_date"))
            .closed_set::<WorkloadFeeling>("workload_feeling")
            .closed_set::<WorkType>("work_type")
            .closed_set::<FeelingDuringWork>("feeling_during_work")
            .text_null("biggest_win", 1..=10_000)
            .text_null("what_completed", 1..=10_000)
            .text_null("pending_tasks", 1..=10_000)
            .column(&mut schema::boolean("had_daily_sync"))
            .text_null("difficulties", 1..=10_000)
            .text_null("support_needed", 1..=10_000)
            .text_null("additional_notes", 1..=10_000)
            .version()
            .timestamps()
            // One report a pairing, assistant and day.
            .unique(&["pairing_id", "ea_id", "report_date"])
            // The newest of a pairing, of an assistant, of all, and of those who feel a certain way.
            .index(&["pairing_id", "report_date", "id"])
            .index(&["ea_id", "report_date", "id"])
            .index(&["report_date", "id"])
            .index(&["workload_feeling", "report_date", "id"])
            .index(&["feeling_during_work", "report_date", "id"])
            .create()
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_table(manager, "end_of_day_reports").await
    }
}
