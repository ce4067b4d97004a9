//! What years of work leave behind and the invented company has not: events, audit entries, and findings that raised no
//! alert.

use {
    super::insert,
    crate::book::Outcome,
    chrono::TimeDelta,
    entity::{
        coaching::{
            alert_rule, pairing,
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
    sea_orm::{EntityTrait, QueryOrder},
    service::Ctx,
};

/// How many changes are noted, two hours apart: somewhat more than a year.
const CHANGES: i32 = 5_000;
const HOURS_BETWEEN: i64 = 2;
/// How many rows one statement adds: SQLite takes 32,766 parameters.
const ROWS_AT_ONCE: usize = 500;

/// Notes that people have changed pairings, and that rules were asked.
pub(in crate::book) async fn past(ctx: &Ctx) -> Outcome<()> {
    let people = user::Entity::find().order_by_asc(user::COLUMN.id).all(ctx.db()).await?;
    let pairings = pairing::Entity::find().order_by_asc(pairing::COLUMN.id).all(ctx.db()).await?;
    let rules = alert_rule::Entity::find().order_by_asc(alert_rule::COLUMN.id);
    let rules = rules.all(ctx.db()).await?;
    let deeds = (0..CHANGES).rev().zip(people.iter().cycle()).zip(pairings.iter().cycle());
    let deeds: Vec<_> =
        deeds.map(|((back, who), to)| Deed { at: ago(ctx, back), who, to }).collect();
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

fn ago(ctx: &Ctx, back: i32) -> DateTime {
    (*ctx.now() - TimeDelta::hours(HOURS_BETWEEN * i64::from(back))).into()
}

/// Somebody has changed a pairing.
struct Deed<'a> {
    at: DateTime,
    who: &'a user::Model,
    to: &'a pairing::Model,
}

impl Deed<'_> {
    fn event(&self, ctx: &Ctx) -> event_log::Model {
        event_log::Model {
            id: ctx.new_id(),
            actor: EventActor::User,
            user_id: Some(self.who.id),
            event_type: "pairing.updated".to_owned(),
            subject_table: "pairings".to_owned(),
            subject_id: self.to.id.0,
            payload: Json(serde_json::json!({})),
            cause_id: None,
            correlation_id: ctx.correlation(),
            created_at: self.at,
        }
    }

    fn entry(&self, ctx: &Ctx) -> audit_entry::Model {
        audit_entry::Model {
            id: ctx.new_id(),
            user_id: Some(self.who.id),
            action: AuditAction::Update,
            operation: "pairingUpdate".to_owned(),
            resource: "pairings".to_owned(),
            resource_id: AnyId(self.to.id.0),
            changes: Json(serde_json::json!({ "health_score": [100, 90] })),
            ip_address: None,
            user_agent: None,
            correlation_id: AnyId(ctx.correlation()),
            created_at: self.at,
        }
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
        evidence: Json(serde_json::json!({})),
        created_at: ctx.now(),
    }
}
