//! What every use case needs: the database, the time, identifiers, and who is asking.

use {
    super::{
        access::{Permit, Viewer},
        error::Result,
        events::bus::{self, Bus},
        group::{Group, Grouped, Groups},
        identity::{
            Identity,
            callers::{Caller, Credential},
        },
        language_model::LanguageModel,
        notify::Notifier,
        reads::{self, Each, Reads, Watch, row::Row},
        retention::Retention,
        txn::Txn,
    },
    chrono::Utc,
    entity::{id::Id, kernel::capability::Capability, scalar::DateTime},
    rand::{RngCore, SeedableRng},
    rand_chacha::ChaCha8Rng,
    sea_orm::{
        ConnAcquireErr, ConnectionTrait, DatabaseConnection, DbBackend, DbErr, QueryResult,
        SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
    },
    std::{
        net::IpAddr,
        num::NonZero,
        sync::{Arc, Mutex, PoisonError},
        thread,
    },
    uuid::{Builder, Uuid},
};

/// Where the time comes from: the machine, or a test.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> DateTime;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    fn now(&self) -> DateTime {
        Utc::now().into()
    }
}

/// Where identifiers come from: UUIDv7s that sort in the order in which they were made.
pub struct Ids(Mutex<IdState>);

struct IdState {
    random: ChaCha8Rng,
    millisecond: u64,
    count: u32,
}

/// How many identifiers of one millisecond keep their order; later ones borrow from the next.
const IDS_A_MILLISECOND_MAX: u32 = 1 << 18;

impl Ids {
    /// Identifiers that nobody can guess.
    pub fn random() -> Self {
        Self::from(ChaCha8Rng::from_os_rng())
    }

    /// The same identifiers for the same seed and times.
    pub fn seeded(seed: u64) -> Self {
        Self::from(ChaCha8Rng::seed_from_u64(seed))
    }

    fn from(random: ChaCha8Rng) -> Self {
        Self(Mutex::new(IdState { random, millisecond: 0, count: 0 }))
    }

    /// The next identifier at a time.
    pub fn next<I: Id>(&self, at: DateTime) -> I {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = u64::try_from(at.timestamp_millis()).unwrap_or_default();
        state.count += 1;
        if now > state.millisecond || state.count >= IDS_A_MILLISECOND_MAX {
            state.millisecond = now.max(state.millisecond + 1);
            state.count = 0;
        }
        let mut bytes = [0; 10];
        state.random.fill_bytes(&mut bytes);
        // The counter fills the 12 bits before the variant and the 6 behind it.
        let [_, high, middle, low] = (state.count >> 6 << 8 | state.count & 0x3f).to_be_bytes();
        (bytes[0], bytes[1], bytes[2]) = (high, middle, low);
        Builder::from_unix_timestamp_millis(state.millisecond, &bytes).into_uuid().into()
    }
}

/// Where a request comes from, for the audit trail.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The address at the other end of the connection.
    pub address: Option<IpAddr>,
    /// What the program there calls itself.
    pub agent: Option<String>,
    /// The name that the request goes by in answers and in the log.
    pub request: Option<String>,
}

/// The database, the time, identifiers, and who is asking.
#[derive(Clone)]
pub struct Ctx {
    db: DatabaseConnection,
    clock: Arc<dyn Clock>,
    ids: Arc<Ids>,
    viewer: Viewer,
    origin: Arc<Origin>,
    identity: Arc<Identity>,
    credential: Option<Credential>,
    correlation: Uuid,
    operation: Arc<str>,
    bus: Arc<dyn Bus>,
    reads: Option<Arc<Reads>>,
    watch: Watch,
    /// Who writes into an embedded database of those in this process.
    writing: Arc<tokio::sync::Mutex<()>>,
    groups: Arc<Groups>,
    retention: Retention,
    notifier: Arc<Notifier>,
    language_model: Option<Arc<LanguageModel>>,
}

