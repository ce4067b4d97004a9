//! Adds `notifications`: who is told of an alert, and what became of it.

use {
    crate::new_table::{NewTable, OnDelete, drop_table, exactly_when},
    entity::kernel::notification::{NotificationCause, NotificationState},
    sea_orm_migration::{prelude::*, schema, sea_orm::ActiveEnum},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let is_sent = Expr::col("state").eq(NotificationState::Sent.to_value());
        NewTable::named(manager, "notifications")
            .id()
            .reference("alert_id", "alerts", OnDelete::Cascade)
            .closed_set::<NotificationCause>("cause")
            .column(&mut schema::integer("reopen_count"))
            .text("agent", 1..=40)
            .text("recipient", 1..=200)
            .reference_null("user_id", "users", OnDelete::Restrict)
            .closed_set::<NotificationState>("state")
            .column(&mut schema::integer("attempts"))
            .text_null("last_error", 1..=500)
            .instant("created_at")
            .instant_null("sent_at")
            .check("sent", exactly_when("sent_at", is_sent))
            // Nobody is told twice of one thing by the same agent.
            .unique(&["alert_id", "reopen_count", "recipient", "agent"])
            .index(&["alert_id", "created_at", "id"])
            .index(&["user_id", "created_at", "id"])
            .index(&["state", "created_at", "id"])
            .index(&["created_at", "id"])
            .create()
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_table(manager, "notifications").await
    }
}
