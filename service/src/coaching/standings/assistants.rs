//! How assistants stand.

use {
    super::{Computed, calendars},
    crate::kernel::{ctx::Ctx, error::Result},
    async_graphql::{Enum, SimpleObject},
    chrono::{NaiveDate, TimeDelta},
    engine::calendar::{DayRange, submission_rate},
    entity::{
        coaching::{
            alert, end_of_day_report,
            pairing::{self, HealthStatus},
            start_of_day_log,
        },
        kernel::capability::Capability,
        scalar::{DateTime, LocalDate},
    },
    sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, prelude::Uuid},
    std::collections::{HashMap, HashSet},
};

/// How many days attendance and reports are looked at, today not included.
const DAYS: i64 = 30;
/// How many days alerts are looked at.
const ALERT_DAYS: i64 = 7;
/// So many alerts in that time, and something is badly wrong.
const ALERTS_CRITICAL: i32 = 5;
/// So many alerts in that time, and something may be wrong.
const ALERTS_WARNING: i32 = 2;

/// How an assistant stands today.
#[derive(Clone, Debug, SimpleObject)]
pub struct AssistantStanding {
    /// How the assistant's worst pairing stands; none without pairings.
    pub health_status: Option<HealthStatus>,
    /// How many alerts its pairings had in the last 7 days, open or not.
    pub alerts_last_7_days: i32,
    /// What that number says.
    pub indicator: Indicator,
    /// On how many of the last 30 days, today not included, it began more than 30 minutes late.
    pub late_days_last_30: i32,
    /// On how many of the last 30 days, today not included, it was off.
    pub days_off_last_30: i32,
    /// How many reports were expected in the last 30 days, today not included, over all pairings:
    /// by the assistant's working week, time off, holidays, and the day each pairing began.
    pub expected_reports_last_30: i32,
    /// How many of these came.
    pub submitted_reports_last_30: i32,
    /// The part of them that came, 0 to 100 percent; none when none was expected.
    pub submission_percent_last_30: Option<f64>,
}

/// What the number of an assistant's alerts in the last 7 days says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum Indicator {
    /// Fewer than 2.
    Good,
    /// 2 to 4.
    Warning,
    /// 5 or more.
    Critical,
}

impl Computed for AssistantStanding {
    type Asked = ();

    /// Six statements: the pairings, time off, holidays, reports, late days, alerts.
    async fn of(ctx: &Ctx, (): &(), ids: &[Uuid]) -> Result<HashMap<Uuid, Self>> {
        ctx.may_all(Capability::HealthRead)?;
        let working = calendars::of(ctx.db(), ctx.now(), pairing::Column::EaId, ids).await?;
        // Wherever somebody lives, its last 30 days lie within these.
        let since = LocalDate((*ctx.now() - TimeDelta::days(DAYS + 1)).date_naive());
        let reported = reported(ctx, ids, since).await?;
        let late = late(ctx, ids, since).await?;
        let pairings: Vec<_> = working.iter().map(|it| it.pairing.id.0).collect();
        let alerts = alerts(ctx, &pairings).await?;
        let mut standings: HashMap<Uuid, Self> = HashMap::new();
        for it in &working {
            let range = last_days(it.today);
            let (ea, pairing) = (it.pairing.ea_id.0, it.pairing.id.0);
            let standing = standings.entry(ea).or_insert_with(|| Self {
                late_days_last_30: count(&late, ea, range),
                days_off_last_30: days_off(&it.leave, range),
                ..Self::idle()
            });
            standing.health_status = standing.health_status.max(Some(it.pairing.health_status));
            standing.alerts_last_7_days += alerts.get(&pairing).copied().unwrap_or_default();
            let days = reported.get(&pairing);
            for day in it.calendar.expected_in(range) {
                standing.expected_reports_last_30 += 1;
                let came = days.is_some_and(|days| days.contains(&day));
                standing.submitted_reports_last_30 += i32::from(came);
            }
        }
        for id in ids {
            standings.entry(*id).or_insert_with(Self::idle).conclude();
        }
        Ok(standings)
    }
}

impl AssistantStanding {
    /// How somebody stands who has no pairing.
    fn idle() -> Self {
        Self {
            health_status: None,
            alerts_last_7_days: 0,
            indicator: Indicator::Good,
            late_days_last_30: 0,
            days_off_last_30: 0,
            expected_reports_last_30: 0,
            submitted_reports_last_30: 0,
            submission_percent_last_30: None,
        }
    }

