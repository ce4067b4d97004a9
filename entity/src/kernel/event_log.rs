//! `event_logs`: something that happened.

use {
    super::user,
    crate::{
        closed_set::closed_set,
        id::{EventLogId, UserId},
        scalar::{DateTime, Json},
    },
    sea_orm::entity::prelude::*,
};

closed_set! {
    /// Who made something happen.
    EventActor {
        /// A person.
        User,
        /// A program to which a person has given a task.
        Agent,
        /// A rule that watches for something.
        Watcher,
        /// Somebody who was notified and is no user.
        Contact,
        /// The server itself.
        System,
    }
}

/// Something that happened. The log is never shown whole; it is read by the server.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event_logs")]
pub struct Model {
    /// The row's id, a UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EventLogId,
    /// Who made it happen.
    pub actor: EventActor,
    /// The person, if it was one.
    pub user_id: Option<UserId>,
    /// What happened, such as `alert.created`.
    pub event_type: String,
    /// The table of the row that it happened to.
    pub subject_table: String,
    /// The row that it happened to.
    pub subject_id: Uuid,
    /// `changed`, the columns that have another value; and the ids of other rows that the row
    /// refers to. No texts that people wrote.
    pub payload: Json,
    /// The event that caused it.
    pub cause_id: Option<EventLogId>,
    /// What everything that one request caused has in common.
    pub correlation_id: Uuid,
    /// When it happened.
    pub created_at: DateTime,
    #[sea_orm(belongs_to, from = "user_id", to = "id")]
    pub user: BelongsTo<Option<user::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
