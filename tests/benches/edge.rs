//! What a request costs in CPU: our edge against the service that async-graphql-axum offers, as
//! its guide mounts it. Same schema, same database, same query of 20 nodes, in turns.
//!
//! `cargo bench -p tests --bench edge`

use {
    api::Schema,
    async_graphql::{Data, Executor, Request, Response},
    async_graphql_axum::GraphQL,
    axum::{Router, routing::post_service},
    futures_util::{StreamExt, stream::BoxStream},
    sea_orm::DbBackend,
    serde_json::json,
    service::Ctx,
    std::{fs, net::SocketAddr, sync::Arc, sync::mpsc, thread},
    tests::{TestApp, http::Session},
    tokio::net::TcpListener,
};

const QUERY: &str = "query Bench($first: Int!) { pairings(first: $first) { nodes { \
    id startDate health { status } ea { id user { id name email } } client { id name } } \
    pageInfo { hasNextPage endCursor } } }";
const NODES: usize = 20;
const ROUNDS: usize = 7;
const REQUESTS: usize = 2_000;

/// The schema, as the ready-made service wants it.
#[derive(Clone)]
struct ReadyMade(Schema, Ctx);

impl Executor for ReadyMade {
    async fn execute(&self, request: Request) -> Response {
        self.0.execute(self.1.clone(), request).await
    }

    fn execute_stream(
        &self,
        request: Request,
        _: Option<Arc<Data>>,
    ) -> BoxStream<'static, Response> {
        let (schema, ctx) = (self.0.clone(), self.1.clone());
        futures_util::stream::once(async move { schema.execute(ctx, request).await }).boxed()
    }
}

/// A server on a thread of its own, whose CPU time can be read.
struct Measured {
    address: SocketAddr,
    thread: String,
}

impl Measured {
    fn start<S: Future<Output = std::io::Result<()>>>(
        serve: impl FnOnce(TcpListener) -> S + Send + 'static,
    ) -> Self {
        let (started, start) = mpsc::channel();
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(async {
                let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
                let thread =
                    fs::read_link("/proc/thread-self").expect("Linux").display().to_string();
                let address = listener.local_addr().expect("an address");
                started.send(Self { address, thread }).expect("somebody waits");
                serve(listener).await.expect("it serves");
            });
        });
        start.recv().expect("it starts")
    }

    /// The CPU time that its thread has taken, in nanoseconds.
    fn cpu_ns(&self) -> f64 {
        let text = fs::read_to_string(format!("/proc/{}/schedstat", self.thread)).expect("Linux");
        text.split(' ').next().and_then(|it| it.parse().ok()).expect("a number")
    }

    async fn round(&self, body: &str) -> f64 {
        let mut session = Session::new(self.address);
        let before = self.cpu_ns();
        for _ in 0..REQUESTS {
            let answer = session.post(body).await;
            assert!(answer.status == 200 && answer.body.len() > 2_000, "{answer:?}");
        }
        (self.cpu_ns() - before) / f64::from(u32::try_from(REQUESTS).expect("few")) / 1_000.0
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let app = TestApp::start(DbBackend::Sqlite).await;
    for number in 0..NODES {
        let ea = app.ea(&format!("Assistant {number}")).await;
        let client = app.client(&format!("Client {number}")).await;
        app.pair(&ea, &client).await;
    }
    let (schema, ctx) = (Schema::new(), app.ctx().clone());
    let ready_made = ReadyMade(schema, ctx);
    let theirs = Measured::start(async |listener| {
        let service = post_service(GraphQL::new(ready_made));
        axum::serve(listener, Router::new().route("/graphql", service)).await
    });
    let server = app.server(|_, _| {});
    let ours =
        Measured::start(async |listener| server.serve(listener, std::future::pending()).await);
    let body = json!({ "query": QUERY, "variables": { "first": NODES } }).to_string();

    let (mut our_us, mut their_us) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        their_us.push(theirs.round(&body).await);
        our_us.push(ours.round(&body).await);
    }
    let (our_us, their_us) = (median(our_us), median(their_us));
    eprintln!("ready-made service {their_us:8.1} µs of CPU a request");
    eprintln!("our edge           {our_us:8.1} µs of CPU a request");
    eprintln!("ratio              {:8.2}", our_us / their_us);
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
