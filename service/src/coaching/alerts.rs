//! Alerts: what rules found, until somebody has dealt with it.

pub mod notices;

use {
    super::evaluation::{self, Watching},
    crate::kernel::{
        access::guarded,
        check::{Check, TEXT, Violation},
        conflict::{self, Unique},
        ctx::Ctx,
        edit,
        error::Result,
        given::Given,
        list::{
            list,
            operators::{Choice, OptionalChoice, Span},
            predicate::Predicate,
        },
        txn::Txn,
    },
    async_graphql::{InputObject, MaybeUndefined},
    entity::{
        coaching::{
            alert::{self, AlertResolution, AlertStatus},
            alert_rule::{self, Severity},
            pairing,
        },
        id::{AlertId, AlertRuleId, AnyId, PairingId, UserId},
        kernel::{
            capability::Capability,
            user::{self, Role},
        },
        scalar::{DateTime, Json},
    },
    sea_orm::{
        ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
        QueryTrait, Set, sea_query::LockType,
    },
    serde_json::json,
};

list! {
    alert;
    /// Narrows a list of alerts.
    filter AlertFilter {
        /// By pairing.
        pairing_id: Choice<AnyId>,
        /// By rule.
        rule_id: Choice<AnyId>,
        /// By how bad they are.
        severity: Choice<Severity>,
        /// By how far they have been dealt with.
        status: Choice<AlertStatus>,
        /// By who deals with them.
        assigned_to: OptionalChoice<AnyId>,
        /// By when they were found.
        detected_at: Span<DateTime>,
    }
    /// The order of a list of alerts.
    order AlertOrder by AlertOrderField {
        /// By when they were found.
        DetectedAt = "detected_at",
    }
    default "detected_at" Desc;
    indexes {
        ["pairing_id", "status": AlertStatus] "detected_at";
        ["severity": Severity, "status": AlertStatus] "detected_at";
        ["assigned_to", "status": AlertStatus] "detected_at";
        ["rule_id", "status": AlertStatus] "detected_at";
        ["status": AlertStatus] "detected_at";
    }
}

guarded! {
    alert: AlertsRead;
    own(_) {
        Predicate::none()
    }
    shown {
        Id, PairingId, RuleId, Severity, Status, AssignedTo, DetectedAt, LastSeenAt,
        OccurrenceCount, AcknowledgedAt, AcknowledgedBy, ConditionClearedAt, ResolvedAt, Resolution,
        ReopenCount, Notes, Version, CreatedAt, UpdatedAt,
    }
    to ReportsInternal { Evidence }
}

/// One open alert a pairing and rule.
const OPEN_ALREADY: Unique = Unique {
    table: "alerts",
    columns: &["pairing_id", "rule_id"],
    field: "ruleId",
    message: "has an open alert on this pairing already",
};

/// An alert to raise by hand.
#[derive(Clone, Debug, InputObject)]
pub struct AlertCreateInput {
    /// The pairing that it is about.
    pub pairing_id: Given<PairingId>,
    /// The rule that would have found it.
    pub rule_id: Given<AlertRuleId>,
    /// How bad it is; as the rule says when left out.
    pub severity: Option<Severity>,
    /// What was seen, at most 10,000 characters.
    pub notes: Option<String>,
}

/// Changes to an alert. What is left out stays as it is.
#[derive(Clone, Debug, InputObject)]
pub struct AlertUpdateInput {
    /// Which.
    pub id: Given<AlertId>,
    /// The version that the changes were made from.
    pub expected_version: i32,
    /// How bad it is.
    pub severity: MaybeUndefined<Severity>,
    /// What those who deal with it wrote down, at most 10,000 characters; null for nothing.
    pub notes: MaybeUndefined<String>,
}

/// Who is to deal with an alert.
#[derive(Clone, Debug, InputObject)]
pub struct AlertAssignInput {
    /// Which alert.
    pub id: Given<AlertId>,
    /// Who: an active head or administrator; null for nobody.
    pub assignee_id: Option<Given<UserId>>,
}

/// Notice taken of an alert.
#[derive(Clone, Debug, InputObject)]
pub struct AlertAcknowledgeInput {
    /// Which alert.
    pub id: Given<AlertId>,
}

