//! `PairingHealthChange`: how pairings came to stand as they do.

use {
    super::pairings::Pairing,
    crate::{graphql::object::object, kernel::users::User},
    entity::coaching::pairing_health_change,
};

object! {
    /// A change of a pairing's health.
    PairingHealthChange: pairing_health_change;
    one {
        /// The pairing that changed.
        pairing(pairing_id): Pairing;
    }
    optional {
        /// Who changed it; none for the rules.
        changer(changed_by): User;
    }
}
