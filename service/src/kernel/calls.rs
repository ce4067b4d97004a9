//! Calls to other servers: JSON is posted.
//!
//! A call goes to public addresses only, unless the settings allow its host; it follows no redirect and ends in time;
//! few at once go to one server, and none to a host and port that have failed some times in a row, so that one that
//! hangs keeps the calls to others from nothing.

mod address;
mod request;

use {
    super::jobs::{Failure, Running},
    chrono::TimeDelta,
    hyper::StatusCode,
    std::time::Duration,
    tokio::{sync::Semaphore, time::timeout},
    url::Url,
};

/// How long a call waits that was one too many.
const PAUSE: TimeDelta = TimeDelta::seconds(2);

/// A server that is called.
pub struct Callee {
    url: Url,
    address: String,
    in_flight: Semaphore,
}

/// Within which bounds servers are called.
#[derive(Clone, Debug)]
pub struct Bounds {
    /// Hosts that may be called without TLS, and at addresses that are not public.
    pub allowed_hosts: Vec<String>,
    /// How long a call may take.
    pub timeout: Duration,
}

/// What is posted.
pub(crate) struct Post {
    /// Headers beside those that every request has.
    pub(crate) headers: Vec<(&'static str, String)>,
    /// JSON.
    pub(crate) body: String,
}

impl Callee {
    /// The server at a URL, which so many calls of this process may be on their way to at once. Fails when the URL
    /// cannot be; what it says of it holds no secrets.
    pub fn new(url: &str, in_flight_max: usize) -> Result<Self, &'static str> {
        let url = Url::parse(url).map_err(|_| "that cannot be read")?;
        if !matches!(url.scheme(), "https" | "http") || url.host().is_none() {
            return Err("that does not begin with https:// or http://");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("with a password: secrets have settings of their own");
        }
        let port = url.port_or_known_default().unwrap_or_default();
        let address = format!("{}:{port}", url.host_str().unwrap_or_default());
        Ok(Self { url, address, in_flight: Semaphore::new(in_flight_max) })
    }

    /// The host in its URL, as the settings would allow it.
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// Whether what it is told is encrypted on its way.
    pub fn is_encrypted(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// Posts something: the status of the answer, unless the server is unwell.
    pub(crate) async fn post(
        &self,
        running: &Running,
        bounds: &Bounds,
        post: Post,
    ) -> Result<StatusCode, Failure> {
        let Ok(_permit) = self.in_flight.try_acquire() else {
            return Err(Failure::Later(PAUSE));
        };
        let is_allowed = bounds.allowed_hosts.iter().any(|it| it == self.host());
        let posted = request::post(&self.url, is_allowed, post);
        let call = async {
            match timeout(bounds.timeout, posted).await {
                Err(_) => Err(Failure::retry(format!("no answer within {:?}", bounds.timeout))),
                Ok(Ok(status)) if is_unwell(status) => Err(refused(status)),
                Ok(answer) => answer,
            }
        };
        running.call(&self.address, call).await
    }
}

/// Whether an answer is about the server, and not about what it was asked.
fn is_unwell(status: StatusCode) -> bool {
    status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS
}

/// An answer that is not what was hoped for, but may be another time.
pub(crate) fn refused(status: StatusCode) -> Failure {
    Failure::retry(format!("answered {}", status.as_u16()))
}