/// A move of an open alert on the board.
#[derive(Clone, Debug, InputObject)]
pub struct AlertMoveInput {
    /// Which alert.
    pub id: Given<AlertId>,
    /// To which column: `NEW`, `INVESTIGATING` or `WORKING_ON`.
    pub status: AlertStatus,
}

/// The end of an alert.
#[derive(Clone, Debug, InputObject)]
pub struct AlertResolveInput {
    /// Which alert.
    pub id: Given<AlertId>,
    /// How it ended.
    pub resolution: AlertResolution,
    /// What there is to say about it, at most 10,000 characters; replaces the notes.
    pub notes: Option<String>,
}

/// An alert to open again.
#[derive(Clone, Debug, InputObject)]
pub struct AlertReopenInput {
    /// Which alert.
    pub id: Given<AlertId>,
}

/// An alert that a rule has found.
pub(super) fn found(
    ctx: &Ctx,
    pairing_id: PairingId,
    rule: &Watching,
    evidence: Json,
) -> alert::Model {
    new(ctx, (pairing_id, rule.id), rule.severity, (evidence, None))
}

fn new(
    ctx: &Ctx,
    (pairing_id, rule_id): (PairingId, AlertRuleId),
    severity: Severity,
    (evidence, notes): (Json, Option<String>),
) -> alert::Model {
    let now = ctx.now();
    alert::Model {
        id: ctx.new_id(),
        pairing_id,
        rule_id,
        severity,
        status: AlertStatus::New,
        assigned_to: None,
        detected_at: now,
        last_seen_at: now,
        occurrence_count: 1,
        acknowledged_at: None,
        acknowledged_by: None,
        condition_cleared_at: None,
        resolved_at: None,
        resolution: None,
        reopen_count: 0,
        evidence,
        notes,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

/// Stores an alert, and has people told of it if it is critical.
pub(super) async fn raise(txn: &Txn, row: alert::Model) -> Result<alert::Model> {
    let row = edit::insert(txn, row).await.map_err(|it| conflict::told(it, &[OPEN_ALREADY]))?;
    notices::tell(txn, None, &row).await?;
    Ok(row)
}

/// Stores a change of an alert, and has people told of it if it is critical now and was not before.
pub(super) async fn keep(
    txn: &Txn,
    before: &alert::Model,
    row: alert::ActiveModel,
) -> Result<alert::Model> {
    let row = edit::save::<alert::Entity, _>(txn, before, row).await?;
    notices::tell(txn, Some(before), &row).await?;
    Ok(row)
}

/// The same for alerts that rules have found, each as a part of a transaction.
pub(super) async fn raise_each(rows: &[(&Txn, alert::Model)]) -> Result<()> {
    let each: Vec<_> = rows.iter().map(|(part, row)| (*part, row)).collect();
    edit::insert_each(&each).await.map_err(|it| conflict::told(it, &[OPEN_ALREADY]))?;
    for (part, row) in rows {
        notices::tell(part, None, row).await?;
    }
    Ok(())
}

/// The same for changes of alerts.
pub(super) async fn keep_each(rows: &[(&Txn, alert::Model, alert::Model)]) -> Result<()> {
    let each: Vec<_> = rows.iter().map(|(part, before, row)| (*part, before, row)).collect();
    edit::amend_each(&each).await?;
    for (part, before, row) in rows {
        notices::tell(part, Some(before), row).await?;
    }
    Ok(())
}

/// Makes a resolved alert an open one, as INVESTIGATING.
pub(super) fn open_again(row: &mut alert::Model) {
    row.status = AlertStatus::Investigating;
    row.resolved_at = None;
    row.resolution = None;
    row.condition_cleared_at = None;
    row.reopen_count += 1;
}

/// Ends an alert that went away by itself.
pub(super) fn clear(row: &mut alert::Model, now: DateTime) {
    row.status = AlertStatus::Resolved;
    row.resolved_at = Some(now);
    row.resolution = Some(AlertResolution::AutoCleared);
    row.condition_cleared_at = Some(now);
}

/// Raises an alert by hand.
pub async fn create(ctx: &Ctx, input: AlertCreateInput) -> Result<alert::Model> {
    let permit = ctx.may(Capability::AlertsWork)?;
    let AlertCreateInput { pairing_id, rule_id, severity, notes } = input;
    let mut check = Check::new();
    let notes = check.text_or_none("notes", notes, TEXT);
    check.done()?;
    let txn = ctx.begin(permit).await?;
    let pairing = edit::find::<pairing::Entity, _>(&txn, "pairingId", pairing_id).await?;
    let rule = edit::read::<alert_rule::Entity, _>(&txn, "ruleId", rule_id).await?;
    let by = ctx.viewer().user_id().map(|id| id.to_string());
    let evidence = Json(json!({ "engine": "person", "raisedBy": by }));
    let severity = severity.unwrap_or(rule.severity);
    let row = new(ctx, (pairing.id, rule.id), severity, (evidence, notes));
    let row = raise(&txn, row).await?;
    judged(txn, row).await
}

/// Changes an alert.
pub async fn update(ctx: &Ctx, input: AlertUpdateInput) -> Result<alert::Model> {
    let permit = ctx.may(Capability::AlertsWork)?;
    let AlertUpdateInput { id, expected_version, severity, notes } = input;
    let txn = ctx.begin(permit).await?;
    hold_pairing(&txn, &id).await?;
    let before = edit::find_at::<alert::Entity, _>(&txn, id, expected_version).await?;
    let mut row = before.clone().into_active_model();
    let mut check = Check::new();
    check.patch("severity", severity, &mut row.severity, |_, it| Some(it));
    check.patch_or_clear(notes, &mut row.notes, |check, it| {
        check.text_or_none("notes", Some(it), TEXT)
    });
    check.done()?;
    let row = keep(&txn, &before, row).await?;
    judged(txn, row).await
}

/// Says who is to deal with an alert. One that is NEW stays so until somebody takes notice.
pub async fn assign(ctx: &Ctx, input: AlertAssignInput) -> Result<alert::Model> {
    let permit = ctx.may(Capability::AlertsWork)?;
    let AlertAssignInput { id, assignee_id } = input;
    let txn = ctx.begin(permit).await?;
    let before = find(&txn, id).await?;
    let assignee = match assignee_id {
        Some(id) => Some(assignee(&txn, id).await?),
        None => None,
    };
    let mut row = before.clone().into_active_model();
    row.assigned_to.set_if_not_equals(assignee);
    let row = edit::save::<alert::Entity, _>(&txn, &before, row).await?;
    judged(txn, row).await
}

/// Takes notice of an open alert. Whoever did so first stays on record.
pub async fn acknowledge(ctx: &Ctx, input: AlertAcknowledgeInput) -> Result<alert::Model> {
    let permit = ctx.may(Capability::AlertsWork)?;
    let txn = ctx.begin(permit).await?;
    let before = open(&txn, input.id, "resolved alerts need no notice").await?;
    let mut row = before.clone().into_active_model();
    notice(ctx, &before, &mut row);
    let row = edit::save::<alert::Entity, _>(&txn, &before, row).await?;
    judged(txn, row).await
}

/// Moves an open alert to another column of the board. Moving it out of NEW takes notice of it.
pub async fn move_to(ctx: &Ctx, input: AlertMoveInput) -> Result<alert::Model> {
    let permit = ctx.may(Capability::AlertsWork)?;
    let AlertMoveInput { id, status } = input;
    let mut check = Check::new();
    let is_open = status != AlertStatus::Resolved;
    check.require(is_open, "status", "must be an open status; alertResolve ends an alert");
    check.done()?;
    let txn = ctx.begin(permit).await?;
    let before = open(&txn, id, "a resolved alert is opened by alertReopen only").await?;
    let mut row = before.clone().into_active_model();
    if status != AlertStatus::New {
        notice(ctx, &before, &mut row);
    }
    row.status.set_if_not_equals(status);
    let row = edit::save::<alert::Entity, _>(&txn, &before, row).await?;
    judged(txn, row).await
}

/// Ends an alert.
pub async fn resolve(ctx: &Ctx, input: AlertResolveInput) -> Result<alert::Model> {
    let permit = ctx.may(Capability::AlertsWork)?;
    let AlertResolveInput { id, resolution, notes } = input;
    let mut check = Check::new();
    let notes = check.text_or_none("notes", notes, TEXT);
    let by_hand = resolution != AlertResolution::AutoCleared;
    check.require(by_hand, "resolution", "must not be AUTO_CLEARED: only the rules say so");
    check.done()?;
    let txn = ctx.begin(permit).await?;
    let before = open(&txn, id, "is resolved already").await?;
    let mut row = before.clone().into_active_model();
    notice(ctx, &before, &mut row);
    row.status = Set(AlertStatus::Resolved);
    row.resolved_at = Set(Some(ctx.now()));
    row.resolution = Set(Some(resolution));
    if notes.is_some() {
        row.notes = Set(notes);
    }
    let row = edit::save::<alert::Entity, _>(&txn, &before, row).await?;
    judged(txn, row).await
}

/// Opens a resolved alert again, as INVESTIGATING.
pub async fn reopen(ctx: &Ctx, input: AlertReopenInput) -> Result<alert::Model> {
    let permit = ctx.may(Capability::AlertsWork)?;
    let txn = ctx.begin(permit).await?;
    let before = find(&txn, input.id).await?;
    if before.status != AlertStatus::Resolved {
        return Err(Violation::conflict("id", "is open").into());
    }
    let mut row =
        alert::Model { version: before.version + 1, updated_at: ctx.now(), ..before.clone() };
    open_again(&mut row);
    let told = |failure| {
        let message = "another alert of this rule is open on the pairing";
        conflict::told(failure, &[Unique { field: "id", message, ..OPEN_ALREADY }])
    };
    edit::amend_each(&[(&txn, &before, &row)]).await.map_err(told)?;
    notices::tell(&txn, Some(&before), &row).await?;
    judged(txn, row).await
}

/// The alert with an id.
async fn find(txn: &Txn, id: Given<AlertId>) -> Result<alert::Model> {
    hold_pairing(txn, &id).await?;
    edit::find::<alert::Entity, _>(txn, "id", id).await
}

/// Locks the pairing of an alert. Whoever judges a pairing holds it before its alerts, and so does whoever changes
/// one of these: else each of them might wait for the other.
async fn hold_pairing(txn: &Txn, id: &Given<AlertId>) -> Result<()> {
    // One that cannot be read is told of by whoever looks for the alert.
    let Ok(id) = id.0 else { return Ok(()) };
    let alert = alert::Entity::find_by_id(id).select_only().column(alert::Column::PairingId);
    let held = pairing::Entity::find().select_only().column(pairing::Column::Id);
    let mut held = held.filter(pairing::Column::Id.in_subquery(alert.into_query())).into_query();
    txn.query_one(held.lock(LockType::NoKeyUpdate)).await?;
    Ok(())
}

/// Says anew how the pairing of an alert stands that was changed, and makes it last.
async fn judged(txn: Txn, row: alert::Model) -> Result<alert::Model> {
    evaluation::judge(&txn, row.pairing_id).await?;
    txn.commit().await?;
    Ok(row)
}

/// The alert with an id, if nobody has resolved it.
async fn open(txn: &Txn, id: Given<AlertId>, else_told: &str) -> Result<alert::Model> {
    let row = find(txn, id).await?;
    if row.status == AlertStatus::Resolved {
        return Err(Violation::conflict("status", else_told).into());
    }
    Ok(row)
}

/// Notes who took notice of an alert first, and when.
fn notice(ctx: &Ctx, before: &alert::Model, row: &mut alert::ActiveModel) {
    if before.acknowledged_at.is_none() {
        row.acknowledged_at = Set(Some(ctx.now()));
        row.acknowledged_by = Set(ctx.viewer().user_id());
    }
}

/// Somebody who may deal with alerts.
async fn assignee(txn: &Txn, id: Given<UserId>) -> Result<UserId> {
    let user = edit::read::<user::Entity, _>(txn, "assigneeId", id).await?;
    let may = matches!(user.role, Role::Admin | Role::HeadClientSuccess | Role::HeadEas);
    let mut check = Check::new();
    check.require(user.is_active && may, "assigneeId", "must be an active head or administrator");
    check.done()?;
    Ok(user.id)
}
