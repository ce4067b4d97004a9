//! How pairings stand.

use {
    super::{AlertCounts, Computed, alert_counts, calendars},
    crate::kernel::{ctx::Ctx, error::Result, list::List, reader::Reader},
    async_graphql::SimpleObject,
    entity::{
        coaching::{end_of_day_report, pairing},
        kernel::capability::Capability,
        scalar::LocalDate,
    },
    sea_orm::prelude::Uuid,
    std::collections::HashMap,
};

/// How a pairing stands today.
#[derive(Clone, Debug, SimpleObject)]
pub struct PairingStanding {
    /// The pairing's open alerts.
    pub open_alerts: AlertCounts,
    /// The day of the newest report; none before the first.
    pub last_report_date: Option<LocalDate>,
    /// How many days lie between the newest report and the assistant's today; none before the
    /// first report.
    pub last_report_age_days: Option<i32>,
    /// On how many expected days since the newest report, or since the pairing began, none came.
    /// Weekends, time off, holidays and today do not count.
    pub missed_reports: i32,
}

impl Computed for PairingStanding {
    type Asked = ();

    /// Five statements: the pairings, time off, holidays, the newest reports, open alerts.
    async fn of(ctx: &Ctx, (): &(), ids: &[Uuid]) -> Result<HashMap<Uuid, Self>> {
        ctx.may_all(Capability::HealthRead)?;
        let working = calendars::of(ctx.db(), ctx.now(), pairing::Column::Id, ids).await?;
        let newest = newest_reports(ctx, ids).await?;
        let alerts = alert_counts::open(ctx.db(), ids).await?;
        let standings = working.into_iter().map(|it| {
            let id = it.pairing.id.0;
            let last_report_date = newest.get(&id).copied();
            let age = last_report_date.map(|date| (it.today - *date).num_days());
            let missed = it.calendar.missed(last_report_date.map(|date| *date), it.today);
            let standing = Self {
                open_alerts: alerts.get(&id).copied().unwrap_or_default(),
                last_report_date,
                last_report_age_days: age.map(|days| i32::try_from(days).unwrap_or(i32::MAX)),
                missed_reports: i32::try_from(missed.days).unwrap_or(i32::MAX),
            };
            (id, standing)
        });
        Ok(standings.collect())
    }
}

/// The day of the newest report of each pairing, one index probe each.
pub(super) async fn newest_reports(
    ctx: &Ctx,
    pairings: &[Uuid],
) -> Result<HashMap<Uuid, LocalDate>> {
    let list = List::first::<end_of_day_report::Entity>(1);
    let reader = Reader::new(ctx.clone());
    let pages = reader
        .pages::<end_of_day_report::Entity>(("pairing_id", pairings), &list, false, &[])
        .await?;
    let newest = pages
        .into_iter()
        .filter_map(|(pairing, page)| Some((pairing, page.rows.first()?.report_date)));
    Ok(newest.collect())
}
