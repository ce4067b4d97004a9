//! The post: what is to be mailed, in two steps.
//!
//! An errand is stored by the transaction that gives cause for it, so that nobody waits for a mail server and a request
//! takes as long for an address that nobody has as for one that somebody has. Its job writes the mail, with a token of
//! its own, and stores it sealed; another one delivers it, as often as it takes, with the same token.

use {
    super::{mail::Mail, passwords, sign_in, verification},
    crate::kernel::{
        edit,
        error::Result,
        jobs::{End, Failure, Job, NewJob, Running, enqueue},
        txn::Txn,
    },
    async_trait::async_trait,
    entity::kernel::{job::Lane, user},
    serde::{Deserialize, Serialize},
    uuid::Uuid,
};

/// What is to be done by mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Errand {
    /// Tell somebody new how to choose a password.
    Invite(Uuid),
    /// Let whoever has this address, if anybody has, choose a password.
    Reset(String),
    /// Ask whether an address is the person's.
    Verify(Uuid),
}

/// A mail to be delivered.
#[derive(Serialize, Deserialize)]
pub(crate) struct Delivery {
    to: String,
    subject: String,
    text: String,
}

/// Has something done by mail, once the transaction is committed.
pub(crate) async fn ask(txn: &Txn, errand: Errand) -> Result<()> {
    enqueue(txn, NewJob::new(errand)).await?;
    Ok(())
}

#[async_trait]
impl Job for Errand {
    const KIND: &'static str = "mail.write";
    const LANE: Lane = Lane::Delivery;

    async fn run(self, running: &Running) -> Result<End, Failure> {
        let txn = running.begin().await?;
        if let Some(mail) = written(&txn, self).await? {
            enqueue(&txn, NewJob::new(mail)).await?;
        }
        running.finish(txn).await
    }
}

#[async_trait]
impl Job for Delivery {
    const KIND: &'static str = "mail.deliver";
    const LANE: Lane = Lane::Delivery;
    /// Over some hours: mail servers have nights, too.
    const ATTEMPTS_MAX: i32 = 18;
    const IS_SECRET: bool = true;

    async fn run(self, running: &Running) -> Result<End, Failure> {
        let Self { to, subject, text } = self;
        let mail = Mail { key: running.id().0, to, subject, text };
        running.ctx().identity().mailer.send(&mail).await?;
        Ok(End::DONE)
    }
}

impl Delivery {
    pub(super) fn new(to: &str, subject: &str, text: String) -> Self {
        Self { to: to.to_owned(), subject: subject.to_owned(), text }
    }
}

/// The mail that an errand takes, if it takes one. The person is held, so that tokens are counted one after another.
async fn written(txn: &Txn, errand: Errand) -> Result<Option<Delivery>> {
    let id = match &errand {
        Errand::Invite(id) | Errand::Verify(id) => Some(*id),
        Errand::Reset(email) => sign_in::by_email(txn, email).await?.map(|it| it.id.0),
    };
    let Some(id) = id else { return Ok(None) };
    let user = match edit::find::<user::Entity, _>(txn, "id", entity::id::UserId(id).into()).await {
        Ok(user) if user.is_active => user,
        Ok(_) | Err(crate::Error::Refused(_)) => return Ok(None),
        Err(failure) => return Err(failure),
    };
    match errand {
        Errand::Invite(_) => Ok(Some(passwords::invitation(txn, &user).await?)),
        Errand::Reset(_) => passwords::reset_mail(txn, &user).await,
        Errand::Verify(_) if user.email_verified => Ok(None),
        Errand::Verify(_) => verification::mail(txn, &user).await,
    }
}
