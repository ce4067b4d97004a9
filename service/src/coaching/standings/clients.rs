//! How clients stand.

use {
    super::{AlertCounts, Computed, alert_counts, pairings::newest_reports},
    crate::kernel::{ctx::Ctx, error::Result},
    async_graphql::SimpleObject,
    entity::{
        coaching::pairing::{self, HealthStatus},
        kernel::capability::Capability,
        scalar::LocalDate,
    },
    sea_orm::{ColumnTrait, EntityTrait, QueryFilter, prelude::Uuid},
    std::collections::HashMap,
};

/// How a client stands today.
#[derive(Clone, Debug, Default, SimpleObject)]
pub struct ClientStanding {
    /// How the client's worst pairing stands; none without pairings.
    pub health_status: Option<HealthStatus>,
    /// How many pairings the client has.
    pub pairing_count: i32,
    /// The open alerts of all its pairings.
    pub open_alerts: AlertCounts,
    /// The day of the newest report on any of its pairings; none before the first.
    pub last_report_date: Option<LocalDate>,
}

impl Computed for ClientStanding {
    type Asked = ();

    /// Three statements: the pairings, the newest reports, open alerts.
    async fn of(ctx: &Ctx, (): &(), ids: &[Uuid]) -> Result<HashMap<Uuid, Self>> {
        ctx.may_all(Capability::HealthRead)?;
        let of_clients = pairing::Column::ClientId.is_in(ids.iter().copied());
        let pairings = pairing::Entity::find().filter(of_clients).all(ctx.db()).await?;
        let pairing_ids: Vec<Uuid> = pairings.iter().map(|it| it.id.0).collect();
        let newest = newest_reports(ctx, &pairing_ids).await?;
        let alerts = alert_counts::open(ctx.db(), &pairing_ids).await?;
        let mut standings: HashMap<_, _> = ids.iter().map(|id| (*id, Self::default())).collect();
        for pairing in pairings {
            let standing = standings.entry(pairing.client_id.0).or_default();
            standing.pairing_count += 1;
            standing.health_status = standing.health_status.max(Some(pairing.health_status));
            standing.last_report_date =
                standing.last_report_date.max(newest.get(&pairing.id.0).copied());
            if let Some(open) = alerts.get(&pairing.id.0) {
                standing.open_alerts.merge(open);
            }
        }
        Ok(standings)
    }
}
