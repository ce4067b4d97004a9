//! Rows of one table as one parameter of a statement.
//!
//! They travel as one JSON array, so that the text of a statement does not depend on how many they
//! are: it is parsed and planned once, and a connection keeps one statement for it instead of one for
//! each number of rows.

use {
    sea_orm::{
        DbBackend, DbErr, EntityName, EntityTrait, IdenStatic, Iterable, ModelTrait, Value,
        sea_query::{
            Alias, ArrayType, Expr, ExprTrait, Func, IntoIden, Query, SelectStatement, TableRef,
        },
    },
    serde::{
        Serialize, Serializer,
        ser::{Error as _, SerializeMap},
    },
    serde_json::Value as Json,
};

/// The most rows to hand over at once: what a statement may weigh is not bounded by their number
/// alone, but this many of any table are a few megabytes.
pub(crate) const ROWS_MAX: usize = 1_000;
/// The name that they go by in a statement.
pub(super) const GIVEN: &str = "given";

/// A column of a table of such rows.
pub(super) type Column<M> = <<M as ModelTrait>::Entity as EntityTrait>::Column;

/// The columns of a table, in its order.
pub(super) fn columns<M: ModelTrait>() -> impl Iterator<Item = Column<M>> {
    Column::<M>::iter()
}

/// Some columns of the rows, as a table to select from.
pub(super) fn table<M: ModelTrait>(
    backend: DbBackend,
    rows: &[&M],
    columns: &[Column<M>],
) -> Result<TableRef, DbErr> {
    Ok(TableRef::SubQuery(select(backend, rows, columns)?.into(), GIVEN.into_iden()))
}

/// Some columns of the rows, as the database stores them.
pub(super) fn select<M: ModelTrait>(
    backend: DbBackend,
    rows: &[&M],
    columns: &[Column<M>],
) -> Result<SelectStatement, DbErr> {
    let given: Vec<_> = rows.iter().map(|row| Cells { row: *row, columns }).collect();
    let given = serde_json::to_string(&given).map_err(|wrong| DbErr::Type(wrong.to_string()))?;
    Ok(match backend {
        DbBackend::Postgres => from_postgres::<M>(given.into(), columns),
        _ => from_sqlite::<M>(given.into(), columns),
    })
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

/// PostgreSQL knows the types of the table's columns.
fn from_postgres<M: ModelTrait>(given: Value, columns: &[Column<M>]) -> SelectStatement {
    let entity = M::Entity::default();
    let read = Func::cust("json_populate_recordset")
        .arg(Expr::cust(format!(r#"NULL::"{}""#, entity.table_name())))
        .arg(Expr::value(given).cast_as("json"));
    let mut select = Query::select();
    select
        .columns(columns.iter().map(|it| (GIVEN, Alias::new(it.as_str()))))
        .from_function(read, GIVEN);
    select
}

/// SQLite keeps an id as sixteen bytes and JSON as text, and takes everything else as it comes.
fn from_sqlite<M: ModelTrait>(given: Value, columns: &[Column<M>]) -> SelectStatement {
    let mut select = Query::select();
    for column in columns {
        let name = column.as_str();
        let read = match M::get_value_type(*column) {
            ArrayType::Uuid => format!("unhex(value ->> '{name}')"),
            ArrayType::Json => format!("value -> '{name}'"),
            _ => format!("value ->> '{name}'"),
        };
        select.expr_as(Expr::cust(read), Alias::new(name));
    }
    select
        .from_function(Func::cust("json_each").arg(given), GIVEN)
        // Without it, the parser would take ON CONFLICT for the condition of a join.
        .and_where(Expr::cust("true"))
        .take()
}

/// Some cells of a row by their columns; those that are empty are left out.
struct Cells<'a, M: ModelTrait> {
    row: &'a M,
    columns: &'a [Column<M>],
}

impl<M: ModelTrait> Serialize for Cells<'_, M> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut cells = serializer.serialize_map(None)?;
        for column in self.columns {
            let cell = cell(self.row.get(*column)).map_err(S::Error::custom)?;
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
