//! The queue in SQL: jobs are claimed, kept, finished, and given back.
//!
//! A claim asks for `due_at <= now` alone. That is the time of a job that waits, and the end of the lease of one
//! that runs: what a worker has left behind comes back by itself. Whoever writes about a job it has claimed names
//! its lease, and so writes nothing about one that another has claimed since.

use {
    super::registry::Kind,
    crate::kernel::{error::Result, txn::Txn},
    entity::{
        id::JobId,
        kernel::job::{self, JobState, Lane},
        scalar::DateTime,
    },
    sea_orm::{
        ActiveEnum, ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, FromQueryResult,
        Iterable, QueryFilter, Statement, Value,
        sea_query::{Expr, ExprTrait},
    },
    std::{cmp::Reverse, collections::HashMap, fmt::Write},
    uuid::Uuid,
};

/// Among how many that have been due the longest the priority decides which goes first. More would be sorted at
/// each claim.
const WINDOW: usize = 256;
/// How long a message is kept, in characters.
const ERROR_CHARS_MAX: usize = 2_000;
/// How long the note of how far a job is may be, in characters.
const NOTE_CHARS_MAX: usize = 200;

/// A job that somebody has claimed, and what it is claimed with.
pub(super) type Hold = (JobId, Uuid);

/// The statement with which a worker claims jobs of the kinds that it knows. Those that it does not know are
/// for a worker of another release.
pub(super) struct Claiming {
    /// `$1` is the lease, `$2` its end, `$3` now; the number of jobs for each lane follows.
    sql: String,
    lanes: Vec<Lane>,
}

/// How many jobs of a lane.
pub(super) type Free = HashMap<Lane, usize>;

impl Claiming {
    pub(super) fn of(backend: DbBackend, kinds: &[Kind]) -> Self {
        let is_known = |lane: &Lane| kinds.iter().any(|it| it.lane == *lane);
        let lanes: Vec<_> = Lane::iter().filter(is_known).collect();
        let claimed =
            lanes.iter().zip(4..).map(|(lane, limit)| of_lane(backend, kinds, *lane, limit));
        let claimed = claimed.collect::<Vec<_>>().join(" UNION ALL ");
        let among = match backend {
            // An array is made once; a join might run the locking part as often as it likes.
            DbBackend::Postgres => format!("= ANY(ARRAY({claimed}))"),
            _ => format!("IN ({claimed})"),
        };
        let sql = format!(
            "UPDATE jobs SET state = 'RUNNING', lease = $1, due_at = $2, attempt = attempt + 1 \
             WHERE id {among} RETURNING *"
        );
        Self { sql, lanes }
    }

    /// Claims jobs that are due by a lease until a time, the first of them first.
    pub(super) async fn claim(
        &self,
        txn: &Txn,
        (lease, until): (Uuid, DateTime),
        free: &Free,
    ) -> Result<Vec<job::Model>> {
        let free = self.lanes.iter().map(|lane| free.get(lane).copied().unwrap_or_default());
        let free = free.map(|it| Value::from(i64::try_from(it).unwrap_or(i64::MAX)));
        let head: [Value; 3] = [lease.into(), until.into(), txn.ctx().now().into()];
        let values = head.into_iter().chain(free);
        let claim = Statement::from_sql_and_values(txn.get_database_backend(), &self.sql, values);
        let rows = txn.query_all_raw(claim).await?;
        let rows: Result<Vec<_>, DbErr> =
            rows.iter().map(|row| job::Model::from_query_result(row, "")).collect();
        let mut rows = rows?;
        rows.sort_by_key(|row| (Reverse(row.priority), row.run_at));
        Ok(rows)
    }
}

