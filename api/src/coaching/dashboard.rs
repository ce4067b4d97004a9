//! `Dashboard`: the numbers at the head of the dashboards.

use {
    crate::graphql::{error::public, loads::Loads, plain::Rooted},
    async_graphql::{Context, Object, Result},
    service::coaching::dashboard::{self, Dashboard},
};

#[derive(Default)]
pub(crate) struct DashboardQuery;

/// Numbers are computed: none of them is plain.
impl Rooted for DashboardQuery {}

#[Object]
impl DashboardQuery {
    /// The numbers at the head of the dashboards. What stands in their rows is told by `standing`
    /// of clients, assistants and pairings.
    async fn dashboard(&self, ctx: &Context<'_>) -> Result<Dashboard> {
        dashboard::read(Loads::of(ctx).reader().ctx()).await.map_err(|it| public(&it))
    }
}
