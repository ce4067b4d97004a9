//! `StartOfDayLog`: when assistants began their days.

use {
    super::eas::ExecutiveAssistant,
    crate::graphql::object::{object, roots},
    entity::coaching::start_of_day_log,
};

object! {
    /// An assistant's pressing of the start button.
    StartOfDayLog: start_of_day_log;
    one {
        /// Who started.
        ea(ea_id): ExecutiveAssistant;
    }
}

roots! {
    StartOfDayLogQuery: StartOfDayLog;
    one {
        /// The log with an id.
        start_of_day_log;
    }
    many {
        /// When assistants began their days, newest day first unless ordered otherwise.
        start_of_day_logs;
    }
}
