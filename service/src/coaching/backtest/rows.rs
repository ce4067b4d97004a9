//! Reports, read without models: each text of a year is copied twice, and not for every stop on its way.
//!
//! What the engine needs is taken from the rows on the thread that replays them, while the next are read.

use {
    crate::kernel::{
        ctx::Ctx,
        error::Result,
        list::lean::{Cell, Kind},
        reads::row::Row,
    },
    chrono::NaiveDate,
    engine::alerts::{Feeling, Id, Report, Timeline, WorkType, Workload},
    entity::{coaching::end_of_day_report, scalar::LocalDate},
    sea_orm::{
        ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
        prelude::Uuid,
    },
    std::collections::HashMap,
};

/// What is read of a report, in the order in which `report` takes it.
const OF_REPORT: [end_of_day_report::Column; 13] = [
    end_of_day_report::Column::PairingId,
    end_of_day_report::Column::Id,
    end_of_day_report::Column::ReportDate,
    end_of_day_report::Column::WorkloadFeeling,
    end_of_day_report::Column::WorkType,
    end_of_day_report::Column::FeelingDuringWork,
    end_of_day_report::Column::HadDailySync,
    end_of_day_report::Column::BiggestWin,
    end_of_day_report::Column::WhatCompleted,
    end_of_day_report::Column::PendingTasks,
    end_of_day_report::Column::Difficulties,
    end_of_day_report::Column::SupportNeeded,
    end_of_day_report::Column::AdditionalNotes,
];

/// The reports of some days, by pairing. By `idx_end_of_day_reports_pairing_id_report_date_id`.
pub(super) async fn reports(
    ctx: &Ctx,
    pairings: &[Uuid],
    (first, last): (NaiveDate, NaiveDate),
) -> Result<HashMap<Uuid, Vec<Row>>> {
    let found = end_of_day_report::Entity::find()
        .select_only()
        .columns(OF_REPORT)
        .filter(end_of_day_report::Column::PairingId.is_in(pairings.iter().copied()))
        .filter(end_of_day_report::Column::ReportDate.between(LocalDate(first), LocalDate(last)))
        .order_by_asc(end_of_day_report::Column::PairingId)
        .order_by_asc(end_of_day_report::Column::ReportDate);
    let mut reports = HashMap::<_, Vec<_>>::new();
    for row in ctx.read_lean(found.build(ctx.backend())).await? {
        reports.entry(id(&row, 0)?).or_default().push(row);
    }
    Ok(reports)
}

/// Reports as the engine has them.
pub(super) fn timeline(rows: &[Row]) -> Result<Timeline<Report>> {
    Ok(Timeline::new(rows.iter().map(report).collect::<Result<_>>()?))
}

fn report(row: &Row) -> Result<Report> {
    Ok(Report {
        id: Id(id(row, 1)?.as_u128()),
        day: day(row, 2)?,
        workload_feeling: choice(row, 3, Workload::ALL, Workload::name)?,
        work_type: choice(row, 4, WorkType::ALL, WorkType::name)?,
        feeling_during_work: choice(row, 5, Feeling::ALL, Feeling::name)?,
        had_daily_sync: row.cell(6, Kind::Boolean)? == Cell::Boolean(true),
        biggest_win: text(row, 7)?.into(),
        what_completed: text(row, 8)?.into(),
        pending_tasks: text(row, 9)?.into(),
        difficulties: text(row, 10)?.into(),
        support_needed: text(row, 11)?.into(),
        additional_notes: text(row, 12)?.into(),
    })
}

fn id(row: &Row, place: usize) -> Result<Uuid> {
    row.id(place)?.ok_or_else(|| missing(place))
}

fn day(row: &Row, place: usize) -> Result<NaiveDate> {
    let Cell::Day(day) = row.cell(place, Kind::Day)? else { return Err(missing(place)) };
    Ok(*day)
}

fn text(row: &Row, place: usize) -> Result<Option<String>> {
    let Cell::Text(text) = row.cell(place, Kind::Text)? else { return Ok(None) };
    Ok(Some(text.to_owned()))
}

/// A value of a closed set, which is stored by the name that the engine knows it by.
fn choice<T: Copy>(row: &Row, place: usize, all: &[T], name: fn(T) -> &'static str) -> Result<T> {
    let Cell::Text(text) = row.cell(place, Kind::Text)? else { return Err(missing(place)) };
    all.iter().copied().find(|it| name(*it) == text).ok_or_else(|| missing(place))
}

fn missing(place: usize) -> crate::kernel::error::Error {
    DbErr::Type(format!("nothing that the engine knows stands at place {place}")).into()
}

#[cfg(test)]
mod tests {
    use {
        super::*,
        entity::coaching::end_of_day_report::{
            FeelingDuringWork, WorkType as StoredWorkType, WorkloadFeeling,
        },
        sea_orm::{ActiveEnum, Iterable},
    };

    #[track_caller]
    fn check<E: ActiveEnum<Value = String> + Iterable, T: Copy>(
        all: &[T],
        name: fn(T) -> &'static str,
    ) {
        let stored: Vec<_> = E::iter().map(|it| it.to_value()).collect();
        assert_eq!(all.iter().map(|it| name(*it)).collect::<Vec<_>>(), stored);
    }

    #[test]
    fn the_engine_calls_choices_as_they_are_stored() {
        check::<WorkloadFeeling, _>(Workload::ALL, Workload::name);
        check::<StoredWorkType, _>(WorkType::ALL, WorkType::name);
        check::<FeelingDuringWork, _>(Feeling::ALL, Feeling::name);
    }
}
