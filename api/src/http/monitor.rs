//! What machines ask of a process that does jobs and answers no requests: whether it lives, whether it can work, and
//! what it has counted.

use {
    super::{accept::Acceptor, health::Health, metrics, metrics::Metrics},
    crate::settings::{Limits, Settings},
    axum::{
        Router,
        http::{StatusCode, header},
        routing::get,
    },
    service::{Ctx, kernel::jobs::worker::Observer},
    std::{future::pending, io, sync::Arc},
    tokio::net::TcpListener,
};

/// Answers `/healthz`, `/readyz` and `/metrics`, and nothing else.
pub struct Monitor {
    ctx: Ctx,
    limits: Limits,
    has_metrics: bool,
    metrics: Arc<Metrics>,
    health: Arc<Health>,
}

impl Monitor {
    /// Nothing has been counted.
    pub fn new(ctx: Ctx, settings: &Settings) -> Self {
        Self {
            ctx,
            limits: settings.limits.clone(),
            has_metrics: settings.http.metrics,
            metrics: Arc::new(Metrics::new()),
            health: Arc::default(),
        }
    }

    /// Who counts what the worker does.
    pub fn observer(&self) -> Arc<dyn Observer> {
        self.metrics.clone()
    }

    /// Answers for as long as it is polled; once told to stop, that the process is not ready any more.
    pub async fn serve(
        self,
        listener: TcpListener,
        stop: impl Future<Output = ()>,
    ) -> io::Result<()> {
        let router = self.router();
        let Self { ctx: _, limits, has_metrics: _, metrics, health } = self;
        let draining = health.clone();
        let never = async move {
            stop.await;
            draining.drain();
            pending::<()>().await;
        };
        Acceptor { router, limits, metrics, health }.run(listener, never).await
    }

    fn router(&self) -> Router {
        let (ctx, health, counted) = (self.ctx.clone(), self.health.clone(), self.metrics.clone());
        let ready = async move || {
            let ready = health.ready(ctx.db()).await;
            let ready = ready.map(|()| "ready\n");
            ready.map_err(|why| (StatusCode::SERVICE_UNAVAILABLE, format!("{why}\n")))
        };
        let routes =
            Router::new().route("/healthz", get(async || "ok\n")).route("/readyz", get(ready));
        if !self.has_metrics {
            return routes;
        }
        let told = async move || ([(header::CONTENT_TYPE, metrics::CONTENT_TYPE)], counted.text());
        routes.route("/metrics", get(told))
    }
}
