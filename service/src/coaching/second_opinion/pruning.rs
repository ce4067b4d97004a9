//! Pruning: opinions are forgotten once they are old. Whoever asks the same again pays for it again.

use {
    crate::kernel::{ctx::Ctx, error::Result, jobs::chore::chore, retention},
    chrono::TimeDelta,
    entity::scalar::DateTime,
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
    let old = ("text_opinions", "created_at < $1 ORDER BY created_at, id");
    retention::forget(ctx, old, until, BATCH).await
}
