//! Connections to the database, and its schema.

use {
    crate::settings::Settings,
    migration::{Migrator, MigratorTrait},
    sea_orm::{
        ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, Statement,
        sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous},
    },
    service::Ctx,
    std::time::Duration,
};

/// How long a statement waits for a lock before it gives up.
const LOCK_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a request waits for a connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);
/// For how long a connection that lies idle is taken to be alive.
const TRUSTED: Duration = Duration::from_secs(1);
/// The lock that migrations of PostgreSQL take, so that two servers do not migrate at once.
const MIGRATION_LOCK: i64 = 0x5649_4749_4c00;

/// What connections are for: PostgreSQL ends what takes longer than that may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Requests.
    Requests,
    /// Jobs.
    Jobs,
    /// What somebody has begun who can also stop it: migrations, imports, and every other command. It may take as
    /// long as it takes.
    Commands,
}

impl Purpose {
    /// How long a statement may take, and how long a transaction may wait for the next one, in milliseconds; 0 for
    /// ever.
    fn timeouts_ms(self, settings: &Settings) -> (u64, u64) {
        let Settings { limits, jobs, .. } = settings;
        match self {
            Self::Requests => (limits.statement_timeout_ms, limits.transaction_idle_timeout_ms),
            Self::Jobs => (jobs.statement_timeout_ms, limits.transaction_idle_timeout_ms),
            Self::Commands => (0, 0),
        }
    }

    /// How many connections are kept at most.
    fn connections(self, settings: &Settings) -> u32 {
        let most = settings.database_connections();
        match self {
            Self::Jobs => settings.jobs.connections().min(most),
            Self::Requests | Self::Commands => most,
        }
    }
}

/// Connects.
pub async fn connect(settings: &Settings, purpose: Purpose) -> Result<DatabaseConnection, DbErr> {
    Database::connect(options(settings, purpose)).await
}

/// The context of jobs that are done beside requests. On PostgreSQL it has connections of its own, as a statement
/// ends when its connection says so; SQLite ends none, and one pool serves both.
pub async fn beside(settings: &Settings, requests: &Ctx) -> Result<Ctx, DbErr> {
    if settings.is_embedded() {
        return Ok(requests.clone());
    }
    Ok(requests.over(connect(settings, Purpose::Jobs).await?))
}

fn options(settings: &Settings, purpose: Purpose) -> ConnectOptions {
    let (statement, idle) = purpose.timeouts_ms(settings);
    let mut options = ConnectOptions::new(&settings.database_url);
    options
        .max_connections(purpose.connections(settings))
        .acquire_timeout(ACQUIRE_TIMEOUT)
        // A ping would cost a round trip a statement. One that has lain for a while may have died of a restart.
        .test_before_acquire_if_idle_for(TRUSTED)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(|sqlite| {
            sqlite
                .foreign_keys(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .busy_timeout(LOCK_TIMEOUT)
        })
        .map_sqlx_postgres_opts(move |postgres| {
            let timeout = format!("{}s", LOCK_TIMEOUT.as_secs());
            let name = postgres.get_application_name().unwrap_or("vigil").to_owned();
            postgres
                .application_name(&name)
                .options([("lock_timeout", timeout.as_str()), ("timezone", "UTC")])
                // Pages lie in memory or on flash; at the default of 4, made for disks, the planner
                // would rather sort a hundred rows than read fifty in order.
                .options([("random_page_cost", "1.1")])
                .options([("statement_timeout", statement)])
                .options([("idle_in_transaction_session_timeout", idle)])
                // A statement whose caller has gone away ends, instead of being finished for nobody.
                .options([("client_connection_check_interval", 1_000)])
        });
    options
}

/// The migrations that have not been applied yet.
pub async fn pending(db: &DatabaseConnection) -> Result<Vec<String>, DbErr> {
    let pending = Migrator::get_pending_migrations_read_only(db).await?;
    Ok(pending.iter().map(|it| it.name().to_owned()).collect())
}

/// Runs migrations while no other server does.
pub async fn migrate<T>(
    settings: &Settings,
    run: impl AsyncFnOnce(&DatabaseConnection) -> Result<T, DbErr>,
) -> Result<T, DbErr> {
    // SeaORM turns foreign keys off and on again by a PRAGMA, which is a connection's own: on
    // SQLite there must be one only.
    let single = options(settings, Purpose::Commands).max_connections(1).to_owned();
    let db = Database::connect(single.clone()).await?;
    if db.get_database_backend() == DbBackend::Sqlite {
        let done = run(&db).await;
        db.close().await?;
        return done;
    }
    // The lock belongs to a connection of its own, and goes with it if this process is killed.
    let lock = Database::connect(single).await?;
    lock.execute_raw(locking("SET lock_timeout = 0")).await?;
    lock.execute_raw(locking(&format!("SELECT pg_advisory_lock({MIGRATION_LOCK})"))).await?;
    let done = run(&db).await;
    lock.close().await?;
    db.close().await?;
    done
}

fn locking(sql: &str) -> Statement {
    Statement::from_string(DbBackend::Postgres, sql)
}
