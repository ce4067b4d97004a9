//! Adds `text_opinions`: what language models have said of texts, by the hash of what they were asked.

use {
    crate::new_table::{NewTable, drop_table},
    entity::coaching::text_opinion::OpinionVerdict,
    sea_orm_migration::prelude::*,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        NewTable::named(manager, "text_opinions")
            .id()
            .text("hash", 64..=64)
            .text("model", 1..=200)
            .closed_set::<OpinionVerdict>("verdict")
            .text_null("reason", 1..=300)
            .instant("created_at")
            // A model is asked once.
            .unique(&["hash", "model"])
            .index(&["created_at", "id"])
            .create()
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_table(manager, "text_opinions").await
    }
}
