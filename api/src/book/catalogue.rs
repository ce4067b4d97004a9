//! The catalogue of queries: what `docs/schema.toml` names is asked of a database that invented data fills,
//! and each statement that it ran is explained.

use {
    super::{Outcome, Scratch, filling},
    crate::Schema,
    async_graphql::{Request, Variables},
    engine::schema::{
        Book, Size,
        annotation::Operation,
        catalog::{Catalog, Engine},
        plan::Explained,
        query::Query,
        sql,
    },
    entity::scalar::DateTime,
    sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement, Value},
    serde_json::Value as Json,
    service::{
        Clock, Ctx, Ids, Person, Viewer,
        coaching::{alert_rules, evaluation::ticks, second_opinion},
        demo::{self, Plan},
        kernel::{
            audit,
            catalog::{explain, introspect, reads},
            events::{self, feed::Feed},
            identity::{
                self, callers, sessions,
                token::{Entropy, Token},
            },
            jobs::{
                self,
                worker::{Terms, Worker},
            },
            notify::lost,
        },
        wiring,
    },
    std::{
        sync::{Arc, Mutex, PoisonError},
        time::{Duration, Instant},
    },
    tokio::task::JoinSet,
    uuid::Uuid,
};

/// How large the invented company is: 100 pairings with 25,000 reports.
const SCALE: f64 = 0.1;
const SEED: u64 = 7;
/// The last day that it tells of.
const UNTIL: &str = "2026-02-27";
/// When everything is asked: Monday 2 March 2026, ten in the morning in New York.
const NOW: &str = "2026-03-02T15:00:00.000Z";
/// How many connections the program has; what is explained has its own.
const CONNECTIONS: u32 = 4;

/// The documents that front ends send, as they are committed beside their checks.
const FILES: [(&str, &str); 5] = [
    ("alert_queue.graphql", include_str!("../../../tests/clients/documents/alert_queue.graphql")),
    ("dashboard.graphql", include_str!("../../../tests/clients/documents/dashboard.graphql")),
    ("history.graphql", include_str!("../../../tests/clients/documents/history.graphql")),
    ("lookup.graphql", include_str!("../../../tests/clients/documents/lookup.graphql")),
    ("submit.graphql", include_str!("../../../tests/clients/documents/submit.graphql")),
];

/// Asks everything, and keeps what the database answered in the book.
pub(super) async fn ask(
    scratch: &Scratch,
    schema: &Schema,
    book: &mut Book,
    is_timed: bool,
) -> Outcome<()> {
    let asking = Asking::begin(scratch, schema).await?;
    let catalog = introspect(&asking.explaining).await?;
    if catalog.engine == Engine::Sqlite {
        book.sizes = sizes(&asking.explaining, &catalog).await?;
    }
    for operation in book.annotations.operation.clone() {
        let ran = asking.run(&operation).await;
        let ran = ran.map_err(|it| format!("{}: {it}", operation.name))?;
        let mut explained = Vec::new();
        for statement in ran {
            let mut told = explain(&asking.explaining, &catalog, &statement).await?;
            if is_timed && reads(&statement) {
                told.microseconds = Some(time(&asking.explaining, &statement).await?);
            }
            explained.push(told);
        }
        keep(book, catalog.engine, (&operation.name, &operation.title), explained);
    }
    for (name, title, statement) in references(&catalog) {
        let statement = Statement::from_sql_and_values(
            asking.explaining.get_database_backend(),
            statement,
            [Value::from(Uuid::nil())],
        );
        let explained = explain(&asking.explaining, &catalog, &statement).await?;
        keep(book, catalog.engine, (&name, &title), vec![explained]);
    }
    asking.end().await
}

fn keep(book: &mut Book, engine: Engine, (name, title): (&str, &str), explained: Vec<Explained>) {
    let known = book.queries.iter().position(|it| it.operation == name);
    let place = known.unwrap_or(book.queries.len());
    if known.is_none() {
        let (operation, title) = (name.to_owned(), title.to_owned());
        book.queries.push(Query { operation, title, ..Query::default() });
    }
    match engine {
        Engine::Sqlite => book.queries[place].sqlite = explained,
        Engine::Postgres => book.queries[place].postgres = explained,
    }
}

/// What the database itself asks when a row goes that others refer to: which rows are these?
fn references(catalog: &Catalog) -> Vec<(String, String, String)> {
    let parameter = if catalog.engine == Engine::Postgres { "$1" } else { "?" };
    let question = |table: &str, columns: &[String], to: &str, name: &str| {
        let of: Vec<_> =
            columns.iter().map(|it| format!("{} = {parameter}", sql::name(it))).collect();
        let statement = format!("SELECT 1 FROM {} WHERE {}", sql::name(table), of.join(" AND "));
        (name.to_owned(), format!("Which {table} refer to a row of {to} that goes?"), statement)
    };
    let references = catalog.references();
    references.map(|(table, it)| question(&table.name, &it.columns, &it.table, &it.name)).collect()
}

