//! What becomes of what the rules find about one pairing.

use {
    super::{
        super::alerts,
        OF_ASSISTANTS,
        evidence::Evidence,
        facts::Facts,
        found::{Alerts, status},
        ledger::Ledger,
        rules::{self, Watching},
    },
    crate::kernel::txn::Txn,
    engine::alerts::{
        Finding, Severity, clearing::Cleared, inhibition::inhibitor, standing::Decision,
    },
    entity::{
        coaching::{
            alert,
            rule_evaluation::{self, EvaluationOutcome},
        },
        scalar::LocalDate,
    },
    std::sync::Arc,
};

/// A pairing that is judged, as a part of a transaction.
pub(super) struct Case<'a> {
    pub(super) part: &'a Txn,
    pub(super) facts: Facts,
    /// The rules that hold.
    pub(super) found: Vec<(&'a Watching, Finding)>,
    pub(super) alerts: Alerts,
}

impl<'a> Case<'a> {
    /// Decides what becomes of each finding.
    pub(super) fn decide(&mut self, ledger: &mut Ledger<'a>) {
        let Self { part, facts, found, alerts } = self;
        let holding: Vec<i32> = found.iter().map(|it| it.0.number).collect();
        for (rule, finding) in found {
            let severity = rules::severity(rule.severity);
            let record = |outcome, why| record(part, facts, (rule, finding), (outcome, why));
            let suppressed = facts.around.suppression(rule.number, severity, *part.ctx().now());
            if let Some(why) = suppressed {
                let why = format!("{why:?}").to_uppercase();
                ledger.evaluations.push(record(EvaluationOutcome::Suppressed, why));
            } else if let Some(stronger) = inhibitor(rule.number, finding, &holding) {
                let why = format!("RULE_{stronger}");
                ledger.evaluations.push(record(EvaluationOutcome::Inhibited, why));
            } else {
                let newest = alerts.newest(rule.id);
                if let Some(row) = keep((part, facts), rule, (severity, finding), newest) {
                    let is_news = newest.is_none_or(|it| it.evidence != row.evidence);
                    // Good news is nothing that anybody has to act on.
                    if is_news && rule.is_text && !rule.is_positive && !finding.quotes.is_empty() {
                        ledger.quoting.push((part, row.id));
                    }
                    ledger.put(part, newest, &row);
                    alerts.put(row);
                }
            }
        }
    }

    /// Closes open alerts whose rules do not hold any more, or says so to those who are at it.
    pub(super) fn clear(&mut self, watching: &[Arc<Watching>], ledger: &mut Ledger<'a>) {
        for before in self.alerts.open() {
            let rule = watching.iter().find(|it| it.id == before.rule_id);
            let holds = |rule: &Watching| self.found.iter().any(|it| it.0.id == rule.id);
            let Some(rule) = rule.filter(|it| !holds(it)) else { continue };
            let is_asked = self.facts.is_first || !OF_ASSISTANTS.contains(&rule.number);
            // What a person has raised is a person's to close.
            if !is_asked || !Evidence::is_found(&before.evidence) {
                continue;
            }
            let held_on = self.facts.local_day(*before.last_seen_at);
            let now = self.part.ctx().now();
            let mut row = before.clone();
            match rule.rule.clearing().decide(status(&before), held_on, self.facts.today) {
                Cleared::Nothing => continue,
                Cleared::Mark if before.condition_cleared_at.is_some() => continue,
                Cleared::Mark => row.condition_cleared_at = Some(now),
                Cleared::Resolve => alerts::clear(&mut row, now),
            }
            let row = next(self.part, row);
            ledger.put(self.part, Some(&before), &row);
            self.alerts.put(row);
        }
    }
}

/// The alert that a finding raises, or what it makes of the newest of its rule, if anything.
fn keep(
    (part, facts): (&Txn, &Facts),
    rule: &Watching,
    (severity, finding): (Severity, &Finding),
    newest: Option<&alert::Model>,
) -> Option<alert::Model> {
    let mut evidence = newest.map(|it| Evidence::read(&it.evidence)).unwrap_or_default();
    let decision = evidence.decide(facts, rule, (severity, finding), newest);
    let now = part.ctx().now();
    let Some(before) = newest.filter(|_| decision != Decision::Raise) else {
        let mut evidence = Evidence::default();
        evidence.add(finding, rule, now);
        return Some(alerts::found(part.ctx(), facts.pairing.id, rule, evidence.write()));
    };
    let mut row = alert::Model { condition_cleared_at: None, ..before.clone() };
    if let Decision::Recur { severity } | Decision::Reopen { severity } = decision {
        evidence.add(finding, rule, now);
        row.evidence = evidence.write();
        row.severity = rules::stored(severity);
        row.occurrence_count += 1;
        row.last_seen_at = now;
    }
    if let Decision::Reopen { .. } = decision {
        alerts::open_again(&mut row);
    }
    (row != *before).then(|| next(part, row))
}

/// A row as its next version.
fn next(part: &Txn, row: alert::Model) -> alert::Model {
    alert::Model { version: row.version + 1, updated_at: part.ctx().now(), ..row }
}

/// What is kept of a finding that raises no alert: once a day, pairing, rule and outcome.
fn record(
    part: &Txn,
    facts: &Facts,
    (rule, finding): (&Watching, &Finding),
    (outcome, why): (EvaluationOutcome, String),
) -> rule_evaluation::Model {
    let ctx = part.ctx();
    let mut evidence = Evidence::default();
    evidence.add(finding, rule, ctx.now());
    rule_evaluation::Model {
        id: ctx.new_id(),
        pairing_id: facts.pairing.id,
        rule_id: rule.id,
        outcome,
        why,
        evaluated_on: LocalDate(facts.today),
        evidence: evidence.write(),
        created_at: ctx.now(),
    }
}
