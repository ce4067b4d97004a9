//! Adds whether people have changed a rule, and what is wrong with one that cannot be read.

use {
    crate::new_table::added_instant_null,
    sea_orm_migration::{prelude::*, schema},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let edited = schema::boolean("is_edited").default(false).take();
        let fault = schema::text_null("fault").take();
        let faulted_at = added_instant_null(manager, "alert_rules", "faulted_at");
        for column in [edited, fault, faulted_at] {
            manager
                .alter_table(Table::alter().table("alert_rules").add_column(column).take())
                .await?;
        }
        // What is at its first version is as it was installed.
        let mut edited = Query::update();
        edited.table("alert_rules").value("is_edited", true).and_where(Expr::col("version").gt(1));
        manager.execute(edited).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in ["faulted_at", "fault", "is_edited"] {
            let mut gone = Table::alter();
            gone.table("alert_rules").drop_column(column);
            manager.alter_table(gone).await?;
        }
        Ok(())
    }
}
