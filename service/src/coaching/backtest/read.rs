//! What is read of some pairings to replay them: a number of statements that does not depend on how
//! many they are.

use {
    super::{
        super::{
            evaluation::start,
            standings::calendars::{self, Working},
        },
        Course, Known, Plan, after, rows,
    },
    crate::kernel::{ctx::Ctx, error::Result},
    chrono::NaiveDate,
    engine::{
        alerts::{Accelerator, Shift, Start, Timeline, replay::Past},
        calendar::today_in,
    },
    entity::{
        coaching::{alert, pairing, start_of_day_log},
        id::{AlertRuleId, EaId, PairingId},
        scalar::LocalDate,
    },
    sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, prelude::Uuid},
    std::collections::HashMap,
};

/// How many pairings are read at once: a year of so many is some megabytes.
const PAIRINGS_AT_ONCE: u64 = 16;

/// The next pairings after one; none behind the last.
pub(super) async fn courses(
    ctx: &Ctx,
    plan: &Plan,
    last: Option<PairingId>,
) -> Result<Vec<Course>> {
    let ids: Vec<Uuid> = after(last)
        .select_only()
        .column(pairing::Column::Id)
        .limit(PAIRINGS_AT_ONCE)
        .into_tuple()
        .all(ctx.db())
        .await?;
    let mut working = calendars::of(ctx.db(), ctx.now(), pairing::Column::Id, &ids).await?;
    working.sort_by_key(|it| it.pairing.id);
    let Some(since) = working.iter().map(|it| since(plan, it)).min() else { return Ok(vec![]) };
    let mut reports = rows::reports(ctx, &ids, (since, plan.range.last())).await?;
    let eas: Vec<EaId> = working.iter().map(|it| it.ea.id).collect();
    let starts = if plan.needs().starts {
        starts(ctx, &eas, (since, plan.range.last())).await?
    } else {
        HashMap::new()
    };
    let mut alerts = alerts(ctx, plan, &working).await?;
    let first = calendars::first(ctx.db(), &eas).await?;
    let courses = working.into_iter().map(|it| {
        let pairing = it.pairing.id;
        let is_first = first.get(&it.ea.id) == Some(&pairing);
        let reports = reports.remove(&pairing.0).unwrap_or_default();
        let starts = starts.get(&it.ea.id).cloned().unwrap_or_default();
        let alerts = alerts.remove(&pairing).unwrap_or_default();
        Course { pairing, is_first, past: past(it, starts), reports, alerts }
    });
    Ok(courses.collect())
}

/// The first day whose rows matter.
fn since(plan: &Plan, working: &Working) -> NaiveDate {
    let first = plan.range.first();
    let before = first.pred_opt().unwrap_or(first);
    plan.needs().since(&working.calendar, before)
}

/// What is known of a pairing besides its reports.
fn past(working: Working, starts: Vec<Start>) -> Past {
    let Working { pairing, calendar, today: _, leave, holidays, ea } = working;
    let week = pairing.accelerator_week.filter(|_| pairing.accelerator_enabled);
    let since = *pairing.accelerator_week_since.unwrap_or(pairing.start_date);
    let week = week.and_then(|it| u8::try_from(it).ok());
    Past {
        calendar,
        start_date: *pairing.start_date,
        leave,
        holidays,
        shift: Shift { expected_show_up_time: *ea.expected_show_up_time, zone: *ea.timezone },
        reports: Timeline::default(),
        starts: Timeline::new(starts),
        healthcare_eligibility_date: ea.healthcare_eligibility_date.map(|it| *it),
        accelerator: week.map(|week| Accelerator { week, since }),
    }
}

/// The starts of work of some days. By `idx_start_of_day_logs_ea_id_log_date`.
async fn starts(
    ctx: &Ctx,
    eas: &[EaId],
    (first, last): (NaiveDate, NaiveDate),
) -> Result<HashMap<EaId, Vec<Start>>> {
    let rows = start_of_day_log::Entity::find()
        .filter(start_of_day_log::Column::EaId.is_in(eas.iter().copied()))
        .filter(start_of_day_log::Column::LogDate.between(LocalDate(first), LocalDate(last)));
    let mut starts = HashMap::<EaId, Vec<Start>>::new();
    for row in rows.all(ctx.db()).await? {
        starts.entry(row.ea_id).or_default().push(start(&row));
    }
    Ok(starts)
}

/// The alerts that there were of the rules. By `idx_alerts_pairing_id_status_detected_at_id`.
async fn alerts(
    ctx: &Ctx,
    plan: &Plan,
    working: &[Working],
) -> Result<HashMap<PairingId, HashMap<AlertRuleId, Vec<Known>>>> {
    let rows = alert::Entity::find()
        .filter(alert::Column::PairingId.is_in(working.iter().map(|it| it.pairing.id)))
        .filter(alert::Column::RuleId.is_in(plan.rules.iter().map(|it| it.id)));
    let zones: HashMap<_, _> = working.iter().map(|it| (it.pairing.id, *it.ea.timezone)).collect();
    let mut alerts = HashMap::<PairingId, HashMap<AlertRuleId, Vec<Known>>>::new();
    for row in rows.all(ctx.db()).await? {
        let Some(zone) = zones.get(&row.pairing_id) else { continue };
        let known = Known {
            from: today_in(*row.detected_at, *zone),
            until: row.resolved_at.map(|it| today_in(*it, *zone)),
            resolution: row.resolution,
        };
        alerts.entry(row.pairing_id).or_default().entry(row.rule_id).or_default().push(known);
    }
    Ok(alerts)
}
