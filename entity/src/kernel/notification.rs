//! `notifications`: who is told of an alert, by which agent, and what became of it.

use {
    crate::{
        closed_set::closed_set,
        coaching::alert,
        id::{AlertId, NotificationId, UserId},
        scalar::DateTime,
    },
    sea_orm::entity::prelude::*,
};

closed_set! {
    /// Why somebody is told of an alert.
    NotificationCause {
        /// It was raised.
        Raised,
        /// It was opened again.
        Reopened,
        /// It has become critical.
        Rose,
    }
    /// How far a notification is.
    NotificationState {
        /// It has yet to arrive: it waits for its first attempt, or for another.
        Waiting,
        /// It was handed over: a mail server or a receiver has taken it.
        Sent,
        /// It was given up.
        Failed,
    }
}

/// Somebody is told of an alert, by an agent such as e-mail.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(
    table_name = "notifications",
    model_attrs(derive(async_graphql::SimpleObject), graphql(name = "NotificationRow"))
)]
pub struct Model {
    /// The row's id, a UUIDv7. Receivers know the notification by it, over all attempts.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NotificationId,
    /// The alert.
    pub alert_id: AlertId,
    /// Why.
    pub cause: NotificationCause,
    /// How often the alert had been opened again by then.
    pub reopen_count: i32,
    /// The agent that tells: `email` or `webhook`.
    pub agent: String,
    /// Who is told: the person's id, or the name of an endpoint.
    pub recipient: String,
    /// The person who is told, if it is one.
    pub user_id: Option<UserId>,
    /// How far it is.
    pub state: NotificationState,
    /// How many attempts have ended.
    pub attempts: i32,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
    /// When the row was made.
    pub created_at: DateTime,
    /// When it was handed over; set exactly when the state is SENT.
    pub sent_at: Option<DateTime>,
    #[sea_orm(belongs_to, from = "alert_id", to = "id")]
    pub alert: BelongsTo<alert::Entity>,
    #[sea_orm(belongs_to, from = "user_id", to = "id")]
    pub user: BelongsTo<Option<super::user::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
