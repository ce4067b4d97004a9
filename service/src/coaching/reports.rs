//! End-of-day reports.

mod filing;

pub(in crate::coaching) use filing::DAYS_BACK_MAX;
pub use filing::submit;
use {
    super::{evaluation, pairings},
    crate::kernel::{
        access::guarded,
        check::{Check, TEXT},
        ctx::Ctx,
        edit,
        error::Result,
        given::Given,
        list::{
            list,
            operators::{Choice, Span},
            predicate::Predicate,
        },
    },
    async_graphql::{InputObject, MaybeUndefined},
    entity::{
        coaching::end_of_day_report::{self, FeelingDuringWork, WorkType, WorkloadFeeling},
        id::{AnyId, EndOfDayReportId, PairingId},
        kernel::{capability::Capability, user::Role},
        scalar::LocalDate,
    },
    sea_orm::IntoActiveModel,
};

list! {
    end_of_day_report;
    /// Narrows a list of reports.
    filter EndOfDayReportFilter {
        /// By pairing.
        pairing_id: Choice<AnyId>,
        /// By assistant.
        ea_id: Choice<AnyId>,
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

guarded! {
    end_of_day_report: ReportsRead;
    own(person) {
        match person.role {
            Role::Ea => Predicate::is("ea_id", person.id),
            Role::Client => pairings::of_own("pairing_id", person),
            _ => Predicate::none(),
        }
    }
    shown {
        Id, PairingId, EaId, ReportDate, WorkloadFeeling, WorkType, FeelingDuringWork, BiggestWin,
        WhatCompleted, PendingTasks, HadDailySync,
    }
    to ReportsInternal {
        Difficulties, SupportNeeded, AdditionalNotes, Version, CreatedAt, UpdatedAt,
    }
}

/// The report of one day. The assistant is the pairing's.
#[derive(Clone, Debug, InputObject)]
pub struct ReportSubmitInput {
    /// The pairing that is reported on.
    pub pairing_id: Given<PairingId>,
    /// The day, on the assistant's own calendar: today or up to 31 days back, not before the
    /// pairing began, and not a day off.
    pub report_date: Given<LocalDate>,
    /// How much there was to do.
    pub workload_feeling: WorkloadFeeling,
    /// How new the work was.
    pub work_type: WorkType,
    /// How the assistant felt.
    pub feeling_during_work: FeelingDuringWork,
    /// What went best, at most 10,000 characters.
    pub biggest_win: Option<String>,
    /// What was done, at most 10,000 characters.
    pub what_completed: Option<String>,
    /// What is left to do, at most 10,000 characters.
    pub pending_tasks: Option<String>,
    /// Whether assistant and client spoke that day.
    pub had_daily_sync: bool,
    /// What was hard, at most 10,000 characters. The client never sees it.
    pub difficulties: Option<String>,
    /// Where help is wanted, at most 10,000 characters. The client never sees it.
    pub support_needed: Option<String>,
    /// Anything else, at most 10,000 characters. The client never sees it.
    pub additional_notes: Option<String>,
}

/// Changes to a report. What is left out stays as it is; its pairing and day cannot change.
#[derive(Clone, Debug, InputObject)]
pub struct ReportAmendInput {
    /// Which.
    pub id: Given<EndOfDayReportId>,
    /// The version that the changes were made from.
    pub expected_version: i32,
    /// How much there was to do.
    pub workload_feeling: MaybeUndefined<WorkloadFeeling>,
    /// How new the work was.
    pub work_type: MaybeUndefined<WorkType>,
    /// How the assistant felt.
    pub feeling_during_work: MaybeUndefined<FeelingDuringWork>,
    /// What went best, at most 10,000 characters; null for nothing.
    pub biggest_win: MaybeUndefined<String>,
    /// What was done, at most 10,000 characters; null for nothing.
    pub what_completed: MaybeUndefined<String>,
    /// What is left to do, at most 10,000 characters; null for nothing.
    pub pending_tasks: MaybeUndefined<String>,
    /// Whether assistant and client spoke that day.
    pub had_daily_sync: MaybeUndefined<bool>,
    /// What was hard, at most 10,000 characters; null for nothing.
    pub difficulties: MaybeUndefined<String>,
    /// Where help is wanted, at most 10,000 characters; null for nothing.
    pub support_needed: MaybeUndefined<String>,
    /// Anything else, at most 10,000 characters; null for nothing.
    pub additional_notes: MaybeUndefined<String>,
}

/// A report to delete.
#[derive(Clone, Debug, InputObject)]
pub struct ReportDeleteInput {
    /// Which.
    pub id: Given<EndOfDayReportId>,
}

/// Edits a report.
pub async fn amend(ctx: &Ctx, input: ReportAmendInput) -> Result<end_of_day_report::Model> {
    let permit = ctx.may(Capability::ReportsWrite)?;
    let ReportAmendInput {
        id,
        expected_version,
        workload_feeling,
        work_type,
        feeling_during_work,
        biggest_win,
        what_completed,
        pending_tasks,
        had_daily_sync,
        difficulties,
        support_needed,
        additional_notes,
    } = input;
    let txn = ctx.begin(permit).await?;
    let before = edit::find_at::<end_of_day_report::Entity, _>(&txn, id, expected_version).await?;
    let mut row = before.clone().into_active_model();
    let mut check = Check::new();
    check.patch("workloadFeeling", workload_feeling, &mut row.workload_feeling, |_, it| Some(it));
    check.patch("workType", work_type, &mut row.work_type, |_, it| Some(it));
    let feeling = &mut row.feeling_during_work;
    check.patch("feelingDuringWork", feeling_during_work, feeling, |_, it| Some(it));
    check.patch("hadDailySync", had_daily_sync, &mut row.had_daily_sync, |_, it| Some(it));
    for (field, text, column) in [
        ("biggestWin", biggest_win, &mut row.biggest_win),
        ("whatCompleted", what_completed, &mut row.what_completed),
        ("pendingTasks", pending_tasks, &mut row.pending_tasks),
        ("difficulties", difficulties, &mut row.difficulties),
        ("supportNeeded", support_needed, &mut row.support_needed),
        ("additionalNotes", additional_notes, &mut row.additional_notes),
    ] {
        check.patch_or_clear(text, column, |check, it| check.text_or_none(field, Some(it), TEXT));
    }
    check.done()?;
    let row = edit::save::<end_of_day_report::Entity, _>(&txn, &before, row).await?;
    evaluation::evaluate(&txn, &[row.pairing_id]).await?;
    txn.commit().await?;
    Ok(row)
}

/// Deletes a report.
pub async fn delete(ctx: &Ctx, input: ReportDeleteInput) -> Result<end_of_day_report::Model> {
    let permit = ctx.may(Capability::ReportsWrite)?;
    let txn = ctx.begin(permit).await?;
    let row = edit::find::<end_of_day_report::Entity, _>(&txn, "id", input.id).await?;
    let row = edit::delete::<end_of_day_report::Entity>(&txn, row, "is still in use").await?;
    evaluation::evaluate(&txn, &[row.pairing_id]).await?;
    txn.commit().await?;
    Ok(row)
}
