//! Periods: jobs that are enqueued by the clock.
//!
//! Each worker looks, and none leads. A firing is the insert of a job with the instant that it is for, which a
//! unique index lets in once. The newest instant of a kind says what was fired last, so that what was missed while
//! nobody worked can be told.
//!
//! # Adding one
//!
//! It is a kind of job that needs to know nothing (see [`super`]), and a line in `service/src/wiring.rs`: cron's five
//! fields, the zone that they are read in, and what becomes of instants that were missed. A time that the clock skips
//! when summer begins is fired when it would have been; one that it shows twice is fired once.

use {
    super::{Job, NewJob, enqueue},
    crate::kernel::{ctx::Ctx, error::Result, txn::Txn},
    chrono::{TimeDelta, Utc},
    chrono_tz::Tz,
    croner::{Cron, parser::CronParser},
    entity::{id::JobId, scalar::DateTime},
    futures_util::{FutureExt, future::BoxFuture},
    sea_orm::{ConnectionTrait, DbErr, Statement},
    std::collections::HashMap,
};

/// How late an instant may be fired that is otherwise left out.
const GRACE: TimeDelta = TimeDelta::minutes(1);
/// How many instants of a period one look fires at most; the next one goes on.
const FIRED_MAX: usize = 100;
/// How far the last instant is looked for, in steps that find few.
const BACK: [TimeDelta; 5] = [
    TimeDelta::minutes(2),
    TimeDelta::hours(2),
    TimeDelta::days(2),
    TimeDelta::days(60),
    TimeDelta::days(800),
];

/// What becomes of instants at which nobody worked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CatchUp {
    /// They are left out.
    Skip,
    /// The last of them is fired.
    Last,
    /// All of them are fired, oldest first.
    All,
}

/// Enqueues a job for an instant, alone of its kind or not.
type Fire = for<'a> fn(&'a Txn, DateTime, bool) -> BoxFuture<'a, Result<Option<JobId>>>;

/// A kind of job that is enqueued by the clock.
#[derive(Clone, Copy)]
pub struct Period {
    kind: &'static str,
    cron: &'static str,
    zone: Tz,
    catch_up: CatchUp,
    fire: Fire,
}

impl Period {
    /// A period of a kind of job.
    pub fn of<J: Job + Default>(cron: &'static str, zone: Tz, catch_up: CatchUp) -> Self {
        Self { kind: J::KIND, cron, zone, catch_up, fire: fire::<J> }
    }
}

fn fire<J: Job + Default>(
    txn: &Txn,
    at: DateTime,
    is_alone: bool,
) -> BoxFuture<'_, Result<Option<JobId>>> {
    let job = NewJob::new(J::default()).scheduled(at);
    // While one is at it, there is nothing to be gained by another.
    let job = if is_alone { job.once("by the clock") } else { job };
    enqueue(txn, job).boxed()
}

/// The periods of a worker.
pub(super) struct Calendar {
    periods: Vec<(Period, Cron)>,
    next: Option<DateTime>,
}

impl Calendar {
    /// Fails to start rather than to leave a period out.
    pub(super) fn of(periods: &[Period]) -> Self {
        let read = |period: &Period| {
            let cron = CronParser::new().parse(period.cron);
            (*period, cron.unwrap_or_else(|it| panic!("{} of {}: {it}", period.cron, period.kind)))
        };
        Self { periods: periods.iter().map(read).collect(), next: None }
    }

    /// When there is something to fire next.
    pub(super) fn next(&self) -> Option<DateTime> {
        self.next
    }

    /// Fires what is due. Costs nothing while nothing is.
    pub(super) async fn look(&mut self, ctx: &Ctx) -> Result<()> {
        let now = ctx.now();
        if self.periods.is_empty() || self.next.is_some_and(|it| it > now) {
            return Ok(());
        }
        let fired = self.fired(ctx).await?;
        let due = self.periods.iter().flat_map(|(period, cron)| {
            let last = fired.get(period.kind).copied();
            instants(cron, *period, last, now).into_iter().map(|at| (*period, at))
        });
        let due: Vec<_> = due.collect();
        if !due.is_empty() {
            let txn = ctx.begin(ctx.may_as_server()?).await?;
            for (period, at) in due {
                (period.fire)(&txn, at, period.catch_up != CatchUp::All).await?;
            }
            txn.commit().await?;
        }
        self.next = self.periods.iter().filter_map(|(it, cron)| after(cron, it.zone, now)).min();
        Ok(())
    }

    /// The last instant of each kind that was fired, by `idx_jobs_kind_scheduled_at_always`.
    async fn fired(&self, ctx: &Ctx) -> Result<HashMap<String, DateTime>> {
        let lasts = self.periods.iter().map(|(Period { kind, .. }, _)| {
            format!(
                "SELECT kind, scheduled_at FROM (SELECT kind, scheduled_at FROM jobs WHERE \
                 kind = '{kind}' AND scheduled_at IS NOT NULL ORDER BY scheduled_at DESC LIMIT 1) \
                 AS of_kind"
            )
        });
        let lasts = lasts.collect::<Vec<_>>().join(" UNION ALL ");
        let rows = ctx.db().query_all_raw(Statement::from_string(ctx.backend(), lasts)).await?;
        let last = |row: &sea_orm::QueryResult| {
            Ok((row.try_get("", "kind")?, row.try_get("", "scheduled_at")?))
        };
        Ok(rows.iter().map(last).collect::<Result<_, DbErr>>()?)
    }
}

