//! The auditor: counts what should never be, a statement a rule.

use {
    crate::kernel::{ctx::Ctx, error::Result},
    chrono::TimeDelta,
    entity::{kernel::job::Lane, scalar::DateTime},
    sea_orm::{ActiveEnum, ConnectionTrait, Iterable, Statement},
};

/// A rule that the queue keeps while all is well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What it is called, in metrics.
    pub name: &'static str,
    /// What it means when there are any.
    pub means: &'static str,
    /// Which jobs break it; `$1` is a time.
    condition: &'static str,
    /// How long before now that time is.
    since: TimeDelta,
}

/// How many are counted at most.
const COUNT_MAX: u64 = 10_000;

/// The rules. The first two are found by `idx_jobs_lane_due_at_live`, the last by `idx_jobs_state_created_at_id`.
pub const RULES: [Rule; 3] = [
    Rule {
        name: "leases_ended",
        means: "jobs were left by a worker, and none takes them: is one running?",
        condition: "due_at < $1 AND state = 'RUNNING'",
        since: TimeDelta::minutes(1),
    },
    Rule {
        name: "overdue",
        means: "jobs wait for too long: is a worker running that knows them, and are there enough?",
        condition: "due_at < $1 AND state = 'READY'",
        since: TimeDelta::minutes(5),
    },
    Rule {
        name: "dead",
        means: "jobs are dead: see `jobs`, then `jobRetry` or `jobDiscard` them",
        condition: "state = 'DEAD' AND created_at < $1",
        since: TimeDelta::zero(),
    },
];

/// How many jobs break each rule.
pub async fn look(ctx: &Ctx) -> Result<Vec<(Rule, u64)>> {
    let lanes = Lane::iter().map(|lane| format!("'{}'", lane.to_value()));
    let lanes = lanes.collect::<Vec<_>>().join(", ");
    let mut found = Vec::new();
    for rule in RULES {
        let at: DateTime = (*ctx.now() - rule.since).into();
        let sql = format!(
            "SELECT COUNT(*) AS found FROM (SELECT 1 FROM jobs WHERE lane IN ({lanes}) AND {} \
             LIMIT {COUNT_MAX}) AS broken",
            rule.condition
        );
        let count = Statement::from_sql_and_values(ctx.backend(), sql, [at.into()]);
        let count: Option<i64> =
            ctx.db().query_one_raw(count).await?.map(|it| it.try_get("", "found")).transpose()?;
        found.push((rule, count.and_then(|it| u64::try_from(it).ok()).unwrap_or_default()));
    }
    Ok(found)
}
