//! One rule, tried by a request: as it is, or otherwise.

use {
    super::{
        super::{
            alert_rules::{ThresholdInput, adjust, define},
            evaluation::Watching,
        },
        Backtest, replay,
    },
    crate::kernel::{
        check::{Check, Violation},
        ctx::Ctx,
        error::{ErrorCode, Result},
        given::Given,
    },
    async_graphql::InputObject,
    chrono::{NaiveDate, TimeDelta},
    engine::{alerts::Rule, calendar::DayRange},
    entity::{
        coaching::{
            alert_rule::{self, RuleType},
            end_of_day_report,
        },
        id::AlertRuleId,
        kernel::capability::Capability,
        scalar::{Json, LocalDate},
    },
    sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter},
    std::sync::Arc,
};

/// How many days a rule is tried on when nobody says.
const DAYS: i64 = 30;
/// How many days it may be tried on.
const DAYS_MAX: u32 = 366;
/// How many reports a request may look at: what it takes one core some seconds to read.
const REPORTS_MAX: u64 = 30_000;

/// How a rule is to be tried.
#[derive(Clone, Debug, Default, InputObject)]
pub struct AlertRuleBacktestInput {
    /// The first day; 30 days with the last one when left out.
    pub from: Option<Given<LocalDate>>,
    /// The last day; yesterday in UTC when left out. At most 366 days in all.
    pub until: Option<Given<LocalDate>>,
    /// Another condition than the rule has. Every fault is told with its path, such as
    /// `input.triggerCondition.of.1.days`.
    pub trigger_condition: Option<Json>,
    /// Other values of its thresholds; beside a condition, with `min`, `max` and `unit` if they are new.
    pub thresholds: Option<Vec<ThresholdInput>>,
}

/// Tries a rule on the past, as it is or otherwise. Refused when there is more to look at than a
/// request may: `vigil backtest` looks at anything.
pub async fn try_rule(
    ctx: &Ctx,
    id: AlertRuleId,
    input: AlertRuleBacktestInput,
) -> Result<Backtest> {
    // A condition of one's own tells what stands in any text.
    for needed in [Capability::AlertRulesRead, Capability::AlertsRead, Capability::ReportsInternal]
    {
        ctx.may_all(needed)?;
    }
    let found = alert_rule::Entity::find_by_id(id).one(ctx.db()).await?;
    let not_found = || Violation { path: vec!["id".into()], ..Violation::not_found("id") };
    let row = found.ok_or_else(not_found)?;
    let AlertRuleBacktestInput { from, until, trigger_condition, thresholds } = input;
    let mut check = Check::new();
    let range = range(ctx, &mut check, (from, until));
    let (old, given) = (&row.adjustable_thresholds, thresholds.unwrap_or_default());
    let defined = match trigger_condition {
        Some(condition) => define(&mut check, condition, old, &given),
        None => adjust(&mut check, &row.trigger_condition, old, &given),
    };
    let (range, defined) = check.done_with(range.zip(defined))?;
    refuse_too_much(ctx, range).await?;
    let rule = Arc::new(watching(&row, defined.rule));
    let told = replay(ctx, vec![rule], range, &|_| {}).await?.pop();
    Ok(told.expect("there is one rule"))
}

fn watching(row: &alert_rule::Model, rule: Rule) -> Watching {
    Watching {
        id: row.id,
        number: row.rule_number,
        version: row.version,
        severity: row.severity,
        is_positive: row.is_positive,
        is_text: row.rule_type == RuleType::AiText,
        rule,
    }
}

/// The days to look at.
fn range(
    ctx: &Ctx,
    check: &mut Check,
    (from, until): (Option<Given<LocalDate>>, Option<Given<LocalDate>>),
) -> Option<DayRange> {
    let yesterday = ctx.now().date_naive() - TimeDelta::days(1);
    let (has_from, has_until) = (from.is_some(), until.is_some());
    let until =
        check.given_or_none("until", until).map(|it| *it).or((!has_until).then_some(yesterday))?;
    let usual = |until: NaiveDate| until.checked_sub_signed(TimeDelta::days(DAYS - 1));
    let from = check.given_or_none("from", from).map(|it| *it);
    let from = from.or_else(|| usual(until).filter(|_| !has_from))?;
    let range = DayRange::new(from, until).ok();
    check.require(range.is_some(), "until", "must not be before from");
    let range = range?;
    let is_bounded = range.days() <= DAYS_MAX;
    check.require(is_bounded, "from", format!("must be at most {DAYS_MAX} days before until"));
    let tomorrow = yesterday + TimeDelta::days(2);
    check.require(until <= tomorrow, "until", "must not lie ahead");
    Some(range)
}

/// Refuses to look at more than a request may. By `idx_end_of_day_reports_report_date_id`.
async fn refuse_too_much(ctx: &Ctx, range: DayRange) -> Result<()> {
    let days = end_of_day_report::Column::ReportDate
        .between(LocalDate(range.first()), LocalDate(range.last()));
    let reports = end_of_day_report::Entity::find().filter(days).count(ctx.db()).await?;
    if reports <= REPORTS_MAX {
        return Ok(());
    }
    let message = format!(
        "there are {reports} reports from {} to {}, of which a request looks at {REPORTS_MAX} at \
         most: ask for fewer days, or use `vigil backtest`",
        range.first(),
        range.last()
    );
    let path = vec!["input".to_owned()];
    Err(Violation { code: ErrorCode::LimitExceeded, path, message }.into())
}
