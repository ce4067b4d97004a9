//! Webhooks, as Standard Webhooks has them: other servers are told by signed requests.
//!
//! They are [called](crate::kernel::calls) within ten seconds, unless the settings say otherwise.

mod signature;

use {
    super::{Agent, Recipient},
    crate::kernel::{
        calls::{Bounds, Callee, Post},
        ctx::Ctx,
        jobs::{Failure, Running},
        notify::{Message, Setup},
    },
    async_trait::async_trait,
    entity::{id::UserId, kernel::notification},
    hyper::StatusCode,
    serde_json::json,
    signature::Secret,
};

/// How many requests are on their way to an endpoint at once, of those that this process makes.
const IN_FLIGHT_MAX: usize = 4;
/// How many characters the name of an endpoint may have.
const NAME_CHARS_MAX: usize = 200;

/// A server that is told.
pub struct Endpoint {
    name: String,
    callee: Callee,
    secret: Secret,
}

impl Endpoint {
    /// An endpoint by its name, its URL, and the secret that it knows requests by: `whsec_` and 24 to 64 bytes in
    /// base 64. Fails when one of them cannot be; what it says holds no secrets.
    pub fn new(name: &str, url: &str, secret: &str) -> Result<Self, String> {
        if name.is_empty() || name.chars().count() > NAME_CHARS_MAX {
            return Err(format!("has a name that is not 1 to {NAME_CHARS_MAX} characters long"));
        }
        let callee = Callee::new(url, IN_FLIGHT_MAX);
        let callee = callee.map_err(|it| format!("has a URL {it}, in {name}"))?;
        let told = "has a secret that is not whsec_ and 24 to 64 bytes in base 64";
        let secret = Secret::parse(secret).ok_or_else(|| format!("{told}, in {name}"))?;
        Ok(Self { name: name.to_owned(), callee, secret })
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The host in its URL, as the settings would allow it.
    pub fn host(&self) -> &str {
        self.callee.host()
    }

    /// Whether what it is told is encrypted on its way.
    pub fn is_encrypted(&self) -> bool {
        self.callee.is_encrypted()
    }
}

/// Webhooks.
pub(super) struct Webhook {
    endpoints: Vec<Endpoint>,
    bounds: Bounds,
}

impl Webhook {
    pub(super) fn new(setup: Setup) -> Self {
        let Setup { endpoints, allowed_hosts, timeout, alert_link: _ } = setup;
        Self { endpoints, bounds: Bounds { allowed_hosts, timeout } }
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
        running: &Running,
        to: &notification::Model,
        message: &Message,
    ) -> Result<(), Failure> {
        let endpoint = self.endpoints.iter().find(|it| it.name == to.recipient);
        let endpoint =
            endpoint.ok_or_else(|| Failure::give_up("the settings have no such endpoint"))?;
        let Message { kind, at, data, .. } = message;
        let body = json!({ "type": kind, "timestamp": at, "data": data }).to_string();
        let (id, timestamp) = (to.id.to_string(), running.ctx().now().timestamp());
        let signature = endpoint.secret.sign(&id, timestamp, &body);
        let headers = vec![
            ("webhook-id", id),
            ("webhook-timestamp", timestamp.to_string()),
            ("webhook-signature", signature),
        ];
        let post = Post { headers, body, answer_bytes_max: 0 };
        match endpoint.callee.post(running, &self.bounds, post).await? {
            answer if answer.status.is_success() => Ok(()),
            answer if answer.status == StatusCode::GONE => {
                Err(Failure::give_up("answered 410: it wants no more"))
            }
            answer => Err(answer.refused()),
        }
    }
}
