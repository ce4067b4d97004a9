//! How often rules are right.

use {
    crate::{
        coaching::standings::Computed,
        kernel::{check::Check, ctx::Ctx, error::Result, given::Given},
    },
    async_graphql::{InputObject, SimpleObject},
    chrono::{NaiveTime, TimeDelta},
    engine::{alerts::precision::Endings, calendar::DayRange},
    entity::{
        coaching::alert::{self, AlertResolution, AlertStatus},
        kernel::capability::Capability,
        scalar::{DateTime, LocalDate},
    },
    sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, prelude::Uuid},
    std::collections::HashMap,
};

/// How many days are looked at when nobody says.
const DAYS: i64 = 90;
/// How many days may be looked at.
const DAYS_MAX: u32 = 366;

/// Some days, in UTC.
#[derive(Clone, Debug, InputObject)]
pub struct DayRangeInput {
    /// The first day.
    pub from: Given<LocalDate>,
    /// The last day; at most 366 in all.
    pub until: Given<LocalDate>,
}

/// How the alerts of a rule ended that were found in some days.
#[derive(Clone, Debug, Default, SimpleObject)]
pub struct AlertRulePrecision {
    /// The part of them that was right, 0 to 1: mended, or of a client who left, among those and
    /// the false ones. None if no alert has ended in a way that tells.
    pub rate: Option<f64>,
    /// How many of them have ended, in whatever way.
    pub resolved: i32,
    /// How many were mended.
    pub fixed: i32,
    /// How many told of a client who left.
    pub churned: i32,
    /// How many had nothing to them.
    pub false_positive: i32,
    /// How many said what another said.
    pub duplicate: i32,
    /// How many were to be expected.
    pub expected: i32,
    /// How many went away by themselves.
    pub auto_cleared: i32,
    /// Whether more than half were wrong, so that the rule has to be tuned or switched off.
    pub needs_tuning: bool,
}

/// Reads a range of days, the last 90 if none is given.
pub fn days(ctx: &Ctx, range: Option<DayRangeInput>) -> Result<(DateTime, DateTime)> {
    let today = ctx.now().date_naive();
    let usual = DayRange::new(today - TimeDelta::days(DAYS), today).ok();
    let mut check = Check::new();
    let range = match range {
        None => usual,
        Some(DayRangeInput { from, until }) => {
            let (from, until) =
                (check.given("range.from", from), check.given("range.until", until));
            let range = from.zip(until).and_then(|(from, until)| DayRange::new(*from, *until).ok());
            let is_fine = range.is_some_and(|it| it.days() <= DAYS_MAX);
            check.require(
                is_fine,
                "range",
                format!("must be 1 to {DAYS_MAX} days, the first first"),
            );
            range
        }
    };
    let range = check.done_with(range)?;
    let begin = |day: chrono::NaiveDate| DateTime::from(day.and_time(NaiveTime::MIN).and_utc());
    Ok((begin(range.first()), begin(range.last() + TimeDelta::days(1))))
}

impl Computed for AlertRulePrecision {
    type Asked = (DateTime, DateTime);

    /// One statement. By `idx_alerts_rule_id_status_detected_at_id`.
    async fn of(
        ctx: &Ctx,
        (since, until): &(DateTime, DateTime),
        ids: &[Uuid],
    ) -> Result<HashMap<Uuid, Self>> {
        ctx.may_all(Capability::AlertsRead)?;
        let ended: Vec<(Uuid, AlertResolution, i64)> = alert::Entity::find()
            .select_only()
            .columns([alert::Column::RuleId, alert::Column::Resolution])
            .column_as(alert::Column::Id.count(), "count")
            .filter(alert::Column::RuleId.is_in(ids.iter().copied()))
            .filter(alert::Column::Status.eq(AlertStatus::Resolved))
            .filter(alert::Column::DetectedAt.gte(*since))
            .filter(alert::Column::DetectedAt.lt(*until))
            .group_by(alert::Column::RuleId)
            .group_by(alert::Column::Resolution)
            .into_tuple()
            .all(ctx.db())
            .await?;
        let mut found: HashMap<_, _> = ids.iter().map(|id| (*id, Self::default())).collect();
        for (rule, resolution, count) in ended {
            let count = i32::try_from(count).unwrap_or(i32::MAX);
            found.entry(rule).or_default().add(resolution, count);
        }
        found.values_mut().for_each(Self::conclude);
        Ok(found)
    }
}

impl AlertRulePrecision {
    fn add(&mut self, resolution: AlertResolution, count: i32) {
        self.resolved += count;
        *match resolution {
            AlertResolution::Fixed => &mut self.fixed,
            AlertResolution::Churned => &mut self.churned,
            AlertResolution::FalsePositive => &mut self.false_positive,
            AlertResolution::Duplicate => &mut self.duplicate,
            AlertResolution::Expected => &mut self.expected,
            AlertResolution::AutoCleared => &mut self.auto_cleared,
        } += count;
    }

    fn conclude(&mut self) {
        let of = |count: i32| count.unsigned_abs();
        let (fixed, churned) = (of(self.fixed), of(self.churned));
        let endings = Endings { fixed, churned, false_positive: of(self.false_positive) };
        self.rate = endings.precision();
        self.needs_tuning = endings.needs_tuning();
    }
}
