//! Rows as objects, and their edges.

use {
    super::{
        db,
        input::AlertFilter,
        load::{NewestReports, OpenAlerts, Rows},
    },
    async_graphql::{ComplexObject, Context, Result, SimpleObject, dataloader::DataLoader},
    base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64},
    chrono::NaiveDate,
    entity::{
        coaching::{alert, alert_rule, client, ea, end_of_day_report, pairing},
        kernel::user,
    },
    sea_orm::{
        ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
        sea_query::{Expr, ExprTrait},
    },
    uuid::Uuid,
};

/// Declares an object of a row's columns.
macro_rules! object {
    ($name:ident: $entity:ident) => {
        #[derive(Clone, SimpleObject)]
        #[graphql(complex)]
        pub(super) struct $name {
            #[graphql(flatten)]
            row: $entity::Model,
        }

        impl From<$entity::Model> for $name {
            fn from(row: $entity::Model) -> Self {
                Self { row }
            }
        }
    };
}

object!(Pairing: pairing);
object!(Assistant: ea);
object!(Report: end_of_day_report);
object!(Alert: alert);

#[derive(SimpleObject)]
pub(super) struct PageInfo {
    has_next_page: bool,
    end_cursor: Option<String>,
}

#[derive(SimpleObject)]
pub(super) struct PairingConnection {
    pub(super) nodes: Vec<Pairing>,
    pub(super) page_info: PageInfo,
}

#[derive(SimpleObject)]
pub(super) struct AlertConnection {
    nodes: Vec<Alert>,
    page_info: PageInfo,
}

#[derive(SimpleObject)]
#[graphql(complex)]
pub(super) struct ReportConnection {
    nodes: Vec<Report>,
    page_info: PageInfo,
    #[graphql(skip)]
    pairing: pairing::Model,
}

#[derive(SimpleObject)]
pub(super) struct UserError {
    code: String,
    message: String,
    path: Vec<String>,
}

#[derive(SimpleObject)]
pub(super) struct ReportSubmitPayload {
    pub(super) report: Option<Report>,
    pub(super) errors: Vec<UserError>,
}

fn loader<'a>(ctx: &Context<'a>) -> Result<&'a DataLoader<Rows>> {
    ctx.data()
}

#[ComplexObject]
impl Pairing {
    async fn ea(&self, ctx: &Context<'_>) -> Result<Option<Assistant>> {
        Ok(loader(ctx)?.load_one(self.row.ea_id).await?.map(Assistant::from))
    }

    async fn client(&self, ctx: &Context<'_>) -> Result<Option<client::Model>> {
        Ok(loader(ctx)?.load_one(self.row.client_id).await?)
    }

    async fn reports(
        &self,
        ctx: &Context<'_>,
        first: u64,
        after: Option<String>,
    ) -> Result<ReportConnection> {
        let rows = if let Some((day, id)) = after.as_deref().and_then(place) {
            let (by_day, by_id) =
                (end_of_day_report::Column::ReportDate, end_of_day_report::Column::Id);
            let place = Expr::tuple([Expr::value(day), Expr::value(id)]);
            end_of_day_report::Entity::find()
                .filter(end_of_day_report::Column::PairingId.eq(self.row.id))
                .filter(Expr::tuple([Expr::col(by_day), Expr::col(by_id)]).lt(place))
                .order_by_desc(by_day)
                .order_by_desc(by_id)
                .limit(first + 1)
                .all(db(ctx)?)
                .await?
        } else {
            let key = NewestReports { pairing: self.row.id, first: first + 1 };
            loader(ctx)?.load_one(key).await?.unwrap_or_default()
        };
        let (rows, page_info) = cut(rows, first, |it| (it.report_date.to_string(), it.id.into()));
        let nodes = rows.into_iter().map(Report::from).collect();
        Ok(ReportConnection { nodes, page_info, pairing: self.row.clone() })
    }

    async fn alerts(
        &self,
        ctx: &Context<'_>,
        first: u64,
        filter: Option<AlertFilter>,
    ) -> Result<AlertConnection> {
        let statuses = filter.and_then(AlertFilter::statuses).unwrap_or_default();
        let key = OpenAlerts { pairing: self.row.id, first: first + 1, statuses };
        Ok(AlertConnection::of(loader(ctx)?.load_one(key).await?.unwrap_or_default(), first))
    }
}

#[ComplexObject]
impl Assistant {
    async fn user(&self, ctx: &Context<'_>) -> Result<Option<user::Model>> {
        let id: Uuid = self.row.id.into();
        Ok(loader(ctx)?.load_one(entity::id::UserId::from(id)).await?)
    }
}

#[ComplexObject]
impl Report {
    async fn pairing(&self, ctx: &Context<'_>) -> Result<Option<Pairing>> {
        Ok(loader(ctx)?.load_one(self.row.pairing_id).await?.map(Pairing::from))
    }
}

#[ComplexObject]
impl Alert {
    async fn rule(&self, ctx: &Context<'_>) -> Result<Option<alert_rule::Model>> {
        Ok(loader(ctx)?.load_one(self.row.rule_id).await?)
    }

    async fn assignee(&self, ctx: &Context<'_>) -> Result<Option<user::Model>> {
        let Some(id) = self.row.assigned_to else { return Ok(None) };
        Ok(loader(ctx)?.load_one(id).await?)
    }

    async fn pairing(&self, ctx: &Context<'_>) -> Result<Option<Pairing>> {
        Ok(loader(ctx)?.load_one(self.row.pairing_id).await?.map(Pairing::from))
    }
}

#[ComplexObject]
impl ReportConnection {
    async fn total_count(&self, ctx: &Context<'_>) -> Result<u64> {
        let of_pairing = end_of_day_report::Column::PairingId.eq(self.pairing.id);
        Ok(end_of_day_report::Entity::find().filter(of_pairing).count(db(ctx)?).await?)
    }
}

impl AlertConnection {
    /// A page, of which one row more was read.
    pub(super) fn of(rows: Vec<alert::Model>, first: u64) -> Self {
        let (rows, page_info) = cut(rows, first, |it| (it.detected_at.to_string(), it.id.into()));
        Self { nodes: rows.into_iter().map(Alert::from).collect(), page_info }
    }
}

/// The rows of a page, of which one more was read, and where it ends.
pub(super) fn cut<M>(
    mut rows: Vec<M>,
    first: u64,
    place: impl Fn(&M) -> (String, Uuid),
) -> (Vec<M>, PageInfo) {
    let first = usize::try_from(first).unwrap_or(usize::MAX);
    let has_next_page = rows.len() > first;
    rows.truncate(first);
    let end = rows.last().map(place);
    let end_cursor = end.map(|(order, id)| BASE64.encode(format!("{order} {id}")));
    (rows, PageInfo { has_next_page, end_cursor })
}

/// The place that a cursor is of.
fn place(cursor: &str) -> Option<(NaiveDate, Uuid)> {
    let text = String::from_utf8(BASE64.decode(cursor).ok()?).ok()?;
    let (day, id) = text.split_once(' ')?;
    Some((day.parse().ok()?, id.parse().ok()?))
}
