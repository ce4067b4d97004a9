//! Pruning: events are forgotten once they are old.

use {
    crate::kernel::{ctx::Ctx, error::Result, jobs::chore::chore, retention},
    chrono::TimeDelta,
    entity::scalar::DateTime,
};

/// How many are deleted at once.
const BATCH: u64 = 5_000;

chore! {
    /// Forgets old events.
    Prune = "events.prune" by prune
}

/// Forgets events that are older than they are kept: how many. Found by `idx_event_logs_created_at_id`.
pub async fn prune(ctx: &Ctx) -> Result<u64> {
    let kept = TimeDelta::days(ctx.retention().events_days.into());
    let until: DateTime = (*ctx.now() - kept).into();
    let old = ("event_logs", "created_at < $1 ORDER BY created_at, id");
    retention::forget(ctx, old, until, BATCH).await
}
