//! What migrations do to a schema, statement by statement.

use {
    super::{Outcome, Scratch},
    crate::database,
    engine::schema::{
        catalog::{Catalog, Engine},
        difference, lint, sql,
    },
    migration::{Migrator, MigratorTrait},
    sea_orm::DbErr,
    service::kernel::catalog::introspect,
    std::sync::{Arc, Mutex, PoisonError},
};

/// What a migration that has not been applied would do on an engine.
pub(crate) struct Pending {
    /// Its name.
    pub(crate) name: String,
    /// The statements that it runs.
    pub(crate) statements: Vec<String>,
    /// What it changes.
    pub(crate) changes: Vec<String>,
    /// What is risky about it for a database that people work with.
    pub(crate) risks: Vec<&'static str>,
}

/// What the migrations behind the first `applied` would do, on a database without tables.
pub(crate) async fn pending(scratch: &Scratch, applied: usize) -> Outcome<Vec<Pending>> {
    let steps = u32::try_from(applied)?;
    if steps > 0 {
        let up = async |db: &_| Migrator::up(db, Some(steps)).await;
        database::migrate(&scratch.settings, up).await?;
    }
    let mut all: Vec<String> = Vec::new();
    let mut found = Vec::new();
    for migration in Migrator::migrations().iter().skip(applied) {
        let before = look(scratch).await?;
        let (statements, after) = up_one::<Migrator>(scratch).await?;
        let start = all.len();
        all.extend(statements.iter().cloned());
        // A table that came with these migrations is nobody's yet. They are told once, of the database that
        // many people work with.
        let is_told = scratch.engine == Engine::Postgres;
        let risks = lint::risks(&all).into_iter().filter(|it| is_told && it.0 >= start);
        found.push(Pending {
            name: migration.name().to_owned(),
            changes: difference::between(&before, &after),
            risks: risks.map(|it| it.1.advice()).collect(),
            statements,
        });
    }
    Ok(found)
}

/// Applies the next migration: the statements that it ran, and the schema behind it.
pub(super) async fn up_one<M: MigratorTrait>(scratch: &Scratch) -> Outcome<(Vec<String>, Catalog)> {
    let ran = Arc::<Mutex<Vec<String>>>::default();
    let log = ran.clone();
    let up = async |db: &sea_orm::DatabaseConnection| -> Result<(), DbErr> {
        let mut db = db.clone();
        db.set_metric_callback(move |info| {
            log.lock().unwrap_or_else(PoisonError::into_inner).push(info.statement.to_string());
        });
        M::up(&db, Some(1)).await
    };
    database::migrate(&scratch.settings, up).await?;
    let ran = std::mem::take(&mut *ran.lock().unwrap_or_else(PoisonError::into_inner));
    let statements = ran.into_iter().filter(|it| changes(it)).collect();
    Ok((statements, look(scratch).await?))
}

async fn look(scratch: &Scratch) -> Outcome<Catalog> {
    let db = scratch.connect(1).await?;
    let catalog = introspect(&db).await?;
    db.close().await?;
    Ok(catalog)
}

/// Whether a statement changes anything but the notes of which migrations were applied.
fn changes(statement: &str) -> bool {
    let tokens = sql::tokens(statement);
    let begins = ["CREATE", "ALTER", "DROP", "INSERT", "UPDATE", "DELETE"];
    let is_change = tokens.first().is_some_and(|first| begins.iter().any(|it| first.is(it)));
    is_change && !statement.contains("seaql_migrations")
}
