//! What the rules make of a pairing: alerts that are raised, counted, opened again and cleared, and how
//! the pairing stands with them. All of it in the transaction of whatever gave cause to ask.
//!
//! The decisions are the engine's; here is what it needs to know, and what becomes of what it says.

mod facts;
mod found;
pub(crate) mod health;
pub(crate) mod rules;
pub mod ticks;

use {
    super::{
        alerts,
        standings::calendars::{self, Working},
    },
    crate::kernel::{error::Result, txn::Txn},
    engine::alerts::{
        Finding, Severity, clearing::Cleared, inhibition::inhibitor, standing::Decision,
    },
    entity::{
        coaching::{
            pairing,
            rule_evaluation::{self, EvaluationOutcome},
        },
        id::{EaId, PairingId},
        scalar::LocalDate,
    },
    facts::Facts,
    found::Evidence,
    sea_orm::{
        ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
        QuerySelect, sea_query::OnConflict,
    },
    std::sync::Arc,
};
pub(crate) use {
    facts::{report, start},
    rules::Watching,
};
pub use {
    found::{AlertCause, AlertCauseKind, why},
    rules::faulty,
};

/// The rules about an assistant rather than a pairing: their alerts stand at its first pairing.
pub(crate) const OF_ASSISTANTS: [i32; 4] = [27, 28, 29, 30];

/// Asks every rule about a pairing, keeps what comes of it, and how the pairing stands then: the
/// pairing as it is now, if it is there.
pub(crate) async fn evaluate(txn: &Txn, pairing: PairingId) -> Result<Option<pairing::Model>> {
    match calendars::locked(txn, pairing).await? {
        Some(working) => evaluate_at(txn, working).await.map(Some),
        None => Ok(None),
    }
}

/// The same for a pairing that is locked.
pub(in crate::coaching) async fn evaluate_at(
    txn: &Txn,
    working: Working,
) -> Result<pairing::Model> {
    txn.because_of_that();
    let watching = rules::watching(txn).await?;
    let facts = Facts::read(txn, working, &watching).await?;
    let found = find(&facts, &watching);
    let mut alerts = found::Alerts::of(txn, facts.pairing.id, &found).await?;
    let holding: Vec<i32> = found.iter().map(|it| it.0.number).collect();
    for (rule, finding) in &found {
        let severity = rules::severity(rule.severity);
        let suppressed = facts.around.suppression(rule.number, severity, *txn.ctx().now());
        if let Some(why) = suppressed {
            let why = format!("{why:?}").to_uppercase();
            record(txn, &facts, rule, EvaluationOutcome::Suppressed, (&why, finding)).await?;
        } else if let Some(stronger) = inhibitor(rule.number, finding, &holding) {
            let why = format!("RULE_{stronger}");
            record(txn, &facts, rule, EvaluationOutcome::Inhibited, (&why, finding)).await?;
        } else {
            keep(txn, &facts, rule, (severity, finding), &mut alerts).await?;
        }
    }
    clear(txn, &facts, (&watching, &holding), &mut alerts).await?;
    health::judge(txn, &facts, (&watching, &alerts)).await
}

/// The same for each pairing of an assistant, oldest first.
pub(crate) async fn evaluate_of(txn: &Txn, ea: EaId) -> Result<()> {
    let pairings: Vec<PairingId> = pairing::Entity::find()
        .filter(pairing::Column::EaId.eq(ea))
        .order_by_asc(pairing::Column::Id)
        .select_only()
        .column(pairing::Column::Id)
        .into_tuple()
        .all(txn)
        .await?;
    for pairing in pairings {
        evaluate(txn, pairing).await?;
    }
    Ok(())
}

/// Says anew how a pairing stands, when its alerts or its assistant's time off have changed.
pub(crate) async fn judge(txn: &Txn, pairing: PairingId) -> Result<()> {
    txn.because_of_that();
    let Some(working) = calendars::locked(txn, pairing).await? else { return Ok(()) };
    let watching = rules::watching(txn).await?;
    let facts = Facts::read(txn, working, &watching).await?;
    let alerts = found::Alerts::of(txn, pairing, &[]).await?;
    health::judge(txn, &facts, (&watching, &alerts)).await?;
    Ok(())
}

