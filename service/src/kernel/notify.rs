//! Notifications: people and other servers are told of an alert.
//!
//! [`tell`] stores, in the transaction that gives cause for it, a row for each recipient of each
//! [agent](agent::Agent) and the job that [delivers](delivery) it: both happen, or neither. The row's id is what a
//! receiver knows the notification by, over all attempts.
//!
//! Whom to tell is decided by whoever calls [`tell`]: who is to be told later, because nobody has answered, is told
//! by a job of its own that calls it again with other people.

pub mod agent;
pub mod delivery;
pub mod lost;

use {
    super::{
        access::guarded,
        edit,
        error::Result,
        jobs::{NewJob, enqueue},
        list::{
            list,
            operators::{Choice, OptionalChoice, Span},
            predicate::Predicate,
        },
        txn::Txn,
    },
    agent::{Agent, Recipient, webhook::Endpoint},
    delivery::Delivery,
    entity::{
        id::{AlertId, AnyId, UserId},
        kernel::notification::{self, NotificationCause, NotificationState},
        scalar::DateTime,
    },
    serde::{Deserialize, Serialize},
    serde_json::Value,
    std::time::Duration,
};

/// How long a receiver may take, unless the settings say otherwise.
const TIMEOUT: Duration = Duration::from_secs(10);
/// What stands for the alert's id in a link.
pub const ID: &str = "{id}";

list! {
    notification;
    /// Narrows a list of notifications.
    filter NotificationFilter {
        /// By alert.
        alert_id: Choice<AnyId>,
        /// By the person who is told.
        user_id: OptionalChoice<AnyId>,
        /// By how far they are.
        state: Choice<NotificationState>,
        /// By when they were made.
        created_at: Span<DateTime>,
    }
    /// The order of a list of notifications.
    order NotificationOrder by NotificationOrderField {
        /// By when they were made.
        CreatedAt = "created_at",
    }
    default "created_at" Desc;
    indexes {
        ["alert_id"] "created_at";
        ["user_id"] "created_at";
        ["state"] "created_at";
    }
}

guarded! {
    notification: AlertsRead;
    own(_) {
        Predicate::none()
    }
    shown {
        Id, AlertId, Cause, ReopenCount, Agent, Recipient, UserId, State, Attempts, LastError, CreatedAt,
        SentAt,
    }
}

/// What can be set about notifications.
pub struct Setup {
    /// Servers that are told of every critical alert.
    pub endpoints: Vec<Endpoint>,
    /// Hosts that may be told without TLS, and at addresses that are not public.
    pub allowed_hosts: Vec<String>,
    /// How long a receiver may take.
    pub timeout: Duration,
    /// The page of a front end that shows an alert; `{id}` stands for its id.
    pub alert_link: Option<String>,
}

impl Default for Setup {
    fn default() -> Self {
        let (endpoints, allowed_hosts) = (Vec::new(), Vec::new());
        Self { endpoints, allowed_hosts, timeout: TIMEOUT, alert_link: None }
    }
}

/// Who tells people and other servers of what happens, shared by all requests.
pub struct Notifier {
    agents: Vec<Box<dyn Agent>>,
    alert_link: Option<String>,
}

impl Notifier {
    /// Sets it up.
    pub fn new(setup: Setup) -> Self {
        let alert_link = setup.alert_link.clone();
        Self { agents: agent::all(setup), alert_link }
    }

    /// The page on which an alert is seen, if the settings name one.
    pub fn alert_link(&self, id: AlertId) -> Option<String> {
        Some(self.alert_link.as_ref()?.replace(ID, &id.to_string()))
    }

    fn agent(&self, key: &str) -> Option<&dyn Agent> {
        self.agents.iter().find(|it| it.key() == key).map(|it| &**it)
    }
}

impl Default for Notifier {
    fn default() -> Self {
        Self::new(Setup::default())
    }
}

/// What is said, the same over all attempts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// What has happened, for programs: `alert.raised`.
    pub kind: String,
    /// When, in RFC 3339.
    pub at: String,
    /// What has happened, for people, in a line.
    pub subject: String,
    /// What has happened, for people.
    pub text: String,
    /// What it is about, for programs. It holds no texts of reports.
    pub data: Value,
}

/// What there is to tell.
pub(crate) struct News {
    /// The alert.
    pub(crate) alert: AlertId,
    /// Why.
    pub(crate) cause: NotificationCause,
    /// How often the alert was opened again.
    pub(crate) reopen_count: i32,
    /// The people who are told.
    pub(crate) people: Vec<UserId>,
    /// What is said.
    pub(crate) message: Message,
}

/// Has everybody told, once the transaction is committed. Nobody is told again by the same agent of an alert that was
/// not opened again since.
pub(crate) async fn tell(txn: &Txn, news: News) -> Result<()> {
    let ctx = txn.ctx();
    for agent in &ctx.notifier().agents {
        for recipient in agent.recipients(ctx, &news.people) {
            let row = planned(txn, &news, (agent.key(), recipient));
            if edit::insert_once(txn, &row).await? {
                let delivery = Delivery { notification: row.id.0, message: news.message.clone() };
                enqueue(txn, NewJob::new(delivery).once(row.id.to_string())).await?;
            }
        }
    }
    Ok(())
}

fn planned(txn: &Txn, news: &News, (agent, to): (&str, Recipient)) -> notification::Model {
    let (user_id, recipient) = match to {
        Recipient::Person(id) => (Some(id), id.to_string()),
        Recipient::Endpoint(name) => (None, name),
    };
    notification::Model {
        id: txn.ctx().new_id(),
        alert_id: news.alert,
        cause: news.cause,
        reopen_count: news.reopen_count,
        agent: agent.to_owned(),
        recipient,
        user_id,
        state: NotificationState::Waiting,
        attempts: 0,
        last_error: None,
        created_at: txn.ctx().now(),
        sent_at: None,
    }
}
