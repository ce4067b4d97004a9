//! The bus of PostgreSQL: NOTIFY and LISTEN.
//!
//! NOTIFY stands in no transaction that changes something: there it takes a lock that all commits
//! wait for. One task sends it after commits, and what is told while it sends is one further NOTIFY.

use {
    super::bus::{Bus, Ears, News},
    futures_util::{FutureExt, future::BoxFuture},
    sea_orm::{
        ConnectionTrait, DatabaseConnection, DbBackend, Statement,
        sqlx::{
            self,
            postgres::{PgListener, PgPoolOptions},
        },
    },
    std::{
        convert::Infallible,
        sync::atomic::{AtomicBool, Ordering},
        time::Duration,
    },
    tokio::{
        sync::{Mutex, Notify},
        time::sleep,
    },
    uuid::Uuid,
};

/// The channel of all servers of a database.
const CHANNEL: &str = "vigil_events";
/// How long to wait before a connection that was lost is made anew.
const RECONNECT_PAUSE: Duration = Duration::from_secs(1);

/// Hints by NOTIFY.
pub(super) struct Postgres {
    db: DatabaseConnection,
    name: String,
    ears: Ears,
    outbox: Notify,
    /// What is to be passed on, by the place of its kind.
    untold: [AtomicBool; News::ALL.len()],
    /// Held by the one who listens.
    listening: Mutex<()>,
}

impl Postgres {
    pub(super) fn new(db: DatabaseConnection, name: Uuid) -> Self {
        let name = name.simple().to_string();
        let (ears, outbox) = (Ears::default(), Notify::new());
        Self { db, name, ears, outbox, untold: Default::default(), listening: Mutex::default() }
    }

    async fn notify(&self) {
        for news in News::ALL {
            if !self.untold[news as usize].swap(false, Ordering::AcqRel) {
                continue;
            }
            let hint = format!("{} {}", self.name, word(news));
            let sql = "SELECT pg_notify($1, $2)";
            let values = [CHANNEL.into(), hint.into()];
            let notify = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
            if let Err(failure) = self.db.execute_raw(notify).await {
                // The others will see it when they look without a hint.
                tracing::debug!(%failure, "other servers were not told that something happened");
            }
        }
    }

    /// Takes a hint: whose it is, and what it is about. One that says nothing else is about everything.
    fn take(&self, hint: &str) {
        let (name, about) = hint.split_once(' ').unwrap_or((hint, ""));
        if name == self.name {
            return;
        }
        let about = News::ALL.into_iter().find(|it| word(*it) == about);
        for news in News::ALL.into_iter().filter(|it| about.is_none_or(|about| about == *it)) {
            self.ears.of(news).notify_one();
        }
    }

    /// Receives until the connection is lost. It is a connection of its own: one from the pool
    /// could stand behind a proxy that hands it to somebody else after each transaction.
    async fn receive(&self) -> Result<Infallible, sqlx::Error> {
        let options = self.db.get_postgres_connection_pool().connect_options();
        let single = PgPoolOptions::new().max_connections(1);
        let pool = single.connect_with((*options).clone()).await?;
        let mut listener = PgListener::connect_with(&pool).await?;
        listener.listen(CHANNEL).await?;
        loop {
            // Something may have happened before it listened, or while the connection was lost.
            for news in News::ALL {
                self.ears.of(news).notify_one();
            }
            while let Some(hint) = listener.try_recv().await? {
                self.take(hint.payload());
            }
        }
    }
}

impl Bus for Postgres {
    fn tell(&self, news: News) {
        self.ears.of(news).notify_one();
        self.untold[news as usize].store(true, Ordering::Release);
        self.outbox.notify_one();
    }

    fn heard(&self, news: News) -> BoxFuture<'_, ()> {
        self.ears.of(news).notified().boxed()
    }

    fn carry(&self) -> BoxFuture<'_, ()> {
        async {
            loop {
                self.outbox.notified().await;
                self.notify().await;
            }
        }
        .boxed()
    }

    fn listen(&self) -> BoxFuture<'_, ()> {
        async {
            let _one = self.listening.lock().await;
            loop {
                let Err(failure) = self.receive().await;
                tracing::warn!(%failure, "other servers are not heard; what they do is found by looking");
                sleep(RECONNECT_PAUSE).await;
            }
        }
        .boxed()
    }
}

/// What news are called on the channel.
fn word(news: News) -> &'static str {
    match news {
        News::Events => "events",
        News::Jobs => "jobs",
    }
}
