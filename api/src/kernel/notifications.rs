//! `Notification`: somebody is told of an alert.

use {
    super::users::User,
    crate::{
        coaching::alerts::Alert,
        graphql::object::{object, roots},
    },
    entity::kernel::notification,
};

object! {
    /// Somebody is told of an alert, by an agent such as e-mail.
    Notification: notification;
    one {
        /// The alert.
        alert(alert_id): Alert;
    }
    optional {
        /// The person who is told, if it is one.
        user(user_id): User;
    }
}

roots! {
    NotificationQuery: Notification;
    one {
        /// The notification with an id.
        notification;
    }
    many {
        /// Notifications, newest first.
        notifications;
    }
}
