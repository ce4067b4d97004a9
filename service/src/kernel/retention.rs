//! How long is kept what nobody needs for ever, and how it is forgotten.

use {
    super::{ctx::Ctx, error::Result},
    entity::scalar::DateTime,
    sea_orm::{ConnectionTrait, Statement},
};

/// How long is kept what nobody needs for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// How many days events are kept. The audit trail is kept for ever.
    pub events_days: u16,
    /// How many days it is kept what a language model has said.
    pub opinions_days: u16,
}

impl Default for Retention {
    fn default() -> Self {
        Self { events_days: 365, opinions_days: 365 }
    }
}

/// Deletes rows of a table, so many at a time, so that nobody waits for long: how many. `which` says which of them, in
/// SQL, and in what order they are found; `$1` in it is an instant.
pub(crate) async fn forget(
    ctx: &Ctx,
    (table, which): (&str, &str),
    until: DateTime,
    batch: u64,
) -> Result<u64> {
    let sql = format!(
        "DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE {which} LIMIT {batch})"
    );
    let delete = Statement::from_sql_and_values(ctx.backend(), sql, [until.into()]);
    let mut forgotten = 0;
    loop {
        let gone = ctx.db().execute_raw(delete.clone()).await?.rows_affected();
        forgotten += gone;
        if gone < batch {
            return Ok(forgotten);
        }
    }
}
