//! Alerts that are there already, and what led to them.

use {
    super::{
        super::{second_opinion, standings::is_open},
        evidence::{Evidence, Rests},
        rules::Watching,
    },
    crate::kernel::{error::Result, list::statement::among, txn::Txn},
    chrono::{DateTime, Utc},
    engine::alerts::{Finding, standing::Status},
    entity::{
        coaching::{
            alert::{self, AlertStatus},
            alert_rule, text_opinion,
        },
        id::{AlertRuleId, PairingId},
        kernel::notification::{self, NotificationState},
    },
    sea_orm::{
        ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
        QuerySelect, Select,
        sea_query::{Expr, ExprTrait},
    },
    std::collections::HashMap,
    uuid::Uuid,
};

/// How many alerts a pairing are looked through for the newest of each rule that holds.
const RESOLVED_MAX: u64 = 100;

/// What led to an alert, of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
pub enum AlertCauseKind {
    /// A report came in that it rests on.
    Report,
    /// A day has no report, or no start of work.
    Day,
    /// A rule was asked.
    Rule,
    /// The rule held: what speaks for it.
    Evidence,
    /// A language model was asked about the texts that are quoted: whether it sees what the rule saw.
    Opinion,
    /// A person raised it.
    Person,
    /// Somebody was told of it, or is yet to be.
    Notification,
}

/// What led to an alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertCause {
    /// What kind of cause.
    pub kind: AlertCauseKind,
    /// When the rule was asked, the opinion given, or whoever is told began to be told.
    pub at: DateTime<Utc>,
    /// In words for people.
    pub text: String,
    /// The report, or the start of work.
    pub row: Option<Uuid>,
}

/// What led to an alert, in order: for each finding the reports and days that it rests on, the rule,
/// and what it says; and what others think of it. What follows from it is last: who was told.
pub fn why(
    alert: &alert::Model,
    opinions: &[text_opinion::Model],
    told: &[notification::Model],
) -> Vec<AlertCause> {
    let mut why = causes(alert);
    why.extend(opinions.iter().map(|row| {
        let (kind, text) = (AlertCauseKind::Opinion, second_opinion::told(row));
        AlertCause { kind, at: *row.created_at, text, row: None }
    }));
    why.extend(told.iter().map(|row| {
        let how_far = match row.state {
            NotificationState::Waiting => "has yet to arrive",
            NotificationState::Sent => "was sent",
            NotificationState::Failed => "failed",
        };
        let text = format!("a notification by {} {how_far}", row.agent);
        AlertCause { kind: AlertCauseKind::Notification, at: *row.created_at, text, row: None }
    }));
    why
}

fn causes(alert: &alert::Model) -> Vec<AlertCause> {
    if !Evidence::is_found(&alert.evidence) {
        // What was invented or imported says what was found, and not what each finding rests on.
        let (kind, text) = match alert.evidence.0["reasoning"].as_str() {
            Some(reasoning) => (AlertCauseKind::Evidence, reasoning.to_owned()),
            None => (AlertCauseKind::Person, "raised by a person".to_owned()),
        };
        return vec![AlertCause { kind, at: *alert.detected_at, text, row: None }];
    }
    let evidence = Evidence::read(&alert.evidence);
    let mut why: Vec<AlertCause> = Vec::new();
    for found in evidence.findings.iter().rev() {
        let at = found.at;
        for Rests { day, row } in &found.grounds {
            let (kind, text) = match row {
                Some(_) => (AlertCauseKind::Report, format!("what was filed for {day}")),
                None => (AlertCauseKind::Day, format!("nothing was filed for {day}")),
            };
            let is_told = why.iter().any(|it| it.kind == kind && it.text == text && it.row == *row);
            if !is_told {
                why.push(AlertCause { kind, at, text, row: *row });
            }
        }
        let text = format!("asked in its version {}", found.rule_version);
        why.push(AlertCause { kind: AlertCauseKind::Rule, at, text, row: None });
        let text = found.reasoning.clone();
        why.push(AlertCause { kind: AlertCauseKind::Evidence, at, text, row: None });
    }
    why
}

/// How far an alert has been dealt with, as the engine has it.
pub(super) fn status(row: &alert::Model) -> Status {
    match (row.status, row.resolved_at) {
        (AlertStatus::New, _) => Status::New,
        (AlertStatus::Investigating, _) => Status::Investigating,
        (AlertStatus::WorkingOn, _) => Status::WorkingOn,
        (AlertStatus::Resolved, at) => Status::Resolved { at: *at.unwrap_or(row.updated_at) },
    }
}

