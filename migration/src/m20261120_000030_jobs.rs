//! Adds `jobs`: what the server does by itself, now or later, until it is done.
//!
//! `due_at` carries the queue: it is a job's time while it is ready and the end of its lease while it runs, so
//! that one that was left is taken again; once it is finished it is null, and out of the index.

use {
    crate::new_table::{NewTable, drop_table, exactly_when},
    entity::kernel::job::{JobState, Lane},
    sea_orm_migration::{prelude::*, schema},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let is_live = || Expr::col("due_at").is_not_null();
        let live = Expr::col("state").is_in(["READY", "RUNNING"]);
        NewTable::named(manager, "jobs")
            .id()
            .text("kind", 1..=100)
            .text_null("unique_key", 1..=200)
            .column(&mut schema::json_binary("payload"))
            .column(&mut schema::blob_null("secret"))
            .column(&mut schema::small_integer("priority"))
            .closed_set::<Lane>("lane")
            .closed_set::<JobState>("state")
            .instant_null("due_at")
            .instant("run_at")
            .instant_null("scheduled_at")
            .column(&mut schema::integer("attempt"))
            .column(&mut schema::integer("attempts_max"))
            .column(&mut schema::uuid_null("lease"))
            .column(&mut schema::big_integer_null("progress_done"))
            .column(&mut schema::big_integer_null("progress_total"))
            .text_null("progress_note", 1..=200)
            .text_null("last_error", 1..=2_000)
            .column(&mut schema::uuid("correlation_id"))
            .instant("created_at")
            .instant_null("finished_at")
            .check("live", exactly_when("due_at", live.clone()))
            .check("finished", exactly_when("finished_at", live.not()))
            .check("lease", exactly_when("lease", Expr::col("state").eq("RUNNING")))
            .check("attempt", Expr::col("attempt").gte(0))
            .check("attempts_max", Expr::col("attempts_max").gte(1))
            .index_where("live", &["lane", "due_at"], is_live())
            .unique_where("live", &["kind", "unique_key"], is_live())
            // An instant of a period comes once, however long ago it is done.
            .unique_where(
                "always",
                &["kind", "scheduled_at"],
                Expr::col("scheduled_at").is_not_null(),
            )
            .index(&["state", "created_at", "id"])
            .index(&["kind", "created_at", "id"])
            .index(&["created_at", "id"])
            .create()
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_table(manager, "jobs").await
    }
}
