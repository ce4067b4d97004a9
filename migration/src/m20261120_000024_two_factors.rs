//! Adds `two_factors`: secrets that people's devices compute codes from, sealed.

use {
    crate::new_table::{NewTable, OnDelete, drop_table},
    sea_orm_migration::{prelude::*, schema},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        NewTable::named(manager, "two_factors")
            .id()
            .reference("user_id", "users", OnDelete::Cascade)
            .column(&mut schema::blob("secret"))
            .instant_null("confirmed_at")
            .column(schema::big_integer("last_step").default(0))
            .timestamps()
            .unique(&["user_id"])
            .create()
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_table(manager, "two_factors").await
    }
}
