//! Second opinions: a language model is asked whether it sees, in what a rule about texts quotes, what the rule saw.
//!
//! It is asked only if the settings name one, by a job, so that nothing waits for it. What it says is kept by the hash
//! of what it was asked, and shown with what led to the alert ([`why`](super::evaluation::why)). Nothing else depends on
//! it, and a model that does not answer is let be.

mod answer;
pub mod pruning;
mod question;

use {
    super::standings::Computed,
    crate::kernel::{
        bulk::missing,
        ctx::Ctx,
        error::Result,
        jobs::{End, Failure, Job, NewJob, Running, enqueue},
        txn::Txn,
    },
    answer::Answer,
    async_trait::async_trait,
    chrono::TimeDelta,
    entity::{
        coaching::text_opinion::{self, OpinionVerdict},
        id::AlertId,
        kernel::{capability::Capability, job::Lane},
        scalar::DateTime,
    },
    question::Question,
    sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect},
    serde::{Deserialize, Serialize},
    std::collections::HashMap,
    uuid::Uuid,
};

/// How many opinions of a page of alerts are read at most.
const OPINIONS_MAX: u64 = 10_000;
/// How long after the newest finding an opinion still helps anybody.
const PATIENCE: TimeDelta = TimeDelta::days(1);
/// Before other deliveries go, which people wait for.
const PRIORITY: i16 = -1;

/// The opinions on what alerts quote, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Opinions(pub Vec<text_opinion::Model>);

impl Computed for Opinions {
    type Asked = ();

    /// Two statements: what the alerts quote, and, by `idx_text_opinions_hash_model`, what was said of it.
    async fn of(ctx: &Ctx, (): &(), ids: &[Uuid]) -> Result<HashMap<Uuid, Self>> {
        ctx.may_all(Capability::ReportsInternal)?;
        let mut opinions: HashMap<_, _> = ids.iter().map(|id| (*id, Self::default())).collect();
        let asked = Question::of_alerts(ctx, ids).await?;
        if asked.is_empty() {
            return Ok(opinions);
        }
        let given = text_opinion::Entity::find()
            .filter(text_opinion::Column::Hash.is_in(asked.iter().map(|it| it.hash.as_str())))
            .order_by_asc(text_opinion::Column::CreatedAt)
            .order_by_asc(text_opinion::Column::Id)
            .limit(OPINIONS_MAX);
        let given = given.all(ctx.db()).await?;
        for Question { alert, hash, .. } in asked {
            let of_it = given.iter().filter(|it| it.hash == hash).cloned();
            opinions.entry(alert.0).or_default().0.extend(of_it);
        }
        Ok(opinions)
    }
}

/// An opinion, in words for people.
pub(super) fn told(opinion: &text_opinion::Model) -> String {
    let text_opinion::Model { model, verdict, reason, .. } = opinion;
    let says = match verdict {
        OpinionVerdict::Agrees => "agrees",
        OpinionVerdict::Disagrees => "disagrees",
        OpinionVerdict::Unsure => "is unsure",
    };
    match reason {
        Some(reason) => format!("{model} {says}: {reason}"),
        None => format!("{model} {says}"),
    }
}

/// How many opinions there are, and when the last was given.
pub async fn given(ctx: &Ctx) -> Result<(u64, Option<DateTime>)> {
    ctx.may_as_server()?;
    let count = text_opinion::Entity::find().count(ctx.db()).await?;
    let last = text_opinion::Entity::find()
        .order_by_desc(text_opinion::Column::CreatedAt)
        .select_only()
        .column(text_opinion::Column::CreatedAt)
        .limit(1);
    Ok((count, last.into_tuple().one(ctx.db()).await?))
}

/// Has a model asked about what an alert quotes, if the settings name one.
pub(super) async fn ask(txn: &Txn, alert: AlertId) -> Result<()> {
    if txn.ctx().language_model().is_some() {
        let job = NewJob::new(SecondOpinion { alert: alert.0 }).with_priority(PRIORITY);
        enqueue(txn, job).await?;
    }
    Ok(())
}

/// A language model to be asked about what an alert quotes.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SecondOpinion {
    alert: Uuid,
}

#[async_trait]
impl Job for SecondOpinion {
    const KIND: &'static str = "coaching.second_opinion";
    const LANE: Lane = Lane::Delivery;
    /// Over some minutes.
    const ATTEMPTS_MAX: i32 = 8;

    /// Asks what is not known yet. It never fails for good: nobody has to mend what nobody misses.
    async fn run(self, running: &Running) -> Result<End, Failure> {
        let ctx = running.ctx();
        let Some(model) = ctx.language_model() else {
            tracing::warn!("a language model is to be asked, and the settings here name none");
            return Ok(End::DONE);
        };
        let asked = Question::of_alerts(ctx, &[self.alert]).await?.pop();
        let is_wanted = |it: &Question| *ctx.now() - *it.found_at <= PATIENCE;
        let Some(question) = asked.filter(is_wanted) else { return Ok(End::DONE) };
        if is_known(ctx, &question.hash, model.name()).await? {
            return Ok(End::DONE);
        }
        let said = match model.ask(running, question::INSTRUCTIONS, &question.data).await {
            Ok(said) => said,
            Err(failure) => return let_be(running, failure),
        };
        let Answer { verdict, reason } = Answer::read(said.as_deref().unwrap_or_default());
        let txn = running.begin().await?;
        let (hash, model) = (question.hash, model.name().to_owned());
        let (id, created_at) = (ctx.new_id(), ctx.now());
        let row = text_opinion::Model { id, hash, model, verdict, reason, created_at };
        // Another worker may have asked the same. It leaves nothing in the audit trail, which would keep the model's
        // words for ever.
        missing::insert(&txn, &[&row]).await?;
        running.finish(txn).await
    }
}

/// Ends quietly what would be a dead job for others.
fn let_be(running: &Running, failure: Failure) -> Result<End, Failure> {
    let cause = match failure {
        Failure::Retry(cause) if running.is_last_attempt() => cause,
        Failure::GiveUp(cause) => cause,
        Failure::Retry(_) | Failure::Later(_) | Failure::Lost => return Err(failure),
    };
    tracing::warn!(%cause, "the language model has not answered, and is asked no more about this");
    Ok(End::DONE)
}

async fn is_known(ctx: &Ctx, hash: &str, model: &str) -> Result<bool> {
    let known = text_opinion::Entity::find()
        .filter(text_opinion::Column::Hash.eq(hash))
        .filter(text_opinion::Column::Model.eq(model));
    Ok(known.one(ctx.db()).await?.is_some())
}
