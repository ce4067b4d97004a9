//! `Alert`: a rule's finding about a pairing.

use {
    super::{alert_rules::AlertRule, pairings::Pairing},
    crate::{
        graphql::object::{object, roots},
        kernel::users::User,
    },
    entity::coaching::alert,
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
