//! Adds `alert_rules`: what is watched for.

use {
    crate::new_table::{NewTable, drop_table},
    entity::coaching::alert_rule::{RuleType, Severity},
    sea_orm_migration::{prelude::*, schema},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        NewTable::named(manager, "alert_rules")
            .id()
            .column(&mut schema::integer("rule_number"))
            .sorted_text("name", 1..=200)
            .closed_set::<RuleType>("rule_type")
            .closed_set::<Severity>("severity")
            .column(&mut schema::boolean("is_positive"))
            .column(&mut schema::boolean("is_enabled"))
            .column(&mut schema::json_binary("trigger_condition"))
            .text("data_source", 1..=1_000)
            .text("business_rationale", 1..=10_000)
            .text("alert_title", 1..=200)
            .text("alert_description", 1..=10_000)
            .text("suggested_action", 1..=10_000)
            .column(&mut schema::json_binary("adjustable_thresholds"))
            .column(&mut schema::json_binary("default_thresholds"))
            .version()
            .timestamps()
            .check("rule_number", Expr::col("rule_number").gte(1))
            .unique(&["rule_number"])
            .index(&["name", "id"])
            .create()
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_table(manager, "alert_rules").await
    }
}
