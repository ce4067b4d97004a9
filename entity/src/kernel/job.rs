//! `jobs`: work that the server does by itself, now or later, until it is done.

use {
    crate::{
        closed_set::closed_set,
        id::{AnyId, JobId},
        scalar::{DateTime, Json},
        sealed::Sealed,
    },
    sea_orm::entity::prelude::*,
};

closed_set! {
    /// How far a job is.
    JobState {
        /// It waits for its time, or for a worker.
        Ready,
        /// A worker is at it.
        Running,
        /// It was done.
        Done,
        /// It was given up: it failed too often, or can never succeed.
        Dead,
        /// Somebody has stopped it.
        Cancelled,
    }
    /// A lane: jobs of one never wait for those of another.
    Lane {
        /// Who is told next because nobody has answered.
        Escalation,
        /// What leaves the server: mails and webhooks.
        Delivery,
        /// What follows from what people did.
        Ingest,
        /// What keeps the house in order.
        Maintenance,
    }
}

/// Something that the server does by itself, now or later, until it is done.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(
    table_name = "jobs",
    model_attrs(derive(async_graphql::SimpleObject), graphql(name = "JobRow")),
    model_ex_attrs(derive(async_graphql::Description))
)]
pub struct Model {
    /// The row's id, a UUIDv7. It stays the same over all attempts.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: JobId,
    /// What is to be done, such as `mail.deliver`.
    pub kind: String,
    /// What no two jobs of a kind share that are not finished.
    pub unique_key: Option<String>,
    /// With what. It is never shown.
    #[graphql(skip)]
    pub payload: Json,
    /// The payload instead, of kinds whose payloads hold secrets, until it is done.
    #[graphql(skip)]
    pub secret: Option<Sealed<Vec<u8>>>,
    /// Which of several that are due goes first: the higher one.
    pub priority: i16,
    /// Beside which others it waits.
    pub lane: Lane,
    /// How far it is.
    pub state: JobState,
    /// When a worker takes it: its time while it is ready, the end of its lease while it runs, null
    /// once it is finished.
    pub due_at: Option<DateTime>,
    /// When the present attempt was, or is, to begin.
    pub run_at: DateTime,
    /// The instant of its period, if it is done by the clock.
    pub scheduled_at: Option<DateTime>,
    /// How often it was begun.
    pub attempt: i32,
    /// How often it is begun at most.
    pub attempts_max: i32,
    /// What the worker that is at it proves itself with.
    #[graphql(skip)]
    pub lease: Option<Uuid>,
    /// How much of it is done.
    pub progress_done: Option<i64>,
    /// How much there is to do.
    pub progress_total: Option<i64>,
    /// What it is at.
    pub progress_note: Option<String>,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
    /// What everything that one request caused has in common.
    pub correlation_id: AnyId,
    /// When the row was made.
    pub created_at: DateTime,
    /// When it was done, given up or stopped.
    pub finished_at: Option<DateTime>,
}

impl ActiveModelBehavior for ActiveModel {}
