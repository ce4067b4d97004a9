//! Whether the server is alive, and whether it is ready.

use {
    crate::database,
    sea_orm::DatabaseConnection,
    std::{
        sync::atomic::{AtomicBool, Ordering},
        time::Duration,
    },
    tokio::time::timeout,
};

/// How long the database may take to say that it is there.
const PING_TIMEOUT: Duration = Duration::from_secs(2);

/// What is known of the server's health.
#[derive(Debug, Default)]
pub(crate) struct Health {
    is_draining: AtomicBool,
    /// A schema does not lose migrations while a server that needs them runs.
    is_migrated: AtomicBool,
}

impl Health {
    /// From now on the server is not ready: it is about to stop.
    pub(crate) fn drain(&self) {
        self.is_draining.store(true, Ordering::Release);
    }

    /// Whether requests can be answered, or why not.
    pub(crate) async fn ready(&self, db: &DatabaseConnection) -> Result<(), &'static str> {
        if self.is_draining.load(Ordering::Acquire) {
            return Err("stopping");
        }
        let asked = timeout(PING_TIMEOUT, async {
            db.ping().await.map_err(|_| "no database")?;
            if self.is_migrated.load(Ordering::Acquire) {
                return Ok(());
            }
            let pending = database::pending(db).await.map_err(|_| "no database")?;
            if !pending.is_empty() {
                return Err("migrations are pending");
            }
            self.is_migrated.store(true, Ordering::Release);
            Ok(())
        });
        asked.await.unwrap_or(Err("no database"))
    }
}

#[cfg(test)]
mod tests {
    use {
        super::*,
        migration::{Migrator, MigratorTrait},
        sea_orm::Database,
    };

    #[tokio::test]
    async fn a_server_is_ready_once_its_schema_is_and_until_it_stops() {
        let db = Database::connect("sqlite::memory:").await.unwrap();
        let health = Health::default();

        assert_eq!(health.ready(&db).await, Err("migrations are pending"));
        Migrator::up(&db, None).await.unwrap();
        assert_eq!(health.ready(&db).await, Ok(()));
        health.drain();
        assert_eq!(health.ready(&db).await, Err("stopping"));
    }

    #[tokio::test]
    async fn a_server_without_a_database_is_not_ready() {
        let db = Database::connect("sqlite::memory:").await.unwrap();
        db.clone().close().await.unwrap();

        assert_eq!(Health::default().ready(&db).await, Err("no database"));
    }
}
