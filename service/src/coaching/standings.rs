//! How pairings, clients and assistants stand: what the dashboards show beside each row.
//!
//! Each is computed for a whole page at once, by a number of statements that does not depend on
//! how many rows the page has.

mod alert_counts;
mod assistants;
pub(in crate::coaching) mod calendars;
mod clients;
mod pairings;

pub(crate) use alert_counts::is_open;
pub use {
    alert_counts::AlertCounts,
    assistants::{AssistantStanding, Indicator},
    clients::ClientStanding,
    pairings::PairingStanding,
};

use {
    crate::kernel::{ctx::Ctx, error::Result},
    sea_orm::prelude::Uuid,
    std::collections::HashMap,
};

/// Something that is computed for rows, many at a time.
pub trait Computed: Clone + Send + Sync + Sized + 'static {
    /// What it depends on beside the rows, such as a range of days.
    type Asked: Clone + PartialEq + Send + Sync + 'static;

    /// Computes it for the rows with these ids; one that is not there is left out.
    fn of(
        ctx: &Ctx,
        asked: &Self::Asked,
        ids: &[Uuid],
    ) -> impl Future<Output = Result<HashMap<Uuid, Self>>> + Send;
}
