//! What a request knows of the connection that it came by.

use {
    futures_util::future::BoxFuture,
    std::{
        net::SocketAddr,
        sync::{Arc, Mutex, PoisonError},
    },
    tokio::sync::watch,
};

/// Who is at the other end of the connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// The word that the server is about to stop.
#[derive(Clone, Debug)]
pub(crate) struct Closing(pub(crate) watch::Receiver<()>);

impl Closing {
    /// Waits for it.
    pub(crate) async fn told(&mut self) {
        // Nothing is ever sent: it fails once the other end is gone.
        let _ = self.0.changed().await;
    }
}

/// What becomes of the connection once the request is answered, if that is no further request: the
/// task that owns the connection goes on with it, and is waited for when the server stops.
#[derive(Clone, Default)]
pub(crate) struct Handover(Arc<Mutex<Option<BoxFuture<'static, ()>>>>);

impl Handover {
    /// Says what becomes of the connection.
    pub(crate) fn leave(&self, rest: BoxFuture<'static, ()>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(rest);
    }

    /// What was left to do.
    pub(crate) fn take(&self) -> Option<BoxFuture<'static, ()>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
