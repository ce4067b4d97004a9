//! A job while it runs: what it is done with, and how it ends.

use {
    super::{
        breaker::{Breakers, Switch},
        queue,
        shift::changed,
        worker::{Observer, Worker},
    },
    crate::kernel::{ctx::Ctx, error, error::Result, txn::Txn},
    chrono::TimeDelta,
    entity::{id::JobId, kernel::job, scalar::DateTime},
    std::{
        error::Error,
        io,
        sync::{Arc, Mutex, PoisonError},
    },
    uuid::Uuid,
};

/// How long a job that tells how far it is keeps to itself at least.
const PROGRESS_PAUSE: TimeDelta = TimeDelta::milliseconds(500);

/// Any failure.
type Cause = Box<dyn Error + Send + Sync>;

/// How a job ended well.
#[derive(Debug)]
pub struct End(pub(super) Ending);

/// Whether it is known already that a job is done.
#[derive(Debug)]
pub(super) enum Ending {
    /// The worker has yet to note it.
    ToBeNoted,
    /// The job's own transaction has noted it.
    Noted,
}

impl End {
    /// It is done, and nothing was written that must not be written twice.
    pub const DONE: Self = Self(Ending::ToBeNoted);
}

/// Why an attempt did not succeed.
#[derive(Debug)]
pub enum Failure {
    /// Another attempt may.
    Retry(Cause),
    /// No attempt will.
    GiveUp(Cause),
    /// It was not tried: it is not its turn yet, but will be after a while.
    Later(TimeDelta),
    /// Somebody has stopped the job, or another worker has it: what was done is discarded.
    Lost,
}

impl Failure {
    /// Another attempt may succeed.
    pub fn retry(cause: impl Into<Cause>) -> Self {
        Self::Retry(cause.into())
    }

    /// No attempt will succeed.
    pub fn give_up(cause: impl Into<Cause>) -> Self {
        Self::GiveUp(cause.into())
    }
}

impl From<error::Error> for Failure {
    /// What is refused for what it is will be refused again.
    fn from(failure: error::Error) -> Self {
        match failure {
            refused @ error::Error::Refused(_) => Self::give_up(refused),
            other => Self::retry(other),
        }
    }
}

impl From<sea_orm::DbErr> for Failure {
    fn from(failure: sea_orm::DbErr) -> Self {
        error::Error::from(failure).into()
    }
}

impl From<io::Error> for Failure {
    fn from(failure: io::Error) -> Self {
        Self::retry(failure)
    }
}

/// A step of a job's way through a worker, for tests that stop one there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// A worker has claimed it.
    Claimed,
    /// It is about to begin.
    Begun,
    /// It has written what it writes, in a transaction that is open.
    Written,
    /// Its transaction says that it is done, and is about to be committed.
    Noted,
    /// Its transaction is committed.
    Committed,
    /// It has ended, and the worker is about to note how.
    Ended,
    /// The worker has noted how, in a transaction that is about to be committed.
    Settled,
}

/// Somebody who looks over a worker's shoulder: tests, which stop it where it hurts.
pub trait Probe: Send + Sync {
    /// A job has come to a step. Its worker goes on once this is done.
    fn reach(&self, step: Step) -> futures_util::future::BoxFuture<'_, ()>;
}

/// A job while it runs.
pub struct Running {
    ctx: Ctx,
    id: JobId,
    lease: Uuid,
    attempt: i32,
    attempts_max: i32,
    breakers: Arc<Breakers>,
    observer: Arc<dyn Observer>,
    probe: Option<Arc<dyn Probe>>,
    told_at: Mutex<Option<DateTime>>,
}

impl Running {
    pub(super) fn of(worker: &Worker, row: &job::Model, lease: Uuid) -> Self {
        Self {
            ctx: worker.ctx.for_job(&row.kind, row.correlation_id.0),
            id: row.id,
            lease,
            attempt: row.attempt,
            attempts_max: row.attempts_max,
            breakers: worker.breakers.clone(),
            observer: worker.observer.clone(),
            probe: worker.probe.clone(),
            told_at: Mutex::default(),
        }
    }

    /// What it is done with, on behalf of the server itself.
    pub fn ctx(&self) -> &Ctx {
        &self.ctx
    }

    /// The job's id, which is the same over all attempts: a key for whoever is told of it.
    pub fn id(&self) -> JobId {
        self.id
    }

    /// Which attempt it is, from 1.
    pub fn attempt(&self) -> i32 {
        self.attempt
    }

    /// Whether there is no other attempt when this one fails.
    pub fn is_last_attempt(&self) -> bool {
        self.attempt >= self.attempts_max
    }

    /// A transaction.
    pub async fn begin(&self) -> Result<Txn> {
        self.ctx.begin(self.ctx.may_as_server()?).await
    }

    /// Commits what the job has written, and that it is done, unless another has it by now.
    pub async fn finish(&self, txn: Txn) -> Result<End, Failure> {
        self.reach(Step::Written).await;
        if queue::note_done(&txn, &[(self.id, self.lease)]).await? == 0 {
            return Err(Failure::Lost);
        }
        self.reach(Step::Noted).await;
        txn.commit().await?;
        self.reach(Step::Committed).await;
        Ok(End(Ending::Noted))
    }

    /// Makes a call to an endpoint, by whose name failures are counted: one that may be tried again speaks against it,
    /// every other answer for it. After some failures in a row it is left alone for a while: the call is not made then,
    /// and the job is [put off](Failure::Later).
    pub async fn call<T>(
        &self,
        endpoint: &str,
        call: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let pass = self.breakers.pass(endpoint, self.ctx.now()).map_err(Failure::Later)?;
        let answer = call.await;
        let switch = match &answer {
            Ok(_) | Err(Failure::GiveUp(_)) => pass.answered(),
            Err(Failure::Retry(_)) => pass.failed(self.ctx.now()),
            Err(Failure::Later(_) | Failure::Lost) => None,
        };
        match switch {
            Some(Switch::Opened) => tracing::warn!(endpoint, "it fails, and is left alone for now"),
            Some(Switch::Closed) => tracing::info!(endpoint, "it is back, and is called again"),
            None => {}
        }
        if let Some(to) = switch {
            self.observer.switched(endpoint, to);
        }
        answer
    }

    /// Tells how much is done, of how much, and what it is at. Those who listen hear of it twice a second at
    /// most, and of the end.
    pub async fn progress(&self, done: i64, total: Option<i64>, note: &str) -> Result<(), Failure> {
        let now = self.ctx.now();
        let is_end = total == Some(done);
        let told_at = *self.told_at.lock().unwrap_or_else(PoisonError::into_inner);
        if told_at.is_some_and(|it| *now - *it < PROGRESS_PAUSE) && !is_end {
            return Ok(());
        }
        let txn = self.begin().await?;
        let progress = queue::Progress { done, total, note };
        if !queue::note_progress(&txn, (self.id, self.lease), progress).await? {
            return Err(Failure::Lost);
        }
        let columns = ["progress_done", "progress_total", "progress_note"];
        txn.mention(changed(&txn, self.id.0, &columns));
        txn.commit().await?;
        *self.told_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
        Ok(())
    }

    pub(super) async fn reach(&self, step: Step) {
        if let Some(probe) = &self.probe {
            probe.reach(step).await;
        }
    }
}
