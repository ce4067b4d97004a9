//! Open alerts, counted by how bad they are.

use {
    crate::kernel::error::Result,
    async_graphql::SimpleObject,
    entity::coaching::{
        alert::{self, AlertStatus},
        alert_rule::Severity,
    },
    sea_orm::{
        ActiveEnum, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect,
        prelude::Uuid,
        sea_query::{Expr, ExprTrait},
    },
    std::collections::HashMap,
};

/// How many alerts are open, by how bad they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, SimpleObject)]
pub struct AlertCounts {
    /// Those worth an interruption.
    pub critical: i32,
    /// Those worth a look today.
    pub high: i32,
    /// Those worth a look this week.
    pub medium: i32,
    /// Those worth knowing.
    pub low: i32,
    /// All of them.
    pub total: i32,
}

impl AlertCounts {
    /// Adds alerts of one severity.
    pub(crate) fn add(&mut self, severity: Severity, count: i32) {
        self.total += count;
        match severity {
            Severity::Critical => self.critical += count,
            Severity::High => self.high += count,
            Severity::Medium => self.medium += count,
            Severity::Low => self.low += count,
        }
    }

    /// Adds what was counted elsewhere.
    pub(super) fn merge(&mut self, other: &Self) {
        let Self { critical, high, medium, low, total } = other;
        self.critical += critical;
        self.high += high;
        self.medium += medium;
        self.low += low;
        self.total += total;
    }
}

/// The open alerts of pairings. By `idx_alerts_pairing_id_rule_id_open`.
pub(super) async fn open(
    db: &impl ConnectionTrait,
    pairings: &[Uuid],
) -> Result<HashMap<Uuid, AlertCounts>> {
    let counted: Vec<(Uuid, Severity, i64)> = alert::Entity::find()
        .select_only()
        .column(alert::Column::PairingId)
        .column(alert::Column::Severity)
        .column_as(alert::Column::Id.count(), "count")
        .filter(alert::Column::PairingId.is_in(pairings.iter().copied()))
        .filter(is_open())
        .group_by(alert::Column::PairingId)
        .group_by(alert::Column::Severity)
        .into_tuple()
        .all(db)
        .await?;
    let mut counts = HashMap::<Uuid, AlertCounts>::new();
    for (pairing, severity, count) in counted {
        counts.entry(pairing).or_default().add(severity, i32::try_from(count).unwrap_or(i32::MAX));
    }
    Ok(counts)
}

/// Whether an alert is open; written out, or no planner would use the index on open alerts.
pub(crate) fn is_open() -> Expr {
    let resolved = Expr::Constant(AlertStatus::Resolved.to_value().into());
    Expr::col((alert::Entity, alert::Column::Status)).ne(resolved)
}
