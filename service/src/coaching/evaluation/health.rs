//! How a pairing stands with its alerts, and that it is kept.

use {
    super::{
        super::pairing_health::{self, HealthReason},
        facts::Facts,
        found::Alerts,
        rules::{self, Watching},
    },
    crate::kernel::{edit, error::Result, txn::Txn},
    chrono::TimeDelta,
    engine::alerts::health::{Code, Facts as Asked, Health, OpenAlert, Override, Reason, Verdict},
    entity::{
        coaching::{
            alert,
            pairing::{self, HealthReasonCode, HealthStatus},
        },
        scalar::LocalDate,
    },
    sea_orm::{
        ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect, Set,
    },
    std::sync::Arc,
};

/// How long good news counts, in days.
const PRAISE_DAYS: i64 = 8;

/// Says how a pairing stands by the rules, and keeps it: the pairing as it is then.
///
/// What is computed does not count as an edit: whoever is about to edit the pairing need not read it
/// again. Nor is it told of if nothing but the time of looking is new.
pub(super) async fn judge(
    txn: &Txn,
    facts: &Facts,
    (watching, alerts): (&[Arc<Watching>], &Alerts),
) -> Result<pairing::Model> {
    let open = open(facts, alerts);
    let verdict = verdict(txn, facts, (watching, &open)).await?;
    let (before, now) = (&facts.pairing, txn.ctx().now());
    let set = overriding(before).filter(|it| *now < it.expires_at);
    let mut row = before.clone().into_active_model();
    if set.is_none() {
        row.health_status_override.set_if_not_equals(false);
        row.health_override_by.set_if_not_equals(None);
        row.health_override_at.set_if_not_equals(None);
        row.health_override_reason.set_if_not_equals(None);
        row.health_override_expires_at.set_if_not_equals(None);
    }
    let effective = Override::effective(set.as_ref(), verdict.health, *now);
    let is_stale = set.is_some_and(|it| it.is_stale(&open));
    let known = HealthReason::all(&before.health_reasons);
    let reasons = HealthReason::store(&reasons(&known, &verdict.reasons));
    row.health_status.set_if_not_equals(status(effective));
    row.health_override_stale.set_if_not_equals(is_stale);
    row.auto_health_status.set_if_not_equals(status(verdict.health));
    row.health_reasons.set_if_not_equals(reasons);
    row.health_score.set_if_not_equals(i32::try_from(verdict.score).unwrap_or_default());
    let is_news = row.is_changed();
    row.health_computed_at = Set(now);
    let after = if is_news {
        edit::amend::<pairing::Entity, _>(txn, before, row).await?
    } else {
        row.update(txn).await?
    };
    let stood = (before.health_status, before.auto_health_status, before.health_status_override);
    if stood != (after.health_status, after.auto_health_status, after.health_status_override) {
        pairing_health::record(txn.ctx(), txn, &after).await?;
    }
    Ok(after)
}

/// What a person has said about a pairing.
fn overriding(pairing: &pairing::Model) -> Option<Override> {
    let (at, expires_at) = (pairing.health_override_at?, pairing.health_override_expires_at?);
    let health = match pairing.health_status {
        HealthStatus::Green => Health::Green,
        HealthStatus::Yellow => Health::Yellow,
        HealthStatus::Red => Health::Red,
    };
    pairing.health_status_override.then_some(Override { health, at: *at, expires_at: *expires_at })
}

/// The reasons that hold; one that has held before is as old as it was.
pub(crate) fn reasons(before: &[HealthReason], now: &[Reason]) -> Vec<HealthReason> {
    let reasons = now.iter().map(|reason| {
        let code = code(reason.code);
        let held = before.iter().find(|it| it.code == code).map(|it| *it.since);
        let since = LocalDate(reason.began(held));
        HealthReason { code, text: reason.text.clone(), since }
    });
    reasons.collect()
}

/// The open alerts, as the engine has them.
fn open(facts: &Facts, alerts: &Alerts) -> Vec<OpenAlert> {
    let open = alerts.open().into_iter().filter_map(|alert| {
        let (rule_number, is_positive) = alerts.rule(&alert)?;
        Some(OpenAlert {
            rule_number,
            severity: rules::severity(alert.severity),
            is_positive,
            detected_at: *alert.detected_at,
            since: facts.local_day(*alert.detected_at),
        })
    });
    open.collect()
}

async fn verdict(
    txn: &Txn,
    facts: &Facts,
    (watching, open): (&[Arc<Watching>], &[OpenAlert]),
) -> Result<Verdict> {
    let history = facts.history();
    let asked = Asked {
        history: &history,
        open,
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

/// A colour, as it is stored.
pub(crate) fn status(health: Health) -> HealthStatus {
    match health {
        Health::Green => HealthStatus::Green,
        Health::Yellow => HealthStatus::Yellow,
        Health::Red => HealthStatus::Red,
    }
}

/// A reason's name, as it is stored.
fn code(code: Code) -> HealthReasonCode {
    match code {
        Code::R1 => HealthReasonCode::R1,
        Code::R2 => HealthReasonCode::R2,
        Code::R3 => HealthReasonCode::R3,
        Code::R4 => HealthReasonCode::R4,
        Code::Y1 => HealthReasonCode::Y1,
        Code::Y2 => HealthReasonCode::Y2,
        Code::Y3 => HealthReasonCode::Y3,
        Code::Y4 => HealthReasonCode::Y4,
        Code::Y5 => HealthReasonCode::Y5,
        Code::NewPairing => HealthReasonCode::NewPairing,
    }
}
