//! How a pairing stands with its alerts, and that it is kept.

use {
    super::{
        super::pairing_health,
        facts::Facts,
        rules::{self, Watching},
    },
    crate::kernel::{error::Result, txn::Txn},
    chrono::TimeDelta,
    engine::alerts::health::{self, Facts as Asked, Health, OpenAlert, Verdict},
    entity::{
        coaching::{alert, pairing::HealthStatus},
        scalar::Json,
    },
    sea_orm::{
        ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect, Set,
    },
    serde_json::json,
    std::sync::Arc,
};

/// How long good news counts, in days.
const PRAISE_DAYS: i64 = 8;

/// Says how a pairing stands by the rules, and keeps it.
///
/// What is computed does not count as an edit: whoever is about to edit the pairing need not read it
/// again.
pub(super) async fn judge(txn: &Txn, facts: &Facts, watching: &[Arc<Watching>]) -> Result<()> {
    let verdict = verdict(txn, facts, watching).await?;
    let (before, now) = (&facts.pairing, txn.ctx().now());
    let is_over = before.health_override_expires_at.is_some_and(|end| end <= now);
    let is_set = before.health_status_override && !is_over;
    let auto = status(verdict.health);
    let reasons = verdict.reasons.iter().map(
        |it| json!({ "code": it.code.name(), "text": it.text, "since": it.since.to_string() }),
    );
    let mut row = before.clone().into_active_model();
    if is_over {
        row.health_status_override = Set(false);
        row.health_override_by = Set(None);
        row.health_override_at = Set(None);
        row.health_override_reason = Set(None);
        row.health_override_expires_at = Set(None);
    }
    row.auto_health_status.set_if_not_equals(auto);
    row.health_status.set_if_not_equals(if is_set { before.health_status } else { auto });
    row.health_reasons.set_if_not_equals(Json(json!(reasons.collect::<Vec<_>>())));
    row.health_computed_at = Set(now);
    let after = row.update(txn).await?;
    let stood = (before.health_status, before.auto_health_status, before.health_status_override);
    if stood != (after.health_status, after.auto_health_status, after.health_status_override) {
        pairing_health::record(txn.ctx(), txn, &after).await?;
    }
    Ok(())
}

async fn verdict(txn: &Txn, facts: &Facts, watching: &[Arc<Watching>]) -> Result<Verdict> {
    let open = super::open(txn, facts.pairing.id).await?;
    let open = open.into_iter().filter_map(|(alert, rule)| {
        let rule = rule?;
        Some(OpenAlert {
            rule_number: rule.rule_number,
            severity: rules::severity(alert.severity),
            is_positive: rule.is_positive,
            detected_at: *alert.detected_at,
            since: facts.local_day(*alert.detected_at),
        })
    });
    let history = facts.history();
    let asked = Asked {
        history: &history,
        open: &open.collect::<Vec<_>>(),
        positives: &praise(txn, facts, watching).await?,
        is_on_leave: facts.around.is_on_leave,
    };
    Ok(asked.judge())
}

/// The positive rules that fired lately, and when.
async fn praise(
    txn: &Txn,
    facts: &Facts,
    watching: &[Arc<Watching>],
) -> Result<Vec<(i32, chrono::NaiveDate)>> {
    let positive: Vec<_> = watching.iter().filter(|it| it.is_positive).collect();
    let since = *txn.ctx().now() - TimeDelta::days(PRAISE_DAYS);
    let seen: Vec<(entity::id::AlertRuleId, entity::scalar::DateTime)> = alert::Entity::find()
        .filter(alert::Column::PairingId.eq(facts.pairing.id))
        .filter(alert::Column::RuleId.is_in(positive.iter().map(|it| it.id)))
        .filter(alert::Column::LastSeenAt.gte(entity::scalar::DateTime::from(since)))
        .select_only()
        .columns([alert::Column::RuleId, alert::Column::LastSeenAt])
        .into_tuple()
        .all(txn)
        .await?;
    let number = |id| positive.iter().find(|it| it.id == id).map(|it| it.number);
    let fired = seen.into_iter().filter_map(|(id, at)| Some((number(id)?, facts.local_day(*at))));
    Ok(fired.collect())
}

fn status(health: Health) -> HealthStatus {
    match health {
        health::Health::Green => HealthStatus::Green,
        health::Health::Yellow => HealthStatus::Yellow,
        health::Health::Red => HealthStatus::Red,
    }
}
