//! GraphQL over HTTP, the playground, and what machines ask of a server.
//!
//! A request goes through stages, one a file. [`accept`] takes the connection, [`shell`] bounds the
//! head and gives the answer its headers, [`endpoint`] is `/graphql`: [`negotiation`] agrees on
//! media types, [`body`] and [`parameters`] read what is asked, the [`guard`] decides whether it is
//! run, [`answer`] writes what came of it. Whatever refuses says so with a [`refusal`].
//!
//! What may answer more than once is an [`operation`]: a [`socket`] (WebSocket) runs many at a time,
//! an [`event_stream`] (server-sent events) one.
//!
//! A process that only works has a [`Monitor`] instead of a [`Server`].

mod accept;
mod answer;
mod body;
mod book;
mod caller;
mod connection;
mod cookie;
mod endpoint;
mod event_stream;
mod file;
mod guard;
mod health;
mod metrics;
mod monitor;
mod negotiation;
mod operation;
mod origin;
mod parameters;
mod playground;
mod refusal;
mod request_id;
mod shell;
mod signal;
mod socket;
mod stream;
mod timing;
mod transcript;

pub use {monitor::Monitor, signal::stopped};

use {
    crate::{
        graphql::Schema,
        settings::{Http, Limits, Settings},
    },
    accept::Acceptor,
    axum::{
        Router,
        extract::State,
        http::{HeaderMap, StatusCode, header},
        middleware,
        response::IntoResponse,
        routing::{any, get},
    },
    cookie::Cookies,
    guard::Guard,
    health::Health,
    metrics::Metrics,
    refusal::Refusal,
    service::{
        Ctx, ErrorCode, Ids,
        kernel::{events::feed::Feed, identity::token::Token, jobs::worker::Observer},
    },
    std::{io, sync::Arc},
    tokio::{net::TcpListener, sync::Semaphore, task::JoinSet},
};

/// The HTTP server.
pub struct Server {
    edge: Edge,
}

/// What every request is answered with.
struct Edge {
    schema: Schema,
    ctx: Ctx,
    guard: Guard,
    sdl: Sdl,
    http: Http,
    limits: Limits,
    ids: Ids,
    metrics: Arc<Metrics>,
    health: Arc<Health>,
    subscriptions: Arc<Semaphore>,
    feed: Arc<Feed>,
    cookies: Cookies,
    /// What the page of the playground is given to sign in with, on this machine, in a demo.
    playground: Option<Token>,
}

/// The schema's printed form, and the tag that says which one it is.
struct Sdl {
    text: String,
    tag: String,
}

impl Server {
    /// A server of a schema. Fails when the file of trusted documents cannot be read.
    pub fn new(schema: Schema, ctx: Ctx, settings: &Settings) -> io::Result<Self> {
        let (http, limits) = (settings.http.clone(), settings.limits.clone());
        let text = schema.sdl();
        let edge = Edge {
            guard: Guard::new(&text, &http, &limits)?,
            sdl: Sdl { tag: guard::tag(&text), text },
            feed: Arc::new(Feed::new(
                ctx.clone(),
                limits.events_buffered_max,
                limits.events_poll(),
            )),
            subscriptions: Arc::new(Semaphore::new(limits.subscriptions_max)),
            schema,
            ctx,
            http,
            limits,
            ids: Ids::random(),
            metrics: Arc::new(Metrics::new()),
            health: Arc::default(),
            cookies: Cookies::of(&settings.public_url()),
            playground: None,
        };
        Ok(Self { edge })
    }

    /// The same, whose playground signs in with a token when it is opened on this machine.
    #[must_use]
    pub fn with_playground(mut self, token: Option<Token>) -> Self {
        self.edge.playground = token;
        self
    }

    /// Who counts what a worker does, beside what the server does.
    pub fn observer(&self) -> Arc<dyn Observer> {
        self.edge.metrics.clone()
    }

    /// Serves until told to stop; requests that have begun are finished.
    pub async fn serve(
        self,
        listener: TcpListener,
        stop: impl Future<Output = ()>,
    ) -> io::Result<()> {
        let edge = Arc::new(self.edge);
        let acceptor = Acceptor {
            router: edge.router(),
            limits: edge.limits.clone(),
            metrics: edge.metrics.clone(),
            health: edge.health.clone(),
        };
        let mut feeding = JoinSet::new();
        let feed = edge.feed.clone();
        feeding.spawn(async move { feed.run().await });
        let served = acceptor.run(listener, stop).await;
        feeding.shutdown().await;
        served
    }
}

impl Edge {
    /// The routes of the server.
    fn router(self: &Arc<Self>) -> Router {
        Router::new()
            .merge(playground::routes())
            .merge(book::routes())
            .route("/graphql", any(endpoint::answer))
            .route("/schema.graphql", get(sdl))
            .route("/healthz", get(|| async { "ok\n" }))
            .route("/readyz", get(ready))
            .route("/metrics", get(metrics))
            .fallback(nothing)
            .method_not_allowed_fallback(wrong_method)
            .layer(middleware::from_fn_with_state(self.clone(), shell::wrap))
            .with_state(self.clone())
    }
}

async fn sdl(State(edge): State<Arc<Edge>>, headers: HeaderMap) -> impl IntoResponse {
    if !edge.http.introspection {
        return Err(Refusal::new(
            StatusCode::FORBIDDEN,
            ErrorCode::Forbidden,
            "this server does not show its schema",
        ));
    }
    let Sdl { text, tag } = &edge.sdl;
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|it| it.to_str().ok());
    let is_known = known.flat_map(|it| it.split(',')).any(|it| {
        let it = it.trim();
        it == "*" || it.strip_prefix("W/").unwrap_or(it) == tag
    });
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
        (header::ETAG, tag.clone()),
    ];
    let status = if is_known { StatusCode::NOT_MODIFIED } else { StatusCode::OK };
    Ok((status, headers, if is_known { String::new() } else { text.clone() }))
}

async fn ready(State(edge): State<Arc<Edge>>) -> Result<&'static str, (StatusCode, String)> {
    let ready = edge.health.ready(edge.ctx.db()).await;
    ready.map_err(|why| (StatusCode::SERVICE_UNAVAILABLE, format!("{why}\n")))?;
    Ok("ready\n")
}

async fn metrics(State(edge): State<Arc<Edge>>) -> impl IntoResponse {
    if !edge.http.metrics {
        return Err(Refusal::new(
            StatusCode::NOT_FOUND,
            ErrorCode::NotFound,
            "there is nothing here",
        ));
    }
    Ok(([(header::CONTENT_TYPE, metrics::CONTENT_TYPE)], edge.metrics.text()))
}

async fn nothing() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, ErrorCode::NotFound, "there is nothing here")
}

async fn wrong_method() -> Refusal {
    let told = "this takes another method";
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, ErrorCode::BadUserInput, told)
        .allowing("GET, HEAD")
}
