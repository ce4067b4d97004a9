//! The numbers at the head of the dashboards.

use {
    super::standings::AlertCounts,
    crate::{
        coaching::standings::is_open,
        kernel::{ctx::Ctx, error::Result},
    },
    async_graphql::SimpleObject,
    entity::{
        coaching::{
            alert::{self, AlertStatus},
            alert_rule::Severity,
            client, ea,
            pairing::{self, HealthStatus},
        },
        kernel::capability::Capability,
    },
    sea_orm::{
        ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, Select,
        sea_query::{Asterisk, Expr, ExprTrait, Query},
    },
};

/// The numbers at the head of the dashboards.
#[derive(Clone, Debug, SimpleObject)]
pub struct Dashboard {
    /// All pairings.
    pub pairings: PairingCounts,
    /// All clients.
    pub clients: IssueCounts,
    /// All assistants.
    pub assistants: IssueCounts,
    /// All alerts that are open.
    pub open_alerts: OpenAlerts,
}

/// Pairings, counted by how they stand.
#[derive(Clone, Copy, Debug, Default, SimpleObject)]
pub struct PairingCounts {
    /// All of them.
    pub total: i32,
    /// Those for which all is well.
    pub green: i32,
    /// Those that somebody should look at this week.
    pub yellow: i32,
    /// Those that somebody should look at today.
    pub red: i32,
    /// Those whose health was set by a person.
    pub overridden: i32,
}

/// Clients or assistants, counted by whether all is well with their pairings.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct IssueCounts {
    /// All of them.
    pub total: i32,
    /// Those with a pairing that is not GREEN or that has an open alert.
    pub with_issues: i32,
}

/// Open alerts, counted by how bad they are and how far they have been dealt with.
#[derive(Clone, Copy, Debug, Default, SimpleObject)]
pub struct OpenAlerts {
    /// By how bad they are.
    pub by_severity: AlertCounts,
    /// Those that nobody has looked at.
    pub new: i32,
    /// Those that somebody is finding out about.
    pub investigating: i32,
    /// Those that somebody is mending.
    pub working_on: i32,
    /// Those that nobody is assigned to.
    pub unassigned: i32,
}

/// Counts everything: six statements, which read pairings and what is open, and nothing of the past.
pub async fn read(ctx: &Ctx) -> Result<Dashboard> {
    ctx.may_all(Capability::HealthRead)?;
    Ok(Dashboard {
        pairings: pairings(ctx).await?,
        clients: counts(ctx, client::Entity::find(), pairing::Column::ClientId).await?,
        assistants: counts(ctx, ea::Entity::find(), pairing::Column::EaId).await?,
        open_alerts: open_alerts(ctx).await?,
    })
}

/// By `idx_pairings_health_status_created_at_id`.
async fn pairings(ctx: &Ctx) -> Result<PairingCounts> {
    let rows: Vec<(HealthStatus, bool, i64)> = pairing::Entity::find()
        .select_only()
        .column(pairing::Column::HealthStatus)
        .column(pairing::Column::HealthStatusOverride)
        .column_as(pairing::Column::Id.count(), "count")
        .group_by(pairing::Column::HealthStatus)
        .group_by(pairing::Column::HealthStatusOverride)
        .into_tuple()
        .all(ctx.db())
        .await?;
    let mut counts = PairingCounts::default();
    for (health, is_overridden, count) in rows {
        let count = whole(count);
        counts.total += count;
        counts.overridden += if is_overridden { count } else { 0 };
        *match health {
            HealthStatus::Green => &mut counts.green,
            HealthStatus::Yellow => &mut counts.yellow,
            HealthStatus::Red => &mut counts.red,
        } += count;
    }
    Ok(counts)
}

/// By `idx_alerts_severity_status_assigned_to_open`, which has all of it: neither resolved alerts nor any rows are read.
async fn open_alerts(ctx: &Ctx) -> Result<OpenAlerts> {
    let is_unassigned = || Expr::col(alert::Column::AssignedTo).is_null();
    let rows: Vec<(Severity, AlertStatus, bool, i64)> = alert::Entity::find()
        .select_only()
        .column(alert::Column::Severity)
        .column(alert::Column::Status)
        .expr_as(is_unassigned(), "is_unassigned")
        .expr_as(Expr::col(Asterisk).count(), "count")
        .filter(is_open())
        .group_by(alert::Column::Severity)
        .group_by(alert::Column::Status)
        .group_by(is_unassigned())
        .into_tuple()
        .all(ctx.db())
        .await?;
    let mut open = OpenAlerts::default();
    for (severity, status, is_unassigned, count) in rows {
        let count = whole(count);
        open.by_severity.add(severity, count);
        open.unassigned += if is_unassigned { count } else { 0 };
        match status {
            AlertStatus::New => open.new += count,
            AlertStatus::Investigating => open.investigating += count,
            AlertStatus::WorkingOn => open.working_on += count,
            AlertStatus::Resolved => {}
        }
    }
    Ok(open)
}

/// How many there are, and how many have a pairing with an issue, which refers to them by `column`.
async fn counts<E>(ctx: &Ctx, all: Select<E>, column: pairing::Column) -> Result<IssueCounts>
where
    E: EntityTrait<Model: Sync>,
{
    let total = all.count(ctx.db()).await?;
    let mut open = Query::select();
    open.column(alert::Column::PairingId).from(alert::Entity).and_where(is_open());
    let has_issue = pairing::Column::HealthStatus
        .ne(HealthStatus::Green)
        .or(Expr::col(pairing::Column::Id).in_subquery(open));
    let with_issues: Option<i64> = pairing::Entity::find()
        .select_only()
        .expr_as(column.into_expr().count_distinct(), "count")
        .filter(has_issue)
        .into_tuple()
        .one(ctx.db())
        .await?;
    let total = i64::try_from(total).unwrap_or(i64::MAX);
    Ok(IssueCounts { total: whole(total), with_issues: whole(with_issues.unwrap_or_default()) })
}

fn whole(count: i64) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
