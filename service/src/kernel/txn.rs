//! Transactions that know who may do what in them, and what they change.

use {
    super::{
        access::{Guarded, Permit, Shown},
        audit,
        ctx::Ctx,
        error::Result,
        events::{self, bus::News},
    },
    entity::kernel::audit_entry::AuditAction,
    sea_orm::{
        ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, Iden, Iterable,
        ModelTrait, PrimaryKeyToColumn, QueryResult, Statement, Value,
        sea_query::sea_value_to_json_value,
    },
    serde_json::Map,
    std::sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    tokio::sync::OwnedMutexGuard,
    uuid::Uuid,
};

/// A transaction of one use case, on behalf of one viewer.
///
/// [`edit`](super::edit) tells it of every row that it adds, changes or deletes. What several viewers do at
/// once can share one: each has its [part](Txn::part).
pub struct Txn {
    ctx: Arc<Ctx>,
    permit: Permit,
    /// The place of the change that gives cause to those that follow.
    cause: Mutex<Option<usize>>,
    whole: Arc<Whole>,
}

/// What the parts of a transaction have in common.
struct Whole {
    inner: DatabaseTransaction,
    changes: Mutex<Vec<Change>>,
    /// What is told as it happens, and is nothing to audit.
    mentions: Mutex<Vec<Change>>,
    has_jobs: AtomicBool,
    /// Where one at a time writes; given back once the transaction has ended.
    turn: Option<OwnedMutexGuard<()>>,
}

/// A row that a transaction has added, changed or deleted.
#[derive(Clone)]
pub struct Change {
    /// On whose behalf, as a part of what.
    pub by: Arc<Ctx>,
    /// What became of it.
    pub action: AuditAction,
    /// Its table.
    pub table: String,
    /// Its id.
    pub id: Uuid,
    /// Its columns as they were, but for those that are never shown; empty for a new row.
    pub before: Map<String, serde_json::Value>,
    /// Its columns as they are; empty for a deleted row.
    pub after: Map<String, serde_json::Value>,
    /// The place, in the transaction, of the change that gave cause to this one.
    pub cause: Option<usize>,
}

impl Change {
    /// The change of a row that was added (no `before`), changed, or deleted (no `after`).
    pub(super) fn of<E: Guarded>(
        by: Arc<Ctx>,
        before: Option<&E::Model>,
        after: Option<&E::Model>,
    ) -> Option<Self> {
        let row = after.or(before)?;
        let action = match (before, after) {
            (None, _) => AuditAction::Create,
            (_, None) => AuditAction::Delete,
            _ => AuditAction::Update,
        };
        Some(Self {
            by,
            action,
            table: E::default().table_name().to_owned(),
            id: key::<E>(row),
            before: before.map(columns::<E>).unwrap_or_default(),
            after: after.map(columns::<E>).unwrap_or_default(),
            cause: None,
        })
    }
}

impl Txn {
    pub(super) fn new(
        ctx: Ctx,
        permit: Permit,
        inner: DatabaseTransaction,
        turn: Option<OwnedMutexGuard<()>>,
    ) -> Self {
        let (changes, mentions, has_jobs) =
            (Mutex::default(), Mutex::default(), AtomicBool::default());
        let whole = Arc::new(Whole { inner, changes, mentions, has_jobs, turn });
        Self { ctx: Arc::new(ctx), permit, cause: Mutex::default(), whole }
    }

    /// The same transaction for what somebody else does in it: changes are the other's then, and have
    /// causes of their own. It has to be dropped before the commit.
    pub(crate) fn part(&self, ctx: &Ctx, permit: Permit) -> Self {
        let (ctx, cause) = (Arc::new(ctx.clone()), Mutex::default());
        Self { ctx, permit, cause, whole: self.whole.clone() }
    }

    /// What the use case works in.
    pub fn ctx(&self) -> &Ctx {
        &self.ctx
    }

    /// The same, to be kept with what it changes.
    pub(super) fn by(&self) -> Arc<Ctx> {
        self.ctx.clone()
    }

    /// What the use case may do.
    pub fn permit(&self) -> Permit {
        self.permit
    }

