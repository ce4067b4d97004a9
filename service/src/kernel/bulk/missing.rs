//! Many rows of one table in one statement of a transaction, without those that are there already.
//!
//! They travel as one JSON array in one parameter, so that the text of a statement does not depend
//! on how many they are: it is parsed and planned once, and a connection keeps one statement for it
//! instead of one for each number of rows.

use {
    sea_orm::{
        ConnectionTrait, DbBackend, DbErr, EntityName, EntityTrait, IdenStatic, Iterable,
        ModelTrait, Value,
        prelude::Uuid,
        sea_query::{
            Alias, ArrayType, Expr, ExprTrait, Func, InsertStatement, OnConflict, Query,
            SelectStatement,
        },
    },
    serde::{
        Serialize, Serializer,
        ser::{Error as _, SerializeMap},
    },
    serde_json::Value as Json,
    std::collections::HashSet,
};

/// The most rows to hand over at once: what a statement may weigh is not bounded by their number
/// alone, but this many of any table are a few megabytes.
pub(crate) const ROWS_MAX: usize = 1_000;

const GIVEN: &str = "given";

/// Inserts the rows that collide with none in any unique index, and tells the ids of those.
///
/// A collision with a transaction that is still open waits for its end.
pub(crate) async fn insert<M: ModelTrait>(
    db: &impl ConnectionTrait,
    rows: &[M],
) -> Result<HashSet<Uuid>, DbErr> {
    if rows.is_empty() {
        return Ok(HashSet::new());
    }
    let stored = db.query_all(&statement(db.get_database_backend(), rows)?).await?;
    stored.iter().map(|row| row.try_get("", "id")).collect()
}

/// Whether a column of texts has one of these.
pub(crate) fn is_among<'a>(
    backend: DbBackend,
    column: Expr,
    texts: impl Iterator<Item = &'a str>,
) -> Expr {
    let texts: Value = texts.collect::<Json>().to_string().into();
    let read = match backend {
        DbBackend::Postgres => {
            Func::cust("json_array_elements_text").arg(Expr::value(texts).cast_as("json"))
        }
        _ => Func::cust("json_each").arg(texts),
    };
    let mut values = Query::select();
    values.column((GIVEN, "value")).from_function(read, GIVEN);
    column.in_subquery(values)
}

fn statement<M: ModelTrait>(backend: DbBackend, rows: &[M]) -> Result<InsertStatement, DbErr> {
    let given = rows.iter().map(Cells).collect::<Vec<_>>();
    let given = serde_json::to_string(&given).map_err(|wrong| DbErr::Type(wrong.to_string()))?;
    let given = given.into();
    let table = M::Entity::default().table_name().to_owned();
    let select = match backend {
        DbBackend::Postgres => from_postgres::<M>(&table, given),
        _ => from_sqlite::<M>(given),
    };
    let mut insert = Query::insert();
    insert
        .into_table(Alias::new(table))
        .columns(columns::<M>())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .returning_col("id")
        .select_from(select)
        .map_err(|wrong| DbErr::Type(wrong.to_string()))?;
    Ok(insert)
}

fn columns<M: ModelTrait>() -> impl Iterator<Item = <M::Entity as EntityTrait>::Column> {
    <M::Entity as EntityTrait>::Column::iter()
}

/// PostgreSQL knows the types of the table's columns.
fn from_postgres<M: ModelTrait>(table: &str, given: Value) -> SelectStatement {
    let read = Func::cust("json_populate_recordset")
        .arg(Expr::cust(format!(r#"NULL::"{table}""#)))
        .arg(Expr::value(given).cast_as("json"));
    let mut select = Query::select();
    select
        .columns(columns::<M>().map(|it| (GIVEN, Alias::new(it.as_str()))))
        .from_function(read, GIVEN);
    select
}

/// SQLite keeps an id as sixteen bytes and JSON as text, and takes everything else as it comes.
fn from_sqlite<M: ModelTrait>(given: Value) -> SelectStatement {
    let read = |column: <M::Entity as EntityTrait>::Column| {
        let name = column.as_str();
        Expr::cust(match M::get_value_type(column) {
            ArrayType::Uuid => format!("unhex(value ->> '{name}')"),
            ArrayType::Json => format!("value -> '{name}'"),
            _ => format!("value ->> '{name}'"),
        })
    };
    let mut select = Query::select();
    select
        .exprs(columns::<M>().map(read))
        .from_function(Func::cust("json_each").arg(given), GIVEN)
        // Without it, the parser would take ON CONFLICT for the condition of a join.
        .and_where(Expr::cust("true"));
    select
}

/// A row by its columns; those that are empty are left out.
struct Cells<'a, M>(&'a M);

impl<M: ModelTrait> Serialize for Cells<'_, M> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut cells = serializer.serialize_map(None)?;
        for column in columns::<M>() {
            let cell = cell(self.0.get(column)).map_err(S::Error::custom)?;
            if cell != Json::Null {
                cells.serialize_entry(column.as_str(), &cell)?;
            }
        }
        cells.end()
    }
}

