//! What speaks for an alert, as it is stored: the newest finding, and those before it.

use {
    super::{
        super::{second_opinion, standings::is_open},
        facts::Facts,
        rules::Watching,
    },
    crate::kernel::{error::Result, list::statement::among, txn::Txn},
    chrono::{DateTime, NaiveDate, Utc},
    engine::alerts::{
        Finding, Ground, Id, Severity,
        standing::{Alert, Decision, Fingerprint, News, Status, merge},
    },
    entity::{
        coaching::{
            alert::{self, AlertStatus},
            alert_rule, text_opinion,
        },
        id::{AlertRuleId, EndOfDayReportId, PairingId},
        kernel::notification::{self, NotificationState},
        scalar::{self, Json},
    },
    sea_orm::{
        ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
        QuerySelect, Select,
        sea_query::{Expr, ExprTrait},
    },
    serde::{Deserialize, Serialize},
    serde_json::{Map, Value},
    std::collections::HashMap,
    uuid::Uuid,
};

/// What the evidence of a rule about texts says that it was found by.
const TEXT: &str = "text";
/// How many alerts a pairing are looked through for the newest of each rule that holds.
const RESOLVED_MAX: u64 = 100;

/// What speaks for an alert.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Evidence {
    /// What the newest finding says.
    #[serde(flatten)]
    newest: Map<String, Value>,
    /// What each finding rests on, newest first, at most twenty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    findings: Vec<Found>,
}

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
        let text = "raised by a person".to_owned();
        let at = *alert.detected_at;
        return vec![AlertCause { kind: AlertCauseKind::Person, at, text, row: None }];
    }
    let evidence = Evidence::read(&alert.evidence);
    let mut why: Vec<AlertCause> = Vec::new();
    for found in evidence.findings.iter().rev() {
        let at = found.at;
        for Rests { day, row } in found.grounds.iter().rev() {
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

/// The sentences that the newest finding of a rule about texts quotes, newest first.
pub(crate) fn quoted(evidence: &Json) -> impl Iterator<Item = &str> {
    let quotes = evidence.0["quotes"].as_array().filter(|_| evidence.0["engine"] == TEXT);
    quotes.into_iter().flatten().filter_map(|it| it["text"].as_str())
}

/// A finding, as far as later ones are compared with it.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Found {
    at: DateTime<Utc>,
    rule_version: i32,
    reasoning: String,
    grounds: Vec<Rests>,
}

/// A day, and the row of that day, if the finding is not that there is none.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Rests {
    day: NaiveDate,
    row: Option<Uuid>,
}

impl Evidence {
    /// Reads what is stored; whatever a person or an import has written there is kept.
    pub(super) fn read(json: &Json) -> Self {
        serde_json::from_value(json.0.clone()).unwrap_or_default()
    }

    pub(super) fn write(&self) -> Json {
        Json(serde_json::to_value(self).unwrap_or_default())
    }

    /// Whether a rule has found what is stored, and not a person.
    pub(super) fn is_found(json: &Json) -> bool {
        json.0["findings"].as_array().is_some_and(|it| !it.is_empty())
    }

    /// Adds a finding before those that are there.
    pub(super) fn add(&mut self, finding: &Finding, rule: &Watching, at: scalar::DateTime) {
        let report = |id: Id| EndOfDayReportId(Uuid::from_u128(id.0)).to_string();
        let quotes = finding.quotes.iter().map(|quote| {
            let (report, field) = (report(quote.report), quote.field.name());
            serde_json::json!({ "reportId": report, "field": field, "text": quote.text })
        });
        let window = finding.window.map(
            |it| serde_json::json!({ "from": it.first().to_string(), "to": it.last().to_string() }),
        );
        let told = serde_json::json!({
            "confidence": finding.confidence,
            "reasoning": finding.reasoning,
            "quotes": quotes.collect::<Vec<_>>(),
            "occurrences": finding.occurrences,
            "window": window,
            "reportIds": finding.rows().map(report).collect::<Vec<_>>(),
            "thresholds": finding.thresholds,
            "engine": if rule.is_text { TEXT } else { "logic" },
            "ruleVersion": rule.version,
        });
        if let Value::Object(told) = told {
            self.newest = told;
        }
        let rests =
            |it: &Ground| Rests { day: it.day, row: it.row.map(|id| Uuid::from_u128(id.0)) };
        let found = Found {
            at: *at,
            rule_version: rule.version,
            reasoning: finding.reasoning.clone(),
            grounds: finding.grounds.iter().map(rests).collect(),
        };
        merge(&mut self.findings, found);
    }

    /// What becomes of a finding, given the newest alert of its rule.
    pub(super) fn decide(
        &self,
        facts: &Facts,
        rule: &Watching,
        (severity, finding): (Severity, &Finding),
        newest: Option<&alert::Model>,
    ) -> Decision {
        let known: Vec<_> = self.findings.iter().map(Found::fingerprint).collect();
        let newest = newest.map(|row| Alert {
            status: status(row),
            severity: super::rules::severity(row.severity),
            evidence: &known,
        });
        let fingerprint = Fingerprint::new(finding, rule.version);
        let now = facts.history().now;
        let news = News { fingerprint: &fingerprint, severity, now, zone: facts.zone };
        news.decide(newest.as_ref())
    }
}

impl Found {
    fn fingerprint(&self) -> Fingerprint {
        let ground = |it: &Rests| Ground { day: it.day, row: it.row.map(|row| Id(row.as_u128())) };
        Fingerprint::of(self.grounds.iter().map(ground).collect(), self.rule_version)
    }
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
