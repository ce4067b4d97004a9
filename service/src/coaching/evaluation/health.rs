//! How a pairing stands with its alerts, and that it is kept.

use {
    super::{
        super::pairing_health::{self, HealthReason},
        case::Case,
        facts::Facts,
        found::{Alerts, is_of, of_pairings},
        rules::{self, Watching},
    },
    crate::kernel::{edit, error::Result, txn::Txn},
    chrono::{NaiveDate, TimeDelta},
    engine::alerts::health::{Code, Facts as Asked, Health, OpenAlert, Override, Reason},
    entity::{
        coaching::{
            alert,
            pairing::{self, HealthReasonCode, HealthStatus},
        },
        id::{AlertRuleId, PairingId},
        scalar::{DateTime, LocalDate},
    },
    sea_orm::{ColumnTrait, QueryFilter, QuerySelect, prelude::Uuid},
    std::{collections::HashMap, sync::Arc},
};

/// How long good news counts, in days.
const PRAISE_DAYS: i64 = 8;

/// Says how pairings stand by the rules, and keeps it: the pairings as they are then.
///
/// What is computed does not count as an edit: whoever is about to edit a pairing need not read it
/// again. Nor is it told of if nothing but the time of looking is new.
pub(super) async fn judge(
    txn: &Txn,
    cases: &[Case<'_>],
    watching: &[Arc<Watching>],
) -> Result<Vec<pairing::Model>> {
    let praise = praise(txn, cases, watching).await?;
    let judged = cases.iter().map(|it| {
        let praise = praise.get(&it.facts.pairing.id).map_or(&[][..], Vec::as_slice);
        judged(it, praise)
    });
    let judged: Vec<_> = judged.collect();
    let (mut news, mut seen, mut changes) = (Vec::new(), Vec::new(), Vec::new());
    for (Case { part, facts, .. }, after) in cases.iter().zip(&judged) {
        let before = &facts.pairing;
        let is_same = *after
            == pairing::Model { health_computed_at: after.health_computed_at, ..before.clone() };
        if is_same {
            seen.push((before, after));
            continue;
        }
        news.push((*part, before, after));
        let stands = |it: &pairing::Model| {
            (it.health_status, it.auto_health_status, it.health_status_override)
        };
        if stands(before) != stands(after) {
            changes.push((*part, pairing_health::change(part.ctx(), after)));
        }
    }
    edit::touch_each(txn, &seen).await?;
    edit::amend_each(&news).await?;
    let changes: Vec<_> = changes.iter().map(|(part, it)| (*part, it)).collect();
    edit::insert_each(&changes).await?;
    Ok(judged)
}

/// A pairing as it stands by the rules, and by what a person has said.
fn judged(case: &Case<'_>, praise: &[(i32, NaiveDate)]) -> pairing::Model {
    let Case { part, facts, found: _, alerts } = case;
    let open = open(facts, alerts);
    let history = facts.history();
    let is_on_leave = facts.around.is_on_leave;
    let verdict = Asked { history: &history, open: &open, positives: praise, is_on_leave }.judge();
    let (before, now) = (&facts.pairing, part.ctx().now());
    let set = overriding(before).filter(|it| *now < it.expires_at);
    let mut row = before.clone();
    if set.is_none() {
        row.health_status_override = false;
        row.health_override_by = None;
        row.health_override_at = None;
        row.health_override_reason = None;
        row.health_override_expires_at = None;
    }
    row.health_status = status(Override::effective(set.as_ref(), verdict.health, *now));
    row.health_override_stale = set.is_some_and(|it| it.is_stale(&open));
    row.auto_health_status = status(verdict.health);
    let known = HealthReason::all(&before.health_reasons);
    row.health_reasons = HealthReason::store(&reasons(&known, &verdict.reasons));
    row.health_score = i32::try_from(verdict.score).unwrap_or_default();
    row.health_computed_at = now;
    row
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

/// The positive rules that fired lately, and when, of each pairing.
async fn praise(
    txn: &Txn,
    cases: &[Case<'_>],
    watching: &[Arc<Watching>],
) -> Result<HashMap<PairingId, Vec<(i32, NaiveDate)>>> {
    let positive: Vec<_> = watching.iter().filter(|it| it.is_positive).collect();
    let since = *txn.ctx().now() - TimeDelta::days(PRAISE_DAYS);
    let pairings: Vec<Uuid> = cases.iter().map(|it| it.facts.pairing.id.0).collect();
    let seen: Vec<(PairingId, AlertRuleId, DateTime)> = of_pairings(txn, &pairings)
        .filter(is_of(positive.iter().map(|it| it.id)))
        .filter(alert::Column::LastSeenAt.gte(DateTime::from(since)))
        .select_only()
        .columns([alert::Column::PairingId, alert::Column::RuleId, alert::Column::LastSeenAt])
        .into_tuple()
        .all(txn)
        .await?;
    let mut praise = HashMap::<_, Vec<_>>::new();
    for (pairing, rule, at) in seen {
        let rule = positive.iter().find(|it| it.id == rule);
        let case = cases.iter().find(|it| it.facts.pairing.id == pairing);
        if let (Some(rule), Some(case)) = (rule, case) {
            praise.entry(pairing).or_default().push((rule.number, case.facts.local_day(*at)));
        }
    }
    Ok(praise)
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
