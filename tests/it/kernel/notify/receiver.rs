//! A small server that is told by webhook, and that answers as it likes.

use {
    axum::{Router, body::Bytes, extract::State, http::StatusCode, http::Uri, response::Response},
    axum::{body::Body, http::HeaderMap},
    std::{
        future::pending,
        sync::{
            Arc, Mutex,
            atomic::{AtomicU16, Ordering},
        },
    },
    tokio::{net::TcpListener, sync::Notify, task::JoinSet},
};

/// What it answers when it does not answer at all.
pub(super) const NEVER: u16 = 0;

/// A request that it has got.
#[derive(Clone, Debug)]
pub(super) struct Heard {
    pub(super) path: String,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

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
    port: u16,
    _serving: JoinSet<()>,
}

impl Receiver {
    /// Begins to listen, and answers with a status.
    pub(super) async fn start(status: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let desk = Arc::new(Desk { status: AtomicU16::new(status), ..Desk::default() });
        let router = Router::new().fallback(hear).with_state(desk.clone());
        let mut serving = JoinSet::new();
        serving.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { desk, port, _serving: serving }
    }

    /// Where it listens.
    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hook?for=vigil", self.port)
    }

    /// Where it would listen if it spoke TLS, by a name.
    pub(super) fn encrypted_url(&self) -> String {
        format!("https://localhost:{}/hook", self.port)
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
    let body = String::from_utf8(body.to_vec()).unwrap();
    desk.heard.lock().unwrap().push(Heard { path: uri.to_string(), headers, body });
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
