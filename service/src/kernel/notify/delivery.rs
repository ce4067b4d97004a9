//! The delivery of a notification: the agent is asked, and then the row says what came of it.

use {
    super::Message,
    crate::kernel::{
        edit,
        error::Result,
        jobs::{End, Failure, Job, Running},
        txn::Txn,
    },
    async_trait::async_trait,
    entity::{
        id::NotificationId,
        kernel::{
            job::Lane,
            notification::{self, NotificationState},
        },
    },
    sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel},
    serde::{Deserialize, Serialize},
    uuid::Uuid,
};

/// How much of a message is kept, in characters.
const ERROR_CHARS_MAX: usize = 200;

/// A notification to be delivered.
#[derive(Serialize, Deserialize)]
pub(crate) struct Delivery {
    pub(super) notification: Uuid,
    pub(super) message: Message,
}

#[async_trait]
impl Job for Delivery {
    const KIND: &'static str = "notify.deliver";
    const LANE: Lane = Lane::Delivery;
    /// Over some hours: receivers have nights, too.
    const ATTEMPTS_MAX: i32 = 18;

    async fn run(self, running: &Running) -> Result<End, Failure> {
        let Self { notification, message } = self;
        let (ctx, id) = (running.ctx(), NotificationId(notification));
        let found = notification::Entity::find_by_id(id).one(ctx.db()).await?;
        let row = found.ok_or_else(|| Failure::give_up("the notification is gone"))?;
        if row.state == NotificationState::Sent {
            return Ok(End::DONE);
        }
        let told = match ctx.notifier().agent(&row.agent) {
            Some(agent) => agent.tell(ctx, &row, &message).await,
            None => Err(Failure::give_up("there is no such agent any more")),
        };
        let (state, error) = match &told {
            Ok(()) => (NotificationState::Sent, None),
            Err(Failure::Retry(error)) if !running.is_last_attempt() => {
                (NotificationState::Waiting, Some(error.to_string()))
            }
            Err(Failure::Retry(error) | Failure::GiveUp(error)) => {
                (NotificationState::Failed, Some(error.to_string()))
            }
            Err(Failure::Later(_) | Failure::Lost) => return told.map(|()| End::DONE),
        };
        let txn = running.begin().await?;
        note(&txn, id, state, error).await?;
        match told {
            Ok(()) => running.finish(txn).await,
            Err(failure) => {
                txn.commit().await?;
                Err(failure)
            }
        }
    }
}

/// Notes what came of an attempt, unless another has succeeded meanwhile.
async fn note(
    txn: &Txn,
    id: NotificationId,
    state: NotificationState,
    error: Option<String>,
) -> Result<()> {
    let before = edit::find::<notification::Entity, _>(txn, "id", id.into()).await?;
    if before.state == NotificationState::Sent {
        return Ok(());
    }
    let is_sent = state == NotificationState::Sent;
    let mut row = before.clone().into_active_model();
    row.state = Set(state);
    row.attempts = Set(before.attempts + 1);
    row.last_error = Set(error.map(|it| kept(&it)));
    row.sent_at = Set(is_sent.then(|| txn.ctx().now()));
    edit::amend::<notification::Entity, _>(txn, &before, row).await?;
    Ok(())
}

/// A message as it is kept: neither empty nor long, in one line, and without what PostgreSQL does not take.
fn kept(error: &str) -> String {
    let line = error.chars().map(|it| if it.is_control() { ' ' } else { it });
    let line: String = line.take(ERROR_CHARS_MAX).collect();
    if line.trim().is_empty() { "it failed without a word".to_owned() } else { line }
}
