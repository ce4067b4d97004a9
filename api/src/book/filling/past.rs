//! What years of work leave behind and the invented company has not: events, audit entries, and findings that raised no
//! alert.

use {
    super::insert,
    crate::book::Outcome,
    chrono::TimeDelta,
    entity::{
        coaching::{
            alert_rule, end_of_day_report, pairing,
            rule_evaluation::{self, EvaluationOutcome},
        },
        id::AnyId,
        kernel::{
            audit_entry::{self, AuditAction},
            event_log::{self, EventActor},
            user,
        },
        scalar::{DateTime, Json},
    },
    sea_orm::{EntityTrait, QueryOrder, QuerySelect},
    serde_json::{Map, Value, json},
    service::Ctx,
};

/// How many reports were noted, two hours apart: somewhat more than a year.
const REPORTS: u64 = 5_000;
const HOURS_BETWEEN: i64 = 2;
/// How many rows one statement adds: SQLite takes 32,766 parameters.
const ROWS_AT_ONCE: usize = 500;

/// Notes that people have filed reports, and that rules were asked.
pub(in crate::book) async fn past(ctx: &Ctx) -> Outcome<()> {
    let people = user::Entity::find().order_by_asc(user::COLUMN.id).all(ctx.db()).await?;
    let pairings = pairing::Entity::find().order_by_asc(pairing::COLUMN.id).all(ctx.db()).await?;
    let rules = alert_rule::Entity::find().order_by_asc(alert_rule::COLUMN.id);
    let rules = rules.all(ctx.db()).await?;
    let reports = end_of_day_report::Entity::find().order_by_asc(end_of_day_report::COLUMN.id);
    let reports = reports.limit(REPORTS).all(ctx.db()).await?;
    let deeds = (0..).zip(reports.iter().rev()).zip(people.iter().cycle());
    let deeds: Vec<_> =
        deeds.map(|((back, report), who)| Deed { at: ago(ctx, back), who, report }).collect();
    for deeds in deeds.chunks(ROWS_AT_ONCE) {
        let events = deeds.iter().map(|it| it.event(ctx)).collect();
        insert::<event_log::Entity, _>(ctx, events).await?;
        let entries = deeds.iter().map(|it| it.entry(ctx)).collect();
        insert::<audit_entry::Entity, _>(ctx, entries).await?;
    }
    for pairing in &pairings {
        let found = rules.iter().map(|rule| suppressed(ctx, pairing, rule)).collect();
        insert::<rule_evaluation::Entity, _>(ctx, found).await?;
    }
    Ok(())
}

fn ago(ctx: &Ctx, back: i64) -> DateTime {
    (*ctx.now() - TimeDelta::hours(HOURS_BETWEEN * back)).into()
}

/// Somebody has filed a report.
struct Deed<'a> {
    at: DateTime,
    who: &'a user::Model,
    report: &'a end_of_day_report::Model,
}

impl Deed<'_> {
    fn event(&self, ctx: &Ctx) -> event_log::Model {
        event_log::Model {
            id: ctx.new_id(),
            actor: EventActor::User,
            user_id: Some(self.who.id),
            event_type: "end_of_day_report.created".to_owned(),
            subject_table: "end_of_day_reports".to_owned(),
            subject_id: self.report.id.0,
            payload: Json(json!({})),
            cause_id: None,
            correlation_id: ctx.correlation(),
            created_at: self.at,
        }
    }

    fn entry(&self, ctx: &Ctx) -> audit_entry::Model {
        audit_entry::Model {
            id: ctx.new_id(),
            user_id: Some(self.who.id),
            action: AuditAction::Create,
            operation: "reportSubmit".to_owned(),
            resource: "end_of_day_reports".to_owned(),
            resource_id: AnyId(self.report.id.0),
            changes: Json(Value::Object(self.changes())),
            ip_address: None,
            user_agent: None,
            correlation_id: AnyId(ctx.correlation()),
            created_at: self.at,
        }
    }

    /// The texts, which are most of what is noted of a report.
    fn changes(&self) -> Map<String, Value> {
        let it = self.report;
        let texts = [
            ("biggest_win", &it.biggest_win),
            ("what_completed", &it.what_completed),
            ("pending_tasks", &it.pending_tasks),
            ("difficulties", &it.difficulties),
            ("support_needed", &it.support_needed),
            ("additional_notes", &it.additional_notes),
        ];
        let given = texts.into_iter().filter_map(|(name, text)| Some((name, text.as_ref()?)));
        given.map(|(name, text)| (name.to_owned(), json!({ "to": text }))).collect()
    }
}

fn suppressed(
    ctx: &Ctx,
    pairing: &pairing::Model,
    rule: &alert_rule::Model,
) -> rule_evaluation::Model {
    rule_evaluation::Model {
        id: ctx.new_id(),
        pairing_id: pairing.id,
        rule_id: rule.id,
        outcome: EvaluationOutcome::Suppressed,
        why: "The assistant was on leave".to_owned(),
        evaluated_on: pairing.start_date,
        evidence: Json(json!({})),
        created_at: ctx.now(),
    }
}
