//! Periods in which the organisation does not work.

use {
    crate::kernel::list::{list, operators::Span},
    entity::{kernel::holiday, scalar::LocalDate},
};

list! {
    holiday;
    /// Narrows a list of holidays.
    filter HolidayFilter {
        /// By first day.
        start_date: Span<LocalDate>,
        /// By last day.
        end_date: Span<LocalDate>,
    }
    /// The order of a list of holidays.
    order HolidayOrder by HolidayOrderField {
        /// By first day.
        StartDate = "start_date",
    }
    default "start_date" Desc;
    indexes {}
}
