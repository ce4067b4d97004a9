//! The command line of `vigil`: one subcommand a task.

mod access;
mod audit;
mod backtest;
mod bench;
mod doctor;
mod import;
mod key;
mod keys;
mod migrate;
mod schema;
mod seed;
mod serve;
mod telemetry;
mod user;
mod work;

use {
    crate::{
        database::{self, Purpose},
        identity,
        settings::{Flags, Settings},
        tally,
    },
    clap::{Parser, Subcommand},
    futures_util::future::BoxFuture,
    service::{Ctx, Ids, kernel::clock::DatabaseClock},
    std::{error::Error, io::Write, path::PathBuf, sync::Arc},
};

/// How a command ends: well, or with something to tell.
type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// Vigil keeps watch over people's work.
///
/// Without a command it serves. Settings come from vigil.toml, then from the environment
/// (`VIGIL_LISTEN`, `VIGIL_DEMO`, `DATABASE_URL` …), then from the flags.
#[derive(Debug, Parser)]
#[command(name = "vigil", version)]
struct Cli {
    /// The file of settings; vigil.toml, if it is there, when left out.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The database: `sqlite://FILE` or `postgres://USER:PASSWORD@HOST/DATABASE`.
    #[arg(long, global = true, value_name = "URL")]
    database_url: Option<String>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve GraphQL over HTTP (the default).
    Serve(serve::Arguments),
    /// Do what waits to be done, beside `vigil serve --no-work` or other workers: any number of them.
    ///
    /// A worker that is killed loses nothing: another one, or it itself once it is started again, goes
    /// on within a lease (30 seconds). `[jobs]` of vigil.toml says how much it does at once.
    Work(work::Arguments),
    /// Bring the database's schema up to date, back, or tell how it stands.
    Migrate(migrate::Arguments),
    /// Print the GraphQL schema, write the book of the database's schema, or check it.
    Schema(schema::Arguments),
    /// Print who may see and do what.
    Access,
    /// Check settings and database, or whether a server is ready.
    Doctor(doctor::Arguments),
    /// Manage people.
    User(user::Arguments),
    /// Manage keys for programs.
    Key(key::Arguments),
    /// Manage the keys of sealed columns.
    Keys(keys::Arguments),
    /// Look whether the audit trail is what was written.
    Audit(audit::Arguments),
    /// Take in tables that people keep elsewhere.
    Import(import::Arguments),
    /// Try rules on the past: when they would have fired, without anything being written.
    Backtest(backtest::Arguments),
    /// Fill an empty database with an invented company.
    Seed(seed::Arguments),
    /// Measure how fast this is, beside servers written by hand.
    Bench(bench::Arguments),
}

/// Runs the command line of this process.
///
/// Boxed here, so that the binary does not compile all of it again.
pub fn run() -> BoxFuture<'static, Outcome> {
    Box::pin(run_command())
}

async fn run_command() -> Outcome {
    let Cli { config: file, database_url, command } = Cli::parse();
    let command = command.unwrap_or(Command::Serve(serve::Arguments::default()));
    let serve =
        if let Command::Serve(it) = &command { it.clone() } else { serve::Arguments::default() };
    let work =
        if let Command::Work(it) = &command { it.clone() } else { work::Arguments::default() };
    let (listen, work_listen) = (serve.listen.clone(), work.listen.clone());
    let command = match command {
        Command::Access => return access::run(),
        Command::Schema(arguments) if arguments.is_print() => return schema::print(),
        Command::Bench(arguments) => return bench::run(arguments),
        it => it,
    };
    let settings = Settings::read(Flags { file, database_url, listen, work_listen })?;
    let telemetry = telemetry::start(&settings)?;
    let outcome = match command {
        // By far the largest of them: it is kept off the stack.
        Command::Serve(_) => Box::pin(serve::run(&settings, &serve)).await,
        Command::Work(_) => Box::pin(work::run(&settings)).await,
        Command::Migrate(arguments) => migrate::run(&settings, arguments).await,
        Command::Access => access::run(),
        Command::Schema(arguments) => Box::pin(schema::run(&settings, arguments)).await,
        Command::Bench(arguments) => bench::run(arguments),
        Command::Doctor(arguments) => doctor::run(&settings, &arguments).await,
        Command::User(arguments) => user::run(&settings, arguments).await,
        Command::Key(arguments) => key::run(&settings, arguments).await,
        Command::Keys(arguments) => keys::run(&settings, arguments).await,
        Command::Audit(arguments) => audit::run(&settings, arguments).await,
        Command::Import(arguments) => import::run(&settings, arguments).await,
        Command::Backtest(arguments) => backtest::run(&settings, arguments).await,
        Command::Seed(arguments) => seed::run(&settings, arguments).await,
    };
    telemetry.stop();
    outcome
}

/// A context over the configured database, whose schema is up to date.
async fn context(settings: &Settings) -> Outcome<Ctx> {
    Ok(context_and_clock(settings, Purpose::Commands, false).await?.0)
}

/// The same, and the clock that it goes by. The keys of an embedded database are made when they are
/// not there, if `makes_keys`.
async fn context_and_clock(
    settings: &Settings,
    purpose: Purpose,
    makes_keys: bool,
) -> Outcome<(Ctx, Arc<DatabaseClock>)> {
    let db = database::connect(settings, purpose).await?;
    let clock = Arc::new(DatabaseClock::default());
    clock.measure(&db).await?;
    let ctx = Ctx::new(db, clock.clone(), Arc::new(Ids::random()))
        .watched_by(Arc::new(|info| tally::count(info.elapsed)))
        .with_identity(identity::of(settings, makes_keys)?)
        .with_notifier(settings.notify.notifier()?)
        .with_language_model(settings.llm.language_model()?)
        .with_retention(settings.retention.retention());
    let pending = database::pending(ctx.db()).await?;
    if pending.is_empty() {
        return Ok((ctx, clock));
    }
    let many = pending.len();
    Err(format!("the database lacks {many} migrations: run `vigil migrate up` first").into())
}

/// Prints a line to whoever started the command.
fn say(line: impl AsRef<str>) -> Outcome {
    Ok(writeln!(std::io::stdout().lock(), "{}", line.as_ref())?)
}
