//! Filing reports. Those that come in while others are being filed are filed together: in the evening, when
//! everybody reports, most of what a report costs is shared.

use {
    super::{
        super::{
            evaluation::{self, Asked},
            standings::calendars::{self, Working},
        },
        ReportSubmitInput,
    },
    crate::kernel::{
        access::Permit,
        check::{Check, TEXT, Violation},
        ctx::Ctx,
        edit,
        error::Result,
        group::Grouped,
        txn::Txn,
    },
    chrono::TimeDelta,
    entity::{
        coaching::{end_of_day_report, pairing},
        kernel::capability::Capability,
        scalar::LocalDate,
    },
    sea_orm::prelude::Uuid,
    std::collections::HashMap,
};

/// How far back a day may lie that is reported on.
pub(in crate::coaching) const DAYS_BACK_MAX: i64 = 31;

/// A report that is yet to be filed, and who files it.
#[derive(Clone)]
struct Filing {
    ctx: Ctx,
    permit: Permit,
    /// Whose report it is follows from the pairing, once that is read.
    report: end_of_day_report::Model,
}

impl Grouped for Filing {
    type Answer = Result<end_of_day_report::Model>;

    /// What two reports of one pairing lead to is decided one after the other.
    fn key(&self) -> Uuid {
        self.report.pairing_id.0
    }

    async fn run(filings: Vec<Self>) -> Vec<Self::Answer> {
        if let [_, _, ..] = filings.as_slice()
            && let Ok(filed) = file(&filings).await
        {
            return filed;
        }
        // One of them may have been at fault: the others are not to suffer for it.
        let mut filed = Vec::with_capacity(filings.len());
        for filing in filings {
            let alone = file(&[filing]).await;
            filed.push(alone.and_then(|it| it.into_iter().next().expect("one was filed")));
        }
        filed
    }
}

/// Files the report of one day.
pub async fn submit(ctx: &Ctx, input: ReportSubmitInput) -> Result<end_of_day_report::Model> {
    let permit = ctx.may(Capability::ReportsWrite)?;
    let report = row(ctx, input)?;
    let filing = Filing { ctx: ctx.clone(), permit, report };
    ctx.group::<Filing>().join(filing).await?
}

/// Files reports of different pairings by one transaction, or fails to; each may be refused by itself.
async fn file(filings: &[Filing]) -> Result<Vec<Result<end_of_day_report::Model>>> {
    let Some(first) = filings.first() else { return Ok(Vec::new()) };
    let txn = first.ctx.begin(first.permit).await?;
    let filed = {
        let parts: Vec<_> = filings.iter().map(|it| txn.part(&it.ctx, it.permit)).collect();
        file_in(&txn, filings, &parts).await?
    };
    if filed.iter().any(Result::is_ok) {
        txn.commit().await?;
    } else {
        txn.rollback().await?;
    }
    Ok(filed)
}

async fn file_in(
    txn: &Txn,
    filings: &[Filing],
    parts: &[Txn],
) -> Result<Vec<Result<end_of_day_report::Model>>> {
    let ids: Vec<_> = filings.iter().map(|it| it.report.pairing_id).collect();
    let locked = calendars::locked(txn, &ids).await?;
    let mut working: HashMap<_, _> = locked.into_iter().map(|it| (it.pairing.id, it)).collect();
    let mut checked = Vec::with_capacity(filings.len());
    for (Filing { report, .. }, part) in filings.iter().zip(parts) {
        let working = working.remove(&report.pairing_id);
        checked.push(check(part, report, working).await?);
    }
    let rows =
        checked.iter().zip(parts).filter_map(|(it, part)| Some((part, &it.as_ref().ok()?.0)));
    let made = edit::insert_each_once(&rows.collect::<Vec<_>>()).await?;
    let (mut asked, mut filed) = (Vec::new(), Vec::with_capacity(filings.len()));
    for (checked, part) in checked.into_iter().zip(parts) {
        filed.push(checked.and_then(|(row, working)| {
            if !made.contains(&row.id.0) {
                let message = "has a report already; reportAmend edits it";
                return Err(Violation::conflict("reportDate", message).into());
            }
            asked.push(Asked { part, working, reported: Some(*row.report_date) });
            Ok(row)
        }));
    }
    evaluation::evaluate_at(txn, asked).await?;
    Ok(filed)
}

/// The row of a report, and the calendar that its day lies on; an error within says why it is refused.
async fn check(
    part: &Txn,
    report: &end_of_day_report::Model,
    working: Option<Working>,
) -> Result<Result<(end_of_day_report::Model, Working)>> {
    let unknown = || Err(Violation::not_found("pairingId").into());
    let Some(working) = working else { return Ok(unknown()) };
    if !edit::is_reached::<pairing::Entity>(part, &working.pairing).await? {
        return Ok(unknown());
    }
    let row = end_of_day_report::Model { ea_id: working.pairing.ea_id, ..report.clone() };
    Ok(check_day(&working, report.report_date).map(|()| (row, working)))
}

/// What somebody has filled in, nobody's yet, or everything that is wrong with it.
fn row(ctx: &Ctx, input: ReportSubmitInput) -> Result<end_of_day_report::Model> {
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
    let biggest_win = text("biggestWin", biggest_win);
    let what_completed = text("whatCompleted", what_completed);
    let pending_tasks = text("pendingTasks", pending_tasks);
    let difficulties = text("difficulties", difficulties);
    let support_needed = text("supportNeeded", support_needed);
    let additional_notes = text("additionalNotes", additional_notes);
    let report_date = check.done_with(report_date)?;
    // An id that cannot be read is nobody's: it answers as a stranger's does.
    let pairing_id = pairing_id.0.map_err(|_| Violation::not_found("pairingId"))?;
    let now = ctx.now();
    Ok(end_of_day_report::Model {
        id: ctx.new_id(),
        pairing_id,
        ea_id: Uuid::nil().into(),
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
    })
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
