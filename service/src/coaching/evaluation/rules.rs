//! The rules that are switched on, read once a version.

use {
    crate::kernel::{ctx::Ctx, edit, error, txn::Txn},
    engine::alerts::{self, Rule},
    entity::{
        coaching::alert_rule::{self, RuleType, Severity},
        id::AlertRuleId,
        kernel::capability::Capability,
        scalar::DateTime,
    },
    sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect},
    std::{
        collections::HashMap,
        sync::{Arc, LazyLock, Mutex, PoisonError},
    },
};

/// A rule that is asked.
#[derive(Debug)]
pub(crate) struct Watching {
    pub(crate) id: AlertRuleId,
    pub(crate) number: i32,
    pub(crate) version: i32,
    pub(crate) severity: Severity,
    pub(crate) is_positive: bool,
    pub(crate) is_text: bool,
    pub(crate) rule: Rule,
}

/// What makes a version of a rule the same as one that was read before.
type Key = (AlertRuleId, i32, DateTime);

/// How many versions of rules are remembered.
const KNOWN_MAX: usize = 1_000;

/// A rule that was read, or what is wrong with it.
type Read = Result<Arc<Watching>, String>;

/// Rules that were read before.
static KNOWN: LazyLock<Mutex<HashMap<Key, Read>>> = LazyLock::new(Mutex::default);
/// How much is told of what is wrong with a rule, in characters.
const FAULT_CHARS_MAX: usize = 2_000;

/// The rules that are switched on, by number. One that cannot be read is left out, and marked: the
/// others are asked. The mark goes when it can be read again.
pub(super) async fn watching(txn: &Txn) -> error::Result<Vec<Arc<Watching>>> {
    let enabled: Vec<(AlertRuleId, i32, DateTime, Option<String>)> = alert_rule::Entity::find()
        .filter(alert_rule::Column::IsEnabled.eq(true))
        .order_by_asc(alert_rule::Column::RuleNumber)
        .select_only()
        .columns([
            alert_rule::Column::Id,
            alert_rule::Column::Version,
            alert_rule::Column::UpdatedAt,
            alert_rule::Column::Fault,
        ])
        .into_tuple()
        .all(txn)
        .await?;
    let key = |it: &(AlertRuleId, i32, DateTime, Option<String>)| (it.0, it.1, it.2);
    let unknown: Vec<AlertRuleId> = {
        let known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        enabled.iter().map(key).filter(|key| !known.contains_key(key)).map(|key| key.0).collect()
    };
    if !unknown.is_empty() {
        let rows = alert_rule::Entity::find().filter(alert_rule::Column::Id.is_in(unknown));
        let rows = rows.all(txn).await?;
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() > KNOWN_MAX {
            known.clear();
        }
        known.extend(rows.iter().map(|row| ((row.id, row.version, row.updated_at), read(row))));
    }
    let read: Vec<_> = {
        let known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        let read = enabled.into_iter().filter_map(|it| Some((known.get(&key(&it))?.clone(), it)));
        read.collect()
    };
    let mut watching = Vec::with_capacity(read.len());
    for (read, (id, _, _, told)) in read {
        let fault = read.as_ref().err();
        if fault != told.as_ref() {
            mark(txn, id, fault).await?;
        }
        watching.extend(read.ok());
    }
    Ok(watching)
}

/// Marks a rule that cannot be read, or takes the mark from one that can be again: an event and the
/// audit trail tell of it.
async fn mark(txn: &Txn, id: AlertRuleId, fault: Option<&String>) -> error::Result<()> {
    let Some(before) = alert_rule::Entity::find_by_id(id).one(txn).await? else { return Ok(()) };
    if let Some(fault) = fault {
        let rule = before.rule_number;
        tracing::error!(rule, fault, "a rule cannot be read, and is not asked");
    }
    let mut row = before.clone().into_active_model();
    row.fault.set_if_not_equals(fault.cloned());
    row.faulted_at.set_if_not_equals(fault.map(|_| txn.ctx().now()));
    edit::amend::<alert_rule::Entity, _>(txn, &before, row).await?;
    Ok(())
}

/// The rules that are switched on and cannot be read, by number, each with what is wrong with it, as
/// they stand in the database now.
pub async fn faulty(ctx: &Ctx) -> error::Result<Vec<(i32, String)>> {
    ctx.may(Capability::AlertRulesRead)?;
    let enabled = alert_rule::Entity::find()
        .filter(alert_rule::Column::IsEnabled.eq(true))
        .order_by_asc(alert_rule::Column::RuleNumber);
    let rows = enabled.all(ctx.db()).await?;
    Ok(rows.iter().filter_map(|row| Some((row.rule_number, read(row).err()?))).collect())
}

/// Reads a rule, or says what is wrong with it.
pub(crate) fn read(row: &alert_rule::Model) -> Read {
    match Rule::read(&row.trigger_condition.0, &row.adjustable_thresholds.0) {
        Ok(rule) => Ok(Arc::new(Watching {
            id: row.id,
            number: row.rule_number,
            version: row.version,
            severity: row.severity,
            is_positive: row.is_positive,
            is_text: row.rule_type == RuleType::AiText,
            rule,
        })),
        Err(faults) => {
            let faults: Vec<_> = faults.iter().map(ToString::to_string).collect();
            Err(faults.join("; ").chars().take(FAULT_CHARS_MAX).collect())
        }
    }
}

/// A severity, as the engine has it.
pub(crate) fn severity(severity: Severity) -> alerts::Severity {
    match severity {
        Severity::Low => alerts::Severity::Low,
        Severity::Medium => alerts::Severity::Medium,
        Severity::High => alerts::Severity::High,
        Severity::Critical => alerts::Severity::Critical,
    }
}

/// A severity, as it is stored.
pub(super) fn stored(severity: alerts::Severity) -> Severity {
    match severity {
        alerts::Severity::Low => Severity::Low,
        alerts::Severity::Medium => Severity::Medium,
        alerts::Severity::High => Severity::High,
        alerts::Severity::Critical => Severity::Critical,
    }
}
