//! Calls to other servers: JSON is posted, and perhaps an answer read.
//!
//! A call goes to public addresses only, unless the settings allow its host; it follows no redirect and ends in time;
//! few at once go to one server, and none to a host and port that have failed some times in a row, so that one that
//! hangs keeps the calls to others from nothing.

mod address;
mod request;

use {
    super::jobs::{Failure, Running},
    chrono::TimeDelta,
    hyper::{StatusCode, body::Bytes},
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
    /// How much of an answer is read; it fails if there is more. At 0, what it says does not matter.
    pub(crate) answer_bytes_max: usize,
}

/// What a call is answered with.
pub(crate) struct Answer {
    /// Its status.
    pub(crate) status: StatusCode,
    /// What it says.
    pub(crate) body: Bytes,
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

    /// What lies below its URL, whose query stays.
    #[must_use]
    pub(crate) fn below(mut self, path: &[&str]) -> Self {
        if let Ok(mut segments) = self.url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        self
    }

    /// The host in its URL, as the settings would allow it.
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// Whether what it is told is encrypted on its way.
    pub fn is_encrypted(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// Posts something: what it is answered with, unless the server is unwell.
    pub(crate) async fn post(
        &self,
        running: &Running,
        bounds: &Bounds,
        post: Post,
    ) -> Result<Answer, Failure> {
        let Ok(_permit) = self.in_flight.try_acquire() else {
            return Err(Failure::Later(PAUSE));
        };
        let is_allowed = bounds.allowed_hosts.iter().any(|it| it == self.host());
        let posted = request::post(&self.url, is_allowed, post);
        let call = async {
            match timeout(bounds.timeout, posted).await {
                Err(_) => Err(Failure::retry(format!("no answer within {:?}", bounds.timeout))),
                Ok(Ok(answer)) if answer.is_unwell() => Err(answer.refused()),
                Ok(answer) => answer,
            }
        };
        running.call(&self.address, call).await
    }
}

impl Answer {
    /// Whether it is about the server, and not about what it was asked.
    fn is_unwell(&self) -> bool {
        self.status.is_server_error() || self.status == StatusCode::TOO_MANY_REQUESTS
    }

    /// That it is not what was hoped for, but may be another time.
    pub(crate) fn refused(&self) -> Failure {
        Failure::retry(format!("answered {}", self.status.as_u16()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, below: &str, address: &str) {
        let callee = Callee::new(url, 1).unwrap().below(&["chat", "completions"]);
        assert_eq!((callee.url.as_str(), callee.address.as_str()), (below, address));
    }

    #[test]
    fn a_path_is_added_to_whatever_a_url_ends_in() {
        check("https://a.example", "https://a.example/chat/completions", "a.example:443");
        for url in ["http://a.example:8080/v1", "http://a.example:8080/v1/"] {
            check(url, "http://a.example:8080/v1/chat/completions", "a.example:8080");
        }
        check("https://[::1]/v1?a=b", "https://[::1]/v1/chat/completions?a=b", "[::1]:443");
    }

    #[test]
    fn a_url_that_cannot_be_is_told_without_what_it_holds() {
        for url in ["", "a.example", "ftp://a.example", "https://", "https://me:secret@a.example"] {
            let told = Callee::new(url, 1).err().unwrap();
            assert!(!told.contains("secret@"), "{told}");
        }
    }
}
