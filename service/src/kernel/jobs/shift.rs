//! A worker's shift: the jobs that it has in hand, and those whose end it has yet to note.

use {
    super::{
        backoff,
        queue::{self, Free, Hold},
        registry::Kind,
        running::{Ending, Failure, Running, Step},
        unpacked,
        worker::{How, Worker},
    },
    crate::kernel::{
        error::Result,
        txn::{Change, Txn},
    },
    chrono::TimeDelta,
    entity::{
        kernel::{
            audit_entry::AuditAction,
            job::{self, Lane},
        },
        scalar::DateTime,
    },
    sea_orm::Iterable,
    serde_json::{Map, json},
    std::{collections::HashMap, future::pending},
    tokio::{
        task::{AbortHandle, Id, JoinError, JoinSet},
        time::{Instant, timeout},
    },
};

/// What to do next.
pub(super) enum Next {
    /// There may be more to claim.
    Again,
    /// To wait for something to end or to happen, or until a time.
    Wait(Option<DateTime>),
}

/// The jobs that a worker has in hand.
pub(super) struct Shift<'a> {
    worker: &'a Worker,
    tasks: JoinSet<Result<Ending, Failure>>,
    hands: HashMap<Id, Hand>,
    /// What has ended and is not noted yet. It keeps its place in its lane until then.
    ended: Vec<(Hand, Result<Ending, Failure>)>,
}

/// A job in hand.
struct Hand {
    hold: Hold,
    kind: &'static str,
    lane: Lane,
    attempt: i32,
    attempts_max: i32,
    begun_at: Instant,
    task: AbortHandle,
}

impl<'a> Shift<'a> {
    pub(super) fn of(worker: &'a Worker) -> Self {
        let (tasks, hands, ended) = (JoinSet::new(), HashMap::new(), Vec::new());
        Self { worker, tasks, hands, ended }
    }

    /// Whether nothing runs, and everything is noted.
    pub(super) fn is_idle(&self) -> bool {
        self.hands.is_empty() && self.ended.is_empty()
    }

    /// Waits until something that runs has ended. It can be dropped.
    pub(super) async fn ended(&mut self) {
        match self.tasks.join_next_with_id().await {
            Some(joined) => self.take(joined),
            None => pending().await,
        }
    }

    /// Notes what has ended, and claims what is due: both in one transaction, so that a commit serves several.
    pub(super) async fn round(&mut self, is_claiming: bool) -> Result<Next> {
        while let Some(joined) = self.tasks.try_join_next_with_id() {
            self.take(joined);
        }
        self.reach(Step::Ended, self.ended.len()).await;
        let ctx = &self.worker.ctx;
        let free = if is_claiming { self.free() } else { Free::new() };
        let is_full = free.values().all(|it| *it == 0);
        if self.ended.is_empty() && is_full {
            return Ok(Next::Wait(None));
        }
        let now = ctx.now();
        let txn = ctx.begin(ctx.may_as_server()?).await?;
        let hows = self.settle(&txn).await?;
        let lease = ctx.new_id();
        let until = (*now + self.lease()).into();
        let claimed = if is_full {
            Vec::new()
        } else {
            self.worker.claiming.claim(&txn, (lease, until), &free).await?
        };
        let next =
            if is_full || !claimed.is_empty() { None } else { queue::next_due(&txn, now).await? };
        self.reach(Step::Settled, self.ended.len()).await;
        txn.commit().await?;
        for ((hand, _), how) in self.ended.drain(..).zip(hows) {
            let took = hand.begun_at.elapsed();
            self.worker.observer.ended(hand.kind, hand.lane, how, took);
        }
        self.reach(Step::Claimed, claimed.len()).await;
        let has_claimed = !claimed.is_empty();
        for row in claimed {
            self.begin(row, (lease, now));
        }
        Ok(if has_claimed { Next::Again } else { Next::Wait(next) })
    }

    /// Extends the leases of what runs, and drops what is lost.
    pub(super) async fn renew(&mut self) {
        if self.hands.is_empty() {
            return;
        }
        let holds: Vec<_> = self.hands.values().map(|it| it.hold).collect();
        let ctx = &self.worker.ctx;
        let until = (*ctx.now() + self.lease()).into();
        match queue::renew(ctx.db(), &holds, until).await {
            Ok(held) => {
                let lost = self.hands.values().filter(|it| !held.contains(&it.hold.0));
                lost.for_each(|it| it.task.abort());
            }
            Err(failure) => tracing::warn!(%failure, "leases cannot be renewed"),
        }
    }

    /// Drops what still runs, and gives it back.
    pub(super) async fn give_back(&mut self) {
        self.tasks.abort_all();
        let mut left = Vec::new();
        while let Some(joined) = self.tasks.join_next_with_id().await {
            let task = joined.as_ref().map_or_else(JoinError::id, |it| it.0);
            let hold = self.hands.get(&task).map(|it| it.hold);
            match joined {
                Err(failure) if failure.is_cancelled() => {
                    self.hands.remove(&task);
                    left.extend(hold);
                }
                ended => self.take(ended),
            }
        }
        let ctx = &self.worker.ctx;
        let given = async {
            let txn = ctx.begin(ctx.may_as_server()?).await?;
            self.settle(&txn).await?;
            queue::give_back(&txn, &left).await?;
            txn.commit().await
        };
        if let Err(failure) = given.await {
            tracing::warn!(%failure, "jobs cannot be given back: their leases will end");
        }
    }

    fn lease(&self) -> TimeDelta {
        TimeDelta::from_std(self.worker.terms.lease).unwrap_or(TimeDelta::MAX)
    }

