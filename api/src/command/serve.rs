//! `vigil serve`: GraphQL over HTTP.

use {
    super::{Outcome, context_and_clock, say, seed, work},
    crate::{
        Schema,
        database::{self, Purpose},
        http,
        settings::Settings,
    },
    clap::Args,
    migration::{Migrator, MigratorTrait},
    service::{
        Ctx,
        coaching::alert_rules,
        demo,
        kernel::{
            clock::DatabaseClock,
            identity::{passwords, sessions, token::base32},
            users,
        },
    },
    std::sync::Arc,
    tokio::{net::TcpListener, sync::oneshot},
};

/// How many random bytes make the password of a demo: 120 bits.
const PASSWORD_BYTES: usize = 15;

#[derive(Clone, Debug, Default, Args)]
pub(super) struct Arguments {
    /// Where to listen, such as 127.0.0.1:8000.
    #[arg(long, value_name = "ADDRESS")]
    pub(super) listen: Option<String>,
    /// Leave jobs to `vigil work`.
    #[arg(long)]
    pub(super) no_work: bool,
}

pub(super) async fn run(settings: &Settings, arguments: &Arguments) -> Outcome {
    let (ctx, clock) = ready_database(settings).await?;
    alert_rules::install(&ctx).await?;
    let is_demo = settings.demo && settings.is_embedded();
    if is_demo && seed::first_start(&ctx).await? {
        first_password(&ctx).await?;
    }
    if users::first_administrator(&ctx).await?.is_none_or(|it| it.password_hash.is_none()) {
        say("sign-in      nobody can, yet: `vigil user create`, or `vigil user invite`")?;
    }
    // Who has real data in a file has no administrator of the invented company in it.
    let playground = match demo::administrator(&ctx).await? {
        Some(it) if is_demo && settings.listen.ip().is_loopback() => {
            Some(sessions::begin_for_playground(&ctx, &it).await?)
        }
        _ => None,
    };
    let server = http::Server::new(Schema::new(), ctx.clone(), settings)?;
    let server = server.with_playground(playground);
    let listener = TcpListener::bind(settings.listen).await;
    let listener = listener.map_err(|it| format!("cannot listen on {}: {it}", settings.listen))?;
    let address = listener.local_addr()?;
    say(format!("GraphQL      http://{address}/graphql"))?;
    say(format!("playground   http://{address}/"))?;
    let observer = server.observer();
    let serving = server.serve(listener, http::stopped());
    if arguments.no_work {
        tokio::select! {
            ended = serving => ended?,
            () = clock.follow(ctx.db()) => {}
        }
    } else {
        let (ended, end) = oneshot::channel::<()>();
        let serving = async {
            let outcome = serving.await;
            drop(ended);
            outcome
        };
        // A server that could not go on takes its worker along.
        let stop = async {
            tokio::select! {
                () = http::stopped() => {}
                _ = end => {}
            }
        };
        let jobs = database::beside(settings, &ctx).await?;
        let working = work::work(settings, (&jobs, &clock), observer, stop);
        tokio::join!(serving, working).0?;
    }
    say("stopped")
}

/// Gives the administrator of a new demo a password, and prints it.
async fn first_password(ctx: &Ctx) -> Outcome {
    let found = demo::administrator(ctx).await?;
    let Some(user) = found.filter(|it| it.password_hash.is_none()) else { return Ok(()) };
    let password = base32(&ctx.identity().entropy().bytes::<PASSWORD_BYTES>());
    passwords::set(ctx, &user, &password, false).await?;
    say(format!("sign-in      {} with the password {password} (shown this once)", user.email))
}

/// Connects to a database whose schema is up to date. An embedded one is brought up to date here;
/// PostgreSQL is changed only by `vigil migrate`, when its operator says so.
async fn ready_database(settings: &Settings) -> Outcome<(Ctx, Arc<DatabaseClock>)> {
    if settings.is_embedded() {
        database::migrate(settings, async |db| Migrator::up(db, None).await).await?;
    }
    context_and_clock(settings, Purpose::Requests, settings.is_embedded()).await
}
