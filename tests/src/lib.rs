//! The test bench: a whole `vigil` in one process, on each database in turn, on a clock that only
//! tests move.

pub mod cluster;
pub mod coaching;
pub mod http;
pub mod identity;
pub mod jobs;
pub mod plan;
mod postgres;
pub mod schema_walk;

use {
    self::{
        cluster::Cluster,
        identity::{KEYS, Mails, identity},
    },
    api::{
        Schema,
        database::{self, Purpose},
        settings::{Argon2, Http, Jobs, Kept, Limits, Llm, Mail, Notify, Settings},
    },
    async_graphql::{Request, Variables},
    chrono::TimeDelta,
    entity::{kernel::user::Role, scalar::DateTime},
    migration::{Migrator, MigratorTrait},
    sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement, metric::Info},
    serde_json::Value,
    service::{
        Clock, Ctx, Ids, Person, Viewer,
        coaching::alert_rules,
        kernel::{
            identity::{mail::Mailer, sessions},
            language_model::{self, LanguageModel},
            notify::{self, Notifier},
            users::{self, UserCreateInput},
        },
    },
    std::{
        env, fs,
        net::{Ipv4Addr, SocketAddr},
        path::PathBuf,
        sync::{
            Arc, Mutex,
            atomic::{AtomicBool, Ordering},
        },
    },
};

/// When every test begins: Monday 2 March 2026, 15:00 UTC, ten in the morning in New York.
pub const START: &str = "2026-03-02T15:00:00.000Z";

/// How often a query is looked at whose two answers differ, because others may write meanwhile.
const LOOKS_MAX: usize = 5;

/// A `vigil` with an empty database, but for an administrator and the default rules.
pub struct TestApp {
    schema: Schema,
    ctx: Ctx,
    clock: Arc<StoppedClock>,
    statements: Arc<Mutex<Vec<Statement>>>,
    is_counting: AtomicBool,
    settings: Settings,
    database: Database,
    mails: Arc<Mails>,
    token: String,
}

/// Where a test's data is, to be removed with it.
enum Database {
    Sqlite(PathBuf),
    Postgres(String),
    /// With another that is in charge of it.
    Elsewhere,
}

/// Runs a test on SQLite, and then the same on PostgreSQL.
pub async fn on_both(test: impl AsyncFn(&TestApp)) {
    for backend in [DbBackend::Sqlite, DbBackend::Postgres] {
        // Shown by the test runner when the test fails.
        eprintln!("on {backend:?}");
        let app = TestApp::start(backend).await;
        test(&app).await;
        app.stop().await;
    }
}

impl TestApp {
    /// Starts on one database.
    pub async fn start(backend: DbBackend) -> Self {
        let (url, database) = if backend == DbBackend::Postgres {
            let (url, name) = postgres::create(&postgres::url()).await;
            (url, Database::Postgres(name))
        } else {
            let path = env::temp_dir().join(format!("vigil-test-{}.db", fresh_name()));
            (format!("sqlite://{}?mode=rwc", path.display()), Database::Sqlite(path))
        };
        Self::start_over(url, database).await
    }

    /// Starts on a PostgreSQL server of the test's own, with which its data goes.
    pub async fn start_on(cluster: &Cluster) -> Self {
        let (url, _) = postgres::create(&cluster.url()).await;
        Self::start_over(url, Database::Elsewhere).await
    }

