//! Adds `users`: people.

use {
    crate::new_table::{NewTable, drop_table},
    entity::kernel::user::Role,
    sea_orm_migration::{prelude::*, schema},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        NewTable::named(manager, "users")
            .id()
            .sorted_text("email", 3..=254)
            .sorted_text("name", 1..=200)
            .closed_set::<Role>("role")
            .column(&mut schema::boolean("is_active"))
            .column(&mut schema::boolean("email_verified"))
            .text_null("image", 1..=2_000)
            .column(&mut schema::boolean("must_reset_password"))
            .text_null("password_hash", 1..=1_000)
            .version()
            .timestamps()
            // Two spellings of an address are one address.
            .check("email_folded", Expr::col("email").eq(Func::lower(Expr::col("email"))))
            .unique(&["email"])
            .index(&["name", "id"])
            .index(&["created_at", "id"])
            .index(&["role", "is_active", "name", "id"])
            .create()
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_table(manager, "users").await
    }
}