/// The alerts of a pairing that matter: the open ones, and the newest of each rule that holds.
#[derive(Default)]
pub(super) struct Alerts {
    newest: HashMap<AlertRuleId, alert::Model>,
    /// The numbers of their rules, and whether they are good news.
    rules: HashMap<AlertRuleId, (i32, bool)>,
}

impl Alerts {
    /// Those of some pairings, each with what was found about it: in the same order.
    pub(super) async fn of(
        txn: &Txn,
        asked: &[(PairingId, &Vec<(&Watching, Finding)>)],
    ) -> Result<Vec<Self>> {
        let pairings: Vec<Uuid> = asked.iter().map(|it| it.0.0).collect();
        let mut of = HashMap::<PairingId, Self>::new();
        for Open { alert, rule_number, is_positive } in open(txn, &pairings).await? {
            let alerts = of.entry(alert.pairing_id).or_default();
            alerts.rules.insert(alert.rule_id, (rule_number, is_positive));
            alerts.put(alert);
        }
        let (mut pairings, mut rules) = (Vec::new(), Vec::new());
        for (pairing, found) in asked {
            let alerts = of.entry(*pairing).or_default();
            alerts.rules.extend(found.iter().map(|(it, _)| (it.id, (it.number, it.is_positive))));
            let without =
                found.iter().map(|it| it.0.id).filter(|it| !alerts.newest.contains_key(it));
            let without: Vec<_> = without.collect();
            if !without.is_empty() {
                pairings.push(pairing.0);
                rules.extend(without);
            }
        }
        for row in resolved(txn, &pairings, rules).await? {
            let alerts = of.entry(row.pairing_id).or_default();
            alerts.newest.entry(row.rule_id).or_insert(row);
        }
        Ok(asked.iter().map(|(pairing, _)| of.remove(pairing).unwrap_or_default()).collect())
    }

    pub(super) fn newest(&self, rule: AlertRuleId) -> Option<&alert::Model> {
        self.newest.get(&rule)
    }

    pub(super) fn put(&mut self, row: alert::Model) {
        self.newest.insert(row.rule_id, row);
    }

    /// Those that are not resolved, oldest first.
    pub(super) fn open(&self) -> Vec<alert::Model> {
        let open = self.newest.values().filter(|it| it.status != AlertStatus::Resolved);
        let mut open: Vec<_> = open.cloned().collect();
        open.sort_by_key(|it| it.id);
        open
    }

    /// The number of an alert's rule, and whether it is good news.
    pub(super) fn rule(&self, alert: &alert::Model) -> Option<(i32, bool)> {
        self.rules.get(&alert.rule_id).copied()
    }
}

/// An alert, and what is read of its rule: what it watches for is known.
#[derive(FromQueryResult)]
struct Open {
    #[sea_orm(nested)]
    alert: alert::Model,
    rule_number: i32,
    is_positive: bool,
}

/// The open alerts of some pairings.
async fn open(txn: &Txn, pairings: &[Uuid]) -> Result<Vec<Open>> {
    let open = of_pairings(txn, pairings)
        .filter(is_open())
        .inner_join(alert_rule::Entity)
        .columns([alert_rule::Column::RuleNumber, alert_rule::Column::IsPositive]);
    Ok(open.into_model::<Open>().all(txn).await?)
}

/// The alerts of some rules of these pairings, whether they are open or not, newest first.
async fn resolved(
    txn: &Txn,
    pairings: &[Uuid],
    mut rules: Vec<AlertRuleId>,
) -> Result<Vec<alert::Model>> {
    if pairings.is_empty() {
        return Ok(Vec::new());
    }
    rules.sort_unstable();
    rules.dedup();
    let newest = of_pairings(txn, pairings)
        .filter(is_of(rules))
        .order_by_desc(alert::Column::DetectedAt)
        .order_by_desc(alert::Column::Id)
        .limit(RESOLVED_MAX * pairings.len() as u64);
    Ok(newest.all(txn).await?)
}

/// The alerts of some pairings. By an index that begins with the pairing.
pub(super) fn of_pairings(txn: &Txn, pairings: &[Uuid]) -> Select<alert::Entity> {
    let pairing = Expr::col(alert::Column::PairingId.as_column_ref());
    alert::Entity::find().filter(among(txn.get_database_backend(), pairing, pairings))
}

/// Whether an alert is of one of these rules. No index is looked into for it: a rule has as many alerts as
/// there are pairings, and a pairing only its own.
pub(super) fn is_of(rules: impl IntoIterator<Item = AlertRuleId>) -> Expr {
    let is_one = Expr::case(alert::Column::RuleId.is_in(rules), 1).finally(0);
    Expr::Case(Box::new(is_one)).eq(1)
}