/// A value in the spelling in which SQLite stores it, which PostgreSQL reads too.
fn cell(value: Value) -> Result<Json, String> {
    Ok(match value {
        Value::Bool(it) => it.into(),
        Value::SmallInt(it) => it.into(),
        Value::Int(it) => it.into(),
        Value::BigInt(it) => it.into(),
        Value::Double(it) => it.into(),
        Value::String(it) => it.into(),
        Value::Uuid(it) => it.map(|id| id.simple().to_string()).into(),
        Value::ChronoDate(it) => it.map(|date| date.to_string()).into(),
        Value::ChronoTime(it) => it.map(|time| time.format("%T%.f").to_string()).into(),
        Value::ChronoDateTimeUtc(it) => it.map(|at| at.to_rfc3339()).into(),
        Value::Json(it) => it.map_or(Json::Null, |json| *json),
        other => return Err(format!("a bulk insert cannot carry {other:?}")),
    })
}

#[cfg(test)]
mod tests {
    use {
        super::*,
        entity::{
            coaching::pairing::{self, HealthStatus},
            id::PairingId,
            scalar,
        },
        migration::{Migrator, MigratorTrait},
        sea_orm::{ConnectOptions, Database, DatabaseConnection, IntoActiveModel, QueryTrait},
    };

    async fn database() -> DatabaseConnection {
        let mut options = ConnectOptions::new("sqlite::memory:");
        options.max_connections(1).sqlx_logging(false);
        // Only the row matters here, not what it refers to.
        options.map_sqlx_sqlite_opts(|sqlite| sqlite.foreign_keys(false));
        let db = Database::connect(options).await.unwrap();
        Migrator::up(&db, None).await.unwrap();
        db
    }

    fn pairing(id: u128) -> pairing::Model {
        let at = "2026-03-02T09:00:00.120Z".parse().unwrap();
        pairing::Model {
            id: PairingId(Uuid::from_u128(id)),
            ea_id: Uuid::from_u128(id).into(),
            client_id: Uuid::from_u128(3).into(),
            start_date: "2026-03-02".parse().unwrap(),
            health_status: HealthStatus::Red,
            health_status_override: true,
            health_override_by: Some(Uuid::from_u128(4).into()),
            health_override_at: Some(at),
            health_override_reason: Some("it's \"so\"\n\\ ü".to_owned()),
            health_override_expires_at: Some("2026-03-09T00:00:00Z".parse().unwrap()),
            auto_health_status: HealthStatus::Green,
            health_override_stale: false,
            health_score: 100,
            health_reasons: scalar::Json(serde_json::json!([{ "code": "é\"", "n": 1.5 }])),
            health_computed_at: at,
            accelerator_enabled: false,
            accelerator_week: None,
            accelerator_week_since: None,
            accelerator_week1_goals: Some("0123".to_owned()),
            accelerator_week2_goals: Some("null".to_owned()),
            accelerator_week3_goals: None,
            accelerator_week4_goals: None,
            version: 7,
            created_at: at,
            updated_at: at,
        }
    }

    /// Each column as SQLite stores it, with its type.
    async fn stored(db: &DatabaseConnection) -> Vec<(&'static str, String)> {
        let mut query = pairing::Entity::find().into_query();
        query.clear_selects();
        for column in pairing::Column::iter().map(|it| it.as_str()) {
            query.expr_as(Expr::cust(format!("quote({column})")), column);
        }
        let row = db.query_one(&query).await.unwrap().unwrap();
        let columns = pairing::Column::iter().map(|it| it.as_str());
        columns.map(|it| (it, row.try_get("", it).unwrap())).collect()
    }

    #[tokio::test]
    async fn a_row_is_stored_as_if_it_came_alone() {
        let (alone, among) = (database().await, database().await);

        let row = pairing(1).into_active_model();
        pairing::Entity::insert(row).exec_without_returning(&alone).await.unwrap();
        let ids = insert(&among, &[pairing(1)]).await.unwrap();

        assert_eq!(ids, HashSet::from([Uuid::from_u128(1)]));
        assert_eq!(stored(&among).await, stored(&alone).await);
    }

    #[tokio::test]
    async fn only_rows_that_are_missing_are_inserted() {
        let db = database().await;
        insert(&db, &[pairing(1)]).await.unwrap();

        let ids = insert(&db, &[pairing(1), pairing(2), pairing(2)]).await.unwrap();

        assert_eq!(ids, HashSet::from([Uuid::from_u128(2)]));
    }

    #[tokio::test]
    async fn a_row_that_breaks_a_check_is_a_failure() {
        let db = database().await;
        let broken = pairing::Model { accelerator_week: Some(5), ..pairing(1) };

        assert!(insert(&db, &[broken]).await.is_err());
    }
}
