//! The database's time, told by the machine's clock and how far that is off.
//!
//! What is due is decided by comparing times that several servers have written. A server whose clock is ten minutes
//! slow would otherwise leave a job for ten minutes that another has enqueued.

use {
    super::ctx::{Clock, SystemClock},
    chrono::{TimeDelta, Utc},
    entity::scalar::DateTime,
    sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement},
    std::{
        sync::atomic::{AtomicI64, Ordering},
        time::Duration,
    },
    tokio::time::sleep,
};

/// How often the difference is measured.
const PERIOD: Duration = Duration::from_mins(1);
/// How often the database is asked for one measurement; the quickest answer counts.
const QUESTIONS: usize = 3;
/// How far a clock may be off before somebody should look at it.
const TOLD_FROM: TimeDelta = TimeDelta::seconds(2);

/// The machine's clock, corrected by how far it is off the database's. An embedded database has no other.
#[derive(Debug, Default)]
pub struct DatabaseClock {
    ahead_ms: AtomicI64,
}

impl Clock for DatabaseClock {
    fn now(&self) -> DateTime {
        let ahead = TimeDelta::milliseconds(self.ahead_ms.load(Ordering::Relaxed));
        (*SystemClock.now() + ahead).into()
    }
}

impl DatabaseClock {
    /// Measures how far the database's clock is ahead.
    pub async fn measure(&self, db: &DatabaseConnection) -> Result<TimeDelta, DbErr> {
        if db.get_database_backend() != DbBackend::Postgres {
            return Ok(TimeDelta::zero());
        }
        let mut quickest: Option<(TimeDelta, TimeDelta)> = None;
        for _ in 0..QUESTIONS {
            let asked = *SystemClock.now();
            let sql = "SELECT clock_timestamp() AS at";
            let row = db.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
            let took = *SystemClock.now() - asked;
            let at = row.map(|row| row.try_get::<chrono::DateTime<Utc>>("", "at")).transpose()?;
            let ahead = at.map(|at| at - (asked + took / 2));
            if let Some(ahead) = ahead.filter(|_| quickest.is_none_or(|(least, _)| took < least)) {
                quickest = Some((took, ahead));
            }
        }
        let ahead = quickest.map_or(TimeDelta::zero(), |(_, ahead)| ahead);
        self.ahead_ms.store(ahead.num_milliseconds(), Ordering::Relaxed);
        if ahead.abs() > TOLD_FROM {
            let ahead_ms = ahead.num_milliseconds();
            tracing::warn!(ahead_ms, "the database's clock is not this machine's; its time counts");
        }
        Ok(ahead)
    }

    /// Measures it each minute, for as long as it is polled.
    pub async fn follow(&self, db: &DatabaseConnection) {
        loop {
            sleep(PERIOD).await;
            if let Err(failure) = self.measure(db).await {
                tracing::warn!(%failure, "the database's time is not known");
            }
        }
    }
}
