//! Connections for reads, beside the pool that transactions come from.
//!
//! The pool pings each connection that comes back to it: a round trip a statement, as many as the statements
//! themselves. A connection that has just answered needs none. One whose statement failed, or whose reader
//! went away before the answer was there, is closed.

use {
    sea_orm::{
        ConnAcquireErr, DatabaseConnection, DatabaseConnectionType, DbErr, QueryResult, RuntimeErr,
        Statement, Values,
        metric::Info,
        sqlx::{
            self, AssertSqlSafe, ConnectOptions, Connection, Database, Executor, IntoArguments,
            Pool, Postgres, Sqlite,
        },
    },
    sea_query_sqlx::SqlxValues,
    std::{
        sync::{Arc, Mutex, PoisonError},
        time::{Duration, Instant},
    },
    tokio::{sync::Semaphore, time::timeout},
};

/// Hears of each statement that was run.
pub type Watch = Arc<dyn Fn(&Info<'_>) + Send + Sync>;

/// Connections for reads, as many as the pool has at most.
pub enum Reads {
    /// To PostgreSQL.
    Postgres(Stash<Postgres>),
    /// To SQLite.
    Sqlite(Stash<Sqlite>),
}

impl Reads {
    /// Connections to the same database as a pool's, none of them open yet.
    pub fn of(db: &DatabaseConnection) -> Option<Self> {
        Some(match &db.inner {
            DatabaseConnectionType::SqlxPostgresPoolConnection(_) => {
                Self::Postgres(Stash::of(db.get_postgres_connection_pool()))
            }
            DatabaseConnectionType::SqlxSqlitePoolConnection(_) => {
                Self::Sqlite(Stash::of(db.get_sqlite_connection_pool()))
            }
            DatabaseConnectionType::Disconnected => return None,
        })
    }

    /// The rows that a statement answers with.
    pub async fn all(&self, statement: &Statement) -> Result<Vec<QueryResult>, DbErr> {
        match self {
            Self::Postgres(stash) => stash.all(statement).await,
            Self::Sqlite(stash) => stash.all(statement).await,
        }
    }
}

/// Connections that wait for the next statement; the one used last is used first.
pub struct Stash<D: Database> {
    options: <D::Connection as Connection>::Options,
    wait: Duration,
    idle: Mutex<Vec<D::Connection>>,
    places: Semaphore,
}

impl<D: Database> Stash<D> {
    fn of(pool: &Pool<D>) -> Self {
        let places = usize::try_from(pool.options().get_max_connections()).unwrap_or(usize::MAX);
        Self {
            options: (*pool.connect_options()).clone(),
            wait: pool.options().get_acquire_timeout(),
            idle: Mutex::default(),
            places: Semaphore::new(places.min(Semaphore::MAX_PERMITS)),
        }
    }
}

impl<D: Database> Stash<D>
where
    for<'c> &'c mut D::Connection: Executor<'c, Database = D>,
    SqlxValues: for<'q> IntoArguments<D>,
    QueryResult: From<D::Row>,
{
    async fn all(&self, statement: &Statement) -> Result<Vec<QueryResult>, DbErr> {
        let place = timeout(self.wait, self.places.acquire()).await;
        let place = place.map_err(|_| DbErr::ConnectionAcquire(ConnAcquireErr::Timeout))?;
        let _held =
            place.map_err(|_| DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed))?;
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let was_idle = idle.is_some();
        match self.on(idle, statement).await {
            // It ended while it waited, and with it perhaps all others: the database was restarted.
            Err(failure) if was_idle && is_gone(&failure) => {
                self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
                self.on(None, statement).await
            }
            done => done,
        }
        .map_err(|failure| DbErr::Query(RuntimeErr::SqlxError(failure.into())))
    }

    /// Runs a statement on a connection, which waits for the next one if this one was answered.
    async fn on(
        &self,
        connection: Option<D::Connection>,
        statement: &Statement,
    ) -> Result<Vec<QueryResult>, sqlx::Error> {
        let mut connection = match connection {
            Some(connection) => connection,
            None => self.options.connect().await?,
        };
        let values = statement.values.clone().unwrap_or(Values(Vec::new()));
        let query = sqlx::query_with(AssertSqlSafe(statement.sql.as_str()), SqlxValues(values));
        let rows = query.fetch_all(&mut connection).await?;
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        Ok(rows.into_iter().map(QueryResult::from).collect())
    }
}

/// Whether a connection has ended.
fn is_gone(failure: &sqlx::Error) -> bool {
    match failure {
        sqlx::Error::Io(_) => true,
        // PostgreSQL says so once: it was shut down, or somebody ended the connection.
        sqlx::Error::Database(told) => told.code().is_some_and(|it| it.starts_with("57P")),
        _ => false,
    }
}

/// Runs a statement, and tells a watch of it.
pub async fn watched<T>(
    watch: &Watch,
    statement: &Statement,
    run: impl Future<Output = Result<T, DbErr>>,
) -> Result<T, DbErr> {
    let begun = Instant::now();
    let done = run.await;
    watch(&Info { elapsed: begun.elapsed(), statement, failed: done.is_err() });
    done
}
