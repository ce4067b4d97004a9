//! Executive assistants.

use {
    crate::kernel::list::{list, operators::Choice},
    entity::{coaching::ea, id::EaId, scalar::TimeZone},
};

list! {
    ea;
    /// Narrows a list of assistants.
    filter ExecutiveAssistantFilter {
        /// By id.
        id: Choice<EaId>,
        /// By time zone.
        timezone: Choice<TimeZone>,
    }
    /// The order of a list of assistants.
    order ExecutiveAssistantOrder by ExecutiveAssistantOrderField {
        /// By when they were added.
        CreatedAt = "created_at",
    }
    default "created_at" Desc;
    indexes {}
}
