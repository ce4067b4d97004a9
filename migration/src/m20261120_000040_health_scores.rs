//! Adds how pairings stand in points, and whether an override has been overtaken.

use sea_orm_migration::{prelude::*, schema, sea_query::Check};

/// The tables that say how pairings stand.
const TABLES: [&str; 2] = ["pairings", "pairing_health_history"];
/// Lists of pairings are ordered by it.
const INDEX: &str = "idx_pairings_health_score_id";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES {
            let range = Expr::col("health_score").between(0, 100);
            let check = Check::named(format!("ck_{table}_health_score"), range);
            // Nobody has counted yet: the next look at a pairing does.
            let mut score = schema::integer("health_score");
            let score = score.default(100).check(check).take();
            manager.alter_table(Table::alter().table(table).add_column(score).take()).await?;
        }
        let mut stale = schema::boolean("health_override_stale");
        let stale = stale.default(false).take();
        manager.alter_table(Table::alter().table("pairings").add_column(stale).take()).await?;
        let index =
            Index::create().name(INDEX).table("pairings").col("health_score").col("id").take();
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut index = Index::drop();
        index.name(INDEX).table("pairings");
        manager.drop_index(index).await?;
        let mut stale = Table::alter();
        stale.table("pairings").drop_column("health_override_stale");
        manager.alter_table(stale).await?;
        for table in TABLES {
            let mut score = Table::alter();
            score.table(table).drop_column("health_score");
            manager.alter_table(score).await?;
        }
        Ok(())
    }
}
