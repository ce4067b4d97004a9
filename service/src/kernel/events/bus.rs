//! The bus: who carries the hint that something happened from whoever wrote it to whoever listens.
//!
//! A hint may get lost, and may come twice: the log is read again now and then anyway. So it can be
//! cheap, and never waits.

use {
    super::postgres::Postgres,
    futures_util::{
        FutureExt,
        future::{BoxFuture, pending},
    },
    sea_orm::{DatabaseConnection, DbBackend},
    std::sync::Arc,
    tokio::sync::Notify,
    uuid::Uuid,
};

/// Carries hints between the servers of one database.
pub trait Bus: Send + Sync {
    /// Says that something was committed here.
    fn tell(&self);

    /// Waits until something may have happened, here or elsewhere, since it was waited for last.
    /// One at a time waits.
    fn heard(&self) -> BoxFuture<'_, ()>;

    /// Passes on to other servers what is told here, for as long as it is polled.
    fn carry(&self) -> BoxFuture<'_, ()>;

    /// Listens to other servers, for as long as it is polled.
    fn listen(&self) -> BoxFuture<'_, ()>;
}

/// The bus of a database. `name` is this server's own.
pub(crate) fn of(db: &DatabaseConnection, name: Uuid) -> Arc<dyn Bus> {
    match db.get_database_backend() {
        DbBackend::Postgres => Arc::new(Postgres::new(db.clone(), name)),
        _ => Arc::new(Local::default()),
    }
}

/// The bus of an embedded database, of which there is one server.
#[derive(Debug, Default)]
struct Local {
    news: Notify,
}

impl Bus for Local {
    fn tell(&self) {
        self.news.notify_one();
    }

    fn heard(&self) -> BoxFuture<'_, ()> {
        self.news.notified().boxed()
    }

    fn carry(&self) -> BoxFuture<'_, ()> {
        pending().boxed()
    }

    fn listen(&self) -> BoxFuture<'_, ()> {
        pending().boxed()
    }
}