/// The ids of the jobs of a lane that are claimed, found by `idx_jobs_lane_due_at_live`.
fn of_lane(backend: DbBackend, kinds: &[Kind], lane: Lane, limit: usize) -> String {
    let names = kinds.iter().filter(|it| it.lane == lane).map(|it| format!("'{}'", it.name));
    let names = names.collect::<Vec<_>>().join(", ");
    let lane = lane.to_value();
    let longest = format!(
        "SELECT id, priority, due_at FROM jobs WHERE lane = '{lane}' AND due_at <= $3 \
         AND kind IN ({names}) ORDER BY due_at LIMIT {WINDOW}"
    );
    match backend {
        // One after the other is locked, until there are enough, and looked at again behind the lock: another worker
        // may have had it meanwhile. As a plain join, all of them would be looked up, or the whole table be read.
        DbBackend::Postgres => format!(
            "SELECT id FROM (SELECT held.id FROM (SELECT id, priority, due_at FROM ({longest}) AS longest \
             ORDER BY priority DESC, due_at) AS next CROSS JOIN LATERAL (SELECT jobs.id FROM jobs \
             WHERE jobs.id = next.id AND jobs.lane = '{lane}' AND jobs.due_at <= $3 LIMIT 1 \
             FOR UPDATE SKIP LOCKED) AS held ORDER BY next.priority DESC, next.due_at LIMIT ${limit}) AS of_lane"
        ),
        _ => format!(
            "SELECT id FROM (SELECT id FROM ({longest}) ORDER BY priority DESC, due_at \
             LIMIT ${limit})"
        ),
    }
}

/// When the next job is due that is not due now: each lane's first, by `idx_jobs_lane_due_at_live`.
pub(super) async fn next_due(db: &impl ConnectionTrait, now: DateTime) -> Result<Option<DateTime>> {
    let firsts = Lane::iter().map(|lane| {
        let lane = lane.to_value();
        format!(
            "SELECT due_at FROM (SELECT due_at FROM jobs WHERE lane = '{lane}' AND due_at > $1 \
             ORDER BY due_at LIMIT 1) AS of_lane"
        )
    });
    let firsts = firsts.collect::<Vec<_>>().join(" UNION ALL ");
    let sql = format!("SELECT due_at FROM ({firsts}) AS firsts ORDER BY due_at LIMIT 1");
    let first = Statement::from_sql_and_values(db.get_database_backend(), sql, [now.into()]);
    let first = db.query_one_raw(first).await?;
    Ok(first.map(|row| row.try_get("", "due_at")).transpose()?)
}

/// Notes that jobs are done, but for those that others have by now. Answers how many were noted.
pub(super) async fn note_done(txn: &Txn, holds: &[Hold]) -> Result<u64> {
    if holds.is_empty() {
        return Ok(0);
    }
    let (held, values) = held(holds, 2);
    let sql = format!(
        "UPDATE jobs SET state = 'DONE', due_at = NULL, lease = NULL, secret = NULL, \
         finished_at = $1 WHERE {held}"
    );
    let values: Vec<Value> = [txn.ctx().now().into()].into_iter().chain(values).collect();
    let done = Statement::from_sql_and_values(txn.get_database_backend(), sql, values);
    Ok(txn.execute_raw(done).await?.rows_affected())
}

/// Notes that an attempt has failed, and when the next one is, if there is one.
pub(super) async fn note_failed(
    txn: &Txn,
    hold: Hold,
    error: &str,
    again_at: Option<DateTime>,
) -> Result<bool> {
    let state = if again_at.is_some() { JobState::Ready } else { JobState::Dead };
    let finished_at = if again_at.is_some() { None } else { Some(txn.ctx().now()) };
    let failed = [
        (job::Column::State, state.to_value().into()),
        (job::Column::DueAt, Expr::val(again_at)),
        (job::Column::Lease, Expr::val(None::<Uuid>)),
        (job::Column::LastError, kept(error).into()),
        (job::Column::FinishedAt, Expr::val(finished_at)),
    ];
    let run_at = again_at.map(|at| (job::Column::RunAt, at.into()));
    amend(txn, hold, failed.into_iter().chain(run_at)).await
}

