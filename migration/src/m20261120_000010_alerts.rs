//! Adds `alerts`: what rules found, until somebody has dealt with it.

use {
    crate::new_table::{NewTable, OnDelete, drop_table, exactly_when},
    entity::coaching::{
        alert::{AlertResolution, AlertStatus},
        alert_rule::Severity,
    },
    sea_orm_migration::{prelude::*, schema},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        NewTable::named(manager, "alerts")
            .id()
            .reference("pairing_id", "pairings", OnDelete::Restrict)
            .reference("rule_id", "alert_rules", OnDelete::Restrict)
            .closed_set::<Severity>("severity")
            .closed_set::<AlertStatus>("status")
            // An alert outlives the account of whoever dealt with it.
            .reference_null("assigned_to", "users", OnDelete::SetNull)
            .instant("detected_at")
            .instant("last_seen_at")
            .column(&mut schema::integer("occurrence_count"))
            .instant_null("acknowledged_at")
            .reference_null("acknowledged_by", "users", OnDelete::SetNull)
            .instant_null("condition_cleared_at")
            .instant_null("resolved_at")
            .closed_set_null::<AlertResolution>("resolution")
            .column(&mut schema::integer("reopen_count"))
            .column(&mut schema::json_binary("evidence"))
            .text_null("notes", 1..=10_000)
            .version()
            .timestamps()
            .check("resolved_at_by_status", exactly_when("resolved_at", resolved()))
            .check("resolution_by_status", exactly_when("resolution", resolved()))
            .check("occurrence_count", Expr::col("occurrence_count").gte(1))
            .check("reopen_count", Expr::col("reopen_count").gte(0))
            // One open alert a pairing and rule: a further finding is counted on it. Said by `resolved_at`,
            // which a CHECK ties to the status: a condition on the status would be taken for this
            // index's, and its rows be read and thrown away.
            .unique_where("open", &["pairing_id", "rule_id"], Expr::col("resolved_at").is_null())
            // What the head of the dashboards counts, without the rows and without what is resolved.
            .index_where(
                "open",
                &["severity", "status", "assigned_to"],
                Expr::col("resolved_at").is_null(),
            )
            // Each carries the order of the lists that it serves behind what they are narrowed by.
            .index(&["pairing_id", "status", "detected_at", "id"])
            .index(&["severity", "status", "detected_at", "id"])
            .index(&["assigned_to", "status", "detected_at", "id"])
            .index(&["rule_id", "status", "detected_at", "id"])
            .index(&["status", "detected_at", "id"])
            .index(&["detected_at", "id"])
            .index(&["acknowledged_by"])
            .create()
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_table(manager, "alerts").await
    }
}

fn resolved() -> Expr {
    Expr::col("status").eq("RESOLVED")
}
