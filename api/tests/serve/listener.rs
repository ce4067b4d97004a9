//! Somebody who listens to what is filed, over one stream that stays open whatever befalls the database.

use {
    super::process::PATIENCE,
    serde_json::json,
    std::net::SocketAddr,
    tests::http::TestEvents,
    tokio::{net::TcpStream, time::timeout},
};

const DOCUMENT: &str = "subscription { reportSubmitted { resync report { pairing { id } } } }";

pub(super) struct Listener(TestEvents);

impl Listener {
    pub(super) async fn start(address: SocketAddr, key: &str) -> Self {
        let body = json!({ "query": DOCUMENT }).to_string();
        let request = format!(
            "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
             Accept: text/event-stream\r\nAuthorization: {key}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        Self(TestEvents::of(TcpStream::connect(address).await.unwrap(), &request).await)
    }

    /// Listens until something is told of a pairing: how many reports were told of before, unless there was something
    /// that cannot be told any more.
    pub(super) async fn until(&mut self, pairing: &str) -> Option<usize> {
        let (mut reports, mut is_complete) = (0, true);
        loop {
            let told = timeout(PATIENCE, self.0.data()).await.expect("it is told");
            let told = &told["data"]["reportSubmitted"];
            if told["report"]["pairing"]["id"] == pairing {
                return is_complete.then_some(reports);
            }
            is_complete &= told["resync"] == false;
            reports += usize::from(told["report"].is_object());
        }
    }
}
