//! Agents: ways to tell somebody something.
//!
//! # Adding one
//!
//! It is a file that implements [`Agent`], and its line in [`all`]. Its key stays: notifications are found by it.

pub mod email;
pub mod webhook;

use {
    super::{Message, Setup},
    crate::kernel::{ctx::Ctx, jobs::Failure},
    async_trait::async_trait,
    entity::{id::UserId, kernel::notification},
};

/// Somebody whom an agent tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recipient {
    /// A person.
    Person(UserId),
    /// Another server, by the name that the settings give it.
    Endpoint(String),
}

/// A way to tell somebody something.
#[async_trait]
pub trait Agent: Send + Sync {
    /// What it is called, at most 40 characters.
    fn key(&self) -> &'static str;

    /// Whom it tells what is meant for these people.
    fn recipients(&self, ctx: &Ctx, people: &[UserId]) -> Vec<Recipient>;

    /// Tells it. That may happen twice, with the same id. What a failure says is shown to people: it holds
    /// no secrets.
    async fn tell(
        &self,
        ctx: &Ctx,
        to: &notification::Model,
        message: &Message,
    ) -> Result<(), Failure>;
}

/// Every agent, a line each.
pub(super) fn all(setup: Setup) -> Vec<Box<dyn Agent>> {
    vec![Box::new(email::Email), Box::new(webhook::Webhook::new(setup))]
}
