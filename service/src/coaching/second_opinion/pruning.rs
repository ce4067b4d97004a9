//! Pruning: opinions are forgotten once they are old. Whoever asks the same again pays for it again.

use {
    crate::kernel::{ctx::Ctx, error::Result, jobs::chore::chore},
    chrono::TimeDelta,
    entity::scalar::DateTime,
    sea_orm::{ConnectionTrait, Statement},
};

/// How many are deleted at once.
const BATCH: u64 = 1_000;

chore! {
    /// Forgets old opinions.
    Prune = "coaching.prune_opinions" by prune
}

/// Forgets opinions that are older than they are kept: how many. Found by `idx_text_opinions_created_at_id`.
pub async fn prune(ctx: &Ctx) -> Result<u64> {
    let kept = TimeDelta::days(ctx.retention().opinions_days.into());
    let until: DateTime = (*ctx.now() - kept).into();
    let mut pruned = 0;
    loop {
        let sql = format!(
            "DELETE FROM text_opinions WHERE id IN (SELECT id FROM text_opinions WHERE \
             created_at < $1 ORDER BY created_at, id LIMIT {BATCH})"
        );
        let delete = Statement::from_sql_and_values(ctx.backend(), sql, [until.into()]);
        let gone = ctx.db().execute_raw(delete).await?.rows_affected();
        pruned += gone;
        if gone < BATCH {
            return Ok(pruned);
        }
    }
}
