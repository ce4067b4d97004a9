//! Connections that wait for the next statement, and how many there may be.

use {
    sea_orm::{
        ConnAcquireErr, DbErr,
        sqlx::{Database, Pool},
    },
    std::{
        sync::{Mutex, PoisonError},
        time::Duration,
    },
    tokio::{
        sync::{Semaphore, SemaphorePermit},
        time::timeout,
    },
};

/// How many statements may run at once.
pub(super) struct Places {
    wait: Duration,
    free: Semaphore,
}

impl Places {
    /// As many as a pool has connections at most, and as patient.
    pub(super) fn of<D: Database>(pool: &Pool<D>) -> Self {
        let places = usize::try_from(pool.options().get_max_connections()).unwrap_or(usize::MAX);
        let free = Semaphore::new(places.min(Semaphore::MAX_PERMITS));
        Self { wait: pool.options().get_acquire_timeout(), free }
    }

    /// A place, until what this answers is dropped.
    pub(super) async fn take(&self) -> Result<SemaphorePermit<'_>, DbErr> {
        // Mostly one is free: then nobody needs an alarm.
        if let Ok(place) = self.free.try_acquire() {
            return Ok(place);
        }
        let place = timeout(self.wait, self.free.acquire()).await;
        let place = place.map_err(|_| DbErr::ConnectionAcquire(ConnAcquireErr::Timeout))?;
        place.map_err(|_| DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed))
    }
}

/// Connections that nobody uses; the one used last is used first.
pub(super) struct Idle<C>(Mutex<Vec<C>>);

impl<C> Default for Idle<C> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<C> Idle<C> {
    pub(super) fn take(&self) -> Option<C> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    pub(super) fn put(&self, connection: C) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
    }

    pub(super) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
