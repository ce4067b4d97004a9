//! A proxy in front of PostgreSQL that counts what goes through it: the same way for every server,
//! whatever its driver tells.

use {
    crate::Outcome,
    std::{
        io,
        net::SocketAddr,
        ops::Sub,
        sync::{
            Arc,
            atomic::{AtomicBool, AtomicU64, Ordering},
        },
    },
    tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::{
            TcpListener, TcpStream,
            tcp::{OwnedReadHalf, OwnedWriteHalf},
        },
        task::JoinSet,
        try_join,
    },
};

/// What a client sends first when it would like to encrypt.
const TLS_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];
/// That it cannot.
const NO_TLS: &[u8] = b"N";
const BUFFER_BYTES: usize = 64 * 1024;
/// The type of a message, and its length, which counts itself.
const HEAD_BYTES: usize = 5;

/// What has gone through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Traffic {
    /// How many statements were run.
    pub(crate) statements: u64,
    /// How many times the client sent something after it had heard something.
    pub(crate) round_trips: u64,
    /// How many bytes the client sent.
    pub(crate) sent_bytes: u64,
    /// How many bytes the database sent.
    pub(crate) received_bytes: u64,
}

impl Sub for Traffic {
    type Output = Self;

    fn sub(self, earlier: Self) -> Self {
        Self {
            statements: self.statements - earlier.statements,
            round_trips: self.round_trips - earlier.round_trips,
            sent_bytes: self.sent_bytes - earlier.sent_bytes,
            received_bytes: self.received_bytes - earlier.received_bytes,
        }
    }
}

#[derive(Default)]
struct Counters {
    statements: AtomicU64,
    round_trips: AtomicU64,
    sent_bytes: AtomicU64,
    received_bytes: AtomicU64,
}

/// A proxy that runs until this is dropped.
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    counters: Arc<Counters>,
    _accepting: JoinSet<()>,
}

impl Proxy {
    /// A proxy in front of a server that listens at `host:port`.
    pub(crate) async fn start(server: String) -> Outcome<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let (address, counters) = (listener.local_addr()?, Arc::new(Counters::default()));
        let mut accepting = JoinSet::new();
        accepting.spawn(accept(listener, server, counters.clone()));
        Ok(Self { address, counters, _accepting: accepting })
    }

    /// What has gone through so far.
    pub(crate) fn traffic(&self) -> Traffic {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let Counters { statements, round_trips, sent_bytes, received_bytes } = &*self.counters;
        Traffic {
            statements: read(statements),
            round_trips: read(round_trips),
            sent_bytes: read(sent_bytes),
            received_bytes: read(received_bytes),
        }
    }
}

async fn accept(listener: TcpListener, server: String, counters: Arc<Counters>) {
    let mut connections = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        let (server, counters) = (server.clone(), counters.clone());
        // A connection that breaks is its client's to complain about.
        connections.spawn(async move { drop(pass(client, server, &counters).await) });
    }
}

/// Passes everything on in both directions, until both have ended.
async fn pass(mut client: TcpStream, server: String, counters: &Counters) -> io::Result<()> {
    client.set_nodelay(true)?;
    let mut server = TcpStream::connect(server).await?;
    server.set_nodelay(true)?;
    let mut first = [0; TLS_REQUEST.len()];
    client.read_exact(&mut first).await?;
    let mut messages = Messages::default();
    if first == TLS_REQUEST {
        client.write_all(NO_TLS).await?;
    } else {
        messages.read(&first);
        server.write_all(&first).await?;
    }
    let has_heard = AtomicBool::new(true);
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let there = relay(from_client, to_server, |bytes| {
        counters.sent_bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        counters.statements.fetch_add(messages.read(bytes), Ordering::Relaxed);
        if has_heard.swap(false, Ordering::Relaxed) {
            counters.round_trips.fetch_add(1, Ordering::Relaxed);
        }
    });
    let back = relay(from_server, to_client, |bytes| {
        counters.received_bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        has_heard.store(true, Ordering::Relaxed);
    });
    try_join!(there, back).map(|_| ())
}

async fn relay(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut count: impl FnMut(&[u8]),
) -> io::Result<()> {
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        let bytes = from.read(&mut buffer).await?;
        if bytes == 0 {
            return to.shutdown().await;
        }
        count(&buffer[..bytes]);
        to.write_all(&buffer[..bytes]).await?;
    }
}

/// The messages that a client sends, found in bytes that come as they like.
#[derive(Default)]
struct Messages {
    head: Vec<u8>,
    rest: usize,
    has_begun: bool,
}

impl Messages {
    /// Reads on; answers how many statements were run: by `Execute`, or by a simple `Query`.
    fn read(&mut self, mut bytes: &[u8]) -> u64 {
        let mut statements = 0;
        while !bytes.is_empty() {
            let skipped = self.rest.min(bytes.len());
            (self.rest, bytes) = (self.rest - skipped, &bytes[skipped..]);
            // The first message of a connection has no type.
            let head_bytes = if self.has_begun { HEAD_BYTES } else { HEAD_BYTES - 1 };
            let taken = (head_bytes - self.head.len()).min(bytes.len());
            self.head.extend_from_slice(&bytes[..taken]);
            bytes = &bytes[taken..];
            if self.head.len() == head_bytes {
                let (kind, length) = self.head.split_at(head_bytes - 4);
                let length = length.iter().fold(0, |sum, it| sum << 8 | usize::from(*it));
                statements += u64::from(matches!(kind, b"E" | b"Q"));
                self.rest = length.saturating_sub(4);
                self.has_begun = true;
                self.head.clear();
            }
        }
        statements
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: &str, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len() + 4).unwrap();
        [kind.as_bytes(), &length.to_be_bytes(), body].concat()
    }

    #[test]
    fn statements_are_counted_however_the_bytes_come() {
        let all = [
            message("", b"EEEE startup QQQQ"),
            message("P", b"SELECT 'E'"),
            message("B", b""),
            message("E", b"portal"),
            message("S", b""),
            message("Q", b"BEGIN"),
            message("E", b""),
        ]
        .concat();
        for size in 1..=all.len() {
            let mut messages = Messages::default();
            let count: u64 = all.chunks(size).map(|it| messages.read(it)).sum();
            assert_eq!(count, 3, "in pieces of {size}");
        }
    }

    #[tokio::test]
    async fn a_round_trip_is_an_answer_awaited() {
        let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let proxy = Proxy::start(server.local_addr().unwrap().to_string()).await.unwrap();
        let mut client = TcpStream::connect(proxy.address).await.unwrap();
        let startup = message("", b"user and database");
        let (query, row) = (message("Q", b"SELECT 1"), message("D", b"1"));

        client.write_all(&startup).await.unwrap();
        let (mut database, _) = server.accept().await.unwrap();
        database.read_exact(&mut vec![0; startup.len()]).await.unwrap();
        database.write_all(&row).await.unwrap();
        client.read_exact(&mut vec![0; row.len()]).await.unwrap();
        let before = proxy.traffic();
        for _ in 0..2 {
            client.write_all(&[query.clone(), query.clone()].concat()).await.unwrap();
            database.read_exact(&mut vec![0; query.len() * 2]).await.unwrap();
            database.write_all(&row).await.unwrap();
            client.read_exact(&mut vec![0; row.len()]).await.unwrap();
        }

        let (sent_bytes, received_bytes) = (query.len() as u64 * 4, row.len() as u64 * 2);
        let expected = Traffic { statements: 4, round_trips: 2, sent_bytes, received_bytes };
        assert_eq!(proxy.traffic() - before, expected);
    }
}
