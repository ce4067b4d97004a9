//! Connections that wait for the next statement, and how many there may be.

use {
    sea_orm::{
        ConnAcquireErr, DbErr,
        sqlx::{self, Database, Pool},
    },
    std::{
        sync::{Arc, Mutex, PoisonError},
        thread,
        time::{Duration, Instant},
    },
    tokio::{
        sync::{OwnedSemaphorePermit, Semaphore},
        time::timeout,
    },
};

/// How many statements may run at once.
pub(super) struct Places {
    wait: Duration,
    free: Arc<Semaphore>,
}

impl Places {
    /// As many as a pool has connections at most, and as patient.
    pub(super) fn of<D: Database>(pool: &Pool<D>) -> Self {
        let places = usize::try_from(pool.options().get_max_connections()).unwrap_or(usize::MAX);
        Self::so_many(places.min(Semaphore::MAX_PERMITS), pool)
    }

    /// Two for each processor, as patient as a pool: what computes is no faster for being more.
    pub(super) fn for_processors<D: Database>(pool: &Pool<D>) -> Self {
        Self::so_many(2 * thread::available_parallelism().map_or(1, usize::from), pool)
    }

    fn so_many<D: Database>(places: usize, pool: &Pool<D>) -> Self {
        let free = Arc::new(Semaphore::new(places));
        Self { wait: pool.options().get_acquire_timeout(), free }
    }

    /// How long to wait for one.
    pub(super) fn patience(&self) -> Duration {
        self.wait
    }

    /// What a step comes to, unless it takes longer than anybody waits.
    pub(super) async fn in_time<T>(&self, step: impl Future<Output = T>) -> Result<T, sqlx::Error> {
        timeout(self.wait, step).await.map_err(|_| sqlx::Error::PoolTimedOut)
    }

    /// A place, until what this answers is dropped.
    pub(super) async fn take(&self) -> Result<OwnedSemaphorePermit, DbErr> {
        // Mostly one is free: then nobody needs an alarm.
        if let Ok(place) = self.free.clone().try_acquire_owned() {
            return Ok(place);
        }
        let place = timeout(self.wait, self.free.clone().acquire_owned()).await;
        let place = place.map_err(|_| DbErr::ConnectionAcquire(ConnAcquireErr::Timeout))?;
        place.map_err(|_| DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed))
    }
}

/// How long a connection may lie: one that was forgotten on the way to the database is told of by nobody.
const LIE_MAX: Duration = Duration::from_mins(5);

/// Connections that nobody uses; the one used last is used first.
pub(super) struct Idle<C>(Mutex<Vec<(Instant, C)>>);

impl<C> Default for Idle<C> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<C> Idle<C> {
    pub(super) fn take(&self) -> Option<C> {
        self.take_younger(LIE_MAX)
    }

    /// The one used last, unless that was so long ago; then all the others lie for even longer.
    fn take_younger(&self, age: Duration) -> Option<C> {
        let mut idle = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match idle.pop() {
            Some((since, connection)) if since.elapsed() <= age => Some(connection),
            _ => {
                idle.clear();
                None
            }
        }
    }

    pub(super) fn put(&self, connection: C) {
        let mut idle = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        idle.push((Instant::now(), connection));
        // Those at the bottom were needed when more was asked at once than now.
        let kept = idle.iter().position(|(since, _)| since.elapsed() <= LIE_MAX);
        idle.drain(..kept.unwrap_or_default());
    }

    pub(super) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_used_last_is_used_first() {
        let idle = Idle::default();
        (1..=3).for_each(|it| idle.put(it));

        assert_eq!([idle.take(), idle.take()], [Some(3), Some(2)]);
    }

    #[test]
    fn what_lies_too_long_is_not_used_again() {
        let idle = Idle::default();
        (1..=3).for_each(|it| idle.put(it));

        assert_eq!(idle.take_younger(Duration::ZERO), None);
        assert_eq!(idle.take(), None, "the others lie for longer");
    }
}
