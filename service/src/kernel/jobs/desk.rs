//! What administrators see of jobs, and what they do about them.

use {
    crate::kernel::{
        access::guarded,
        check::Violation,
        conflict::{self, Unique},
        ctx::Ctx,
        edit,
        error::Result,
        given::Given,
        list::{
            list,
            operators::{Choice, Prefix, Span},
            predicate::Predicate,
        },
    },
    async_graphql::InputObject,
    entity::{
        id::JobId,
        kernel::{
            capability::Capability,
            job::{self, JobState, Lane},
        },
        scalar::DateTime,
    },
    sea_orm::{ActiveValue::Set, IntoActiveModel},
};

list! {
    job;
    /// Narrows a list of jobs.
    filter JobFilter {
        /// By what is to be done.
        kind: Prefix,
        /// By lane.
        lane: Choice<Lane>,
        /// By how far they are.
        state: Choice<JobState>,
        /// By when they were made.
        created_at: Span<DateTime>,
    }
    /// The order of a list of jobs.
    order JobOrder by JobOrderField {
        /// By when they were made.
        CreatedAt = "created_at",
    }
    default "created_at" Desc;
    indexes {
        ["state"] "created_at";
        ["kind"] "created_at";
    }
}

guarded! {
    job: JobsManage;
    own(_) {
        Predicate::none()
    }
    shown {
        Id, Kind, UniqueKey, Priority, Lane, State, DueAt, RunAt, ScheduledAt, Attempt, AttemptsMax,
        ProgressDone, ProgressTotal, ProgressNote, LastError, CorrelationId, CreatedAt, FinishedAt,
    }
    never { Payload, Secret, Lease }
}

/// A job to try again.
#[derive(Clone, Debug, InputObject)]
pub struct JobRetryInput {
    /// Which.
    pub id: Given<JobId>,
}

/// A dead job to put away.
#[derive(Clone, Debug, InputObject)]
pub struct JobDiscardInput {
    /// Which.
    pub id: Given<JobId>,
}

/// A job to stop.
#[derive(Clone, Debug, InputObject)]
pub struct JobCancelInput {
    /// Which.
    pub id: Given<JobId>,
}

/// What is told when another job has the key by now.
const KEY_TAKEN: Unique = Unique {
    table: "jobs",
    columns: &["kind", "unique_key"],
    field: "id",
    message: "has a key that another job has, which waits or runs",
};

/// Begins a dead or stopped job anew, at once and with all its attempts before it.
pub async fn retry(ctx: &Ctx, input: JobRetryInput) -> Result<job::Model> {
    let txn = ctx.begin(ctx.may(Capability::JobsManage)?).await?;
    let before = edit::find::<job::Entity, _>(&txn, "id", input.id).await?;
    if !matches!(before.state, JobState::Dead | JobState::Cancelled) {
        return Err(Violation::conflict("id", "is neither dead nor cancelled").into());
    }
    let now = ctx.now();
    let mut row = before.clone().into_active_model();
    (row.state, row.attempt, row.finished_at) = (Set(JobState::Ready), Set(0), Set(None));
    (row.due_at, row.run_at) = (Set(Some(now)), Set(now));
    let amended = edit::amend::<job::Entity, _>(&txn, &before, row).await;
    let row = amended.map_err(|it| conflict::told(it, &[KEY_TAKEN]))?;
    txn.wake_workers();
    txn.commit().await?;
    Ok(row)
}

/// Puts a dead job away: nobody needs to look at it any more.
pub async fn discard(ctx: &Ctx, input: JobDiscardInput) -> Result<job::Model> {
    stop(ctx, input.id, &[JobState::Dead], "is not dead").await
}

/// Stops a job that waits or runs. One that runs is dropped when its worker renews its lease, or
/// when it wants to note what it has done.
pub async fn cancel(ctx: &Ctx, input: JobCancelInput) -> Result<job::Model> {
    stop(ctx, input.id, &[JobState::Ready, JobState::Running], "is finished already").await
}

async fn stop(
    ctx: &Ctx,
    id: Given<JobId>,
    from: &[JobState],
    otherwise: &str,
) -> Result<job::Model> {
    let txn = ctx.begin(ctx.may(Capability::JobsManage)?).await?;
    let before = edit::find::<job::Entity, _>(&txn, "id", id).await?;
    if !from.contains(&before.state) {
        return Err(Violation::conflict("id", otherwise).into());
    }
    let mut row = before.clone().into_active_model();
    (row.state, row.due_at) = (Set(JobState::Cancelled), Set(None));
    (row.lease, row.finished_at) = (Set(None), Set(Some(ctx.now())));
    let row = edit::amend::<job::Entity, _>(&txn, &before, row).await?;
    txn.wake_workers();
    txn.commit().await?;
    Ok(row)
}
