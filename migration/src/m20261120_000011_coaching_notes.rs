//! Adds `coaching_notes`: what coaches keep in mind.

use {
    crate::new_table::{NewTable, OnDelete, drop_table, exactly_when},
    entity::coaching::coaching_note::NoteType,
    sea_orm_migration::prelude::*,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        NewTable::named(manager, "coaching_notes")
            .id()
            .closed_set::<NoteType>("note_type")
            .reference_null("ea_id", "eas", OnDelete::Cascade)
            .reference_null("pairing_id", "pairings", OnDelete::Cascade)
            .text("content", 1..=10_000)
            .reference("updated_by", "users", OnDelete::Restrict)
            .version()
            .timestamps()
            // A note has exactly the id that its type needs.
            .check("ea_id_by_type", exactly_when("ea_id", Expr::col("note_type").eq("EA_LEVEL")))
            .check(
                "pairing_id_by_type",
                exactly_when("pairing_id", Expr::col("note_type").eq("PAIRING_LEVEL")),
            )
            // One note an assistant, one note a pairing. Said by the id, which a CHECK ties to the type: whoever
            // deletes the assistant asks by that alone.
            .unique_where("ea_level", &["ea_id"], Expr::col("ea_id").is_not_null())
            .unique_where("pairing_level", &["pairing_id"], Expr::col("pairing_id").is_not_null())
            .index(&["updated_at", "id"])
            .index(&["updated_by"])
            .create()
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_table(manager, "coaching_notes").await
    }
}
