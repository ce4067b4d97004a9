//! The bus: who carries the hint that something happened from whoever wrote it to whoever listens.
//!
//! A hint may get lost, and may come twice: whoever listens looks again now and then anyway. So it can
//! be cheap, and never waits.

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

/// What a hint is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// The event log has grown.
    Events,
    /// There is something for workers to do.
    Jobs,
}

impl News {
    /// Everything that there are hints about.
    pub(super) const ALL: [Self; 2] = [Self::Events, Self::Jobs];
}

/// Carries hints between the servers of one database.
pub trait Bus: Send + Sync {
    /// Says that something was committed here.
    fn tell(&self, news: News);

    /// Waits until something may have happened, here or elsewhere, since it was waited for last.
    /// One at a time waits for news of a kind.
    fn heard(&self, news: News) -> BoxFuture<'_, ()>;

    /// Passes on to other servers what is told here, for as long as it is polled.
    fn carry(&self) -> BoxFuture<'_, ()>;

    /// Listens to other servers, for as long as it is polled. Of several that do, one does the work.
    fn listen(&self) -> BoxFuture<'_, ()>;
}

/// The bus of a database. `name` is this server's own.
pub(crate) fn of(db: &DatabaseConnection, name: Uuid) -> Arc<dyn Bus> {
    match db.get_database_backend() {
        DbBackend::Postgres => Arc::new(Postgres::new(db.clone(), name)),
        _ => Arc::new(Local::default()),
    }
}

/// Who waits for news in this process.
#[derive(Debug, Default)]
pub(super) struct Ears {
    events: Notify,
    jobs: Notify,
}

impl Ears {
    pub(super) fn of(&self, news: News) -> &Notify {
        match news {
            News::Events => &self.events,
            News::Jobs => &self.jobs,
        }
    }
}

/// The bus of an embedded database, of which there is one server as a rule; what others do is found
/// by looking.
#[derive(Debug, Default)]
struct Local {
    ears: Ears,
}

impl Bus for Local {
    fn tell(&self, news: News) {
        self.ears.of(news).notify_one();
    }

    fn heard(&self, news: News) -> BoxFuture<'_, ()> {
        self.ears.of(news).notified().boxed()
    }

    fn carry(&self) -> BoxFuture<'_, ()> {
        pending().boxed()
    }

    fn listen(&self) -> BoxFuture<'_, ()> {
        pending().boxed()
    }
}
