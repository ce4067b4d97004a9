//! What can be asked for, as far as the five documents do.

use {
    async_graphql::{Enum, InputObject},
    entity::{
        coaching::{
            alert::{self, AlertStatus},
            alert_rule::Severity,
            end_of_day_report::{FeelingDuringWork, WorkType, WorkloadFeeling},
            pairing::{self, HealthStatus},
        },
        id::PairingId,
        scalar::LocalDate,
    },
    sea_orm::Order,
};

#[derive(InputObject)]
pub(super) struct PairingFilter {
    pub(super) health_status: Option<HealthStatusFilter>,
}

#[derive(InputObject)]
pub(super) struct HealthStatusFilter {
    pub(super) r#in: Option<Vec<HealthStatus>>,
}

#[derive(InputObject)]
pub(super) struct AlertFilter {
    pub(super) severity: Option<SeverityFilter>,
    pub(super) status: Option<AlertStatusFilter>,
}

#[derive(Clone, InputObject)]
pub(super) struct SeverityFilter {
    pub(super) r#in: Option<Vec<Severity>>,
}

#[derive(InputObject)]
pub(super) struct AlertStatusFilter {
    eq: Option<AlertStatus>,
    r#in: Option<Vec<AlertStatus>>,
}

impl AlertFilter {
    /// The statuses that alerts are narrowed to, if they are.
    pub(super) fn statuses(self) -> Option<Vec<AlertStatus>> {
        let AlertStatusFilter { eq, r#in } = self.status?;
        r#in.or_else(|| eq.map(|it| vec![it]))
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Enum)]
enum Direction {
    Asc,
    Desc,
}

#[derive(Clone, Copy, PartialEq, Eq, Enum)]
enum PairingOrderField {
    CreatedAt,
    StartDate,
}

#[derive(Clone, Copy, PartialEq, Eq, Enum)]
enum AlertOrderField {
    DetectedAt,
}

#[derive(InputObject)]
pub(super) struct PairingOrder {
    field: PairingOrderField,
    direction: Direction,
}

#[derive(InputObject)]
pub(super) struct AlertOrder {
    field: AlertOrderField,
    direction: Direction,
}

impl PairingOrder {
    pub(super) fn column(&self) -> (pairing::Column, Order) {
        let column = match self.field {
            PairingOrderField::CreatedAt => pairing::Column::CreatedAt,
            PairingOrderField::StartDate => pairing::Column::StartDate,
        };
        (column, self.direction.order())
    }
}

impl AlertOrder {
    pub(super) fn column(&self) -> (alert::Column, Order) {
        let AlertOrderField::DetectedAt = self.field;
        (alert::Column::DetectedAt, self.direction.order())
    }
}

impl Direction {
    fn order(self) -> Order {
        match self {
            Self::Asc => Order::Asc,
            Self::Desc => Order::Desc,
        }
    }
}

#[derive(InputObject)]
pub(super) struct ReportSubmitInput {
    pub(super) pairing_id: PairingId,
    pub(super) report_date: LocalDate,
    pub(super) workload_feeling: WorkloadFeeling,
    pub(super) work_type: WorkType,
    pub(super) feeling_during_work: FeelingDuringWork,
    pub(super) biggest_win: Option<String>,
    pub(super) what_completed: Option<String>,
    pub(super) pending_tasks: Option<String>,
    pub(super) had_daily_sync: bool,
    pub(super) difficulties: Option<String>,
    pub(super) support_needed: Option<String>,
    pub(super) additional_notes: Option<String>,
}
