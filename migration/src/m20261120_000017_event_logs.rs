//! Adds `event_logs`: everything that happened, in the order in which it did.

use {
    crate::new_table::{NewTable, OnDelete, drop_table},
    entity::kernel::event_log::EventActor,
    sea_orm_migration::{prelude::*, schema},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        NewTable::named(manager, "event_logs")
            .id()
            .closed_set::<EventActor>("actor")
            .reference_null("user_id", "users", OnDelete::SetNull)
            .text("event_type", 1..=100)
            .text("subject_table", 1..=63)
            .column(&mut schema::uuid("subject_id"))
            .column(&mut schema::json_binary("payload"))
            .column(&mut schema::uuid_null("cause_id"))
            .column(&mut schema::uuid("correlation_id"))
            .instant("created_at")
            .index(&["user_id", "created_at"])
            .index(&["created_at", "id"])
            .create()
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_table(manager, "event_logs").await
    }
}
