//! Connections to PostgreSQL, taken in turns: each holds its prepared statements, and sends what it
//! is given without waiting for the answer before.

use {
    super::Outcome,
    std::sync::atomic::{AtomicUsize, Ordering},
    tokio::task::JoinSet,
    tokio_postgres::{Client, NoTls, Statement},
};

/// As many as Vigil keeps.
const CONNECTIONS: usize = 16;

/// A connection and `N` prepared statements.
pub(super) struct Link<const N: usize> {
    pub(super) client: Client,
    pub(super) statements: [Statement; N],
}

/// All connections.
pub(super) struct Links<const N: usize> {
    all: Vec<Link<N>>,
    turn: AtomicUsize,
    /// What reads and writes the sockets.
    _drivers: JoinSet<()>,
}

impl<const N: usize> Links<N> {
    pub(super) async fn connect(url: &str, texts: [&str; N]) -> Outcome<Self> {
        let mut config: tokio_postgres::Config = url.parse()?;
        // What Vigil asks of the planner.
        config.options("-c random_page_cost=1.1 -c timezone=UTC");
        let (mut all, mut drivers) = (Vec::new(), JoinSet::new());
        for _ in 0..CONNECTIONS {
            let (client, driver) = config.connect(NoTls).await?;
            drivers.spawn(async move { drop(driver.await) });
            let mut statements = Vec::with_capacity(N);
            for text in texts {
                statements.push(client.prepare(text).await?);
            }
            let statements = statements.try_into().map_err(|_| "as many as there are texts")?;
            all.push(Link { client, statements });
        }
        Ok(Self { all, turn: AtomicUsize::new(0), _drivers: drivers })
    }

    /// The connection whose turn it is.
    pub(super) fn next(&self) -> &Link<N> {
        &self.all[self.turn.fetch_add(1, Ordering::Relaxed) % self.all.len()]
    }
}
