//! A small server that is told by webhook, and that answers as it likes.

use {
    crate::stub::{Heard, Stub},
    axum::{Router, body::Bytes, extract::State, http::StatusCode, http::Uri, response::Response},
    axum::{body::Body, http::HeaderMap},
    std::{
        future::pending,
        sync::{
            Arc, Mutex,
            atomic::{AtomicU16, Ordering},
        },
    },
    tokio::sync::Notify,
};

/// What it answers when it does not answer at all.
pub(super) const NEVER: u16 = 0;

impl Heard {
    pub(super) fn header(&self, name: &str) -> String {
        self.headers[name].to_str().unwrap().to_owned()
    }
}

#[derive(Default)]
struct Desk {
    heard: Mutex<Vec<Heard>>,
    news: Notify,
    status: AtomicU16,
}

/// The server. It goes with its value.
pub(super) struct Receiver {
    desk: Arc<Desk>,
    stub: Stub,
}

impl Receiver {
    /// Begins to listen, and answers with a status.
    pub(super) async fn start(status: u16) -> Self {
        let desk = Arc::new(Desk { status: AtomicU16::new(status), ..Desk::default() });
        let stub = Stub::start(Router::new().fallback(hear).with_state(desk.clone())).await;
        Self { desk, stub }
    }

    /// The port that it listens on.
    pub(super) fn port(&self) -> u16 {
        self.stub.port
    }

    /// Where it listens.
    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hook?for=vigil", self.stub.port)
    }

    /// Where it would listen if it spoke TLS, by a name.
    pub(super) fn encrypted_url(&self) -> String {
        format!("https://localhost:{}/hook", self.stub.port)
    }

    /// Answers with another status from now on.
    pub(super) fn answer(&self, status: u16) {
        self.desk.status.store(status, Ordering::SeqCst);
    }

    /// What it has got so far.
    pub(super) fn heard(&self) -> Vec<Heard> {
        self.desk.heard.lock().unwrap().clone()
    }

    /// Waits until it has got so many requests.
    pub(super) async fn until(&self, count: usize) {
        while self.heard().len() < count {
            self.desk.news.notified().await;
        }
    }
}

async fn hear(
    State(desk): State<Arc<Desk>>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    desk.heard.lock().unwrap().push(Heard::new(&uri, headers, &body));
    desk.news.notify_one();
    match desk.status.load(Ordering::SeqCst) {
        NEVER => pending().await,
        status => {
            let status = StatusCode::from_u16(status).unwrap();
            let answer = Response::builder().status(status).header("location", "/elsewhere");
            answer.body(Body::from("thank you")).unwrap()
        }
    }
}