/// The instants that are to be fired now.
fn instants(cron: &Cron, period: Period, last: Option<DateTime>, now: DateTime) -> Vec<DateTime> {
    let Period { zone, catch_up, .. } = period;
    let is_new = |at: &DateTime| last.is_none_or(|last| *at > last);
    match (catch_up, last) {
        (CatchUp::All, Some(last)) => {
            let next = |at: &DateTime| after(cron, zone, *at);
            let instants = std::iter::successors(after(cron, zone, last), next);
            instants.take_while(|at| *at <= now).take(FIRED_MAX).collect()
        }
        (CatchUp::Skip, _) => {
            let newest = newest(cron, zone, now).filter(is_new);
            newest.filter(|at| *now - **at <= GRACE).into_iter().collect()
        }
        _ => newest(cron, zone, now).filter(is_new).into_iter().collect(),
    }
}

/// The first instant behind a time.
fn after(cron: &Cron, zone: Tz, at: DateTime) -> Option<DateTime> {
    let next = cron.find_next_occurrence(&at.with_timezone(&zone), false).ok()?;
    Some(next.with_timezone(&Utc).into())
}

/// The last instant that is not behind a time.
fn newest(cron: &Cron, zone: Tz, now: DateTime) -> Option<DateTime> {
    BACK.into_iter().find_map(|back| {
        let next = |at: &DateTime| after(cron, zone, *at);
        let first = after(cron, zone, (*now - back).into());
        std::iter::successors(first, next).take_while(|at| *at <= now).last()
    })
}

#[cfg(test)]
mod tests {
    use {
        super::*,
        crate::kernel::jobs::{End, Failure, Running},
        entity::kernel::job::Lane,
    };

    #[derive(Default, serde::Serialize, serde::Deserialize)]
    struct Nothing {}

    #[async_trait::async_trait]
    impl Job for Nothing {
        const KIND: &'static str = "test.nothing";
        const LANE: Lane = Lane::Maintenance;

        async fn run(self, _: &Running) -> Result<End, Failure> {
            Ok(End::DONE)
        }
    }

    const BERLIN: Tz = chrono_tz::Europe::Berlin;

    #[track_caller]
    fn check(cron: &'static str, catch_up: CatchUp, last: &str, now: &str, fired: &[&str]) {
        let period = Period::of::<Nothing>(cron, BERLIN, catch_up);
        let cron = CronParser::new().parse(cron).unwrap();
        let last = (!last.is_empty()).then(|| last.parse().unwrap());
        let found = instants(&cron, period, last, now.parse().unwrap());
        let told: Vec<_> = found.iter().map(ToString::to_string).collect();
        assert_eq!(told, fired);
    }

    /// Every instant between two times.
    #[track_caller]
    fn all(cron: &'static str, from: &str, to: &str, fired: &[&str]) {
        check(cron, CatchUp::All, from, to, fired);
    }

    #[test]
    fn missed_instants_are_left_out_or_caught_up_with() {
        let (last, now) = ("2026-03-02T02:00:00Z", "2026-03-05T09:00:00Z");
        let third = "2026-03-05T02:00:00.000Z";
        check("0 3 * * *", CatchUp::Skip, last, now, &[]);
        check("0 3 * * *", CatchUp::Skip, last, "2026-03-05T02:00:59Z", &[third]);
        check("0 3 * * *", CatchUp::Last, last, now, &[third]);
        let missed = ["2026-03-03T02:00:00.000Z", "2026-03-04T02:00:00.000Z", third];
        check("0 3 * * *", CatchUp::All, last, now, &missed);
    }

    #[test]
    fn what_was_fired_is_not_fired_again() {
        for catch_up in [CatchUp::Skip, CatchUp::Last, CatchUp::All] {
            let last = "2026-03-05T02:00:00Z";
            check("0 3 * * *", catch_up, last, "2026-03-05T02:00:30Z", &[]);
        }
    }

    #[test]
    fn a_new_period_begins_with_the_instant_before() {
        let now = "2026-03-05T09:00:00Z";
        check("0 3 * * *", CatchUp::Last, "", now, &["2026-03-05T02:00:00.000Z"]);
        check("0 3 1 1 *", CatchUp::Last, "", now, &["2026-01-01T02:00:00.000Z"]);
        check("* * * * *", CatchUp::Last, "", now, &["2026-03-05T09:00:00.000Z"]);
        check("0 3 * * *", CatchUp::Skip, "", now, &[]);
    }

    #[test]
    fn a_look_fires_a_bounded_number() {
        let period = Period::of::<Nothing>("* * * * *", BERLIN, CatchUp::All);
        let cron = CronParser::new().parse("* * * * *").unwrap();
        let last = Some("2026-03-01T00:00:00Z".parse().unwrap());
        let found = instants(&cron, period, last, "2026-03-02T00:00:00Z".parse().unwrap());
        assert_eq!(found.len(), FIRED_MAX);
    }

    #[test]
    fn a_time_that_the_clock_skips_is_fired_once() {
        // On 29 March 2026, 2:00 is 3:00 in Berlin: 01:00 UTC.
        let expected =
            ["2026-03-28T01:30:00.000Z", "2026-03-29T01:00:00.000Z", "2026-03-30T00:30:00.000Z"];
        all("30 2 * * *", "2026-03-28T00:00:00Z", "2026-03-30T12:00:00Z", &expected);
    }

    #[test]
    fn a_time_that_the_clock_shows_twice_is_fired_once() {
        // On 25 October 2026, 3:00 is 2:00 in Berlin: 01:00 UTC.
        let expected =
            ["2026-10-24T00:30:00.000Z", "2026-10-25T00:30:00.000Z", "2026-10-26T01:30:00.000Z"];
        all("30 2 * * *", "2026-10-24T00:00:00Z", "2026-10-26T12:00:00Z", &expected);
        for now in ["2026-10-25T00:31:00Z", "2026-10-25T01:31:00Z"] {
            check("30 2 * * *", CatchUp::Last, "2026-10-25T00:30:00Z", now, &[]);
        }
    }
}
