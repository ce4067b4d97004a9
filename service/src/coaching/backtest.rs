//! Rules tried on the past: when they would have fired, without anything being written.
//!
//! Pairings are read some at a time, by id, and replayed on other threads while the next ones are
//! read. Memory holds a few of them, however many there are.

mod read;
mod rows;
mod tally;
mod trial;

use {
    super::evaluation::{OF_ASSISTANTS, Watching, rules},
    crate::kernel::{check::Violation, ctx::Ctx, error::Result, reads::row::Row},
    chrono::{DateTime, NaiveDate, Utc},
    engine::{
        alerts::{
            Needs,
            replay::{Past, Replayed},
        },
        calendar::DayRange,
    },
    entity::{
        coaching::{alert::AlertResolution, alert_rule, pairing},
        id::{AlertRuleId, PairingId},
        kernel::capability::Capability,
    },
    futures_util::{StreamExt, stream::FuturesUnordered},
    sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder},
    std::{collections::HashMap, io, num::NonZero, sync::Arc, thread},
    tally::Tally,
    tokio::task::spawn_blocking,
};
pub use {
    tally::{Backtest, BacktestDay, BacktestFire},
    trial::{AlertRuleBacktestInput, try_rule},
};

/// How far a replay has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// The pairings that were replayed.
    pub pairings: u64,
    /// The reports of the range that they have.
    pub reports: u64,
}

/// A pairing's past, and the alerts that there were.
struct Course {
    pairing: PairingId,
    /// Whether it is the assistant's first: those have the alerts about the assistant.
    is_first: bool,
    /// Without the reports, which are taken from their rows when it is replayed.
    past: Past,
    reports: Vec<Row>,
    alerts: HashMap<AlertRuleId, Vec<Known>>,
}

/// An alert that there was.
#[derive(Clone, Copy)]
struct Known {
    from: NaiveDate,
    /// None while it is open.
    until: Option<NaiveDate>,
    resolution: Option<AlertResolution>,
}

/// What is replayed, and where.
#[derive(Clone)]
struct Plan {
    rules: Arc<[Arc<Watching>]>,
    range: DayRange,
    now: DateTime<Utc>,
}

/// Tries rules, or all that are switched on, on the reports of some days. Answers what came of each,
/// by number, and how much was looked at.
pub async fn try_rules(
    ctx: &Ctx,
    numbers: &[i32],
    (first, last): (NaiveDate, NaiveDate),
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Vec<(i32, String, Backtest)>> {
    ctx.may_all(Capability::AlertRulesRead)?;
    let range = DayRange::new(first, last);
    let range = range.map_err(|it| Violation::argument("until", it.to_string()))?;
    let asked = if numbers.is_empty() {
        alert_rule::Column::IsEnabled.eq(true)
    } else {
        alert_rule::Column::RuleNumber.is_in(numbers.iter().copied())
    };
    let rows = alert_rule::Entity::find().filter(asked);
    let rows = rows.order_by_asc(alert_rule::Column::RuleNumber).all(ctx.db()).await?;
    let names: HashMap<_, _> = rows.iter().map(|it| (it.rule_number, it.name.clone())).collect();
    // One that cannot be read is marked, and told by `vigil doctor`.
    let rules: Vec<_> = rows.iter().filter_map(|it| rules::read(it).ok()).collect();
    let numbers: Vec<_> = rules.iter().map(|it| it.number).collect();
    let told = replay(ctx, rules, range, progress).await?;
    let told = numbers.into_iter().zip(told);
    Ok(told.map(|(it, told)| (it, names.get(&it).cloned().unwrap_or_default(), told)).collect())
}

/// Replays rules over all pairings.
async fn replay(
    ctx: &Ctx,
    rules: Vec<Arc<Watching>>,
    range: DayRange,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Vec<Backtest>> {
    let plan = Plan { rules: rules.into(), range, now: *ctx.now() };
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let mut tallies: Vec<Tally> = plan.rules.iter().map(|_| Tally::default()).collect();
    let mut running = FuturesUnordered::new();
    let (mut done, mut last) = (Progress::default(), None);
    loop {
        let courses = Box::pin(read::courses(ctx, &plan, last)).await?;
        last = courses.last().map(|it| it.pairing);
        let is_over = courses.is_empty();
        if !is_over {
            let plan = plan.clone();
            running.push(spawn_blocking(move || plan.run(courses)));
        }
        while running.len() > threads || (is_over && !running.is_empty()) {
            let Some(told) = running.next().await else { break };
            let (part, of_part) = told.map_err(io::Error::other)??;
            done.pairings += of_part.pairings;
            done.reports += of_part.reports;
            tallies.iter_mut().zip(part).for_each(|(all, part)| all.merge(part));
            progress(done);
        }
        if is_over {
            return Ok(tallies.into_iter().map(|it| it.told(range, done)).collect());
        }
    }
}

impl Plan {
    /// What the rules need together.
    fn needs(&self) -> Needs {
        self.rules.iter().fold(Needs::default(), |needs, it| needs.and(it.rule.needs()))
    }

    /// Replays some pairings, each text read once for all rules.
    fn run(&self, courses: Vec<Course>) -> Result<(Vec<Tally>, Progress)> {
        let asked: Vec<_> = self.rules.iter().map(|it| it.replayed()).collect();
        let mut tallies: Vec<Tally> = asked.iter().map(|_| Tally::default()).collect();
        let mut progress = Progress::default();
        for Course { pairing, is_first, past, reports, alerts } in courses {
            let past = Past { reports: rows::timeline(&reports)?, ..past };
            let reports = past.reports.all().within(self.range.first(), self.range.last()).len();
            progress.pairings += 1;
            progress.reports += reports as u64;
            let fired = past.replay(&asked, self.range, self.now);
            let told = self.rules.iter().zip(fired).zip(&mut tallies);
            for ((rule, fired), tally) in
                told.filter(|it| is_first || !OF_ASSISTANTS.contains(&it.0.0.number))
            {
                let known = alerts.get(&rule.id).map_or(&[][..], Vec::as_slice);
                tally.add(pairing, &fired, known);
            }
        }
        Ok((tallies, progress))
    }
}

impl Watching {
    fn replayed(&self) -> Replayed<'_> {
        let severity = rules::severity(self.severity);
        Replayed { rule: &self.rule, number: self.number, severity }
    }
}

/// The pairings after one, by id.
fn after(last: Option<PairingId>) -> sea_orm::Select<pairing::Entity> {
    let all = pairing::Entity::find().order_by_asc(pairing::Column::Id);
    match last {
        Some(last) => all.filter(pairing::Column::Id.gt(last)),
        None => all,
    }
}
