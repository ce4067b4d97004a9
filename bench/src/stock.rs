//! The stock server: what people write first with async-graphql and SeaORM. A resolver an edge,
//! stock data loaders against N+1, rows as objects. No rights, no limits.
//!
//! It is not written to lose: the newest rows of each pairing are read by `LATERAL`, the data loaders
//! keep their defaults, and the connections have Vigil's settings.

mod input;
mod load;
mod object;

use {
    crate::Outcome,
    async_graphql::{
        Context, EmptySubscription, Object, Result, Schema, Variables,
        dataloader::DataLoader,
        runtime::{TokioSpawner, TokioTimer},
    },
    axum::{
        Json, Router,
        extract::State,
        http::StatusCode,
        routing::{get, post},
    },
    entity::{
        coaching::{alert, end_of_day_report, pairing},
        id::{AlertId, EndOfDayReportId, PairingId},
        scalar::DateTime,
    },
    input::{AlertFilter, AlertOrder, PairingFilter, PairingOrder, ReportSubmitInput},
    load::Rows,
    object::{
        Alert, AlertConnection, Pairing, PairingConnection, Report, ReportSubmitPayload, cut,
    },
    sea_orm::{
        ActiveModelTrait, ColumnTrait, ConnectOptions, Database, DatabaseConnection, EntityTrait,
        IntoActiveModel, Order, QueryFilter, QueryOrder, QuerySelect,
    },
    serde::Deserialize,
    tokio::net::TcpListener,
    uuid::{NoContext, Timestamp, Uuid},
};

type Stock = Schema<Query, Mutation, EmptySubscription>;

/// As many as Vigil keeps.
const CONNECTIONS: u32 = 16;

/// What is sent; async-graphql's own request would take more.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asked {
    query: String,
    operation_name: Option<String>,
    #[serde(default)]
    variables: Variables,
}

/// Answers requests until the process ends.
pub(crate) async fn serve(database_url: &str, listener: TcpListener) -> Outcome {
    let mut options = ConnectOptions::new(database_url);
    options
        .max_connections(CONNECTIONS)
        .test_before_acquire(false)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(|it| it.foreign_keys(true))
        .map_sqlx_postgres_opts(|it| {
            it.options([("timezone", "UTC"), ("random_page_cost", "1.1")])
        });
    let db = Database::connect(options).await?;
    let schema = Schema::build(Query, Mutation, EmptySubscription).data(db).finish();
    let routes = Router::new()
        .route("/graphql", post(handle))
        .route("/readyz", get(async || StatusCode::OK))
        .with_state(schema);
    Ok(axum::serve(listener, routes).await?)
}

async fn handle(
    State(schema): State<Stock>,
    Json(asked): Json<Asked>,
) -> Json<async_graphql::Response> {
    let Asked { query, operation_name, variables } = asked;
    let mut request = async_graphql::Request::new(query).variables(variables);
    if let Some(name) = operation_name {
        request = request.operation_name(name);
    }
    let rows = Rows(schema.data::<DatabaseConnection>().cloned());
    let loader = DataLoader::new(rows, TokioSpawner::current(), TokioTimer::default());
    Json(schema.execute(request.data(loader)).await)
}

fn db<'a>(ctx: &Context<'a>) -> Result<&'a DatabaseConnection> {
    ctx.data()
}

struct Query;

#[Object]
impl Query {
    async fn pairings(
        &self,
        ctx: &Context<'_>,
        first: u64,
        filter: Option<PairingFilter>,
        order_by: Option<Vec<PairingOrder>>,
    ) -> Result<PairingConnection> {
        let mut select = pairing::Entity::find();
        if let Some(statuses) = filter.and_then(|it| it.health_status?.r#in) {
            select = select.filter(pairing::Column::HealthStatus.is_in(statuses));
        }
        let order = order_by.iter().flatten().next().map(PairingOrder::column);
        let (column, order) = order.unwrap_or((pairing::Column::CreatedAt, Order::Desc));
        let select = select.order_by(column, order.clone()).order_by(pairing::Column::Id, order);
        let rows = select.limit(first + 1).all(db(ctx)?).await?;
        let (rows, page_info) = cut(rows, first, |it| (it.created_at.to_string(), it.id.into()));
        Ok(PairingConnection { nodes: rows.into_iter().map(Pairing::from).collect(), page_info })
    }

    async fn alerts(
        &self,
        ctx: &Context<'_>,
        first: u64,
        filter: Option<AlertFilter>,
        order_by: Option<Vec<AlertOrder>>,
    ) -> Result<AlertConnection> {
        let mut select = alert::Entity::find();
        if let Some(severities) = filter.as_ref().and_then(|it| it.severity.as_ref()?.r#in.clone())
        {
            select = select.filter(alert::Column::Severity.is_in(severities));
        }
        if let Some(statuses) = filter.and_then(AlertFilter::statuses) {
            select = select.filter(alert::Column::Status.is_in(statuses));
        }
        let order = order_by.iter().flatten().next().map(AlertOrder::column);
        let (column, order) = order.unwrap_or((alert::Column::DetectedAt, Order::Desc));
        let select = select.order_by(column, order.clone()).order_by(alert::Column::Id, order);
        let rows = select.limit(first + 1).all(db(ctx)?).await?;
        Ok(AlertConnection::of(rows, first))
    }

    async fn pairing(&self, ctx: &Context<'_>, id: PairingId) -> Result<Option<Pairing>> {
        Ok(ctx.data::<DataLoader<Rows>>()?.load_one(id).await?.map(Pairing::from))
    }

    async fn alert(&self, ctx: &Context<'_>, id: AlertId) -> Result<Option<Alert>> {
        Ok(alert::Entity::find_by_id(id).one(db(ctx)?).await?.map(Alert::from))
    }
}

struct Mutation;

#[Object]
impl Mutation {
    async fn report_submit(
        &self,
        ctx: &Context<'_>,
        input: ReportSubmitInput,
    ) -> Result<ReportSubmitPayload> {
        let pairing = pairing::Entity::find_by_id(input.pairing_id).one(db(ctx)?).await?;
        let pairing = pairing.ok_or("there is no such pairing")?;
        let (id, now) = new_row();
        let row = end_of_day_report::Model {
            id,
            pairing_id: pairing.id,
            ea_id: pairing.ea_id,
            report_date: input.report_date,
            workload_feeling: input.workload_feeling,
            work_type: input.work_type,
            feeling_during_work: input.feeling_during_work,
            biggest_win: input.biggest_win,
            what_completed: input.what_completed,
            pending_tasks: input.pending_tasks,
            had_daily_sync: input.had_daily_sync,
            difficulties: input.difficulties,
            support_needed: input.support_needed,
            additional_notes: input.additional_notes,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let row = row.into_active_model().insert(db(ctx)?).await?;
        Ok(ReportSubmitPayload { report: Some(Report::from(row)), errors: Vec::new() })
    }
}

fn new_row() -> (EndOfDayReportId, DateTime) {
    let now = std::time::SystemTime::now();
    let since = now.duration_since(std::time::SystemTime::UNIX_EPOCH).unwrap_or_default();
    let stamp = Timestamp::from_unix(NoContext, since.as_secs(), since.subsec_nanos());
    (Uuid::new_v7(stamp).into(), chrono::DateTime::from(now).into())
}