    /// How many jobs of each lane may be begun. What has ended is noted before any is.
    fn free(&self) -> Free {
        let in_hand = |lane| self.hands.values().filter(|it| it.lane == lane).count();
        let free = |lane| self.worker.terms.permits(lane).saturating_sub(in_hand(lane));
        Lane::iter().map(|lane| (lane, free(lane))).collect()
    }

    fn take(&mut self, joined: Result<(Id, Result<Ending, Failure>), JoinError>) {
        let (id, end) = match joined {
            Ok(ended) => ended,
            Err(failure) if failure.is_cancelled() => (failure.id(), Err(Failure::Lost)),
            Err(failure) => (failure.id(), Err(Failure::retry("it panicked"))),
        };
        if let Some(hand) = self.hands.remove(&id) {
            self.ended.push((hand, end));
        }
    }

    fn begin(&mut self, mut row: job::Model, (lease, now): (uuid::Uuid, DateTime)) {
        let worker = self.worker;
        let Some(kind) = worker.kinds.iter().find(|it| it.name == row.kind).copied() else {
            return;
        };
        let running = Running::of(worker, &row, lease);
        let lateness = (*now - *row.run_at).to_std().unwrap_or_default();
        worker.observer.began(kind.name, kind.lane, lateness);
        let (id, attempt, attempts_max) = (row.id, row.attempt, row.attempts_max);
        let task = self.tasks.spawn(async move {
            if attempt > attempts_max {
                // Its workers were killed, all of them: perhaps by it.
                return Err(Failure::give_up("every attempt was left before it ended"));
            }
            running.reach(Step::Begun).await;
            let payload = unpacked(&running, &mut row)?;
            run(kind, payload, running).await
        });
        let (hold, lane, begun_at) = ((id, lease), kind.lane, Instant::now());
        let kind = kind.name;
        let hand = Hand { hold, kind, lane, attempt, attempts_max, begun_at, task: task.clone() };
        self.hands.insert(task.id(), hand);
    }

    /// Notes what became of what has ended.
    async fn settle(&self, txn: &Txn) -> Result<Vec<How>> {
        let done = self.ended.iter().filter(|(_, end)| matches!(end, Ok(Ending::ToBeNoted)));
        let done: Vec<_> = done.map(|(hand, _)| hand.hold).collect();
        queue::note_done(txn, &done).await?;
        let mut hows = Vec::new();
        for (hand, end) in &self.ended {
            hows.push(match end {
                Ok(_) => How::Done,
                Err(Failure::Lost) => How::Lost,
                Err(Failure::Later(pause)) => {
                    let at = (*self.worker.ctx.now() + *pause).into();
                    let is_held = queue::postpone(txn, hand.hold, at).await?;
                    if is_held { How::Postponed } else { How::Lost }
                }
                Err(Failure::Retry(cause)) => self.fail(txn, hand, cause.as_ref(), true).await?,
                Err(Failure::GiveUp(cause)) => self.fail(txn, hand, cause.as_ref(), false).await?,
            });
        }
        Ok(hows)
    }

    async fn fail(
        &self,
        txn: &Txn,
        hand: &Hand,
        cause: &(dyn std::error::Error + Send + Sync),
        is_retried: bool,
    ) -> Result<How> {
        let ctx = &self.worker.ctx;
        let is_retried = is_retried && hand.attempt < hand.attempts_max;
        let pause = backoff::pause(hand.attempt, ctx.new_id());
        let again_at = is_retried.then(|| (*ctx.now() + pause).into());
        let (error, Hand { kind, hold: (id, _), attempt, .. }) = (told(cause), hand);
        if !queue::note_failed(txn, hand.hold, &error, again_at).await? {
            return Ok(How::Lost);
        }
        if is_retried {
            tracing::warn!(kind, %id, attempt, error, "a job failed, and is tried again");
            return Ok(How::Retried);
        }
        tracing::error!(kind, %id, attempt, error, "a job is dead: `jobRetry` or `jobDiscard` it");
        txn.mention(changed(txn, id.0, &["state", "last_error", "finished_at"]));
        Ok(How::Dead)
    }

    /// So many jobs have come to a step.
    async fn reach(&self, step: Step, jobs: usize) {
        if let Some(probe) = &self.worker.probe {
            for _ in 0..jobs {
                probe.reach(step).await;
            }
        }
    }
}

async fn run(kind: Kind, payload: serde_json::Value, running: Running) -> Result<Ending, Failure> {
    let took_too_long = || Failure::retry(format!("it took more than {:?}", kind.timeout));
    let end = timeout(kind.timeout, (kind.run)(payload, running)).await;
    Ok(end.map_err(|_| took_too_long())??.0)
}

/// What went wrong, and why.
fn told(cause: &(dyn std::error::Error + Send + Sync)) -> String {
    let mut told = cause.to_string();
    let mut next = cause.source();
    while let Some(cause) = next {
        told = format!("{told}: {cause}");
        next = cause.source();
    }
    told
}

/// The event that columns of a job have other values.
pub(super) fn changed(txn: &Txn, id: uuid::Uuid, columns: &[&str]) -> Change {
    let with = |value: i32| -> Map<_, _> {
        columns.iter().map(|it| ((*it).to_owned(), json!(value))).collect()
    };
    let (before, after) = (with(0), with(1));
    let (by, action, table) = (txn.by(), AuditAction::Update, "jobs".to_owned());
    Change { by, action, table, id, before, after, cause: None }
}