    async fn start_over(url: String, database: Database) -> Self {
        jobs::forget();
        let settings = settings(url);
        let up = database::migrate(&settings, async |db| Migrator::up(db, None).await);
        up.await.expect("migrations apply");
        let db = database::connect(&settings, Purpose::Jobs).await.expect("the database answers");
        let statements = Arc::<Mutex<Vec<Statement>>>::default();
        let log = statements.clone();
        let watch = Arc::new(move |info: &Info<'_>| {
            log.lock().expect("no test panics with the lock").push(info.statement.clone());
        });
        let clock = Arc::new(StoppedClock(Mutex::new(START.parse().expect("a time"))));
        let mails = Arc::new(Mails::default());
        let identity = identity(mails.clone(), KEYS);
        let ctx = Ctx::new(db, clock.clone(), Arc::new(Ids::seeded(1))).with_identity(identity);
        let ctx = ctx.watched_by(watch);
        alert_rules::install(&ctx).await.expect("the default rules are stored");
        let admin = UserCreateInput {
            email: "admin@example.test".into(),
            name: "Admin".into(),
            role: Role::Admin,
            image: None,
        };
        let admin = users::create(&ctx, admin).await.expect("an administrator");
        let ctx = ctx.seen_by(Viewer::Person(Person::new(admin.id, admin.role)));
        let session = sessions::begin(&ctx, &admin).await.expect("a session");
        let token = session.token.reveal().to_owned();
        mails.take();
        let (schema, is_counting) = (Schema::new(), AtomicBool::new(false));
        Self { schema, ctx, clock, statements, is_counting, settings, database, mails, token }
    }

    /// Another `vigil` on the same database, with connections of its own.
    pub async fn twin(&self) -> Self {
        let db =
            database::connect(&self.settings, Purpose::Jobs).await.expect("the database answers");
        let ids = Arc::new(Ids::seeded(2));
        let identity = identity(self.mails.clone(), KEYS);
        let ctx = Ctx::new(db, self.clock.clone(), ids).with_identity(identity);
        Self {
            schema: self.schema.clone(),
            ctx: ctx.seen_by(self.ctx.viewer()),
            clock: self.clock.clone(),
            statements: Arc::default(),
            is_counting: AtomicBool::new(false),
            settings: self.settings.clone(),
            database: Database::Elsewhere,
            mails: self.mails.clone(),
            token: self.token.clone(),
        }
    }

    /// The same server, with other settings for who is told of what happens.
    #[must_use]
    pub fn that_tells(&self, setup: notify::Setup) -> Self {
        self.with_ctx(self.ctx.clone().with_notifier(Notifier::new(setup)))
    }

    /// The same server, with a language model that is asked for second opinions.
    #[must_use]
    pub fn that_asks(&self, setup: language_model::Setup) -> Self {
        let model = LanguageModel::new(setup).expect("a model");
        self.with_ctx(self.ctx.clone().with_language_model(Some(model)))
    }

    /// The same server, with other keys of sealed columns.
    #[must_use]
    pub fn with_keys(&self, keys: &str) -> Self {
        self.with_ctx(self.ctx.clone().with_identity(identity(self.mails.clone(), keys)))
    }

    /// The same server, whose mails somebody else carries.
    #[must_use]
    pub fn that_mails_by(&self, mailer: Arc<dyn Mailer>) -> Self {
        self.with_ctx(self.ctx.clone().with_identity(identity(mailer, KEYS)))
    }

    fn with_ctx(&self, ctx: Ctx) -> Self {
        Self {
            schema: self.schema.clone(),
            ctx,
            clock: self.clock.clone(),
            statements: self.statements.clone(),
            is_counting: AtomicBool::new(false),
            settings: self.settings.clone(),
            database: Database::Elsewhere,
            mails: self.mails.clone(),
            token: self.token.clone(),
        }
    }

    /// Waits until a server of the PostgreSQL database listens to others.
    pub async fn hears_others(&self) {
        while !self.has_session("query LIKE 'LISTEN%'").await {}
    }

    /// Connections beside its own, which PostgreSQL knows by a name.
    pub async fn connect_as(&self, name: &str) -> DatabaseConnection {
        let mut settings = self.settings.clone();
        if !settings.is_embedded() {
            settings.database_url = format!("{}?application_name={name}", self.database_url());
        }
        database::connect(&settings, Purpose::Jobs).await.expect("the database answers")
    }

    /// Waits until nothing is connected by a name any more, and whatever it has asked for is done or undone.
    pub async fn is_left_by(&self, name: &str) {
        let named = format!("application_name = '{name}'");
        while !self.settings.is_embedded() && self.has_session(&named).await {}
    }

    /// Whether anybody is connected to the PostgreSQL database of whom a condition holds.
    pub async fn has_session(&self, condition: &str) -> bool {
        let sql = format!(
            "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND {condition}"
        );
        let session = Statement::from_string(DbBackend::Postgres, sql);
        self.db().query_one_raw(session).await.expect("it answers").is_some()
    }

    /// The settings that it was started with.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Where its data is.
    pub fn database_url(&self) -> &str {
        &self.settings.database_url
    }

    /// Closes and removes the database.
    pub async fn stop(self) {
        let Self { ctx, database, .. } = self;
        ctx.db().clone().close().await.expect("the pool closes");
        match database {
            Database::Sqlite(path) => {
                for ending in ["", "-wal", "-shm"] {
                    // Not every file is there; what is not there need not go.
                    let _ = fs::remove_file(format!("{}{ending}", path.display()));
                }
            }
            Database::Postgres(name) => postgres::drop(&name).await,
            Database::Elsewhere => {}
        }
    }

    /// Runs migrations as the command line does.
    pub async fn migrate(&self, run: impl AsyncFnOnce(&DatabaseConnection) -> Result<(), DbErr>) {
        database::migrate(&self.settings, run).await.expect("migrations run");
    }

    /// The context that requests are answered in, on behalf of the administrator.
    pub fn ctx(&self) -> &Ctx {
        &self.ctx
    }

    /// The database itself.
    pub fn db(&self) -> &DatabaseConnection {
        self.ctx.db()
    }

    /// Moves the clock.
    pub fn advance(&self, by: TimeDelta) {
        let mut now = self.clock.0.lock().expect("no test panics with the lock");
        *now = (**now + by).into();
    }

    /// Sets the clock.
    pub fn set_time(&self, to: &str) {
        *self.clock.0.lock().expect("no test panics with the lock") = to.parse().expect("a time");
    }

    /// The schema, for tests that ask it on behalf of somebody else.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Answers a request of the administrator: the whole response as JSON.
    pub async fn respond(&self, document: &str, variables: Value) -> Value {
        self.respond_as(self.ctx.viewer(), document, variables).await
    }

    /// Answers a request of whoever it is: the whole response as JSON.
    ///
    /// A plain query is answered without the executor, as it is over HTTP, and then by the executor,
    /// unless statements are counted: both must say the same. Where others write meanwhile, that may
    /// take another look.
    pub async fn respond_as(&self, viewer: Viewer, document: &str, variables: Value) -> Value {
        let ctx = self.ctx.seen_by(viewer);
        let variables = Variables::from_json(variables);
        let request = || Request::new(document).variables(variables.clone());
        let mut looks = 0;
        loop {
            let plain = self.schema.answer_plain(ctx.clone(), request()).await;
            let plain: Option<Value> =
                plain.map(|it| serde_json::from_slice(&it).expect("an answer is JSON"));
            if let Some(data) = &plain
                && self.is_counting.load(Ordering::Relaxed)
            {
                return serde_json::json!({ "data": data });
            }
            let response = self.schema.execute(ctx.clone(), request()).await;
            let response = serde_json::to_value(response).expect("a response is JSON");
            let Some(data) = plain.filter(|_| !is_invalid(&response)) else { return response };
            if response == serde_json::json!({ "data": data }) {
                return response;
            }
            looks += 1;
            assert!(looks < LOOKS_MAX, "{document}\n{data:#}\n{response:#}");
        }
    }

    /// Answers a request that must not fail: its data.
    #[track_caller]
    pub fn ask(&self, document: &str, variables: Value) -> impl Future<Output = Value> {
        let document = document.to_owned();
        async move {
            let mut response = self.respond(&document, variables).await;
            assert!(response.get("errors").is_none(), "{document}\n{response:#}");
            response["data"].take()
        }
    }

    /// Does something with an input: the first field's payload, whatever it says.
    pub async fn mutate(&self, field: &str, selection: &str, input: Value) -> Value {
        let name = format!("{}{}Input", field[..1].to_uppercase(), &field[1..]);
        let document = format!(
            "mutation($input: {name}!) {{ done: {field}(input: $input) {{ \
             {selection} errors {{ code path message }} }} }}"
        );
        self.ask(&document, serde_json::json!({ "input": input })).await["done"].take()
    }

    /// The statements that an action ran, in order.
    pub async fn statements(&self, action: impl Future) -> Vec<Statement> {
        self.statements.lock().expect("no test panics with the lock").clear();
        self.is_counting.store(true, Ordering::Relaxed);
        action.await;
        self.is_counting.store(false, Ordering::Relaxed);
        self.statements.lock().expect("no test panics with the lock").drain(..).collect()
    }
}

