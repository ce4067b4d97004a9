//! What the alert rules decide: whether one holds, what becomes of its alert, how a pairing stands.
//!
//! - [`Rule`]: a rule's condition with its thresholds, read once and put to any [`History`].
//! - [`condition`]: the conditions there are, and how to add one.
//! - [`standing`]: a finding, and the newest alert of the same rule: raise, count, reopen or leave?
//! - [`clearing`]: what holds no more: close the alert, or only say so?
//! - [`inhibition`], [`suppression`]: which findings are recorded and not told?
//! - [`health`]: green, yellow or red, and every reason why.
//! - [`precision`]: how often is a rule right?
//! - [`replay`]: when would a rule have fired?

pub mod clearing;
pub mod condition;
mod finding;
pub mod health;
mod history;
pub mod inhibition;
mod needs;
pub mod precision;
pub mod replay;
mod report;
mod rule;
mod severity;
pub mod standing;
pub mod suppression;
mod threshold;
mod timeline;

pub use {
    finding::{Finding, Ground, QUOTES_MAX, Quote},
    history::{Accelerator, History, Shift, Start},
    needs::Needs,
    report::{Feeling, Report, TextField, WorkType, Workload},
    rule::Rule,
    severity::Severity,
    threshold::Threshold,
    timeline::{Dated, Past, Timeline},
};

/// A row's id, as the number that its UUID is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Id(pub u128);

/// A report of a day of March 2026 that no rule minds.
#[cfg(test)]
fn report_for_tests(day: u32) -> Report {
    Report {
        id: Id(day.into()),
        day: chrono::NaiveDate::from_ymd_opt(2026, 3, day).unwrap(),
        workload_feeling: Workload::Moderate,
        work_type: WorkType::Mix,
        feeling_during_work: Feeling::Good,
        had_daily_sync: true,
        biggest_win: "Found a cheaper venue".into(),
        what_completed: crate::text::Written::default(),
        pending_tasks: crate::text::Written::default(),
        difficulties: crate::text::Written::default(),
        support_needed: crate::text::Written::default(),
        additional_notes: crate::text::Written::default(),
    }
}
