//! How jobs are worked on, and how long is kept what nobody needs for ever.

use {
    super::{SettingsError, within},
    serde::Deserialize,
    service::kernel::{jobs::worker::Terms, retention::Retention},
    std::{net::SocketAddr, ops::RangeInclusive, time::Duration},
};

/// How long a statement of a job may take, unless the settings say otherwise.
const STATEMENT: Duration = Duration::from_mins(1);
/// How many connections a worker needs itself: for its rounds, the auditor, and the database's time.
const WORKER_CONNECTIONS: usize = 3;
/// How many jobs of a lane a worker may run at once.
const LANE: RangeInclusive<u64> = 1..=1_000;
/// How long a lease may be, in milliseconds.
const LEASE_MS: RangeInclusive<u64> = 1_000..=600_000;
/// How long a worker may rest, in milliseconds.
const POLL_MS: RangeInclusive<u64> = 10..=60_000;
/// After how many failures in a row an endpoint may be left alone.
const BREAKER_FAILURES: RangeInclusive<u64> = 1..=1_000;
/// How long an endpoint may be left alone, in milliseconds.
const BREAKER_PAUSE_MS: RangeInclusive<u64> = 1_000..=3_600_000;
/// How long a statement may take, in milliseconds.
const STATEMENT_MS: RangeInclusive<u64> = 10..=3_600_000;
/// How many days something may be kept.
const DAYS: RangeInclusive<u64> = 1..=36_500;

/// How jobs are worked on: `[jobs]` of `vigil.toml`.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Jobs {
    /// How many escalations a worker runs at once.
    pub escalation: usize,
    /// How many deliveries a worker runs at once.
    pub delivery: usize,
    /// How many jobs a worker runs at once that follow from what people did.
    pub ingest: usize,
    /// How many jobs a worker runs at once that keep the house in order.
    pub maintenance: usize,
    /// How long a job is a worker's own without a sign of life: so long does it take until another
    /// goes on with what a worker has left behind.
    pub lease_ms: u64,
    /// How often a worker looks for jobs though nothing hints at any.
    pub poll_ms: u64,
    /// After how many failures in a row a worker leaves an endpoint alone: the host and port of a webhook or of a language
    /// model, or the mail server.
    pub breaker_failures: u32,
    /// How long a worker leaves such an endpoint alone before one delivery tries it again.
    pub breaker_pause_ms: u64,
    /// How long a statement of a job may take on PostgreSQL.
    pub statement_timeout_ms: u64,
    /// Where `vigil work` answers `/healthz`, `/readyz` and `/metrics`; nowhere when left out.
    pub listen: Option<SocketAddr>,
}

impl Default for Jobs {
    fn default() -> Self {
        let Terms {
            escalation,
            delivery,
            ingest,
            maintenance,
            lease,
            poll,
            breaker_failures,
            breaker_pause,
            stop_within: _,
        } = Terms::default();
        let ms = |it: Duration| u64::try_from(it.as_millis()).unwrap_or(u64::MAX);
        let (lease_ms, poll_ms, breaker_pause_ms) = (ms(lease), ms(poll), ms(breaker_pause));
        let (statement_timeout_ms, listen) = (ms(STATEMENT), None);
        Self {
            escalation,
            delivery,
            ingest,
            maintenance,
            lease_ms,
            poll_ms,
            breaker_failures,
            breaker_pause_ms,
            statement_timeout_ms,
            listen,
        }
    }
}

impl Jobs {
    /// The terms of a worker, which may take so long to stop.
    pub fn terms(&self, stop_within: Duration) -> Terms {
        let Self { escalation, delivery, ingest, maintenance, breaker_failures, .. } = *self;
        let [lease, poll, breaker_pause] =
            [self.lease_ms, self.poll_ms, self.breaker_pause_ms].map(Duration::from_millis);
        Terms {
            escalation,
            delivery,
            ingest,
            maintenance,
            lease,
            poll,
            breaker_failures,
            breaker_pause,
            stop_within,
        }
    }

    /// How many connections a worker can use at once: one for each job that it runs, and its own.
    pub(crate) fn connections(&self) -> u32 {
        let Self { escalation, delivery, ingest, maintenance, .. } = *self;
        let all = escalation + delivery + ingest + maintenance + WORKER_CONNECTIONS;
        u32::try_from(all).unwrap_or(u32::MAX)
    }

    pub(super) fn check(&self) -> Result<(), SettingsError> {
        let lane = |it: usize| u64::try_from(it).unwrap_or(u64::MAX);
        for (key, value, range) in [
            ("jobs.escalation", lane(self.escalation), LANE),
            ("jobs.delivery", lane(self.delivery), LANE),
            ("jobs.ingest", lane(self.ingest), LANE),
            ("jobs.maintenance", lane(self.maintenance), LANE),
            ("jobs.lease_ms", self.lease_ms, LEASE_MS),
            ("jobs.poll_ms", self.poll_ms, POLL_MS),
            ("jobs.breaker_failures", self.breaker_failures.into(), BREAKER_FAILURES),
            ("jobs.breaker_pause_ms", self.breaker_pause_ms, BREAKER_PAUSE_MS),
            ("jobs.statement_timeout_ms", self.statement_timeout_ms, STATEMENT_MS),
        ] {
            within(key, value, &range)?;
        }
        Ok(())
    }
}

/// How long things are kept: `[retention]` of `vigil.toml`.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Kept {
    /// How many days events are kept.
    pub events_days: u16,
    /// How many days it is kept what a language model has said.
    pub opinions_days: u16,
}

impl Default for Kept {
    fn default() -> Self {
        let Retention { events_days, opinions_days } = Retention::default();
        Self { events_days, opinions_days }
    }
}

impl Kept {
    /// The same, as the server knows it.
    pub fn retention(self) -> Retention {
        let Self { events_days, opinions_days } = self;
        Retention { events_days, opinions_days }
    }

    pub(super) fn check(self) -> Result<(), SettingsError> {
        within("retention.events_days", self.events_days.into(), &DAYS)?;
        within("retention.opinions_days", self.opinions_days.into(), &DAYS)
    }
}