/// The PostgreSQL server that tests make databases on.
pub fn postgres_server() -> String {
    postgres::url()
}

/// Whether a document was refused before it was run: over HTTP the guard does so, before either.
fn is_invalid(response: &Value) -> bool {
    let errors = response["errors"].as_array().map_or(&[][..], Vec::as_slice);
    !errors.is_empty() && errors.iter().all(|it| it.get("path").is_none())
}

/// A name that no other test has, in this process or another.
fn fresh_name() -> String {
    let ids = Ids::random();
    let id: entity::id::UserId = ids.next(START.parse().expect("a time"));
    id.0.simple().to_string()
}

fn settings(database_url: String) -> Settings {
    Settings {
        database_url,
        database_connections: Some(8),
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        demo: false,
        public_url: None,
        keys_file: None,
        keys: None,
        mail: Mail::default(),
        argon2: Argon2::default(),
        jobs: Jobs::default(),
        notify: Notify::default(),
        llm: Llm::default(),
        retention: Kept::default(),
        http: Http::default(),
        limits: Limits::default(),
        log: "warn".into(),
    }
}

struct StoppedClock(Mutex<DateTime>);

impl Clock for StoppedClock {
    fn now(&self) -> DateTime {
        *self.0.lock().expect("no test panics with the lock")
    }
}
