//! The rules that are switched on, read once a version.

use {
    crate::kernel::{error::Result, txn::Txn},
    engine::alerts::{self, Rule},
    entity::{
        coaching::alert_rule::{self, RuleType, Severity},
        id::AlertRuleId,
        scalar::DateTime,
    },
    sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect},
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

/// Rules that were read before; none for one that could not be.
static KNOWN: LazyLock<Mutex<HashMap<Key, Option<Arc<Watching>>>>> = LazyLock::new(Mutex::default);

/// The rules that are switched on, by number. One that cannot be read is left out, and told in the
/// log when it is first met: the others are asked.
pub(super) async fn watching(txn: &Txn) -> Result<Vec<Arc<Watching>>> {
    let enabled: Vec<Key> = alert_rule::Entity::find()
        .filter(alert_rule::Column::IsEnabled.eq(true))
        .order_by_asc(alert_rule::Column::RuleNumber)
        .select_only()
        .columns([
            alert_rule::Column::Id,
            alert_rule::Column::Version,
            alert_rule::Column::UpdatedAt,
        ])
        .into_tuple()
        .all(txn)
        .await?;
    let unknown: Vec<AlertRuleId> = {
        let known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        enabled.iter().filter(|key| !known.contains_key(*key)).map(|key| key.0).collect()
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
    let known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(enabled.iter().filter_map(|key| known.get(key)?.clone()).collect())
}

fn read(row: &alert_rule::Model) -> Option<Arc<Watching>> {
    match Rule::read(&row.trigger_condition.0, &row.adjustable_thresholds.0) {
        Ok(rule) => Some(Arc::new(Watching {
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
            let (rule, faults) = (row.rule_number, faults.join("; "));
            tracing::error!(rule, faults, "a rule cannot be read, and is not asked");
            None
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