/// How many rows each table has, and how many bytes their values.
async fn sizes(db: &DatabaseConnection, catalog: &Catalog) -> Outcome<Vec<Size>> {
    let mut sizes = Vec::new();
    for table in &catalog.tables {
        let bytes: Vec<_> = table
            .columns
            .iter()
            .map(|it| format!("coalesce(length(CAST({} AS BLOB)), 0)", sql::name(&it.name)))
            .collect();
        let sql = format!(
            "SELECT count(*) AS many, CAST(coalesce(sum({}), 0) AS INTEGER) AS bytes FROM {}",
            bytes.join(" + "),
            sql::name(&table.name)
        );
        let statement = Statement::from_string(db.get_database_backend(), sql);
        let row = db.query_one_raw(statement).await?.ok_or("nothing was counted")?;
        let (rows, bytes): (i64, i64) = (row.try_get("", "many")?, row.try_get("", "bytes")?);
        sizes.push(Size {
            table: table.name.clone(),
            rows: rows.unsigned_abs(),
            bytes: bytes.unsigned_abs(),
        });
    }
    Ok(sizes)
}

async fn time(db: &DatabaseConnection, statement: &Statement) -> Outcome<u64> {
    let start = Instant::now();
    db.query_all_raw(statement.clone()).await?;
    Ok(u64::try_from(start.elapsed().as_micros())?)
}

/// A filled database, and who asks it.
struct Asking<'a> {
    schema: &'a Schema,
    ctx: Ctx,
    session: Token,
    explaining: DatabaseConnection,
    ran: Arc<Mutex<Vec<Statement>>>,
}

/// A clock that stands still.
struct Stopped(DateTime);

impl Clock for Stopped {
    fn now(&self) -> DateTime {
        self.0
    }
}

impl<'a> Asking<'a> {
    async fn begin(scratch: &Scratch, schema: &'a Schema) -> Outcome<Self> {
        let db = scratch.connect(CONNECTIONS).await?;
        let ran = Arc::<Mutex<Vec<Statement>>>::default();
        let log = ran.clone();
        let now: DateTime = NOW.parse().map_err(|_| "the book's moment is none")?;
        let ctx = Ctx::new(db, Arc::new(Stopped(now)), Arc::new(Ids::seeded(SEED))).watched_by(
            Arc::new(move |info| {
                log.lock().unwrap_or_else(PoisonError::into_inner).push(info.statement.clone());
            }),
        );
        if ctx.backend() == DbBackend::Postgres {
            leave_alone(&ctx).await?;
        }
        alert_rules::install(&ctx).await?;
        let plan = Plan { scale: SCALE, seed: SEED, until: UNTIL.parse()? };
        demo::fill(&ctx, &plan, &|_| {}).await?;
        let admin = demo::administrator(&ctx).await?.ok_or("the company has no administrator")?;
        let session = sessions::begin(&ctx, &admin).await?.token;
        filling::sign_in(&ctx).await?;
        filling::jobs(&ctx).await?;
        filling::notifications(&ctx).await?;
        filling::opinions(&ctx).await?;
        filling::past(&ctx).await?;
        if ctx.backend() == DbBackend::Postgres {
            // SQLite plans without statistics: nobody takes them where the server works either.
            settle(&ctx).await?;
        }
        let ctx = ctx.seen_by(Viewer::Person(Person::new(admin.id, admin.role)));
        let explaining = scratch.connect(1).await?;
        Ok(Self { schema, ctx, session, explaining, ran })
    }

    async fn end(self) -> Outcome<()> {
        self.explaining.close().await?;
        self.ctx.db().clone().close().await?;
        Ok(())
    }

    /// The statements that an operation ran, each once, but for those that only add rows.
    async fn run(&self, operation: &Operation) -> Outcome<Vec<Statement>> {
        let variables = match &operation.variables {
            Some(text) => self.resolved(serde_json::from_str(text)?).await?,
            None => Json::Null,
        };
        self.taken();
        match (&operation.file, &operation.document, &operation.task) {
            (Some(file), None, None) => {
                let found = FILES.iter().find(|it| it.0 == file);
                let (_, document) = found.ok_or_else(|| format!("there is no document {file}"))?;
                self.answered(document, variables).await?;
            }
            (None, Some(document), None) => {
                self.answered(document, variables).await?;
            }
            (None, None, Some(task)) => self.task(task).await?,
            _ => return Err("needs one of file, document and task".into()),
        }
        let mut once: Vec<Statement> = Vec::new();
        for statement in self.taken() {
            let tokens = sql::tokens(&statement.sql);
            let is_asked = ["SELECT", "WITH", "UPDATE", "DELETE"]
                .iter()
                .any(|word| tokens.first().is_some_and(|it| it.is(word)));
            // A hint to other servers reads no table.
            let is_hint = statement.sql.contains("pg_notify");
            if is_asked && !is_hint && !once.iter().any(|it| it.sql == statement.sql) {
                once.push(statement);
            }
        }
        // Those of one level run at once, and end in any order.
        once.sort_by(|a, b| a.sql.cmp(&b.sql));
        if once.is_empty() { Err("it asked the database nothing".into()) } else { Ok(once) }
    }

