//! End-of-day reports.

use {
    super::{
        evaluation, pairings,
        standings::calendars::{self, Working},
    },
    crate::kernel::{
        access::guarded,
        check::{Check, TEXT, Violation},
        conflict::{self, Unique},
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
    chrono::TimeDelta,
    entity::{
        coaching::{
            end_of_day_report::{self, FeelingDuringWork, WorkType, WorkloadFeeling},
            pairing,
        },
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

/// One report a pairing, assistant and day.
const DAY_TAKEN: Unique = Unique {
    table: "end_of_day_reports",
    columns: &["pairing_id", "ea_id", "report_date"],
    field: "reportDate",
    message: "has a report already; reportAmend edits it",
};
/// How far back a day may lie that is reported on.
const DAYS_BACK_MAX: i64 = 31;

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

/// Files the report of one day.
pub async fn submit(ctx: &Ctx, input: ReportSubmitInput) -> Result<end_of_day_report::Model> {
    let permit = ctx.may(Capability::ReportsWrite)?;
    let ReportSubmitInput {
        pairing_id,
        report_date,
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
    let mut check = Check::new();
    let report_date = check.given("reportDate", report_date);
    let mut text = |field, text| check.text_or_none(field, text, TEXT);
    let (id, now) = (ctx.new_id(), ctx.now());
    let biggest_win = text("biggestWin", biggest_win);
    let what_completed = text("whatCompleted", what_completed);
    let pending_tasks = text("pendingTasks", pending_tasks);
    let difficulties = text("difficulties", difficulties);
    let support_needed = text("supportNeeded", support_needed);
    let additional_notes = text("additionalNotes", additional_notes);
    let report_date = check.done_with(report_date)?;
    let txn = ctx.begin(permit).await?;
    let pairing = edit::read::<pairing::Entity, _>(&txn, "pairingId", pairing_id).await?;
    let working = calendars::locked(&txn, pairing.id).await?;
    let working = working.ok_or_else(|| Violation::not_found("pairingId"))?;
    check_day(&working, report_date)?;
    let row = end_of_day_report::Model {
        id,
        pairing_id: pairing.id,
        ea_id: pairing.ea_id,
        report_date,
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
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let row = edit::insert(&txn, row).await.map_err(|it| conflict::told(it, &[DAY_TAKEN]))?;
    evaluation::evaluate_at(&txn, working).await?;
    txn.commit().await?;
    Ok(row)
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
    evaluation::evaluate(&txn, row.pairing_id).await?;
    txn.commit().await?;
    Ok(row)
}

/// Deletes a report.
pub async fn delete(ctx: &Ctx, input: ReportDeleteInput) -> Result<end_of_day_report::Model> {
    let permit = ctx.may(Capability::ReportsWrite)?;
    let txn = ctx.begin(permit).await?;
    let row = edit::find::<end_of_day_report::Entity, _>(&txn, "id", input.id).await?;
    let row = edit::delete::<end_of_day_report::Entity>(&txn, row, "is still in use").await?;
    evaluation::evaluate(&txn, row.pairing_id).await?;
    txn.commit().await?;
    Ok(row)
}

/// Whether a day may be reported on.
fn check_day(working: &Working, day: LocalDate) -> Result<()> {
    let (today, zone) = (working.today, *working.ea.timezone);
    let mut check = Check::new();
    let field = "reportDate";
    check.require(*day <= today, field, format!("must not lie ahead: today is {today} in {zone}"));
    let earliest = today - TimeDelta::days(DAYS_BACK_MAX);
    check.require(*day >= earliest, field, format!("must not be before {earliest}"));
    let start = working.pairing.start_date;
    check.require(day >= start, field, format!("must not be before the pairing began on {start}"));
    let is_off = working.leave.iter().any(|it| it.contains(*day));
    check.require(!is_off, field, "must not be a day on which the assistant is off");
    check.done()
}
