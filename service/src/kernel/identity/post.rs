//! The post: what is to be mailed, after the transaction that asked for it.
//!
//! It is done one after the other by whoever runs it, beside the requests. So nobody waits for a
//! mail server, and a request takes as long for an address that nobody has as for one that somebody
//! has. What waits is lost with the process; a person then asks again.

use {
    super::{mail::Mail, passwords, sign_in, verification},
    crate::kernel::{access::Viewer, ctx::Ctx, error::Result},
    entity::{id::UserId, kernel::user},
    sea_orm::EntityTrait,
    tokio::sync::{Mutex, mpsc},
};

/// How much waits at most.
const WAITING_MAX: usize = 1_000;

/// What is to be done by mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Errand {
    /// Tell somebody new how to choose a password.
    Invite(UserId),
    /// Let whoever has this address, if anybody has, choose a password.
    Reset(String),
    /// Ask whether an address is the person's.
    Verify(UserId),
}

/// What is to be mailed.
pub struct Post {
    sender: mpsc::Sender<Errand>,
    waiting: Mutex<mpsc::Receiver<Errand>>,
}

impl Default for Post {
    fn default() -> Self {
        let (sender, waiting) = mpsc::channel(WAITING_MAX);
        Self { sender, waiting: Mutex::new(waiting) }
    }
}

impl Post {
    pub(crate) fn ask(&self, errand: Errand) {
        if self.sender.try_send(errand).is_err() {
            tracing::error!("too many mails wait to be sent: one was lost");
        }
    }
}

/// Does what is to be done by mail, for as long as it is polled.
pub async fn run(ctx: &Ctx) {
    let ctx = ctx.seen_by(Viewer::System);
    let mut waiting = ctx.identity().post.waiting.lock().await;
    while let Some(errand) = waiting.recv().await {
        deliver(&ctx, errand).await;
    }
}

/// Does what waits to be done by now.
pub async fn run_waiting(ctx: &Ctx) {
    let ctx = ctx.seen_by(Viewer::System);
    let mut waiting = ctx.identity().post.waiting.lock().await;
    while let Ok(errand) = waiting.try_recv() {
        deliver(&ctx, errand).await;
    }
}

async fn deliver(ctx: &Ctx, errand: Errand) {
    let sent = async {
        if let Some(mail) = written(ctx, errand).await? {
            ctx.identity().mailer.send(&mail).await?;
        }
        Ok::<_, crate::Error>(())
    };
    if let Err(failure) = sent.await {
        let cause = std::error::Error::source(&failure).map(ToString::to_string);
        tracing::error!(cause, %failure, "a mail was not sent");
    }
}

/// The mail that an errand takes, if it takes one.
async fn written(ctx: &Ctx, errand: Errand) -> Result<Option<Mail>> {
    let active = |it: Option<user::Model>| it.filter(|it| it.is_active);
    match errand {
        Errand::Invite(id) => {
            let user = active(user::Entity::find_by_id(id).one(ctx.db()).await?);
            let Some(user) = user else { return Ok(None) };
            Ok(Some(passwords::invitation(ctx, &user).await?))
        }
        Errand::Reset(email) => {
            let Some(user) = active(sign_in::by_email(ctx, &email).await?) else { return Ok(None) };
            passwords::reset_mail(ctx, &user).await
        }
        Errand::Verify(id) => {
            let user = active(user::Entity::find_by_id(id).one(ctx.db()).await?);
            let Some(user) = user.filter(|it| !it.email_verified) else { return Ok(None) };
            verification::mail(ctx, &user).await
        }
    }
}
