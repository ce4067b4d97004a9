//! The server behind a real socket, and a client that sends whatever bytes a test likes.

mod events;
mod session;
mod socket;

pub use {events::TestEvents, session::Session, socket::TestSocket};

use {
    crate::TestApp,
    api::{
        http::{Monitor, Server},
        settings::{Http, Limits},
    },
    serde_json::{Value, json},
    std::net::SocketAddr,
    tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::{TcpListener, TcpStream},
        sync::oneshot,
        task::JoinSet,
        time::{Duration, timeout},
    },
};

/// How long an answer may take; only a server that hangs takes so long.
const ANSWER_TIMEOUT: Duration = Duration::from_mins(1);

/// A server on a port of its own.
pub struct TestServer {
    /// Where it listens.
    pub address: SocketAddr,
    /// What requests send as `Authorization`, but for [`TestServer::send`].
    pub authorization: Option<String>,
    stop: oneshot::Sender<()>,
    serving: JoinSet<std::io::Result<()>>,
}

/// What the server answered.
#[derive(Debug)]
pub struct Answer {
    /// The status; 0 when the connection was closed without an answer.
    pub status: u16,
    /// The head, as it came.
    pub head: String,
    /// The body.
    pub body: String,
}

impl TestApp {
    /// A server, with settings of the test's own.
    pub fn server(&self, configure: impl FnOnce(&mut Http, &mut Limits)) -> Server {
        let mut settings = crate::settings(String::new());
        configure(&mut settings.http, &mut settings.limits);
        let server = Server::new(self.schema.clone(), self.ctx.clone(), &settings);
        server.expect("the settings of the test are fine")
    }

    /// Serves, with settings of the test's own.
    pub async fn serve(&self, configure: impl FnOnce(&mut Http, &mut Limits)) -> TestServer {
        let server = self.server(configure);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel::<()>();
        let mut serving = JoinSet::new();
        serving.spawn(server.serve(listener, async {
            // A test that fails drops the sender: that is a reason to stop as well.
            let _ = stopped.await;
        }));
        let authorization = Some(format!("Bearer {}", self.token()));
        TestServer { address, authorization, stop, serving }
    }
}

impl TestServer {
    /// What a process answers that only works.
    pub async fn of(monitor: Monitor) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel::<()>();
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            tokio::select! {
                ended = monitor.serve(listener) => ended,
                _ = stopped => Ok(()),
            }
        });
        Self { address, authorization: None, stop, serving }
    }

    /// Tells the server to stop, without waiting for it.
    pub fn tell_to_stop(self) -> JoinSet<std::io::Result<()>> {
        self.stop.send(()).expect("the server runs");
        self.serving
    }

    /// Stops the server.
    pub async fn stop(self) {
        let stopped = timeout(ANSWER_TIMEOUT, self.tell_to_stop().join_next()).await;
        stopped.expect("in time").expect("it ran").expect("no panic").expect("no failure");
    }

    /// Connects.
    pub async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("the server accepts")
    }

    /// Sends bytes, and reads until the server closes.
    pub async fn send(&self, bytes: impl AsRef<[u8]>) -> Answer {
        let (mut read, mut write) = self.connect().await.into_split();
        let mut answer = Vec::new();
        let exchange = async {
            // A server that refuses early may not want all of it.
            let sent = async { write.write_all(bytes.as_ref()).await.unwrap_or_default() };
            let ((), received) = tokio::join!(sent, read.read_to_end(&mut answer));
            received.unwrap_or_default()
        };
        timeout(ANSWER_TIMEOUT, exchange).await.expect("the server closes in time");
        Answer::parse(&answer)
    }

    /// Sends a request with a head and a body, and the headers that every request has.
    pub async fn request(&self, head: &str, body: impl AsRef<[u8]>) -> Answer {
        let head = format!("{head}\r\n{}", self.credentials());
        self.exchange(head.trim_end(), body).await
    }

    /// The header `Authorization`, with the end of its line; nothing when there is none.
    pub fn credentials(&self) -> String {
        let authorization = self.authorization.as_ref();
        authorization.map(|it| format!("Authorization: {it}\r\n")).unwrap_or_default()
    }

    /// The same, with what the head says of whom it comes from.
    pub async fn exchange(&self, head: &str, body: impl AsRef<[u8]>) -> Answer {
        let length = body.as_ref().len();
        let head = format!(
            "{head}\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n"
        );
        self.send([head.as_bytes(), body.as_ref()].concat()).await
    }

    /// The same server, asked by somebody else, or by nobody.
    #[must_use]
    pub fn asked_by(self, authorization: Option<String>) -> Self {
        Self { authorization, ..self }
    }

    /// Gets a path.
    pub async fn get(&self, path: &str) -> Answer {
        self.request(&format!("GET {path} HTTP/1.1"), "").await
    }

    /// Posts a body to `/graphql` as JSON, and likes the newer media type.
    pub async fn post(&self, body: impl AsRef<[u8]>) -> Answer {
        let head = "POST /graphql HTTP/1.1\r\nContent-Type: application/json\r\n\
                    Accept: application/graphql-response+json";
        self.request(head, body).await
    }

    /// Asks something.
    pub async fn ask(&self, document: &str, variables: Value) -> Answer {
        self.post(json!({ "query": document, "variables": variables }).to_string()).await
    }

    /// Waits until so many subscriptions have begun.
    pub async fn subscribed(&self, count: usize) {
        let line = format!("vigil_graphql_subscriptions {count}\n");
        let counted = async { while !self.get("/metrics").await.body.contains(&line) {} };
        timeout(ANSWER_TIMEOUT, counted).await.expect("they begin and end in time");
    }

    /// Fails unless the server still answers.
    pub async fn is_alive(&self) {
        let answer = self.ask("{ __typename }", json!({})).await;
        assert_eq!(
            (answer.status, &answer.json()["data"]),
            (200, &json!({ "__typename": "Query" }))
        );
    }
}

impl Answer {
    /// Takes an answer apart.
    pub fn parse(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|it| it.parse().ok()).unwrap_or_default();
        Self { status, head: head.to_owned(), body: body.to_owned() }
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().skip(1).filter_map(|it| it.split_once(": "));
        lines.into_iter().find(|it| it.0.eq_ignore_ascii_case(name)).map(|it| it.1)
    }

    /// The code and the message of the first error of a small refusal without data.
    #[track_caller]
    pub fn refusal(&self) -> String {
        let json = self.json();
        assert!(json.get("data").is_none(), "a refusal has no data: {self:?}");
        let first = &json["errors"][0];
        let message = first["message"].as_str().unwrap_or_else(|| panic!("no message: {self:?}"));
        assert!(message.chars().count() <= 300, "{message}");
        format!(
            "{} {}: {message}",
            self.status,
            first["extensions"]["code"].as_str().unwrap_or("no code")
        )
    }
}
