//! The load: so many connections, each of which sends its next request once the last is answered.

use {
    crate::{Outcome, figures::percentile},
    axum::body::Bytes,
    futures_util::{TryStreamExt, future::try_join_all, stream::FuturesUnordered},
    http_body_util::{BodyExt, Full},
    hyper::{
        Method, Request, StatusCode,
        client::conn::http1::{self, SendRequest},
        header::{AUTHORIZATION, CONTENT_TYPE, HOST},
    },
    hyper_util::rt::TokioIo,
    serde_json::Value,
    std::{
        net::SocketAddr,
        sync::atomic::{AtomicUsize, Ordering},
        time::{Duration, Instant},
    },
    tokio::{net::TcpStream, task::JoinSet},
};

/// Where requests go, and on whose behalf.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) address: SocketAddr,
    pub(crate) key: Option<String>,
}

/// What to send, and for how long.
pub(crate) struct Load<'a> {
    pub(crate) bodies: &'a [Bytes],
    pub(crate) connections: usize,
    pub(crate) time: Duration,
    /// Whether each body can be sent once only: the load ends when all were.
    pub(crate) is_spent: bool,
}

/// What came of a load.
#[derive(Clone, Debug)]
pub(crate) struct Timing {
    pub(crate) requests: usize,
    pub(crate) seconds: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
}

/// A connection that is kept alive.
pub(crate) struct Session {
    sender: SendRequest<Full<Bytes>>,
    target: Target,
    _driver: JoinSet<()>,
}

impl Session {
    pub(crate) async fn connect(target: &Target) -> Outcome<Self> {
        let stream = TcpStream::connect(target.address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        let mut driver = JoinSet::new();
        driver.spawn(async { drop(connection.await) });
        Ok(Self { sender, target: target.clone(), _driver: driver })
    }

    /// Sends a document, and gets the whole answer.
    pub(crate) async fn ask(&mut self, body: Bytes) -> Outcome<Value> {
        let answer = self.send(Method::POST, "/graphql", body).await?;
        let (head, body) = answer.into_parts();
        let body = body.collect().await?.to_bytes();
        if head.status != StatusCode::OK {
            return Err(format!("{}: {}", head.status, String::from_utf8_lossy(&body)).into());
        }
        Ok(serde_json::from_slice(&body)?)
    }

    /// Whether the server says that it can answer.
    pub(crate) async fn is_ready(&mut self) -> Outcome<bool> {
        let answer = self.send(Method::GET, "/readyz", Bytes::new()).await?;
        let is_ready = answer.status() == StatusCode::OK;
        answer.into_body().collect().await?;
        Ok(is_ready)
    }

    /// Sends a document; answers how many bytes came back.
    async fn count(&mut self, body: Bytes) -> Outcome<usize> {
        let answer = self.send(Method::POST, "/graphql", body).await?;
        if answer.status() != StatusCode::OK {
            return Err(format!("{} from {}", answer.status(), self.target.address).into());
        }
        let (mut body, mut bytes) = (answer.into_body(), 0);
        while let Some(frame) = body.frame().await {
            bytes += frame?.data_ref().map_or(0, Bytes::len);
        }
        Ok(bytes)
    }

    async fn send(
        &mut self,
        method: Method,
        path: &str,
        body: Bytes,
    ) -> Outcome<hyper::Response<hyper::body::Incoming>> {
        let request = Request::builder().method(method).uri(path);
        let request = request.header(HOST, "localhost").header(CONTENT_TYPE, "application/json");
        let request = match &self.target.key {
            Some(key) => request.header(AUTHORIZATION, format!("Bearer {key}")),
            None => request,
        };
        self.sender.ready().await?;
        Ok(self.sender.send_request(request.body(Full::new(body))?).await?)
    }
}

/// Puts a server under load. Each answer must have the status 200 and some bytes.
pub(crate) async fn run(target: &Target, load: &Load<'_>) -> Outcome<Timing> {
    let sessions = (0..load.connections).map(|_| Session::connect(target));
    let sessions = try_join_all(sessions).await?;
    let (turn, start) = (AtomicUsize::new(0), Instant::now());
    let all = sessions.into_iter().map(|session| ask_on(session, load, &turn, start));
    let all: FuturesUnordered<_> = all.collect();
    let mut micros = all.try_collect::<Vec<_>>().await?.concat();
    let seconds = start.elapsed().as_secs_f64();
    micros.sort_unstable();
    let ms = |percent| f64::from(percentile(&micros, percent).unwrap_or_default()) / 1_000.0;
    Ok(Timing { requests: micros.len(), seconds, p50_ms: ms(50), p99_ms: ms(99) })
}

/// Asks on one connection until the time is over; how long each answer took, in microseconds.
async fn ask_on(
    mut session: Session,
    load: &Load<'_>,
    turn: &AtomicUsize,
    start: Instant,
) -> Outcome<Vec<u32>> {
    let mut micros = Vec::new();
    while start.elapsed() < load.time {
        let turn = turn.fetch_add(1, Ordering::Relaxed);
        if load.is_spent && turn >= load.bodies.len() {
            break;
        }
        let sent = Instant::now();
        if session.count(load.bodies[turn % load.bodies.len()].clone()).await? == 0 {
            return Err("an answer was empty".into());
        }
        micros.push(u32::try_from(sent.elapsed().as_micros()).unwrap_or(u32::MAX));
    }
    Ok(micros)
}