impl Ctx {
    /// A context for the server itself.
    pub fn new(db: DatabaseConnection, clock: Arc<dyn Clock>, ids: Arc<Ids>) -> Self {
        let correlation = ids.next(clock.now());
        let (viewer, origin, identity) = (Viewer::System, Arc::default(), Arc::default());
        let (credential, operation) = (None, "vigil".into());
        let bus = bus::of(&db, correlation);
        let (writing, retention, notifier) = (Arc::default(), Retention::default(), Arc::default());
        // SQLite has one writer; what PostgreSQL does meanwhile is worth a transaction a processor.
        let turns = match db.get_database_backend() {
            DbBackend::Sqlite => 1,
            _ => thread::available_parallelism().map_or(1, NonZero::get),
        };
        let groups = Arc::new(Groups::new(turns));
        Self {
            reads: Reads::of(&db).map(Arc::new),
            watch: Arc::new(|_| {}),
            db,
            clock,
            ids,
            viewer,
            origin,
            identity,
            credential,
            correlation,
            operation,
            bus,
            writing,
            groups,
            retention,
            notifier,
            language_model: None,
        }
    }

    /// How many transactions are worth writing at the same time.
    pub(crate) fn turns(&self) -> usize {
        self.groups.turns()
    }

    /// The same, of which somebody hears each statement that is run.
    #[must_use]
    pub fn watched_by(mut self, watch: Watch) -> Self {
        let heard = watch.clone();
        self.db.set_metric_callback(move |info| heard(info));
        Self { watch, ..self }
    }

    /// The same, over other connections to the same database: on SQLite, all of them take turns to write.
    #[must_use]
    pub fn over(&self, db: DatabaseConnection) -> Self {
        let reads = Reads::of(&db).map(Arc::new);
        Self { db, reads, ..self.clone() }.watched_by(self.watch.clone())
    }

    /// The same, with settings for passwords, mails and keys.
    #[must_use]
    pub fn with_identity(self, identity: Identity) -> Self {
        Self { identity: Arc::new(identity), ..self }
    }

    /// The same, with settings for how long things are kept.
    #[must_use]
    pub fn with_retention(self, retention: Retention) -> Self {
        Self { retention, ..self }
    }

    /// The same, with settings for how people are told of what happens.
    #[must_use]
    pub fn with_notifier(self, notifier: Notifier) -> Self {
        Self { notifier: Arc::new(notifier), ..self }
    }

    /// The same, with a language model that may be asked, or none.
    #[must_use]
    pub fn with_language_model(self, model: Option<LanguageModel>) -> Self {
        Self { language_model: model.map(Arc::new), ..self }
    }

    /// The same, on behalf of somebody.
    #[must_use]
    pub fn seen_by(&self, viewer: Viewer) -> Self {
        Self { viewer, ..self.clone() }
    }

    /// The same, for a request of its own: what it changes is told apart by it.
    #[must_use]
    pub fn asked_from(&self, origin: Origin) -> Self {
        Self { origin: Arc::new(origin), correlation: self.new_id(), ..self.clone() }
    }

    /// The same, on behalf of somebody who was recognised by a credential.
    #[must_use]
    pub fn called_by(&self, caller: &Caller) -> Self {
        Self { credential: Some(caller.credential), ..self.seen_by(caller.viewer()) }
    }

    /// The same, for a further request from the same place.
    #[must_use]
    pub fn asked_again(&self) -> Self {
        Self { correlation: self.new_id(), ..self.clone() }
    }

    /// The same, while it does what goes by a name, such as `alertResolve`.
    #[must_use]
    pub fn doing(&self, operation: &str) -> Self {
        Self { operation: operation.into(), ..self.clone() }
    }

    /// The same, on behalf of the server itself while it does a job, as a part of what caused the job.
    pub(super) fn for_job(&self, kind: &str, correlation: Uuid) -> Self {
        let (viewer, credential, origin) = (Viewer::System, None, Arc::default());
        Self { viewer, origin, credential, correlation, ..self.doing(kind) }
    }

    /// Who is asking.
    pub fn viewer(&self) -> Viewer {
        self.viewer
    }

    /// Where the request comes from.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// What the viewer was recognised by.
    pub fn credential(&self) -> Option<Credential> {
        self.credential
    }

    /// Passwords, tokens, mails and keys.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// How long things are kept.
    pub fn retention(&self) -> Retention {
        self.retention
    }

    /// Who tells people and other servers of what happens.
    pub fn notifier(&self) -> &Notifier {
        &self.notifier
    }

    /// The language model that may be asked, if the settings name one.
    pub fn language_model(&self) -> Option<&LanguageModel> {
        self.language_model.as_deref()
    }

    /// What everything that one request causes has in common.
    pub fn correlation(&self) -> Uuid {
        self.correlation
    }

    /// What is being done.
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// Leave to do something; a refusal names what is missing.
    pub fn may(&self, capability: Capability) -> Result<Permit> {
        self.viewer.may(capability)
    }

