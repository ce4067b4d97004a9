//! `vigil work`: jobs, and nothing else.

use {
    super::{Outcome, context_and_clock, say},
    crate::{
        database::Purpose,
        http::{self, Monitor},
        settings::Settings,
    },
    clap::Args,
    service::{
        Ctx,
        kernel::{
            clock::DatabaseClock,
            jobs::worker::{Observer, Worker},
        },
        wiring,
    },
    std::sync::Arc,
    tokio::net::TcpListener,
};

#[derive(Clone, Debug, Default, Args)]
pub(super) struct Arguments {
    /// Where to answer `/healthz`, `/readyz` and `/metrics`, such as 127.0.0.1:8001; nowhere when left out.
    #[arg(long, value_name = "ADDRESS")]
    pub(super) listen: Option<String>,
}

pub(super) async fn run(settings: &Settings) -> Outcome {
    let (ctx, clock) = context_and_clock(settings, Purpose::Jobs, false).await?;
    let Some(address) = settings.jobs.listen else {
        say("working")?;
        work(settings, (&ctx, &clock), Arc::new(()), http::stopped()).await;
        return say("stopped");
    };
    let listener = TcpListener::bind(address).await;
    let listener = listener.map_err(|it| format!("cannot listen on {address}: {it}"))?;
    say(format!("working      http://{}/metrics", listener.local_addr()?))?;
    let monitor = Monitor::new(ctx.clone(), settings);
    let observer = monitor.observer();
    let working = work(settings, (&ctx, &clock), observer, http::stopped());
    // Whoever looks sees it until the last job is noted.
    tokio::select! {
        ended = monitor.serve(listener) => ended?,
        () = working => {}
    }
    say("stopped")
}

/// Works until told to stop.
pub(super) async fn work(
    settings: &Settings,
    (ctx, clock): (&Ctx, &DatabaseClock),
    observer: Arc<dyn Observer>,
    stop: impl Future<Output = ()>,
) {
    let terms = settings.jobs.terms(settings.limits.drain_timeout());
    let worker = Worker::new(ctx.clone(), wiring::jobs(), terms)
        .with_periods(wiring::periods())
        .observed_by(observer);
    tokio::select! {
        () = worker.run(stop) => {}
        () = clock.follow(ctx.db()) => {}
    }
}
