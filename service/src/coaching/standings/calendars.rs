//! On which days a report is expected, for many pairings at once.

use {
    super::super::eas::work_week,
    crate::kernel::{error::Result, txn::Txn},
    chrono::{NaiveDate, TimeDelta},
    engine::calendar::{Calendar, DayRange, today_in},
    entity::{
        coaching::{ea, pairing, pto_record},
        id::{EaId, PairingId},
        kernel::holiday,
        scalar::{DateTime, LocalDate},
    },
    sea_orm::{
        ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryTrait, prelude::Uuid,
        sea_query::LockType,
    },
    std::{collections::HashMap, sync::Arc},
};

/// A pairing, and the calendar that it works by.
pub(in crate::coaching) struct Working {
    pub(in crate::coaching) pairing: pairing::Model,
    pub(in crate::coaching) calendar: Calendar,
    /// The assistant's own calendar day.
    pub(in crate::coaching) today: NaiveDate,
    /// The days on which the assistant is off.
    pub(in crate::coaching) leave: Vec<DayRange>,
    /// The days on which nobody works.
    pub(in crate::coaching) holidays: Arc<[DayRange]>,
    /// The assistant.
    pub(in crate::coaching) ea: ea::Model,
}

/// The pairings whose column has one of these ids, with their calendars: three statements.
pub(in crate::coaching) async fn of(
    db: &impl ConnectionTrait,
    now: DateTime,
    column: pairing::Column,
    ids: &[Uuid],
) -> Result<Vec<Working>> {
    let found = pairing::Entity::find().filter(column.is_in(ids.iter().copied()));
    working(db, now, found.find_also_related(ea::Entity).all(db).await?).await
}

/// The pairing with an id, locked until the transaction ends, with its calendar; none when there is no
/// such pairing. Rows that refer to it may be added meanwhile: only what it says itself is held.
pub(in crate::coaching) async fn locked(txn: &Txn, id: PairingId) -> Result<Option<Working>> {
    let mut found = pairing::Entity::find_by_id(id).find_also_related(ea::Entity);
    QueryTrait::query(&mut found).lock_with_tables(LockType::NoKeyUpdate, [pairing::Entity]);
    let found = found.one(txn).await?;
    let working = working(txn, txn.ctx().now(), found.into_iter().collect()).await?;
    Ok(working.into_iter().next())
}

async fn working(
    db: &impl ConnectionTrait,
    now: DateTime,
    found: Vec<(pairing::Model, Option<ea::Model>)>,
) -> Result<Vec<Working>> {
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let eas: Vec<EaId> = found.iter().map(|(pairing, _)| pairing.ea_id).collect();
    // Nothing older than the oldest pairing matters, and nothing that lies ahead.
    let first = found.iter().map(|(pairing, _)| pairing.start_date).min();
    let last = LocalDate((*now + TimeDelta::days(1)).date_naive());
    let leave = leave(db, &eas, (first.unwrap_or(last), last)).await?;
    let holidays = holidays(db, (first.unwrap_or(last), last)).await?;
    let working = found.into_iter().map(|(pairing, ea)| {
        let ea = ea.expect("a foreign key keeps the assistant there");
        let leave = leave.get(&ea.id).cloned().unwrap_or_default();
        let calendar = Calendar::new(
            *pairing.start_date,
            work_week(&ea),
            leave.iter().copied(),
            holidays.iter().copied(),
        );
        let today = today_in(*now, *ea.timezone);
        let holidays = holidays.clone();
        Working { pairing, calendar, today, leave, holidays, ea }
    });
    Ok(working.collect())
}

/// When assistants are off. By `idx_pto_records_ea_id_start_date_end_date_id`.
async fn leave(
    db: &impl ConnectionTrait,
    eas: &[EaId],
    (first, last): (LocalDate, LocalDate),
) -> Result<HashMap<EaId, Vec<DayRange>>> {
    let records = pto_record::Entity::find()
        .filter(pto_record::Column::EaId.is_in(eas.iter().copied()))
        .filter(pto_record::Column::StartDate.lte(last))
        .filter(pto_record::Column::EndDate.gte(first));
    let mut leave = HashMap::<EaId, Vec<DayRange>>::new();
    for record in records.all(db).await? {
        leave.entry(record.ea_id).or_default().push(range(record.start_date, record.end_date));
    }
    Ok(leave)
}

/// When the organisation does not work.
async fn holidays(
    db: &impl ConnectionTrait,
    (first, last): (LocalDate, LocalDate),
) -> Result<Arc<[DayRange]>> {
    let holidays = holiday::Entity::find()
        .filter(holiday::Column::StartDate.lte(last))
        .filter(holiday::Column::EndDate.gte(first));
    Ok(holidays.all(db).await?.iter().map(|it| range(it.start_date, it.end_date)).collect())
}

fn range(first: LocalDate, last: LocalDate) -> DayRange {
    DayRange::new(*first, *last).expect("a CHECK keeps the end behind the start")
}
