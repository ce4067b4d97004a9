//! Adds `audit_trails`, what was changed and by whom, and `audit_seals`, which tell whether anybody
//! has tampered with it.

use {
    crate::{
        append_only::{protect, unprotect},
        new_table::{NewTable, OnDelete, drop_table},
    },
    entity::kernel::audit_entry::AuditAction,
    sea_orm_migration::{prelude::*, schema},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        NewTable::named(manager, "audit_trails")
            .id()
            .reference_null("user_id", "users", OnDelete::Restrict)
            .closed_set::<AuditAction>("action")
            .text("operation", 1..=200)
            .text("resource", 1..=100)
            .column(&mut schema::uuid("resource_id"))
            .column(&mut schema::json_binary("changes"))
            .text_null("ip_address", 1..=45)
            .text_null("user_agent", 1..=500)
            .column(&mut schema::uuid("correlation_id"))
            .instant("created_at")
            .index(&["user_id", "created_at", "id"])
            .index(&["resource", "resource_id", "created_at", "id"])
            .index(&["created_at", "id"])
            .create()
            .await?;
        protect(manager, "audit_trails", &["id"]).await?;
        NewTable::named(manager, "audit_seals")
            .id()
            .column(&mut schema::uuid("last_entry_id"))
            .column(&mut schema::big_integer("entry_count"))
            .text("hash", 64..=64)
            .instant("created_at")
            .check("entry_count", Expr::col("entry_count").gt(0))
            .unique(&["last_entry_id"])
            .create()
            .await?;
        protect(manager, "audit_seals", &["id", "last_entry_id"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["audit_seals", "audit_trails"] {
            drop_table(manager, table).await?;
            unprotect(manager, table).await?;
        }
        Ok(())
    }
}
