//! Days on which assistants do not work.

use {
    crate::kernel::list::{
        list,
        operators::{Choice, Span},
    },
    entity::{
        coaching::pto_record::{self, PtoReason},
        id::EaId,
        scalar::LocalDate,
    },
};

list! {
    pto_record;
    /// Narrows a list of times off.
    filter PtoRecordFilter {
        /// By assistant.
        ea_id: Choice<EaId>,
        /// By first day.
        start_date: Span<LocalDate>,
        /// By last day.
        end_date: Span<LocalDate>,
        /// By why.
        reason: Choice<PtoReason>,
    }
    /// The order of a list of times off.
    order PtoRecordOrder by PtoRecordOrderField {
        /// By first day.
        StartDate = "start_date",
    }
    default "start_date" Desc;
    indexes { ["ea_id"] "start_date"; }
}