    /// Leave to do what only the server itself does.
    pub fn may_as_server(&self) -> Result<Permit> {
        self.viewer.may_as_server()
    }

    /// Leave to do something to everybody's; a refusal names what is missing.
    pub fn may_all(&self, capability: Capability) -> Result<Permit> {
        self.viewer.may_all(capability)
    }

    /// What carries the news that something happened.
    pub fn bus(&self) -> &Arc<dyn Bus> {
        &self.bus
    }

    /// The rows that a read answers with, from a connection that is kept for reads.
    pub async fn read(&self, statement: Statement) -> Result<Vec<QueryResult>> {
        Ok(match &self.reads {
            Some(reads) => reads::watched(&self.watch, &statement, reads.all(&statement)).await?,
            None => self.db.query_all_raw(statement).await?,
        })
    }

    /// The same, as the database sent them.
    pub async fn read_lean(&self, statement: Statement) -> Result<Vec<Row>> {
        let reads = self.reads()?;
        Ok(reads::watched(&self.watch, &statement, reads.lean(&statement)).await?)
    }

    /// The rows of SQLite that a statement answers with for each of some ids, all as of one moment: each row
    /// behind its id, which stands in the statement for [`EACH`](super::list::statement::EACH).
    pub(crate) async fn read_each(&self, statement: Statement, ids: &[Uuid]) -> Result<Vec<Row>> {
        let (reads, each) = (self.reads()?, Each::new(statement, ids));
        Ok(reads::watched(&self.watch, each.first(), reads.each(&each)).await?)
    }

    fn reads(&self) -> Result<&Reads> {
        let closed = || DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed);
        Ok(self.reads.as_deref().ok_or_else(closed)?)
    }

    /// For reads.
    pub fn db(&self) -> &DatabaseConnection {
        &self.db
    }

    /// Which database it is.
    pub fn backend(&self) -> DbBackend {
        self.db.get_database_backend()
    }

    /// The work of a kind that many ask for, and that is done together.
    pub(crate) fn group<W: Grouped>(&self) -> Arc<Group<W>> {
        self.groups.of()
    }

    /// For writes, by somebody who may make them; dropped without `commit`, it changes nothing.
    ///
    /// On SQLite the write lock is taken at once: a transaction that reads first and writes later
    /// would fail as soon as two do so. Those of this process take turns: SQLite itself lets whoever
    /// waits sleep, for longer and longer, and then try again.
    ///
    /// Once asked for, it is begun, also when nobody waits for it any more: a connection to PostgreSQL that
    /// is left between the question and the answer would stay within a transaction, and go back to the pool so.
    #[expect(clippy::disallowed_methods, reason = "the one place that opens transactions")]
    pub async fn begin(&self, permit: Permit) -> Result<Txn> {
        let sqlite_transaction_mode = Some(SqliteTransactionMode::Immediate);
        let options = TransactionOptions { sqlite_transaction_mode, ..Default::default() };
        let turn = match self.backend() {
            DbBackend::Sqlite => Some(self.writing.clone().lock_owned().await),
            _ => None,
        };
        let db = self.db.clone();
        let begun = tokio::spawn(async move { (db.begin_with_options(options).await, turn) });
        let (inner, turn) = begun.await.map_err(|gone| DbErr::Custom(gone.to_string()))?;
        Ok(Txn::new(self.clone(), permit, inner?, turn))
    }

    /// The present moment.
    pub fn now(&self) -> DateTime {
        self.clock.now()
    }

    /// A new identifier; later ones sort later.
    pub fn new_id<I: Id>(&self) -> I {
        self.ids.next(self.now())
    }
}

#[cfg(test)]
mod tests {
    use {super::*, entity::id::ClientId};

    #[test]
    fn identifiers_sort_in_the_order_they_were_made() {
        let ids = Ids::seeded(1);
        let at = "2026-03-02T09:00:00Z".parse().unwrap();
        let made: Vec<ClientId> = (0..300_000).map(|_| ids.next(at)).collect();
        assert!(made.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn a_clock_set_back_does_not_break_the_order() {
        let ids = Ids::seeded(1);
        let later: ClientId = ids.next("2026-03-02T09:00:01Z".parse().unwrap());
        let earlier: ClientId = ids.next("2026-03-02T09:00:00Z".parse().unwrap());
        assert!(earlier > later);
    }
}
