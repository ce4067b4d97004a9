//! `AlertRuleBacktest`: what came of trying a rule on the past.

use {
    super::pairings::Pairing,
    crate::graphql::{error::public, loads::Loads, object::referred, plain::Rooted},
    async_graphql::{ComplexObject, Context, Object, Result, SimpleObject},
    entity::{id::AlertRuleId, scalar::LocalDate},
    service::{
        Given, Violation,
        coaching::backtest::{self, AlertRuleBacktestInput, Backtest, BacktestFire},
    },
};

/// What came of trying a rule on the past. Nothing was written.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct AlertRuleBacktest {
    #[graphql(flatten)]
    told: Backtest,
}

/// An alert that a rule would have raised, or opened again.
pub(crate) struct AlertRuleBacktestFire(BacktestFire);

#[ComplexObject]
impl AlertRuleBacktest {
    /// The first 100 alerts that would have been raised, pairing by pairing.
    async fn fires(&self) -> Vec<AlertRuleBacktestFire> {
        self.told.fires.iter().copied().map(AlertRuleBacktestFire).collect()
    }
}

/// An alert that a rule would have raised, or opened again.
#[Object]
impl AlertRuleBacktestFire {
    /// The pairing.
    async fn pairing(&self, ctx: &Context<'_>) -> Result<Pairing> {
        referred(ctx, self.0.pairing).await
    }

    /// On which day, on the assistant's own calendar.
    async fn on(&self) -> LocalDate {
        self.0.on
    }

    /// The day on which it would have been cleared; none if it would be open still.
    async fn until(&self) -> Option<LocalDate> {
        self.0.until
    }

    /// Whether it meets an alert that there was, of the same rule.
    async fn is_overlapping(&self) -> bool {
        self.0.is_overlapping
    }
}

#[derive(Default)]
pub(crate) struct BacktestQuery;

/// What rules would have found is computed: none of it is plain.
impl Rooted for BacktestQuery {}

#[Object]
impl BacktestQuery {
    /// Tries a rule on the reports of some days, as it is or with another condition or thresholds:
    /// when it would have fired, without anything being written. The rule is asked alone: one that
    /// would silence it is not. `LIMIT_EXCEEDED` for more than 30,000 reports, which
    /// `vigil backtest` can look at.
    async fn alert_rule_backtest(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The rule's id.")] id: Given<AlertRuleId>,
        #[graphql(desc = "How it is to be tried; as it is, on the last 30 days, when left out.")]
        input: Option<AlertRuleBacktestInput>,
    ) -> Option<Result<AlertRuleBacktest>> {
        let Ok(id) = id.0 else {
            let violation = Violation { path: vec!["id".into()], ..Violation::not_found("id") };
            return Some(Err(public(&violation.into())));
        };
        let ctx = Loads::of(ctx).reader().ctx();
        let told = backtest::try_rule(ctx, id, input.unwrap_or_default()).await;
        Some(told.map(|told| AlertRuleBacktest { told }).map_err(|it| public(&it)))
    }
}
