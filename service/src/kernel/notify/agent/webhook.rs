//! Webhooks, as Standard Webhooks has them: other servers are told by signed requests.
//!
//! A request goes to public addresses only, unless the settings allow its host; it follows no redirect and takes
//! ten seconds at most; few at once go to one endpoint, so that one that hangs keeps the deliveries to
//! others from nothing.

mod address;
mod request;
mod signature;

use {
    super::{Agent, Recipient},
    crate::kernel::{
        ctx::Ctx,
        jobs::Failure,
        notify::{Message, Setup},
    },
    async_trait::async_trait,
    chrono::TimeDelta,
    entity::{id::UserId, kernel::notification},
    hyper::StatusCode,
    serde_json::json,
    signature::Secret,
    std::time::Duration,
    tokio::{sync::Semaphore, time::timeout},
    url::Url,
};

/// How many requests are on their way to an endpoint at once, of those that this process makes.
const IN_FLIGHT_MAX: usize = 4;
/// How long a request waits that was one too many.
const PAUSE: TimeDelta = TimeDelta::seconds(2);
/// How many characters the name of an endpoint may have.
const NAME_CHARS_MAX: usize = 200;

/// A server that is told.
pub struct Endpoint {
    name: String,
    url: Url,
    secret: Secret,
    in_flight: Semaphore,
}

impl Endpoint {
    /// An endpoint by its name, its URL, and the secret that it knows requests by: `whsec_` and 24 to 64 bytes in
    /// base 64. Fails when one of them cannot be; what it says holds no secrets.
    pub fn new(name: &str, url: &str, secret: &str) -> Result<Self, String> {
        if name.is_empty() || name.chars().count() > NAME_CHARS_MAX {
            return Err(format!("has a name that is not 1 to {NAME_CHARS_MAX} characters long"));
        }
        let wrong = |what: &str| format!("{what}, in {name}");
        let url = Url::parse(url).map_err(|_| wrong("has a URL that cannot be read"))?;
        if !matches!(url.scheme(), "https" | "http") || url.host().is_none() {
            return Err(wrong("has a URL that does not begin with https:// or http://"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("has a URL with a password: requests are signed instead"));
        }
        let told = "has a secret that is not whsec_ and 24 to 64 bytes in base 64";
        let secret = Secret::parse(secret).ok_or_else(|| wrong(told))?;
        let in_flight = Semaphore::new(IN_FLIGHT_MAX);
        Ok(Self { name: name.to_owned(), url, secret, in_flight })
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The host in its URL, as the settings would allow it.
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// Whether what it is told is encrypted on its way.
    pub fn is_encrypted(&self) -> bool {
        self.url.scheme() == "https"
    }
}

/// Webhooks.
pub(super) struct Webhook {
    endpoints: Vec<Endpoint>,
    allowed_hosts: Vec<String>,
    timeout: Duration,
}

impl Webhook {
    pub(super) fn new(setup: Setup) -> Self {
        let Setup { endpoints, allowed_hosts, timeout, alert_link: _ } = setup;
        Self { endpoints, allowed_hosts, timeout }
    }
}

#[async_trait]
impl Agent for Webhook {
    fn key(&self) -> &'static str {
        "webhook"
    }

    /// Every endpoint, whoever is told beside it.
    fn recipients(&self, _: &Ctx, _: &[UserId]) -> Vec<Recipient> {
        self.endpoints.iter().map(|it| Recipient::Endpoint(it.name.clone())).collect()
    }

    async fn tell(
        &self,
        ctx: &Ctx,
        to: &notification::Model,
        message: &Message,
    ) -> Result<(), Failure> {
        let endpoint = self.endpoints.iter().find(|it| it.name == to.recipient);
        let endpoint =
            endpoint.ok_or_else(|| Failure::give_up("the settings have no such endpoint"))?;
        let Ok(_permit) = endpoint.in_flight.try_acquire() else {
            return Err(Failure::Later(PAUSE));
        };
        let Message { kind, at, data, .. } = message;
        let body = json!({ "type": kind, "timestamp": at, "data": data }).to_string();
        let (id, timestamp) = (to.id.to_string(), ctx.now().timestamp());
        let signature = endpoint.secret.sign(&id, timestamp, &body);
        let is_allowed = self.allowed_hosts.iter().any(|it| it == endpoint.host());
        let headers = [
            ("webhook-id", id),
            ("webhook-timestamp", timestamp.to_string()),
            ("webhook-signature", signature),
        ];
        let posted = request::post(&endpoint.url, is_allowed, headers, body);
        match timeout(self.timeout, posted).await {
            Err(_) => Err(Failure::retry(format!("no answer within {:?}", self.timeout))),
            Ok(Err(failure)) => Err(failure),
            Ok(Ok(status)) if status.is_success() => Ok(()),
            Ok(Ok(StatusCode::GONE)) => Err(Failure::give_up("answered 410: it wants no more")),
            Ok(Ok(status)) => Err(Failure::retry(format!("answered {}", status.as_u16()))),
        }
    }
}
