//! On which days a report is expected, for many pairings at once.

use {
    super::super::eas::work_week,
    crate::kernel::{error::Result, list::statement::among, txn::Txn},
    chrono::{NaiveDate, TimeDelta},
    engine::calendar::{Calendar, DayRange, today_in},
    entity::{
        coaching::{ea, pairing, pto_record},
        id::{EaId, PairingId},
        kernel::holiday,
        scalar::{DateTime, LocalDate},
    },
    sea_orm::{
        ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
        QueryTrait,
        prelude::Uuid,
        sea_query::{Expr, LockType, UnionType},
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

/// The pairings whose column has one of these ids, with their calendars: two statements.
pub(in crate::coaching) async fn of(
    db: &impl ConnectionTrait,
    now: DateTime,
    column: pairing::Column,
    ids: &[Uuid],
) -> Result<Vec<Working>> {
    let found = pairing::Entity::find().filter(is_among(db, column, ids));
    working(db, now, found.find_also_related(ea::Entity).all(db).await?).await
}

/// The pairings with these ids, locked until the transaction ends, with their calendars; one that is not
/// there is left out. Rows that refer to them may be added meanwhile: only what they say themselves is
/// held. All who lock several do so in the order of their ids, so that none waits for who waits for it.
pub(in crate::coaching) async fn locked(txn: &Txn, ids: &[PairingId]) -> Result<Vec<Working>> {
    let ids: Vec<Uuid> = ids.iter().map(|it| it.0).collect();
    let mut found = pairing::Entity::find()
        .filter(is_among(txn, pairing::Column::Id, &ids))
        .order_by_asc(pairing::Column::Id)
        .find_also_related(ea::Entity);
    QueryTrait::query(&mut found).lock_with_tables(LockType::NoKeyUpdate, [pairing::Entity]);
    working(txn, txn.ctx().now(), found.all(txn).await?).await
}

/// The pairing of each assistant that began first.
pub(in crate::coaching) async fn first(
    db: &impl ConnectionTrait,
    eas: &[EaId],
) -> Result<HashMap<EaId, PairingId>> {
    let all: Vec<(EaId, PairingId)> = pairing::Entity::find()
        .filter(is_among(db, pairing::Column::EaId, &uuids(eas)))
        .order_by_desc(pairing::Column::StartDate)
        .order_by_desc(pairing::Column::Id)
        .select_only()
        .columns([pairing::Column::EaId, pairing::Column::Id])
        .into_tuple()
        .all(db)
        .await?;
    Ok(all.into_iter().collect())
}

fn is_among(db: &impl ConnectionTrait, column: impl ColumnTrait, ids: &[Uuid]) -> Expr {
    among(db.get_database_backend(), Expr::col(column.as_column_ref()), ids)
}

fn uuids(eas: &[EaId]) -> Vec<Uuid> {
    eas.iter().map(|it| it.0).collect()
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
    let (leave, holidays) = off(db, &eas, (first.unwrap_or(last), last)).await?;
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

/// When assistants are off, by `idx_pto_records_ea_id_start_date_end_date_id`, and when nobody works.
async fn off(
    db: &impl ConnectionTrait,
    eas: &[EaId],
    (first, last): (LocalDate, LocalDate),
) -> Result<(HashMap<EaId, Vec<DayRange>>, Arc<[DayRange]>)> {
    let mut leave = pto_record::Entity::find()
        .filter(is_among(db, pto_record::Column::EaId, &uuids(eas)))
        .filter(pto_record::Column::StartDate.lte(last))
        .filter(pto_record::Column::EndDate.gte(first))
        .select_only()
        .columns([
            pto_record::Column::EaId,
            pto_record::Column::StartDate,
            pto_record::Column::EndDate,
        ])
        .into_query();
    let holidays = holiday::Entity::find()
        .filter(holiday::Column::StartDate.lte(last))
        .filter(holiday::Column::EndDate.gte(first))
        .select_only()
        .expr(Expr::value(None::<Uuid>))
        .columns([holiday::Column::StartDate, holiday::Column::EndDate])
        .into_query();
    let (mut of_eas, mut of_all) = (HashMap::<EaId, Vec<DayRange>>::new(), Vec::new());
    for row in db.query_all(leave.union(UnionType::All, holidays)).await? {
        let days = range(row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        match row.try_get_by_index(0)? {
            Some(ea) => of_eas.entry(ea).or_default().push(days),
            None => of_all.push(days),
        }
    }
    Ok((of_eas, of_all.into()))
}

fn range(first: LocalDate, last: LocalDate) -> DayRange {
    DayRange::new(*first, *last).expect("a CHECK keeps the end behind the start")
}
