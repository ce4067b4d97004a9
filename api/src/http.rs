//! GraphQL over HTTP, the playground, and what machines ask of a server.

use {
    crate::graphql::Schema,
    axum::{
        Json, Router,
        extract::{DefaultBodyLimit, State},
        http::{StatusCode, header},
        response::{Html, IntoResponse},
        routing::{get, post},
    },
    service::{Ctx, Viewer, kernel::users},
    std::sync::{Arc, OnceLock},
    tokio::{net::TcpListener, signal},
};

/// How large a request may be.
const BODY_BYTES_MAX: usize = 1 << 20;
const PLAYGROUND: &str = include_str!("http/playground.html");

#[derive(Clone)]
struct Server {
    schema: Schema,
    ctx: Ctx,
    stand_in: Arc<OnceLock<Viewer>>,
}

/// Serves until the process is told to stop; requests that have begun are finished.
pub async fn serve(listener: TcpListener, schema: Schema, ctx: Ctx) -> std::io::Result<()> {
    axum::serve(listener, router(schema, ctx)).with_graceful_shutdown(stopped()).await
}

/// The routes of the server.
pub fn router(schema: Schema, ctx: Ctx) -> Router {
    Router::new()
        .route("/", get(|| async { Html(PLAYGROUND) }))
        .route("/graphql", post(graphql))
        .route("/schema.graphql", get(sdl))
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(Server { schema, ctx, stand_in: Arc::default() })
}

async fn graphql(
    State(server): State<Server>,
    Json(request): Json<async_graphql::Request>,
) -> Result<Json<async_graphql::Response>, StatusCode> {
    let ctx = match server.viewer().await {
        Ok(Some(viewer)) => server.ctx.seen_by(viewer),
        Ok(None) => server.ctx.clone(),
        Err(failure) => {
            tracing::error!(%failure, "nobody to act for");
            return Err(StatusCode::SERVICE_UNAVAILABLE);
        }
    };
    Ok(Json(server.schema.execute(ctx, request).await))
}

impl Server {
    /// Whom requests act for; looked up until there is somebody.
    async fn viewer(&self) -> service::Result<Option<Viewer>> {
        if let Some(viewer) = self.stand_in.get() {
            return Ok(Some(*viewer));
        }
        let found = users::stand_in(&self.ctx).await?;
        if let Some(viewer) = found {
            // Another request may have been first; both found the same.
            let _ = self.stand_in.set(viewer);
        }
        Ok(found)
    }
}

async fn sdl(State(server): State<Server>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], server.schema.sdl())
}

async fn ready(State(server): State<Server>) -> Result<&'static str, StatusCode> {
    server.ctx.db().ping().await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    Ok("ready\n")
}

async fn stopped() {
    let interrupted = async { signal::ctrl_c().await.unwrap_or_default() };
    #[cfg(unix)]
    let terminated = async {
        match signal::unix::signal(signal::unix::SignalKind::terminate()) {
            Ok(mut terminate) => terminate.recv().await.unwrap_or_default(),
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}
