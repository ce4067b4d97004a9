//! Adds `pairings`: assistants at work for clients.

use {
    crate::new_table::{NewTable, OnDelete, drop_table, exactly_when},
    entity::coaching::pairing::HealthStatus,
    sea_orm_migration::{prelude::*, schema},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        NewTable::named(manager, "pairings")
            .id()
            // Neither side can be deleted from under its history.
            .reference("ea_id", "eas", OnDelete::Restrict)
            .reference("client_id", "clients", OnDelete::Restrict)
            .column(&mut schema::date("start_date"))
            .closed_set::<HealthStatus>("health_status")
            .column(&mut schema::boolean("health_status_override"))
            .reference_null("health_override_by", "users", OnDelete::SetNull)
            .instant_null("health_override_at")
            .text_null("health_override_reason", 1..=2_000)
            .instant_null("health_override_expires_at")
            .closed_set::<HealthStatus>("auto_health_status")
            .column(&mut schema::json_binary("health_reasons"))
            .instant("health_computed_at")
            .column(&mut schema::boolean("accelerator_enabled"))
            .column(&mut schema::small_integer_null("accelerator_week"))
            .text_null("accelerator_week1_goals", 1..=10_000)
            .text_null("accelerator_week2_goals", 1..=10_000)
            .text_null("accelerator_week3_goals", 1..=10_000)
            .text_null("accelerator_week4_goals", 1..=10_000)
            .version()
            .timestamps()
            .check("accelerator_week_in_range", Expr::col("accelerator_week").between(1, 4))
            .check("override_has_at", exactly_when("health_override_at", overridden()))
            .check("override_has_reason", exactly_when("health_override_reason", overridden()))
            .check("override_has_expiry", exactly_when("health_override_expires_at", overridden()))
            .unique(&["ea_id", "client_id"])
            .index(&["client_id", "created_at", "id"])
            .index(&["ea_id", "created_at", "id"])
            .index(&["health_status", "created_at", "id"])
            .index(&["created_at", "id"])
            .index(&["start_date", "id"])
            .index(&["health_override_by"])
            .create()
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_table(manager, "pairings").await
    }
}

fn overridden() -> Expr {
    Expr::col("health_status_override").eq(true)
}