/// The rules that hold, each with what speaks for it.
fn find<'a>(facts: &Facts, watching: &'a [Arc<Watching>]) -> Vec<(&'a Watching, Finding)> {
    let history = facts.history();
    let asked =
        watching.iter().filter(|rule| facts.is_first || !OF_ASSISTANTS.contains(&rule.number));
    asked.filter_map(|rule| Some((&**rule, rule.rule.find(&history)?))).collect()
}

/// Raises an alert for a finding, or counts it on one that is there.
async fn keep(
    txn: &Txn,
    facts: &Facts,
    rule: &Watching,
    (severity, finding): (Severity, &Finding),
    alerts: &mut found::Alerts,
) -> Result<()> {
    let newest = alerts.newest(rule.id);
    let mut evidence = newest.map(|it| Evidence::read(&it.evidence)).unwrap_or_default();
    let decision = evidence.decide(facts, rule, (severity, finding), newest);
    let now = txn.ctx().now();
    let Some(before) = newest.cloned().filter(|_| decision != Decision::Raise) else {
        let mut evidence = Evidence::default();
        evidence.add(finding, rule, now);
        let row = alerts::found(txn.ctx(), facts.pairing.id, rule, evidence.write());
        alerts.put(alerts::raise(txn, row).await?);
        return Ok(());
    };
    let mut row = before.clone().into_active_model();
    row.condition_cleared_at.set_if_not_equals(None);
    if let Decision::Recur { severity } | Decision::Reopen { severity } = decision {
        evidence.add(finding, rule, now);
        row.evidence.set_if_not_equals(evidence.write());
        row.severity.set_if_not_equals(rules::stored(severity));
        row.occurrence_count.set_if_not_equals(before.occurrence_count + 1);
        row.last_seen_at.set_if_not_equals(now);
    }
    if let Decision::Reopen { .. } = decision {
        alerts::open_again(&before, &mut row);
    }
    if row.is_changed() {
        alerts.put(alerts::keep(txn, &before, row).await?);
    }
    Ok(())
}

/// Closes open alerts whose rules do not hold any more, or says so to those who are at it.
async fn clear(
    txn: &Txn,
    facts: &Facts,
    (watching, holding): (&[Arc<Watching>], &[i32]),
    alerts: &mut found::Alerts,
) -> Result<()> {
    let now = txn.ctx().now();
    for before in alerts.open() {
        let rule = watching.iter().find(|it| it.id == before.rule_id);
        let Some(rule) = rule.filter(|it| !holding.contains(&it.number)) else { continue };
        let is_asked = facts.is_first || !OF_ASSISTANTS.contains(&rule.number);
        // What a person has raised is a person's to close.
        if !is_asked || !Evidence::read(&before.evidence).is_found() {
            continue;
        }
        let held_on = facts.local_day(*before.last_seen_at);
        let status = found::status(&before);
        let mut row = before.clone().into_active_model();
        match rule.rule.clearing().decide(status, held_on, facts.today) {
            Cleared::Nothing => continue,
            Cleared::Mark if before.condition_cleared_at.is_some() => continue,
            Cleared::Mark => row.condition_cleared_at.set_if_not_equals(Some(now)),
            Cleared::Resolve => alerts::clear(&mut row, now),
        }
        alerts.put(alerts::keep(txn, &before, row).await?);
    }
    Ok(())
}

/// Keeps what came of a finding that raised no alert: once a day, pairing, rule and outcome.
async fn record(
    txn: &Txn,
    facts: &Facts,
    rule: &Watching,
    outcome: EvaluationOutcome,
    (why, finding): (&str, &Finding),
) -> Result<()> {
    let ctx = txn.ctx();
    let mut evidence = Evidence::default();
    evidence.add(finding, rule, ctx.now());
    let row = rule_evaluation::Model {
        id: ctx.new_id(),
        pairing_id: facts.pairing.id,
        rule_id: rule.id,
        outcome,
        why: why.to_owned(),
        evaluated_on: LocalDate(facts.today),
        evidence: evidence.write(),
        created_at: ctx.now(),
    };
    let mut there = OnConflict::columns([
        rule_evaluation::Column::PairingId,
        rule_evaluation::Column::RuleId,
        rule_evaluation::Column::EvaluatedOn,
        rule_evaluation::Column::Outcome,
    ]);
    let row = row.into_active_model().reset_all();
    let insert = rule_evaluation::Entity::insert(row);
    insert.on_conflict(there.do_nothing().to_owned()).exec_without_returning(txn).await?;
    Ok(())
}