    fn conclude(&mut self) {
        self.indicator = match self.alerts_last_7_days {
            ALERTS_CRITICAL.. => Indicator::Critical,
            ALERTS_WARNING.. => Indicator::Warning,
            _ => Indicator::Good,
        };
        let of = |count: i32| u32::try_from(count).unwrap_or_default();
        self.submission_percent_last_30 =
            submission_rate(of(self.submitted_reports_last_30), of(self.expected_reports_last_30));
    }
}

/// The last 30 days, today not included.
fn last_days(today: NaiveDate) -> DayRange {
    let range = DayRange::new(today - TimeDelta::days(DAYS), today - TimeDelta::days(1));
    range.expect("yesterday is not before the days before it")
}

fn count(days: &HashMap<Uuid, HashSet<NaiveDate>>, id: Uuid, range: DayRange) -> i32 {
    let within = days.get(&id).map(|days| days.iter().filter(|day| range.contains(**day)).count());
    within.map_or(0, |count| i32::try_from(count).unwrap_or(i32::MAX))
}

fn days_off(leave: &[DayRange], range: DayRange) -> i32 {
    let days: u32 = leave.iter().filter_map(|it| it.intersection(&range)).map(|it| it.days()).sum();
    i32::try_from(days).unwrap_or(i32::MAX)
}

/// The days that were reported on, by pairing. By `idx_end_of_day_reports_ea_id_report_date_id`.
async fn reported(
    ctx: &Ctx,
    eas: &[Uuid],
    since: LocalDate,
) -> Result<HashMap<Uuid, HashSet<NaiveDate>>> {
    let rows: Vec<(Uuid, LocalDate)> = end_of_day_report::Entity::find()
        .select_only()
        .column(end_of_day_report::Column::PairingId)
        .column(end_of_day_report::Column::ReportDate)
        .filter(end_of_day_report::Column::EaId.is_in(eas.iter().copied()))
        .filter(end_of_day_report::Column::ReportDate.gte(since))
        .into_tuple()
        .all(ctx.db())
        .await?;
    Ok(by_id(rows))
}

/// The days that began late, by assistant. By `idx_start_of_day_logs_ea_id_log_date`.
async fn late(
    ctx: &Ctx,
    eas: &[Uuid],
    since: LocalDate,
) -> Result<HashMap<Uuid, HashSet<NaiveDate>>> {
    let rows: Vec<(Uuid, LocalDate)> = start_of_day_log::Entity::find()
        .select_only()
        .column(start_of_day_log::Column::EaId)
        .column(start_of_day_log::Column::LogDate)
        .filter(start_of_day_log::Column::EaId.is_in(eas.iter().copied()))
        .filter(start_of_day_log::Column::LogDate.gte(since))
        .filter(start_of_day_log::Column::WasLate.eq(true))
        .into_tuple()
        .all(ctx.db())
        .await?;
    Ok(by_id(rows))
}

/// How many alerts pairings had in the last days.
/// By `idx_alerts_pairing_id_status_detected_at_id`.
async fn alerts(ctx: &Ctx, pairings: &[Uuid]) -> Result<HashMap<Uuid, i32>> {
    let since = DateTime::from(*ctx.now() - TimeDelta::days(ALERT_DAYS));
    let rows: Vec<(Uuid, i64)> = alert::Entity::find()
        .select_only()
        .column(alert::Column::PairingId)
        .column_as(alert::Column::Id.count(), "count")
        .filter(alert::Column::PairingId.is_in(pairings.iter().copied()))
        .filter(alert::Column::DetectedAt.gte(since))
        .group_by(alert::Column::PairingId)
        .into_tuple()
        .all(ctx.db())
        .await?;
    Ok(rows.into_iter().map(|(id, count)| (id, i32::try_from(count).unwrap_or(i32::MAX))).collect())
}

fn by_id(rows: Vec<(Uuid, LocalDate)>) -> HashMap<Uuid, HashSet<NaiveDate>> {
    let mut days = HashMap::<Uuid, HashSet<NaiveDate>>::new();
    for (id, day) in rows {
        days.entry(id).or_default().insert(*day);
    }
    days
}
