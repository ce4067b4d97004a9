//! The loop that accepts connections, and the way it ends.

use {
    super::{
        connection::{Closing, Handover, Peer},
        health::Health,
        metrics::Metrics,
        stream::Patient,
    },
    crate::settings::Limits,
    axum::{Router, body::Body, http::Request},
    hyper::{body::Incoming, server::conn::http1, service::service_fn},
    hyper_util::rt::{TokioIo, TokioTimer},
    std::{io, net::SocketAddr, pin::pin, sync::Arc, time::Duration},
    tokio::{
        net::{TcpListener, TcpStream},
        sync::watch,
        task::JoinSet,
        time::{sleep, timeout},
    },
    tower::ServiceExt,
};

/// How long to wait after a connection could not be accepted: most likely the process is out of
/// file descriptors, and some will soon be free.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// Room for the heads of requests beyond what is let through, so that they are told why.
const HEAD_ROOM: usize = 32 << 10;

/// Serves connections.
pub(crate) struct Acceptor {
    /// What answers.
    pub(crate) router: Router,
    /// How long and how many.
    pub(crate) limits: Limits,
    /// What is told of connections.
    pub(crate) metrics: Arc<Metrics>,
    /// What is told of the end.
    pub(crate) health: Arc<Health>,
}

impl Acceptor {
    /// Accepts connections until told to stop, and then lets requests that have begun finish.
    pub(crate) async fn run(
        self,
        listener: TcpListener,
        stop: impl Future<Output = ()>,
    ) -> io::Result<()> {
        let http = self.protocol();
        let (closing, close) = watch::channel(());
        let mut connections = JoinSet::new();
        let mut stopped = pin!(async {
            stop.await;
            self.health.drain();
            sleep(self.limits.drain_notice()).await;
        });
        loop {
            let has_room = connections.len() < self.limits.connections_max;
            tokio::select! {
                () = &mut stopped => break,
                Some(_) = connections.join_next() => {}
                accepted = listener.accept(), if has_room => match accepted {
                    Ok((stream, peer)) => {
                        connections.spawn(self.serve(&http, stream, peer, close.clone()));
                    }
                    Err(failure) => {
                        tracing::warn!(%failure, "a connection could not be accepted");
                        sleep(ACCEPT_PAUSE).await;
                    }
                },
            }
            self.metrics.connections(connections.len());
        }
        drop((listener, closing));
        let finished = async { while connections.join_next().await.is_some() {} };
        if timeout(self.limits.drain_timeout(), finished).await.is_err() {
            tracing::warn!(
                connections = connections.len(),
                "requests took too long and were cut short"
            );
        }
        connections.shutdown().await;
        Ok(())
    }

    fn protocol(&self) -> http1::Builder {
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new())
            .header_read_timeout(self.limits.header_timeout())
            .max_buf_size(self.limits.header_bytes_max + self.limits.url_bytes_max + HEAD_ROOM);
        http
    }

    fn serve(
        &self,
        http: &http1::Builder,
        stream: TcpStream,
        peer: SocketAddr,
        mut close: watch::Receiver<()>,
    ) -> impl Future<Output = ()> + use<> {
        // Answers are written whole; waiting for more to send with them would only delay.
        let _ = stream.set_nodelay(true);
        let stream = TokioIo::new(Patient::new(stream, self.limits.idle_timeout()));
        let router = self.router.clone();
        let handover = Handover::default();
        let (left, closing) = (handover.clone(), Closing(close.clone()));
        let service = service_fn(move |request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            let known = request.extensions_mut();
            known.insert(Peer(peer));
            known.insert(closing.clone());
            known.insert(handover.clone());
            router.clone().oneshot(request)
        });
        let connection = http.serve_connection(stream, service).with_upgrades();
        async move {
            let mut connection = pin!(connection);
            let ended = tokio::select! {
                ended = &mut connection => ended,
                // It fails once the other end is gone: there is never anything to receive.
                _ = close.changed() => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            };
            if let Err(failure) = ended {
                tracing::debug!(%failure, "a connection ended badly");
            }
            if let Some(rest) = left.take() {
                rest.await;
            }
        }
    }
}
