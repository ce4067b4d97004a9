//! The bus of PostgreSQL: NOTIFY and LISTEN.
//!
//! NOTIFY stands in no transaction that changes something: there it takes a lock that all commits
//! wait for. One task sends it after commits, and what is told while it sends is one further NOTIFY.

use {
    super::bus::Bus,
    futures_util::{FutureExt, future::BoxFuture},
    sea_orm::{
        ConnectionTrait, DatabaseConnection, DbBackend, Statement,
        sqlx::{
            self,
            postgres::{PgListener, PgPoolOptions},
        },
    },
    std::{convert::Infallible, time::Duration},
    tokio::{sync::Notify, time::sleep},
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
    news: Notify,
    outbox: Notify,
}

impl Postgres {
    pub(super) fn new(db: DatabaseConnection, name: Uuid) -> Self {
        let name = name.simple().to_string();
        Self { db, name, news: Notify::new(), outbox: Notify::new() }
    }

    async fn notify(&self) {
        let values = [CHANNEL.into(), self.name.clone().into()];
        let sql = "SELECT pg_notify($1, $2)";
        let notify = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
        if let Err(failure) = self.db.execute_raw(notify).await {
            // The others will see it when they read the log without a hint.
            tracing::debug!(%failure, "other servers were not told that something happened");
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
            self.news.notify_one();
            while let Some(hint) = listener.try_recv().await? {
                if hint.payload() != self.name {
                    self.news.notify_one();
                }
            }
        }
    }
}

impl Bus for Postgres {
    fn tell(&self) {
        self.news.notify_one();
        self.outbox.notify_one();
    }

    fn heard(&self) -> BoxFuture<'_, ()> {
        self.news.notified().boxed()
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
            loop {
                let Err(failure) = self.receive().await;
                tracing::warn!(%failure, "other servers are not heard; the event log is polled");
                sleep(RECONNECT_PAUSE).await;
            }
        }
        .boxed()
    }
}
