//! When assistants began their days.

use {
    crate::kernel::list::{
        list,
        operators::{Choice, Span},
    },
    entity::{coaching::start_of_day_log, id::EaId, scalar::LocalDate},
};

list! {
    start_of_day_log;
    /// Narrows a list of logs.
    filter StartOfDayLogFilter {
        /// By assistant.
        ea_id: Choice<EaId>,
        /// By the day of the shift.
        log_date: Span<LocalDate>,
        /// By whether it was more than 30 minutes late.
        was_late: Choice<bool>,
    }
    /// The order of a list of logs.
    order StartOfDayLogOrder by StartOfDayLogOrderField {
        /// By the day of the shift.
        LogDate = "log_date",
    }
    default "log_date" Desc;
    indexes { ["ea_id"] "log_date"; }
}
