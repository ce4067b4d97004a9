//! `vigil serve`: GraphQL over HTTP.

use {
    super::{Outcome, audit, say, seed},
    crate::{Schema, database, http, settings::Settings},
    clap::Args,
    migration::{Migrator, MigratorTrait},
    service::{
        Ctx, Ids, SystemClock,
        coaching::{alert_rules, evaluation::ticks},
    },
    std::{sync::Arc, time::Duration},
    tokio::{
        net::TcpListener,
        time::{MissedTickBehavior, interval},
    },
};

/// How often it is looked for what may have been missed.
const WATCH_PERIOD: Duration = Duration::from_mins(1);

#[derive(Debug, Default, Args)]
pub(super) struct Arguments {
    /// Where to listen, such as 127.0.0.1:8000.
    #[arg(long, value_name = "ADDRESS")]
    pub(super) listen: Option<String>,
}

pub(super) async fn run(settings: &Settings) -> Outcome {
    let ctx = ready_database(settings).await?;
    alert_rules::install(&ctx).await?;
    if settings.demo && settings.is_embedded() {
        seed::first_start(&ctx).await?;
    }
    let (sealing, watching) = (audit::seal_for_ever(ctx.clone()), watch_for_ever(ctx.clone()));
    let server = http::Server::new(Schema::new(), ctx, settings)?;
    let listener = TcpListener::bind(settings.listen).await;
    let listener = listener.map_err(|it| format!("cannot listen on {}: {it}", settings.listen))?;
    let address = listener.local_addr()?;
    say(format!("GraphQL      http://{address}/graphql"))?;
    say(format!("playground   http://{address}/"))?;
    tokio::select! {
        ended = server.serve(listener, http::stopped()) => ended?,
        () = sealing => {}
        () = watching => {}
    }
    say("stopped")
}

/// Connects to a database whose schema is up to date. An embedded one is brought up to date here;
/// PostgreSQL is changed only by `vigil migrate`, when its operator says so.
async fn ready_database(settings: &Settings) -> Outcome<Ctx> {
    if !settings.is_embedded() {
        return super::context(settings).await;
    }
    database::migrate(settings, async |db| Migrator::up(db, None).await).await?;
    let db = database::connect(settings).await?;
    Ok(Ctx::new(db, Arc::new(SystemClock), Arc::new(Ids::random())))
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
