//! What happens by itself: a day ends without a report, a shift begins without a start.
//!
//! Whether a pairing is due is told by when it was last judged, in its own row: whatever stops the
//! server, the next look finds what is left to do, and any number of servers may look.

use {
    super::evaluate,
    crate::kernel::{
        ctx::Ctx,
        error::Result,
        jobs::{End, Failure, Job, Running},
    },
    async_trait::async_trait,
    chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc},
    chrono_tz::Tz,
    engine::{attendance::begin, calendar::today_in},
    entity::{
        coaching::{ea, pairing},
        id::PairingId,
        kernel::job::Lane,
        scalar::{self, LocalTime, TimeZone as Zone},
    },
    sea_orm::{EntityTrait, JoinType, QueryOrder, QuerySelect, RelationTrait},
    serde::{Deserialize, Serialize},
};

/// How long after the begin of a shift its start is missed at the earliest, in minutes.
const START_MINUTES: i64 = 120;
/// How many pairings one look evaluates at most; the next one goes on.
const PAIRINGS_MAX: usize = 5_000;
/// How many of them one transaction evaluates.
const AT_ONCE: usize = 16;

/// Looks for what may have been missed.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Watch {}

#[async_trait]
impl Job for Watch {
    const KIND: &'static str = "coaching.watch";
    const LANE: Lane = Lane::Ingest;
    const ATTEMPTS_MAX: i32 = 3;

    async fn run(self, running: &Running) -> Result<End, Failure> {
        let pairings = run(running.ctx()).await?;
        if pairings > 0 {
            tracing::info!(pairings, "evaluated what may have been missed");
        }
        Ok(End::DONE)
    }
}

/// Evaluates the pairings whose day has turned, or whose shift has begun, since they were last
/// judged. Answers how many.
pub async fn run(ctx: &Ctx) -> Result<usize> {
    let permit = ctx.may_as_server()?;
    let due = due(ctx).await?;
    for pairings in due.chunks(AT_ONCE) {
        let txn = ctx.begin(permit).await?;
        evaluate(&txn, pairings).await?;
        txn.commit().await?;
    }
    Ok(due.len())
}

async fn due(ctx: &Ctx) -> Result<Vec<PairingId>> {
    let rows: Vec<(PairingId, scalar::DateTime, Zone, LocalTime)> = pairing::Entity::find()
        .join(JoinType::InnerJoin, pairing::Relation::Ea.def())
        .order_by_asc(pairing::Column::HealthComputedAt)
        .order_by_asc(pairing::Column::Id)
        .select_only()
        .columns([pairing::Column::Id, pairing::Column::HealthComputedAt])
        .columns([ea::Column::Timezone, ea::Column::ExpectedShowUpTime])
        .into_tuple()
        .all(ctx.db())
        .await?;
    let now = *ctx.now();
    let due = rows.into_iter().filter(|(_, judged, zone, show_up)| {
        turns(now, **zone, **show_up).into_iter().any(|turn| *judged < turn.into() && turn <= now)
    });
    Ok(due.map(|it| it.0).take(PAIRINGS_MAX).collect())
}

/// The instants of an assistant's day at which something may be missed: that with which it begins,
/// and that at which its shift, or yesterday's, should long have been started.
fn turns(now: DateTime<Utc>, zone: Tz, show_up: NaiveTime) -> Vec<DateTime<Utc>> {
    let today = today_in(now, zone);
    let late = TimeDelta::minutes(START_MINUTES);
    let shift = |day: NaiveDate| begin(day, show_up, zone).map(|it| it + late);
    let midnight = begin(today, NaiveTime::MIN, zone);
    let yesterday = today.checked_sub_days(Days::new(1)).and_then(shift);
    [midnight, shift(today), yesterday].into_iter().flatten().collect()
}
