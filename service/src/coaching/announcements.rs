//! Messages to all assistants.

use {
    crate::kernel::list::{
        list,
        operators::{Choice, Span},
    },
    entity::{coaching::company_announcement, scalar::DateTime},
};

list! {
    company_announcement;
    /// Narrows a list of announcements.
    filter CompanyAnnouncementFilter {
        /// By whether they are shown while they run.
        is_active: Choice<bool>,
        /// By from when they are shown.
        starts_at: Span<DateTime>,
        /// By until when they are shown; one without an end matches no bound.
        expires_at: Span<DateTime>,
    }
    /// The order of a list of announcements.
    order CompanyAnnouncementOrder by CompanyAnnouncementOrderField {
        /// By from when they are shown.
        StartsAt = "starts_at",
    }
    default "starts_at" Desc;
    indexes {}
}
