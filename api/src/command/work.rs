//! `vigil work`: jobs, and nothing else.

use {
    super::{Outcome, context_and_clock, say},
    crate::{http, settings::Settings},
    service::{
        Ctx,
        kernel::{
            clock::DatabaseClock,
            jobs::worker::{Observer, Worker},
        },
        wiring,
    },
    std::sync::Arc,
};

pub(super) async fn run(settings: &Settings) -> Outcome {
    let (ctx, clock) = context_and_clock(settings, false).await?;
    say("working")?;
    work(settings, (&ctx, &clock), Arc::new(()), http::stopped()).await;
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
