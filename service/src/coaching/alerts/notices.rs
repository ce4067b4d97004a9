//! Who is told of an alert that is critical: whoever deals with it, or else the heads.

use {
    crate::{
        coaching::standings::Computed,
        kernel::{
            ctx::Ctx,
            error::Result,
            notify::{self, Message, News},
            txn::Txn,
        },
    },
    entity::{
        coaching::{
            alert::{self, AlertStatus},
            alert_rule::{self, Severity},
            client, pairing,
        },
        id::UserId,
        kernel::{
            capability::Capability,
            notification::{self, NotificationCause},
            user::{self, Role},
        },
    },
    sea_orm::{
        ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
        sea_query::{Expr, ExprTrait},
    },
    serde_json::json,
    std::collections::HashMap,
    uuid::Uuid,
};

/// How many people are told of one alert at most.
const PEOPLE_MAX: u64 = 100;
/// How many notifications of a page of alerts are read at most.
const TOLD_MAX: u64 = 10_000;

/// The notifications of an alert, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Told(pub Vec<notification::Model>);

impl Computed for Told {
    type Asked = ();

    /// One statement. By `idx_notifications_alert_id_created_at_id`.
    async fn of(ctx: &Ctx, (): &(), ids: &[Uuid]) -> Result<HashMap<Uuid, Self>> {
        ctx.may_all(Capability::AlertsRead)?;
        let rows = notification::Entity::find()
            .filter(notification::Column::AlertId.is_in(ids.iter().copied()))
            .order_by_asc(notification::Column::CreatedAt)
            .order_by_asc(notification::Column::Id)
            .limit(TOLD_MAX);
        let mut told: HashMap<_, _> = ids.iter().map(|id| (*id, Self::default())).collect();
        for row in rows.all(ctx.db()).await? {
            told.entry(row.alert_id.0).or_default().0.push(row);
        }
        Ok(told)
    }
}

/// Has people told that an alert is critical now, if it was not before.
pub(super) async fn tell(
    txn: &Txn,
    before: Option<&alert::Model>,
    row: &alert::Model,
) -> Result<()> {
    let Some(cause) = cause(before, row) else { return Ok(()) };
    txn.because_of_that();
    let people = people(txn, row).await?;
    let message = message(txn, cause, row).await?;
    let (alert, reopen_count) = (row.id, row.reopen_count);
    notify::tell(txn, News { alert, cause, reopen_count, people, message }).await
}

fn cause(before: Option<&alert::Model>, row: &alert::Model) -> Option<NotificationCause> {
    if row.severity != Severity::Critical || row.status == AlertStatus::Resolved {
        return None;
    }
    match before {
        None => Some(NotificationCause::Raised),
        Some(before) if before.reopen_count < row.reopen_count => Some(NotificationCause::Reopened),
        Some(before) if before.severity != Severity::Critical => Some(NotificationCause::Rose),
        Some(_) => None,
    }
}

/// Whoever deals with it; the heads, when nobody does; administrators, when there are none.
async fn people(txn: &Txn, row: &alert::Model) -> Result<Vec<UserId>> {
    if let Some(id) = row.assigned_to {
        let assignee = active(txn, user::Column::Id.eq(id)).await?;
        if !assignee.is_empty() {
            return Ok(assignee);
        }
    }
    let heads = user::Column::Role.is_in([Role::HeadClientSuccess, Role::HeadEas]);
    let heads = active(txn, heads).await?;
    if heads.is_empty() { active(txn, user::Column::Role.eq(Role::Admin)).await } else { Ok(heads) }
}

async fn active(txn: &Txn, who: Expr) -> Result<Vec<UserId>> {
    let active = user::Entity::find()
        .filter(who.and(user::Column::IsActive.eq(true)))
        .order_by_asc(user::Column::Id)
        .limit(PEOPLE_MAX)
        .select_only()
        .column(user::Column::Id);
    Ok(active.into_tuple().all(txn).await?)
}

/// What is said. It names people and the rule, and holds no texts of reports.
async fn message(txn: &Txn, cause: NotificationCause, row: &alert::Model) -> Result<Message> {
    let ctx = txn.ctx();
    let rule = alert_rule::Entity::find_by_id(row.rule_id).one(txn).await?;
    let (number, rule) = rule.map(|it| (it.rule_number, it.name)).unwrap_or_default();
    let pairing = pairing::Entity::find_by_id(row.pairing_id).one(txn).await?;
    let (mut assistant, mut of) = (String::new(), String::new());
    if let Some(pairing) = pairing {
        let person = user::Entity::find_by_id(UserId::from(pairing.ea_id)).one(txn).await?;
        let client = client::Entity::find_by_id(pairing.client_id).one(txn).await?;
        assistant = person.map(|it| it.name).unwrap_or_default();
        of = client.map(|it| it.name).unwrap_or_default();
    }
    let (kind, what) = match cause {
        NotificationCause::Raised => ("alert.raised", "was raised"),
        NotificationCause::Reopened => ("alert.reopened", "was opened again"),
        NotificationCause::Rose => ("alert.rose", "has become critical"),
    };
    let link = ctx.notifier().alert_link(row.id);
    let mut text = format!(
        "A critical alert {what}.\n\nRule:       {rule}\nAssistant:  {assistant}\nClient:     {of}\n"
    );
    if let Some(link) = &link {
        text = format!("{text}\n{link}\n");
    }
    let data = json!({
        "alertId": row.id.to_string(),
        "pairingId": row.pairing_id.to_string(),
        "severity": row.severity,
        "status": row.status,
        "rule": { "id": row.rule_id.to_string(), "number": number, "name": rule },
        "link": link,
    });
    let subject = format!("Critical: {rule} ({assistant}, {of})");
    let subject = subject.chars().map(|it| if it.is_control() { ' ' } else { it }).collect();
    Ok(Message { kind: kind.to_owned(), at: ctx.now().to_string(), subject, text, data })
}
