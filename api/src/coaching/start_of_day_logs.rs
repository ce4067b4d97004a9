//! `StartOfDayLog`: when assistants began their days.

use {
    super::eas::ExecutiveAssistant,
    crate::graphql::{
        mutation::mutations,
        object::{object, roots},
    },
    entity::coaching::start_of_day_log,
    service::coaching::start_of_day_logs::{self, StartOfDayLogInput},
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

mutations! {
    StartOfDayLogMutation;
    /// Notes that an assistant begins its day, now. A second press for one shift answers the
    /// first log.
    start_of_day_log(StartOfDayLogInput) -> StartOfDayLogPayload {
        /// The log.
        start_of_day_log: StartOfDayLog
    } = start_of_day_logs::log;
}
