//! End-of-day reports.

use {
    crate::kernel::list::{
        list,
        operators::{Choice, Span},
    },
    entity::{
        coaching::end_of_day_report::{self, FeelingDuringWork, WorkloadFeeling},
        id::{EaId, PairingId},
        scalar::LocalDate,
    },
};

list! {
    end_of_day_report;
    /// Narrows a list of reports.
    filter EndOfDayReportFilter {
        /// By pairing.
        pairing_id: Choice<PairingId>,
        /// By assistant.
        ea_id: Choice<EaId>,
        /// By the day reported on.
        report_date: Span<LocalDate>,
        /// By how much there was to do.
        workload_feeling: Choice<WorkloadFeeling>,
        /// By how the assistant felt.
        feeling_during_work: Choice<FeelingDuringWork>,
    }
    /// The order of a list of reports.
    order EndOfDayReportOrder by EndOfDayReportOrderField {
        /// By the day reported on.
        ReportDate = "report_date",
    }
    default "report_date" Desc;
    indexes {
        ["pairing_id"] "report_date";
        ["ea_id"] "report_date";
        ["workload_feeling": WorkloadFeeling] "report_date";
        ["feeling_during_work": FeelingDuringWork] "report_date";
    }
}
