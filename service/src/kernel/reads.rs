//! Connections for reads, beside the pool that transactions come from.
//!
//! The pool pings each connection that comes back to it: a round trip a statement, as many as the statements
//! themselves. A connection that has just answered needs none. One whose statement failed, or whose reader
//! went away before the answer was there, is closed.

mod each;
mod file;
mod places;
pub mod row;

pub(crate) use each::Each;
use {
    file::Files,
    places::{Idle, Places},
    row::Row,
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
    std::{sync::Arc, time::Instant},
};

/// Hears of each statement that was run.
pub type Watch = Arc<dyn Fn(&Info<'_>) + Send + Sync>;

/// Connections for reads: to PostgreSQL as many as the pool has at most, to SQLite two for each processor.
pub enum Reads {
    /// To PostgreSQL.
    Postgres(Stash<Postgres>),
    /// To SQLite: those that models are made from, and those that rows are taken from as they are.
    Sqlite(Stash<Sqlite>, Arc<Files>),
}

impl Reads {
    /// Connections to the same database as a pool's, none of them open yet.
    pub fn of(db: &DatabaseConnection) -> Option<Self> {
        Some(match &db.inner {
            DatabaseConnectionType::SqlxPostgresPoolConnection(_) => {
                let pool = db.get_postgres_connection_pool();
                Self::Postgres(Stash::of(pool, Places::of(pool)))
            }
            DatabaseConnectionType::SqlxSqlitePoolConnection(_) => {
                let pool = db.get_sqlite_connection_pool();
                let stash = Stash::of(pool, Places::for_processors(pool));
                Self::Sqlite(stash, Arc::new(Files::of(pool)))
            }
            DatabaseConnectionType::Disconnected => return None,
        })
    }

    /// The rows that a statement answers with, for models.
    pub async fn all(&self, statement: &Statement) -> Result<Vec<QueryResult>, DbErr> {
        Ok(match self {
            Self::Postgres(stash) => wrapped(stash.all(statement).await?, QueryResult::from),
            Self::Sqlite(stash, _) => wrapped(stash.all(statement).await?, QueryResult::from),
        })
    }

    /// The rows that a statement answers with, as they are.
    pub async fn lean(&self, statement: &Statement) -> Result<Vec<Row>, DbErr> {
        Ok(match self {
            Self::Postgres(stash) => wrapped(stash.all(statement).await?, Row::Postgres),
            Self::Sqlite(_, files) => wrapped(files.all(statement).await?, Row::Sqlite),
        })
    }

    /// The rows that a statement answers with for each of some ids.
    pub(crate) async fn each(&self, each: &Each) -> Result<Vec<Row>, DbErr> {
        match self {
            Self::Postgres(_) => unreachable!("PostgreSQL is asked for all at once"),
            Self::Sqlite(_, files) => Ok(wrapped(files.all(each).await?, Row::Sqlite)),
        }
    }
}

fn wrapped<A, B>(rows: Vec<A>, wrap: impl Fn(A) -> B) -> Vec<B> {
    rows.into_iter().map(wrap).collect()
}

/// Connections that wait for the next statement.
pub struct Stash<D: Database> {
    options: <D::Connection as Connection>::Options,
    places: Places,
    idle: Idle<D::Connection>,
}

impl<D: Database> Stash<D> {
    fn of(pool: &Pool<D>, places: Places) -> Self {
        let options = (*pool.connect_options()).clone();
        Self { options, places, idle: Idle::default() }
    }
}

impl<D: Database> Stash<D>
where
    for<'c> &'c mut D::Connection: Executor<'c, Database = D>,
    SqlxValues: for<'q> IntoArguments<D>,
{
    async fn all(&self, statement: &Statement) -> Result<Vec<D::Row>, DbErr> {
        let _place = self.places.take().await?;
        let idle = self.idle.take();
        let was_idle = idle.is_some();
        match self.on(idle, statement).await {
            // It ended while it waited, and with it perhaps all others: the database was restarted.
            Err(failure) if was_idle && is_gone(&failure) => {
                self.idle.clear();
                self.on(None, statement).await
            }
            done => done,
        }
        .map_err(|failure| match failure {
            sqlx::Error::PoolTimedOut => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
            failure => DbErr::Query(RuntimeErr::SqlxError(failure.into())),
        })
    }

    /// Runs a statement on a connection, which waits for the next one if this one was answered.
    async fn on(
        &self,
        connection: Option<D::Connection>,
        statement: &Statement,
    ) -> Result<Vec<D::Row>, sqlx::Error> {
        let mut connection = match connection {
            Some(connection) => connection,
            // Boxed: it is many times the size of all else here, and seldom done.
            None => self.places.in_time(Box::pin(self.options.connect())).await??,
        };
        let values = statement.values.clone().unwrap_or(Values(Vec::new()));
        let query = sqlx::query_with(AssertSqlSafe(statement.sql.as_str()), SqlxValues(values));
        let rows = query.fetch_all(&mut connection).await?;
        self.idle.put(connection);
        Ok(rows)
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

#[cfg(test)]
mod tests {
    use {
        super::*,
        crate::kernel::conflict::Passing,
        sea_orm::{ConnectOptions, Database, DbBackend, prelude::Uuid},
        std::{env, fs, process, time::Duration},
    };

    /// A statement that never ends.
    const ENDLESS: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) \
                           SELECT count(*) FROM n";

    #[tokio::test(flavor = "multi_thread")]
    async fn what_takes_longer_than_anybody_waits_is_ended_on_sqlite() {
        let path = env::temp_dir().join(format!("vigil-reads-{}.db", process::id()));
        let mut options = ConnectOptions::new(format!("sqlite://{}?mode=rwc", path.display()));
        options.acquire_timeout(Duration::from_millis(50));
        let db = Database::connect(options).await.expect("a new file can be opened");
        let reads = Reads::of(&db).expect("the database is connected");
        let lean = |text: &str| Statement::from_string(DbBackend::Sqlite, text);

        let ids = [1, 2].map(Uuid::from_u128);
        let each = |text: &str| Each::new(lean(text), &ids);

        let ended = [
            reads.lean(&lean(ENDLESS)).await.err().expect("it does not end by itself"),
            reads.each(&each(ENDLESS)).await.err().expect("it does not end for any"),
        ];
        let one = reads.lean(&lean("SELECT 7")).await.expect("others go on");
        let two = reads.each(&each("SELECT 7")).await.expect("nothing is left of what was ended");

        for failure in &ended {
            assert_eq!(Passing::of(failure), Some(Passing::TooLong), "{failure}");
        }
        assert_eq!((one.len(), two.len()), (1, 2));
        db.close().await.expect("it closes");
        fs::remove_file(path).expect("the file is ours");
    }
}
