//! Pruning: finished jobs are forgotten after a while.

use {
    super::chore::chore,
    crate::kernel::{ctx::Ctx, error::Result, retention},
    chrono::TimeDelta,
    entity::{kernel::job::JobState, scalar::DateTime},
    sea_orm::ActiveEnum,
};

/// How long what ended in a state is kept.
const KEPT: [(JobState, TimeDelta); 3] = [
    (JobState::Done, TimeDelta::days(1)),
    (JobState::Cancelled, TimeDelta::days(30)),
    (JobState::Dead, TimeDelta::days(30)),
];
/// How many are deleted at once.
const BATCH: u64 = 1_000;

chore! {
    /// Forgets finished jobs.
    Prune = "jobs.prune" by prune
}

/// Forgets jobs that have been finished for long: how many. The newest of each period stays, from which it is told
/// what was fired last.
pub async fn prune(ctx: &Ctx) -> Result<u64> {
    let mut pruned = 0;
    for (state, kept) in KEPT {
        let until: DateTime = (*ctx.now() - kept).into();
        // Found by `idx_jobs_state_created_at_id`: what was finished so long ago was made before; the newest of a kind is
        // the end of a range of `idx_jobs_kind_scheduled_at_always`.
        let which = format!(
            "state = '{}' AND \
             created_at < $1 AND finished_at < $1 AND (scheduled_at IS NULL OR scheduled_at < \
             (SELECT MAX(newer.scheduled_at) FROM jobs AS newer WHERE newer.kind = jobs.kind \
             AND newer.scheduled_at IS NOT NULL)) \
             ORDER BY created_at",
            state.to_value()
        );
        pruned += retention::forget(ctx, ("jobs", &which), until, BATCH).await?;
    }
    Ok(pruned)
}
