//! `EndOfDayReport`: what an assistant says about one day with one client.

use {
    super::{eas::ExecutiveAssistant, pairings::Pairing},
    crate::graphql::object::{object, roots},
    entity::coaching::end_of_day_report,
};

object! {
    /// What an assistant says about one day with one client.
    EndOfDayReport: end_of_day_report;
    one {
        /// The pairing that is reported on.
        pairing(pairing_id): Pairing;
        /// Who reports.
        ea(ea_id): ExecutiveAssistant;
    }
}

roots! {
    ReportQuery: EndOfDayReport;
    one {
        /// The report with an id.
        report;
    }
    many {
        /// Reports, newest day first unless ordered otherwise.
        reports;
    }
}