/// Gives a job back as if it had not been begun, to be begun later; unless another has it by now.
pub(super) async fn postpone(txn: &Txn, hold: Hold, at: DateTime) -> Result<bool> {
    let postponed = [
        (job::Column::State, JobState::Ready.to_value().into()),
        (job::Column::DueAt, at.into()),
        (job::Column::RunAt, at.into()),
        (job::Column::Lease, Expr::val(None::<Uuid>)),
        (job::Column::Attempt, Expr::col(job::Column::Attempt).sub(1)),
    ];
    amend(txn, hold, postponed).await
}

/// How far a job is.
pub(super) struct Progress<'a> {
    pub(super) done: i64,
    pub(super) total: Option<i64>,
    pub(super) note: &'a str,
}

/// Notes how far a job is, unless another has it by now.
pub(super) async fn note_progress(
    txn: &Txn,
    hold: Hold,
    Progress { done, total, note }: Progress<'_>,
) -> Result<bool> {
    let note: String = note.chars().filter(|it| *it != '\0').take(NOTE_CHARS_MAX).collect();
    let note = Some(note).filter(|it| !it.is_empty());
    let progress = [
        (job::Column::ProgressDone, done.into()),
        (job::Column::ProgressTotal, Expr::val(total)),
        (job::Column::ProgressNote, Expr::val(note)),
    ];
    amend(txn, hold, progress).await
}

/// Writes columns of a job, unless another has it by now: whether they were written.
async fn amend(
    txn: &Txn,
    (id, lease): Hold,
    columns: impl IntoIterator<Item = (job::Column, Expr)>,
) -> Result<bool> {
    let held = job::Column::Id.eq(id).and(job::Column::Lease.eq(lease));
    let amended = columns
        .into_iter()
        .fold(job::Entity::update_many(), |it, (column, value)| it.col_expr(column, value));
    Ok(amended.filter(held).exec(txn).await?.rows_affected == 1)
}

/// Extends leases. Answers which jobs are still held.
pub(super) async fn renew(
    db: &impl ConnectionTrait,
    holds: &[Hold],
    until: DateTime,
) -> Result<Vec<JobId>> {
    let (held, values) = held(holds, 2);
    let sql = format!("UPDATE jobs SET due_at = $1 WHERE {held} RETURNING id");
    let values: Vec<Value> = [until.into()].into_iter().chain(values).collect();
    let renew = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    let rows = db.query_all_raw(renew).await?;
    Ok(rows.iter().map(|row| row.try_get("", "id")).collect::<Result<_, DbErr>>()?)
}

/// Gives jobs back that were begun and not finished, as if they had not been begun.
pub(super) async fn give_back(txn: &Txn, holds: &[Hold]) -> Result<()> {
    if holds.is_empty() {
        return Ok(());
    }
    let (held, values) = held(holds, 2);
    let sql = format!(
        "UPDATE jobs SET state = 'READY', due_at = $1, lease = NULL, attempt = attempt - 1 \
         WHERE {held}"
    );
    let values: Vec<Value> = [txn.ctx().now().into()].into_iter().chain(values).collect();
    txn.execute_raw(Statement::from_sql_and_values(txn.get_database_backend(), sql, values))
        .await?;
    txn.wake_workers();
    Ok(())
}

/// The condition that a job is one of these and still held by its lease. Found by id.
fn held(holds: &[Hold], first: usize) -> (String, Vec<Value>) {
    let (mut ids, mut pairs, mut values) = (String::new(), String::new(), Vec::new());
    for (at, (id, lease)) in holds.iter().enumerate() {
        let (separator, number) = (if at == 0 { "" } else { ", " }, first + at * 2);
        // Writing into a string cannot fail.
        let _ = write!(ids, "{separator}${number}");
        let _ = write!(pairs, "{separator}(${number}, ${})", number + 1);
        values.extend([Value::from(*id), Value::from(*lease)]);
    }
    (format!("id IN ({ids}) AND (id, lease) IN (VALUES {pairs})"), values)
}

/// A message as it is kept: neither empty nor endless, and without what PostgreSQL does not take.
fn kept(error: &str) -> String {
    let text: String = error.replace('\0', "").chars().take(ERROR_CHARS_MAX).collect();
    if text.is_empty() { "it failed without a word".to_owned() } else { text }
}