    fn taken(&self) -> Vec<Statement> {
        std::mem::take(&mut *self.ran.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Answers a document; nothing may be wrong with it, and nothing with what people gave.
    async fn answered(&self, document: &str, variables: Json) -> Outcome<Json> {
        let request = Request::new(document).variables(Variables::from_json(variables));
        let answer = self.schema.execute(self.ctx.clone(), request).await;
        let answer = serde_json::to_value(answer)?;
        if let Some(errors) = answer.get("errors") {
            return Err(format!("it was refused: {errors}").into());
        }
        Ok(answer["data"].clone())
    }

    /// Puts the id of the first row of a list where `@list` stands.
    async fn resolved(&self, value: Json) -> Outcome<Json> {
        Ok(match value {
            // Of a link in a mail that nobody was sent.
            Json::String(text) if text == "@token" => {
                Json::String(Token::mailed(&Entropy::seeded(SEED)).reveal().to_owned())
            }
            Json::String(text) if text.starts_with('@') => {
                let list = &text[1..];
                let document = format!("{{ {list}(first: 1) {{ nodes {{ id }} }} }}");
                let answer = self.answered(&document, Json::Null).await?;
                let id = answer[list]["nodes"][0]["id"].clone();
                if id.is_null() {
                    return Err(format!("there is no row in {list}").into());
                }
                id
            }
            Json::Object(fields) => {
                let mut resolved = serde_json::Map::new();
                for (name, value) in fields {
                    resolved.insert(name, Box::pin(self.resolved(value)).await?);
                }
                Json::Object(resolved)
            }
            other => other,
        })
    }

    /// What the server does without being asked by a document. A further one is a line here.
    async fn task(&self, name: &str) -> Outcome<()> {
        let server = self.ctx.seen_by(Viewer::System);
        match name {
            "recognise a session" => {
                callers::recognise(&server, self.session.reveal()).await?;
            }
            "recognise a key" => {
                let (key, _) = Token::key(&Entropy::seeded(SEED));
                callers::recognise(&server, key.reveal()).await?;
            }
            "evaluate what may have been missed" => {
                ticks::run(&server).await?;
            }
            "seal the audit trail" => {
                audit::seal(&server).await?;
                audit::verify(&server, None).await?;
            }
            "look for lost notifications" => {
                lost::look(&server).await?;
            }
            "forget what was kept long enough" => {
                jobs::pruning::prune(&server).await?;
                identity::pruning::prune(&server).await?;
                events::pruning::prune(&server).await?;
                second_opinion::pruning::prune(&server).await?;
            }
            "look for what is due" => {
                // Periods would make work, which is done in any order.
                Worker::new(server, wiring::jobs(), Terms::default()).run_due().await;
            }
            "tell what happens" => tell(&server).await,
            other => return Err(format!("there is no task {other}").into()),
        }
        Ok(())
    }
}

/// Keeps PostgreSQL from taking statistics by itself, which would make plans a matter of luck.
async fn leave_alone(ctx: &Ctx) -> Outcome<()> {
    for table in introspect(ctx.db()).await?.tables {
        let table = sql::name(&table.name);
        let alone = format!("ALTER TABLE {table} SET (autovacuum_enabled = false)");
        ctx.db().execute_unprepared(&alone).await?;
    }
    Ok(())
}

/// Takes statistics of every row, and lets every page be known as visible to all: pages that one pass leaves
/// for those behind it take another.
async fn settle(ctx: &Ctx) -> Outcome<()> {
    for _ in 0..SETTLED_BY {
        ctx.db().execute_unprepared("VACUUM (FREEZE, ANALYZE)").await?;
    }
    Ok(())
}

/// How many passes that takes.
const SETTLED_BY: usize = 3;

/// Listens until the reader of the log knows where it ends.
async fn tell(ctx: &Ctx) {
    let feed = Arc::new(Feed::new(ctx.clone(), 1, Duration::from_mins(1)));
    let mut reading = JoinSet::new();
    let same = feed.clone();
    reading.spawn(async move { same.run().await });
    drop(feed.listen().await);
    reading.shutdown().await;
}
