//! A worker: claims jobs that are due, runs them side by side, and notes what became of them.
//!
//! Any number of workers share a queue. None of them leads, and none of them is missed: what one leaves behind
//! when it is killed is due again when its lease has ended.

use {
    super::{
        auditor,
        breaker::{Breakers, Switch},
        periods::{Calendar, Period},
        queue::Claiming,
        registry::Kind,
        running::Probe,
        shift::{Next, Shift},
    },
    crate::kernel::{ctx::Ctx, error::Result, events::bus::News},
    entity::{kernel::job::Lane, scalar::DateTime},
    std::{pin::pin, sync::Arc, time::Duration},
    tokio::time::{Instant, MissedTickBehavior, interval_at, sleep, timeout_at},
};

/// How long a worker waits when the database does not answer.
const FAILURE_PAUSE: Duration = Duration::from_secs(1);
/// How often it is looked for what should never be.
const AUDIT_PERIOD: Duration = Duration::from_mins(1);
/// How often a lease is renewed before it ends.
const RENEWALS_A_LEASE: u32 = 3;

/// How a worker works.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// How many jobs of each lane it runs at once.
    pub escalation: usize,
    /// See [`Terms::escalation`].
    pub delivery: usize,
    /// See [`Terms::escalation`].
    pub ingest: usize,
    /// See [`Terms::escalation`].
    pub maintenance: usize,
    /// How long a job is its own without a sign of life: so long does it take until another worker
    /// goes on with what this one has left behind.
    pub lease: Duration,
    /// How often it looks for jobs though nothing hints at any.
    pub poll: Duration,
    /// After how many failures in a row an endpoint is left alone.
    pub breaker_failures: u32,
    /// How long it is left alone before a call tries it again.
    pub breaker_pause: Duration,
    /// How long jobs may go on once it was told to stop.
    pub stop_within: Duration,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            escalation: 8,
            delivery: 16,
            ingest: 4,
            maintenance: 2,
            lease: Duration::from_secs(30),
            poll: Duration::from_secs(1),
            breaker_failures: 5,
            breaker_pause: Duration::from_secs(30),
            stop_within: Duration::from_secs(25),
        }
    }
}

