//! On which days a report is expected, for many pairings at once.

use {
    super::super::eas::work_week,
    crate::kernel::{ctx::Ctx, error::Result},
    chrono::{NaiveDate, TimeDelta},
    engine::calendar::{Calendar, DayRange, today_in},
    entity::{
        coaching::{ea, pairing, pto_record},
        id::EaId,
        kernel::holiday,
        scalar::LocalDate,
    },
    sea_orm::{ColumnTrait, EntityTrait, QueryFilter, prelude::Uuid},
    std::collections::HashMap,
};

/// A pairing, and the calendar that it works by.
pub(super) struct Working {
    pub(super) pairing: pairing::Model,
    pub(super) calendar: Calendar,
    /// The assistant's own calendar day.
    pub(super) today: NaiveDate,
    /// The days on which the assistant is off.
    pub(super) leave: Vec<DayRange>,
}

/// The pairings whose column has one of these ids, with their calendars: three statements.
pub(super) async fn of(ctx: &Ctx, column: pairing::Column, ids: &[Uuid]) -> Result<Vec<Working>> {
    let found: Vec<(pairing::Model, Option<ea::Model>)> = pairing::Entity::find()
        .filter(column.is_in(ids.iter().copied()))
        .find_also_related(ea::Entity)
        .all(ctx.db())
        .await?;
    let eas: Vec<EaId> = found.iter().map(|(pairing, _)| pairing.ea_id).collect();
    // Nothing older than the oldest pairing matters, and nothing that lies ahead.
    let first = found.iter().map(|(pairing, _)| pairing.start_date).min();
    let last = LocalDate((*ctx.now() + TimeDelta::days(1)).date_naive());
    let leave = leave(ctx, &eas, (first.unwrap_or(last), last)).await?;
    let holidays = holidays(ctx, (first.unwrap_or(last), last)).await?;
    let working = found.into_iter().map(|(pairing, ea)| {
        let ea = ea.expect("a foreign key keeps the assistant there");
        let leave = leave.get(&ea.id).cloned().unwrap_or_default();
        let calendar = Calendar::new(
            *pairing.start_date,
            work_week(&ea),
            leave.iter().copied(),
            holidays.iter().copied(),
        );
        Working { pairing, calendar, today: today_in(*ctx.now(), *ea.timezone), leave }
    });
    Ok(working.collect())
}

/// When assistants are off. By `idx_pto_records_ea_id_start_date_end_date_id`.
async fn leave(
    ctx: &Ctx,
    eas: &[EaId],
    (first, last): (LocalDate, LocalDate),
) -> Result<HashMap<EaId, Vec<DayRange>>> {
    let records = pto_record::Entity::find()
        .filter(pto_record::Column::EaId.is_in(eas.iter().copied()))
        .filter(pto_record::Column::StartDate.lte(last))
        .filter(pto_record::Column::EndDate.gte(first));
    let mut leave = HashMap::<EaId, Vec<DayRange>>::new();
    for record in records.all(ctx.db()).await? {
        leave.entry(record.ea_id).or_default().push(range(record.start_date, record.end_date));
    }
    Ok(leave)
}

/// When the organisation does not work.
async fn holidays(ctx: &Ctx, (first, last): (LocalDate, LocalDate)) -> Result<Vec<DayRange>> {
    let holidays = holiday::Entity::find()
        .filter(holiday::Column::StartDate.lte(last))
        .filter(holiday::Column::EndDate.gte(first));
    Ok(holidays.all(ctx.db()).await?.iter().map(|it| range(it.start_date, it.end_date)).collect())
}

fn range(first: LocalDate, last: LocalDate) -> DayRange {
    DayRange::new(*first, *last).expect("a CHECK keeps the end behind the start")
}
