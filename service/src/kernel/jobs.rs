//! Jobs: what the server does by itself, now or later, until it is done.
//!
//! [`enqueue`] stores a job in the transaction that gives cause for it: both happen, or neither. A [`worker`]
//! takes it when it is due, as often as it takes. A job may run twice (a worker was killed, a lease ran out), and
//! its [id](Running::id) is then the same; what it writes with [`Running::finish`] is written once.
//!
//! # Adding a kind
//!
//! It is a type that holds what the job needs to know and implements [`Job`], in a file beside what it does, and
//! its line in `service/src/wiring.rs`. Its name stays: jobs that wait are found by it. One that keeps the house
//! in order is declared in a line, by `chore!`.

pub mod auditor;
pub mod backoff;
pub(crate) mod chore;
pub mod desk;
pub mod periods;
pub mod pruning;
mod queue;
pub mod registry;
mod running;
mod shift;
pub mod worker;

pub use running::{End, Failure, Probe, Running, Step};
use {
    super::{error::Result, sealed::Place, txn::Txn},
    async_trait::async_trait,
    entity::{
        id::{AnyId, JobId},
        kernel::job::{self, JobState, Lane},
        scalar::{DateTime, Json},
        sealed::Sealed,
    },
    sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, sea_query::OnConflict},
    serde::{Serialize, de::DeserializeOwned},
    serde_json::{Value, json},
    std::time::Duration,
};

/// How long an attempt takes at most, unless its kind says otherwise.
const TIMEOUT: Duration = Duration::from_mins(5);
/// How often a job is begun at most, unless its kind says otherwise: over about half an hour.
const ATTEMPTS_MAX: i32 = 12;

/// A kind of job: what a job of it needs to know, and what is then done.
#[async_trait]
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// What it is called: its domain, a dot, and what it does.
    const KIND: &'static str;
    /// Beside which others it waits.
    const LANE: Lane;
    /// How often it is begun at most.
    const ATTEMPTS_MAX: i32 = ATTEMPTS_MAX;
    /// How long an attempt takes at most.
    const TIMEOUT: Duration = TIMEOUT;
    /// Whether what it needs to know holds secrets. It is then sealed while it waits, and forgotten
    /// once it is done.
    const IS_SECRET: bool = false;

    /// Does it. It may be dropped at any `await`: when it takes too long, is stopped, or has lost its lease.
    async fn run(self, running: &Running) -> Result<End, Failure>;
}

/// A job to be done.
#[derive(Clone, Debug)]
pub struct NewJob<J> {
    job: J,
    due_at: Option<DateTime>,
    unique_key: Option<String>,
    priority: i16,
    scheduled_at: Option<DateTime>,
}

impl<J: Job> NewJob<J> {
    /// To be done as soon as possible.
    pub fn new(job: J) -> Self {
        Self { job, due_at: None, unique_key: None, priority: 0, scheduled_at: None }
    }

    /// Not before a time.
    #[must_use]
    pub fn at(self, due_at: DateTime) -> Self {
        Self { due_at: Some(due_at), ..self }
    }

    /// Unless a job of the kind and with the same key waits or runs. A key has 1 to 200 characters.
    #[must_use]
    pub fn once(self, unique_key: impl Into<String>) -> Self {
        Self { unique_key: Some(unique_key.into()), ..self }
    }

    /// Before those of its lane that are due as well and have a lower priority, which is 0 for others.
    #[must_use]
    pub fn with_priority(self, priority: i16) -> Self {
        Self { priority, ..self }
    }

    /// For an instant of its period, which comes once.
    #[must_use]
    pub(crate) fn scheduled(self, at: DateTime) -> Self {
        Self { scheduled_at: Some(at), ..self }
    }
}

/// Stores a job, to be done once the transaction is committed. Answers its id, or none when its key is taken.
pub async fn enqueue<J: Job>(txn: &Txn, job: NewJob<J>) -> Result<Option<JobId>> {
    let NewJob { job, due_at, unique_key, priority, scheduled_at } = job;
    let ctx = txn.ctx();
    let (id, now) = (ctx.new_id(), ctx.now());
    let (payload, secret) = packed(txn, id, &job)?;
    let run_at = due_at.unwrap_or(now);
    let row = job::Model {
        id,
        kind: J::KIND.to_owned(),
        unique_key,
        payload,
        secret,
        priority,
        lane: J::LANE,
        state: JobState::Ready,
        due_at: Some(run_at),
        run_at,
        scheduled_at,
        attempt: 0,
        attempts_max: J::ATTEMPTS_MAX,
        lease: None,
        progress_done: None,
        progress_total: None,
        progress_note: None,
        last_error: None,
        correlation_id: AnyId(ctx.correlation()),
        created_at: now,
        finished_at: None,
    };
    let row = row.into_active_model().reset_all();
    let there = OnConflict::new().do_nothing().to_owned();
    let insert = job::Entity::insert(row).on_conflict(there);
    if insert.exec_without_returning(txn).await? == 0 {
        return Ok(None);
    }
    txn.wake_workers();
    Ok(Some(id))
}

/// What a job needs to know as it is stored: in the clear, or sealed.
fn packed<J: Job>(txn: &Txn, id: JobId, job: &J) -> Result<(Json, Option<Sealed<Vec<u8>>>)> {
    let payload = serde_json::to_value(job).expect("what a job needs to know can be written");
    if !J::IS_SECRET {
        return Ok((Json(payload), None));
    }
    let (identity, bytes) = (txn.ctx().identity(), payload.to_string().into_bytes());
    let secret = identity.keyring().seal(identity.entropy(), place(&id.to_string()), &bytes)?;
    Ok((Json(json!({})), Some(secret)))
}

/// What a job needs to know, as it was given.
fn unpacked(running: &Running, row: &mut job::Model) -> Result<Value, Failure> {
    let Some(secret) = row.secret.take() else { return Ok(std::mem::take(&mut row.payload.0)) };
    let keyring = running.ctx().identity().keyring();
    let bytes = keyring.open(place(&row.id.to_string()), &secret).map_err(Failure::retry)?;
    serde_json::from_slice(&bytes).map_err(Failure::give_up)
}

/// Where the secret of a job stands.
pub(super) fn place(row: &str) -> Place<'_> {
    Place { table: "jobs", column: "secret", row }
}