    /// Takes a lock that lasts as long as the transaction, unless another transaction has it.
    ///
    /// SQLite needs none: it has one writer at a time, who sees what others have written before.
    pub async fn try_lock(&self, key: i64) -> Result<bool> {
        if self.get_database_backend() != DbBackend::Postgres {
            return Ok(true);
        }
        let take = format!("SELECT pg_try_advisory_xact_lock({key}) AS is_taken");
        let taken = self.query_one_raw(Statement::from_string(DbBackend::Postgres, take)).await?;
        Ok(taken.map_or(Ok(false), |row| row.try_get("", "is_taken"))?)
    }

    /// Takes a lock that lasts as long as the transaction, once no other transaction has it.
    ///
    /// What is read behind it was committed by all who had it before. SQLite needs none, as above.
    pub async fn lock(&self, key: i64) -> Result<()> {
        if self.get_database_backend() == DbBackend::Postgres {
            let take = format!("SELECT pg_advisory_xact_lock({key})");
            self.execute_raw(Statement::from_string(DbBackend::Postgres, take)).await?;
        }
        Ok(())
    }

    /// Takes note of a row that was added (no `before`), changed, or deleted (no `after`).
    pub(super) fn note<E: Guarded>(&self, before: Option<&E::Model>, after: Option<&E::Model>) {
        let Some(change) = Change::of::<E>(self.by(), before, after) else { return };
        let cause = *self.cause.lock().unwrap_or_else(PoisonError::into_inner);
        let mut changes = self.whole.changes.lock().unwrap_or_else(PoisonError::into_inner);
        changes.push(Change { cause, ..change });
    }

    /// Says that what is changed from now on is because of the last change so far, unless that has
    /// been said already. Without one, it is because of the time that has come.
    pub(crate) fn because_of_that(&self) {
        let changes = self.whole.changes.lock().unwrap_or_else(PoisonError::into_inner);
        let own = changes.iter().rposition(|it| Arc::ptr_eq(&it.by, &self.ctx));
        drop(changes);
        let mut cause = self.cause.lock().unwrap_or_else(PoisonError::into_inner);
        *cause = cause.or(own);
    }

    /// Takes note of a change that listeners want to hear of and that leaves no trace in the audit trail: what
    /// the server does by itself all the time.
    pub(super) fn mention(&self, change: Change) {
        self.whole.mentions.lock().unwrap_or_else(PoisonError::into_inner).push(change);
    }

    /// Wakes workers once it is committed: there is something for them to do.
    pub(super) fn wake_workers(&self) {
        self.whole.has_jobs.store(true, Ordering::Relaxed);
    }

    /// Makes everything that was done in it last, and an event of each change.
    pub async fn commit(self) -> Result<()> {
        let Self { ctx, permit: _, cause: _, whole } = self;
        let whole = Arc::into_inner(whole).expect("parts are gone before the whole is committed");
        let Whole { inner, changes, mentions, has_jobs, turn } = whole;
        let mut changes = changes.into_inner().unwrap_or_else(PoisonError::into_inner);
        audit::record(&inner, &changes).await?;
        changes.extend(mentions.into_inner().unwrap_or_else(PoisonError::into_inner));
        events::write(&inner, &changes).await?;
        inner.commit().await?;
        drop(turn);
        if !changes.is_empty() {
            ctx.bus().tell(News::Events);
        }
        if has_jobs.into_inner() {
            ctx.bus().tell(News::Jobs);
        }
        Ok(())
    }

    /// Undoes everything that was done in it.
    pub async fn rollback(self) -> Result<()> {
        let whole = Arc::into_inner(self.whole).expect("parts are gone before the whole is undone");
        Ok(whole.inner.rollback().await?)
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Txn {
    fn get_database_backend(&self) -> DbBackend {
        self.whole.inner.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.whole.inner.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.whole.inner.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.whole.inner.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.whole.inner.query_all_raw(statement).await
    }
}

/// The id of a row.
pub(super) fn key<E: Guarded>(row: &E::Model) -> Uuid {
    let key = E::PrimaryKey::iter().next().map(PrimaryKeyToColumn::into_column);
    match key.map(|key| row.get(key)) {
        Some(Value::Uuid(Some(id))) => id,
        other => unreachable!("keys are UUIDs, not {other:?}"),
    }
}

fn columns<E: Guarded>(row: &E::Model) -> Map<String, serde_json::Value> {
    let shown = E::Column::iter().filter(|it| E::shown(*it) != Shown::Never);
    shown.map(|it| (it.to_string(), sea_value_to_json_value(&row.get(it)))).collect()
}
