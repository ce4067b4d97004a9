//! What came of trying a rule.

use {
    super::{Known, Progress},
    async_graphql::SimpleObject,
    chrono::NaiveDate,
    engine::{
        alerts::{precision::Endings, replay::Fired},
        calendar::DayRange,
    },
    entity::{coaching::alert::AlertResolution, id::PairingId, scalar::LocalDate},
    std::collections::BTreeMap,
};

/// How many alerts are listed one by one.
const FIRES_MAX: usize = 100;

/// What came of trying a rule on the past. Nothing was written.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "AlertRuleBacktestRow")]
pub struct Backtest {
    /// The first day that was looked at, on each assistant's own calendar.
    pub from: LocalDate,
    /// The last.
    pub until: LocalDate,
    /// How many pairings were looked at.
    pub pairings_scanned: i64,
    /// How many reports of these days they have.
    pub reports_scanned: i64,
    /// How many alerts would have been raised, or opened again.
    pub total_fires: i64,
    /// On how many pairings.
    pub pairings_fired: i64,
    /// How many of them each day; days without any are left out.
    pub days: Vec<BacktestDay>,
    /// The first 100 of them, pairing by pairing.
    #[graphql(skip)]
    pub fires: Vec<BacktestFire>,
    /// How many of them meet an alert that there was, of the same rule and pairing.
    pub overlapping: i64,
    /// Of the alerts that they meet: how many were mended.
    pub fixed: i32,
    /// How many told of a client who left.
    pub churned: i32,
    /// How many had nothing to them.
    pub false_positive: i32,
    /// The part of those that was right, 0 to 1; none if no alert has ended in a way that tells.
    pub precision: Option<f64>,
}

/// How many alerts a rule would have raised on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, SimpleObject)]
#[graphql(name = "AlertRuleBacktestDay")]
pub struct BacktestDay {
    /// The day, on the assistants' own calendars.
    pub day: LocalDate,
    /// How many.
    pub fires: i32,
}

/// An alert that a rule would have raised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BacktestFire {
    /// On which pairing.
    pub pairing: PairingId,
    /// On which day, on the assistant's own calendar.
    pub on: LocalDate,
    /// The day on which it would have been cleared; none if it would be open still.
    pub until: Option<LocalDate>,
    /// Whether it meets an alert that there was.
    pub is_overlapping: bool,
}

/// What has been found so far.
#[derive(Default)]
pub(super) struct Tally {
    total: i64,
    pairings: i64,
    days: BTreeMap<NaiveDate, i32>,
    fires: Vec<BacktestFire>,
    overlapping: i64,
    endings: Endings,
}

impl Tally {
    /// Adds what a rule did on a pairing.
    pub(super) fn add(&mut self, pairing: PairingId, fired: &[Fired], known: &[Known]) {
        self.pairings += i64::from(!fired.is_empty());
        let mut met = vec![false; known.len()];
        for Fired { on, until } in fired.iter().copied() {
            let meets = |it: &Known| {
                until.is_none_or(|until| it.from <= until) && it.until.is_none_or(|end| on <= end)
            };
            let mut is_overlapping = false;
            for (known, met) in known.iter().zip(&mut met).filter(|it| meets(it.0)) {
                is_overlapping = true;
                if !std::mem::replace(met, true) {
                    end(&mut self.endings, known.resolution);
                }
            }
            self.total += 1;
            self.overlapping += i64::from(is_overlapping);
            *self.days.entry(on).or_default() += 1;
            if self.fires.len() < FIRES_MAX {
                let (on, until) = (LocalDate(on), until.map(LocalDate));
                self.fires.push(BacktestFire { pairing, on, until, is_overlapping });
            }
        }
    }

    /// Adds what was found elsewhere.
    pub(super) fn merge(&mut self, other: Self) {
        let Self { total, pairings, days, fires, overlapping, endings } = other;
        self.total += total;
        self.pairings += pairings;
        self.overlapping += overlapping;
        for (day, fires) in days {
            *self.days.entry(day).or_default() += fires;
        }
        // Parts may end in another order than they began: the first pairings stay.
        self.fires.extend(fires);
        self.fires.sort_by_key(|it| (it.pairing, it.on));
        self.fires.truncate(FIRES_MAX);
        self.endings.fixed += endings.fixed;
        self.endings.churned += endings.churned;
        self.endings.false_positive += endings.false_positive;
    }

    pub(super) fn told(self, range: DayRange, scanned: Progress) -> Backtest {
        let Self { total, pairings, days, fires, overlapping, endings } = self;
        let count = |it: u32| i32::try_from(it).unwrap_or(i32::MAX);
        let day = |(day, fires)| BacktestDay { day: LocalDate(day), fires };
        Backtest {
            from: LocalDate(range.first()),
            until: LocalDate(range.last()),
            pairings_scanned: scanned.pairings.cast_signed(),
            reports_scanned: scanned.reports.cast_signed(),
            total_fires: total,
            pairings_fired: pairings,
            days: days.into_iter().map(day).collect(),
            fires,
            overlapping,
            fixed: count(endings.fixed),
            churned: count(endings.churned),
            false_positive: count(endings.false_positive),
            precision: endings.precision(),
        }
    }
}

fn end(endings: &mut Endings, resolution: Option<AlertResolution>) {
    match resolution {
        Some(AlertResolution::Fixed) => endings.fixed += 1,
        Some(AlertResolution::Churned) => endings.churned += 1,
        Some(AlertResolution::FalsePositive) => endings.false_positive += 1,
        Some(
            AlertResolution::Duplicate | AlertResolution::Expected | AlertResolution::AutoCleared,
        )
        | None => {}
    }
}
