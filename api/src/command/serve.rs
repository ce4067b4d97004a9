//! `vigil serve`: GraphQL over HTTP.

use {
    super::{Outcome, audit, say, seed},
    crate::{Schema, database, http, identity, settings::Settings},
    clap::Args,
    migration::{Migrator, MigratorTrait},
    service::{
        Ctx, Ids, SystemClock,
        coaching::{alert_rules, evaluation::ticks},
        demo,
        kernel::{
            identity::{passwords, post, sessions, token::base32},
            jobs::worker::{Terms, Worker},
            users,
        },
        wiring,
    },
    std::{sync::Arc, time::Duration},
    tokio::{
        net::TcpListener,
        time::{MissedTickBehavior, interval, timeout},
    },
};

/// How often it is looked for what may have been missed.
const WATCH_PERIOD: Duration = Duration::from_mins(1);
/// How many random bytes make the password of a demo: 120 bits.
const PASSWORD_BYTES: usize = 15;

#[derive(Debug, Default, Args)]
pub(super) struct Arguments {
    /// Where to listen, such as 127.0.0.1:8000.
    #[arg(long, value_name = "ADDRESS")]
    pub(super) listen: Option<String>,
}

pub(super) async fn run(settings: &Settings) -> Outcome {
    let ctx = ready_database(settings).await?;
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
    let (sealing, watching) = (audit::seal_for_ever(ctx.clone()), watch_for_ever(ctx.clone()));
    let mailing = post::run(&ctx);
    let server = http::Server::new(Schema::new(), ctx.clone(), settings)?;
    let server = server.with_playground(playground);
    let listener = TcpListener::bind(settings.listen).await;
    let listener = listener.map_err(|it| format!("cannot listen on {}: {it}", settings.listen))?;
    let address = listener.local_addr()?;
    say(format!("GraphQL      http://{address}/graphql"))?;
    say(format!("playground   http://{address}/"))?;
    let worker = Worker::new(ctx.clone(), wiring::jobs(), Terms::default());
    let serving = async {
        let (served, ()) =
            tokio::join!(server.serve(listener, http::stopped()), worker.run(http::stopped()));
        served
    };
    tokio::select! {
        ended = serving => ended?,
        () = sealing => {}
        () = watching => {}
        () = mailing => {}
    }
    // A mail server may be slow, and whoever stops the server waits.
    if timeout(settings.limits.drain_timeout(), post::run_waiting(&ctx)).await.is_err() {
        tracing::warn!("the last mails were not sent");
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
async fn ready_database(settings: &Settings) -> Outcome<Ctx> {
    if !settings.is_embedded() {
        return super::context(settings).await;
    }
    database::migrate(settings, async |db| Migrator::up(db, None).await).await?;
    let db = database::connect(settings).await?;
    let ctx = Ctx::new(db, Arc::new(SystemClock), Arc::new(Ids::random()));
    Ok(ctx.with_identity(identity::of(settings, true)?))
}

/// Evaluates the pairings whose day has turned or whose shift has begun, each minute, for ever.
async fn watch_for_ever(ctx: Ctx) {
    let mut minute = interval(WATCH_PERIOD);
    minute.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        minute.tick().await;
        match ticks::run(&ctx).await {
            Ok(0) => {}
            Ok(pairings) => tracing::info!(pairings, "evaluated what may have been missed"),
            Err(failure) => tracing::warn!(%failure, "pairings could not be evaluated"),
        }
    }
}
