//! The floor: what somebody writes who needs these five answers and nothing else, and wants them
//! fast. No GraphQL, no rights, no limits: a request is its operation's name and variables.

mod answer;
mod postgres;
mod postgres_json;
mod postgres_rows;
mod sqlite;

use {
    crate::{Outcome, document::Document},
    axum::{
        Router,
        body::Bytes,
        extract::State,
        http::{HeaderValue, StatusCode, header},
        response::{IntoResponse, Response},
        routing::{get, post},
    },
    base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64},
    chrono::{DateTime, NaiveDate, Utc},
    serde::Deserialize,
    std::{path::Path, sync::Arc, time::SystemTime},
    tokio::net::TcpListener,
    uuid::{NoContext, Timestamp, Uuid},
};

/// How many rows a page has.
const DASHBOARD_PAIRINGS: usize = 50;
const DASHBOARD_REPORTS: i64 = 5;
const DASHBOARD_ALERTS: i64 = 10;
const QUEUE_ALERTS: usize = 50;
const HISTORY_REPORTS: usize = 30;

/// A floor, ready to answer.
pub enum Floor {
    /// PostgreSQL builds the JSON: one statement a request, its text passed on.
    PostgresJson(postgres_json::Server),
    /// PostgreSQL sends rows, in its binary form, and the JSON is written here.
    PostgresRows(postgres_rows::Server),
    /// SQLite in this process.
    Sqlite(sqlite::Server),
}

impl Floor {
    /// The floor whose JSON PostgreSQL builds.
    pub async fn postgres_json(url: &str) -> Outcome<Self> {
        Ok(Self::PostgresJson(postgres_json::Server::connect(url).await?))
    }

    /// The floor that gets rows from PostgreSQL.
    pub async fn postgres_rows(url: &str) -> Outcome<Self> {
        Ok(Self::PostgresRows(postgres_rows::Server::connect(url).await?))
    }

    /// The floor over a file of SQLite.
    pub fn sqlite(file: &Path) -> Outcome<Self> {
        Ok(Self::Sqlite(sqlite::Server::open(file)?))
    }

    /// Answers requests until the process ends.
    pub async fn serve(self, listener: TcpListener) -> Outcome<()> {
        let routes = Router::new()
            .route("/graphql", post(handle))
            .route("/readyz", get(async || StatusCode::OK))
            .with_state(Arc::new(self));
        Ok(axum::serve(listener, routes).await?)
    }

    async fn answer(&self, body: &[u8]) -> Outcome<Vec<u8>> {
        let request: Request = serde_json::from_slice(body)?;
        match self {
            Self::PostgresJson(it) => it.answer(request).await,
            Self::PostgresRows(it) => it.answer(request).await,
            Self::Sqlite(it) => it.answer(request),
        }
    }
}

async fn handle(State(floor): State<Arc<Floor>>, body: Bytes) -> Response {
    match floor.answer(&body).await {
        Ok(json) => {
            let kind = HeaderValue::from_static("application/json");
            ([(header::CONTENT_TYPE, kind)], json).into_response()
        }
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    operation_name: Document,
    #[serde(default)]
    variables: Variables,
}

#[derive(Default, Deserialize)]
struct Variables {
    id: Option<Uuid>,
    after: Option<String>,
    input: Option<Input>,
}

/// The report to file.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    pairing_id: Uuid,
    report_date: NaiveDate,
    workload_feeling: String,
    work_type: String,
    feeling_during_work: String,
    biggest_win: Option<String>,
    what_completed: Option<String>,
    pending_tasks: Option<String>,
    had_daily_sync: bool,
    difficulties: Option<String>,
    support_needed: Option<String>,
    additional_notes: Option<String>,
}

impl Variables {
    fn id(&self) -> Outcome<Uuid> {
        self.id.ok_or_else(|| "the variable `id` is missing".into())
    }

    fn input(&self) -> Outcome<&Input> {
        self.input.as_ref().ok_or_else(|| "the variable `input` is missing".into())
    }

    /// The day and the id of the report behind which the page begins.
    fn after(&self) -> Outcome<Option<(NaiveDate, Uuid)>> {
        let Some(cursor) = &self.after else { return Ok(None) };
        let text = String::from_utf8(BASE64.decode(cursor)?)?;
        let (day, id) = text.split_once(' ').ok_or("that is no cursor")?;
        Ok(Some((day.parse()?, id.parse()?)))
    }
}

/// The cursor of a row: the value that its list is ordered by, and its id.
fn cursor(order: impl std::fmt::Display, id: Uuid) -> String {
    BASE64.encode(format!("{order} {id}"))
}

/// The id of a row that is made now, and the instant.
fn new_row() -> (Uuid, DateTime<Utc>) {
    let now = SystemTime::now();
    let since = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let stamp = Timestamp::from_unix(NoContext, since.as_secs(), since.subsec_nanos());
    (Uuid::new_v7(stamp), now.into())
}