impl Terms {
    /// How many jobs of a lane it runs at once.
    pub fn permits(&self, lane: Lane) -> usize {
        match lane {
            Lane::Escalation => self.escalation,
            Lane::Delivery => self.delivery,
            Lane::Ingest => self.ingest,
            Lane::Maintenance => self.maintenance,
        }
    }
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum How {
    /// It was done.
    Done,
    /// It failed, and is tried again.
    Retried,
    /// It failed for good.
    Dead,
    /// It was not its turn yet.
    Postponed,
    /// Somebody has stopped it, or another worker has it.
    Lost,
}

/// Somebody who wants to know what a worker does: who counts it, for one.
pub trait Observer: Send + Sync {
    /// A job has begun so long after it was due.
    fn began(&self, kind: &'static str, lane: Lane, late: Duration);
    /// An attempt has ended after so long.
    fn ended(&self, kind: &'static str, lane: Lane, how: How, took: Duration);
    /// So many jobs break a rule of the auditor's.
    fn found(&self, rule: &'static str, jobs: u64);
    /// An endpoint is left alone, or called again.
    fn switched(&self, endpoint: &str, to: Switch);
}

/// Nobody.
impl Observer for () {
    fn began(&self, _: &'static str, _: Lane, _: Duration) {}
    fn ended(&self, _: &'static str, _: Lane, _: How, _: Duration) {}
    fn found(&self, _: &'static str, _: u64) {}
    fn switched(&self, _: &str, _: Switch) {}
}

/// Claims jobs that are due, and runs them.
pub struct Worker {
    pub(super) ctx: Ctx,
    pub(super) kinds: Vec<Kind>,
    pub(super) terms: Terms,
    pub(super) claiming: Claiming,
    periods: Vec<Period>,
    pub(super) breakers: Arc<Breakers>,
    pub(super) observer: Arc<dyn Observer>,
    pub(super) probe: Option<Arc<dyn Probe>>,
}

impl Worker {
    /// A worker that knows these kinds.
    pub fn new(ctx: Ctx, kinds: Vec<Kind>, terms: Terms) -> Self {
        let claiming = Claiming::of(ctx.backend(), &kinds);
        let (periods, observer) = (Vec::new(), Arc::new(()));
        let breakers = Arc::new(Breakers::of(&terms));
        Self { ctx, kinds, terms, claiming, periods, breakers, observer, probe: None }
    }

    /// The same, that also looks at the clock.
    #[must_use]
    pub fn with_periods(self, periods: Vec<Period>) -> Self {
        Self { periods, ..self }
    }

    /// The same, watched by somebody.
    #[must_use]
    pub fn observed_by(self, observer: Arc<dyn Observer>) -> Self {
        Self { observer, ..self }
    }

    /// The same, with somebody who stops it where it hurts.
    #[must_use]
    pub fn probed_by(self, probe: Arc<dyn Probe>) -> Self {
        Self { probe: Some(probe), ..self }
    }

    /// Works until told to stop. Jobs that have begun are finished then, or given back.
    pub async fn run(&self, stop: impl Future<Output = ()>) {
        let bus = self.ctx.bus();
        tokio::select! {
            () = self.work(stop) => {}
            () = self.audit() => {}
            () = bus.carry() => {}
            () = bus.listen() => {}
        }
    }

    /// Works until nothing is due that it may begin, and nothing runs.
    pub async fn run_due(&self) {
        let (mut shift, mut calendar) = (Shift::of(self), Calendar::of(&self.periods));
        loop {
            match self.round(&mut shift, &mut calendar).await {
                Ok(Next::Again) => {}
                Ok(Next::Wait(_)) if shift.is_idle() => return,
                Ok(Next::Wait(_)) => shift.ended().await,
                Err(failure) => {
                    tracing::warn!(%failure, "the queue of jobs cannot be read");
                    sleep(FAILURE_PAUSE).await;
                }
            }
        }
    }

    async fn work(&self, stop: impl Future<Output = ()>) {
        let mut stop = pin!(stop);
        let (mut shift, mut calendar) = (Shift::of(self), Calendar::of(&self.periods));
        let every = self.terms.lease / RENEWALS_A_LEASE;
        // What has just been claimed needs no renewal.
        let mut renewal = interval_at(Instant::now() + every, every);
        renewal.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let pause = match self.round(&mut shift, &mut calendar).await {
                Ok(Next::Again) => continue,
                Ok(Next::Wait(until)) => self.until(until.into_iter().chain(calendar.next()).min()),
                Err(failure) => {
                    tracing::warn!(%failure, "the queue of jobs cannot be read");
                    FAILURE_PAUSE
                }
            };
            tokio::select! {
                () = &mut stop => break,
                () = shift.ended() => {}
                () = self.ctx.bus().heard(News::Jobs) => {}
                () = sleep(pause) => {}
                _ = renewal.tick() => shift.renew().await,
            }
        }
        let deadline = Instant::now() + self.terms.stop_within;
        while !shift.is_idle() {
            let ended = async {
                tokio::select! {
                    () = shift.ended() => {}
                    _ = renewal.tick() => shift.renew().await,
                }
            };
            if timeout_at(deadline, ended).await.is_err() {
                break;
            }
            if let Err(failure) = shift.round(false).await {
                tracing::warn!(%failure, "what became of jobs cannot be noted");
            }
        }
        shift.give_back().await;
    }

    async fn round(&self, shift: &mut Shift<'_>, calendar: &mut Calendar) -> Result<Next> {
        calendar.look(&self.ctx).await?;
        shift.round(true).await
    }

    /// Looks each minute for what should never be, for ever.
    async fn audit(&self) {
        // Whoever starts after a while finds much that is overdue, and is about to do it.
        let mut minute = interval_at(Instant::now() + AUDIT_PERIOD, AUDIT_PERIOD);
        minute.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            minute.tick().await;
            match auditor::look(&self.ctx).await {
                Ok(found) => {
                    for (rule, jobs) in found {
                        self.observer.found(rule.name, jobs);
                        if jobs > 0 {
                            tracing::error!(rule = rule.name, jobs, "{}", rule.means);
                        }
                    }
                }
                Err(failure) => tracing::warn!(%failure, "the queue of jobs cannot be audited"),
            }
        }
    }

    /// How long it is until a time, or until it is time to look again.
    fn until(&self, next: Option<DateTime>) -> Duration {
        let next = next.map(|it| (*it - *self.ctx.now()).to_std().unwrap_or_default());
        next.unwrap_or(self.terms.poll).min(self.terms.poll)
    }
}
