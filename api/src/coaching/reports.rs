//! `EndOfDayReport`: what an assistant says about one day with one client.

use {
    super::{eas::ExecutiveAssistant, pairings::Pairing},
    crate::graphql::{
        mutation::mutations,
        object::{object, roots},
        subscription::subscriptions,
    },
    entity::{coaching::end_of_day_report, kernel::audit_entry::AuditAction},
    service::coaching::reports::{self, ReportAmendInput, ReportDeleteInput, ReportSubmitInput},
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

mutations! {
    ReportMutation;
    /// Files the report of one day. A second report of the day is `CONFLICT`: `reportAmend` edits
    /// the first.
    report_submit(ReportSubmitInput) -> ReportSubmitPayload {
        /// The report.
        report: EndOfDayReport
    } = reports::submit;
    /// Edits a report.
    report_amend(ReportAmendInput) -> ReportAmendPayload {
        /// The report as it is now.
        report: EndOfDayReport
    } = reports::amend;
    /// Deletes a report.
    report_delete(ReportDeleteInput) -> ReportDeletePayload {
        /// The report as it was.
        report: EndOfDayReport
    } = reports::delete;
}

subscriptions! {
    ReportSubscription;
    /// Tells of reports as they are submitted (`CREATED`) and amended (`UPDATED`).
    report_submitted(ReportsRead) -> ReportSubmittedPayload {
        /// The report as it is now; null exactly when `resync` is true.
        report: EndOfDayReport
    } = |event| event.action != AuditAction::Delete;
}
