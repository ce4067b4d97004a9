//! E-mail: each person is mailed, at the address that it has by then.

use {
    super::{Agent, Recipient},
    crate::kernel::{ctx::Ctx, identity::mail::Mail, jobs::Failure, notify::Message},
    async_trait::async_trait,
    entity::{
        id::UserId,
        kernel::{notification, user},
    },
    sea_orm::EntityTrait,
};

/// E-mail.
pub(super) struct Email;

#[async_trait]
impl Agent for Email {
    fn key(&self) -> &'static str {
        "email"
    }

    /// Nobody, when nobody carries mails.
    fn recipients(&self, ctx: &Ctx, people: &[UserId]) -> Vec<Recipient> {
        let is_carried = ctx.identity().mailer.is_there();
        people.iter().filter(|_| is_carried).map(|id| Recipient::Person(*id)).collect()
    }

    async fn tell(
        &self,
        ctx: &Ctx,
        to: &notification::Model,
        message: &Message,
    ) -> Result<(), Failure> {
        let person = match to.user_id {
            Some(id) => user::Entity::find_by_id(id).one(ctx.db()).await?,
            None => None,
        };
        let person = person.filter(|it| it.is_active);
        let person = person.ok_or_else(|| Failure::give_up("the person is not active any more"))?;
        let Message { subject, text, .. } = message.clone();
        let mail = Mail { key: to.id.0, to: person.email, subject, text };
        Ok(ctx.identity().mailer.send(&mail).await?)
    }
}
