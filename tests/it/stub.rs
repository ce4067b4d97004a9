//! Servers of a test's own, which the server calls.

use {
    axum::{
        Router,
        body::Bytes,
        http::{HeaderMap, Uri},
    },
    tokio::{net::TcpListener, task::JoinSet},
};

/// A request that such a server has got.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Heard {
    pub(crate) fn new(uri: &Uri, headers: HeaderMap, body: &Bytes) -> Self {
        let body = String::from_utf8(body.to_vec()).expect("what is sent is text");
        Self { path: uri.to_string(), headers, body }
    }
}

/// A server that answers until this is dropped.
pub(crate) struct Stub {
    /// The port that it listens on.
    pub(crate) port: u16,
    _serving: JoinSet<()>,
}

impl Stub {
    /// Begins to answer.
    pub(crate) async fn start(router: Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let port = listener.local_addr().expect("it listens").port();
        let mut serving = JoinSet::new();
        serving.spawn(async move { axum::serve(listener, router).await.expect("it answers") });
        Self { port, _serving: serving }
    }
}
