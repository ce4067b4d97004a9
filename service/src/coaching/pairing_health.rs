//! How pairings stand, and how that came to be.

use {
    crate::kernel::list::{
        list,
        operators::{Choice, Span},
    },
    entity::{coaching::pairing_health_change, id::PairingId, scalar::DateTime},
};

list! {
    pairing_health_change;
    /// Narrows a list of changes of health.
    filter PairingHealthChangeFilter {
        /// By pairing.
        pairing_id: Choice<PairingId>,
        /// By when it changed.
        changed_at: Span<DateTime>,
    }
    /// The order of a list of changes of health.
    order PairingHealthChangeOrder by PairingHealthChangeOrderField {
        /// By when it changed.
        ChangedAt = "changed_at",
    }
    default "changed_at" Desc;
    indexes { ["pairing_id"] "changed_at"; }
}
