//! `Alert`: a rule's finding about a pairing.

use {
    super::{alert_rules::AlertRule, pairings::Pairing, reports::EndOfDayReport},
    crate::{
        graphql::{
            mutation::mutations,
            object::{computed, load, object, roots, shown},
            subscription::subscriptions,
        },
        kernel::{notifications::Notification, users::User},
    },
    async_graphql::{Context, Object, Result},
    entity::{coaching::alert, kernel::audit_entry::AuditAction, scalar::DateTime},
    futures_util::future::try_join,
    service::coaching::alerts::{
        self, AlertAcknowledgeInput, AlertAssignInput, AlertCreateInput, AlertMoveInput,
        AlertReopenInput, AlertResolveInput, AlertUpdateInput, notices::Told,
    },
    service::coaching::{
        evaluation::{self, AlertCauseKind},
        second_opinion::Opinions,
    },
};

object! {
    /// A rule's finding about a pairing, until somebody has dealt with it.
    Alert: alert;
    one {
        /// The pairing that it is about.
        pairing(pairing_id): Pairing;
        /// The rule that found it.
        rule(rule_id): AlertRule;
    }
    optional {
        /// Who deals with it.
        assignee(assigned_to): User;
        /// Who took notice first.
        acknowledger(acknowledged_by): User;
    }
    many {
        /// Who was told of it, newest first.
        notifications("alert_id"): Notification;
    }
    and {
        /// What led to it, in order: the reports and days that each finding rests on, the rule that was
        /// asked, and what it says; then what a language model thinks of it, if one was asked, which is a guess
        /// and changes nothing; and then, who was told of it.
        async fn why(&self, ctx: &Context<'_>) -> Result<Vec<AlertCause>> {
            shown(ctx, self, alert::Column::Evidence)?;
            let id = self.row.id;
            let both = try_join(computed(ctx, (), id), computed(ctx, (), id));
            let (opinions, told): (Opinions, Told) = both.await?;
            let why = evaluation::why(&self.row, &opinions.0, &told.0);
            Ok(why.into_iter().map(AlertCause).collect())
        }
    }
}

/// Something that led to an alert.
pub(crate) struct AlertCause(evaluation::AlertCause);

/// A part of what led to an alert.
#[Object]
impl AlertCause {
    /// What kind of cause.
    async fn kind(&self) -> AlertCauseKind {
        self.0.kind
    }

    /// When the rule was asked that it led to; of an opinion, when it was given, which may have been for another alert
    /// that quotes the same; of a notification, when it was written.
    async fn at(&self) -> DateTime {
        self.0.at.into()
    }

    /// In words for people.
    async fn text(&self) -> &str {
        &self.0.text
    }

    /// The report, if it is one that is still there.
    async fn report(&self, ctx: &Context<'_>) -> Option<Result<EndOfDayReport>> {
        load(ctx, "id", self.0.row?).await.transpose()
    }
}

roots! {
    AlertQuery: Alert;
    one {
        /// The alert with an id.
        alert;
    }
    many {
        /// Alerts, newest first unless ordered otherwise.
        alerts;
    }
}

mutations! {
    AlertMutation;
    /// Raises an alert by hand; `CONFLICT` when the rule has an open one on the pairing.
    alert_create(AlertCreateInput) -> AlertCreatePayload {
        /// The alert.
        alert: Alert
    } = alerts::create;
    /// Changes an alert's severity or notes.
    alert_update(AlertUpdateInput) -> AlertUpdatePayload {
        /// The alert as it is now.
        alert: Alert
    } = alerts::update;
    /// Says who is to deal with an alert. A NEW one stays NEW until somebody takes notice.
    alert_assign(AlertAssignInput) -> AlertAssignPayload {
        /// The alert as it is now.
        alert: Alert
    } = alerts::assign;
    /// Takes notice of an open alert. Whoever did so first stays on record.
    alert_acknowledge(AlertAcknowledgeInput) -> AlertAcknowledgePayload {
        /// The alert as it is now.
        alert: Alert
    } = alerts::acknowledge;
    /// Moves an open alert to another column of the board: any open status to any other.
    alert_move(AlertMoveInput) -> AlertMovePayload {
        /// The alert as it is now.
        alert: Alert
    } = alerts::move_to;
    /// Ends an open alert.
    alert_resolve(AlertResolveInput) -> AlertResolvePayload {
        /// The alert as it is now.
        alert: Alert
    } = alerts::resolve;
    /// Opens a resolved alert again, as INVESTIGATING.
    alert_reopen(AlertReopenInput) -> AlertReopenPayload {
        /// The alert as it is now.
        alert: Alert
    } = alerts::reopen;
}

subscriptions! {
    AlertSubscription;
    /// Tells of alerts as they are raised and changed. An alert that the filter no longer lets
    /// through is not told of: to hear that one was resolved, do not filter by status.
    alert_changed(AlertsRead) -> AlertChangedPayload {
        /// The alert as it is now; null exactly when `resync` is true.
        alert: Alert
    } = |event| event.action != AuditAction::Delete;
}
