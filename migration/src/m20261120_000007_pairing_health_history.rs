//! Adds `pairing_health_history`: how each pairing came to stand as it does.

use {
    crate::new_table::{NewTable, OnDelete, drop_table},
    entity::coaching::pairing::HealthStatus,
    sea_orm_migration::{prelude::*, schema},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        NewTable::named(manager, "pairing_health_history")
            .id()
            .reference("pairing_id", "pairings", OnDelete::Cascade)
            .closed_set::<HealthStatus>("health_status")
            .closed_set::<HealthStatus>("auto_health_status")
            .column(&mut schema::json_binary("reasons"))
            .column(&mut schema::boolean("is_override"))
            .reference_null("changed_by", "users", OnDelete::SetNull)
            .instant("changed_at")
            .index(&["pairing_id", "changed_at", "id"])
            .index(&["changed_by"])
            .create()
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_table(manager, "pairing_health_history").await
    }
}
