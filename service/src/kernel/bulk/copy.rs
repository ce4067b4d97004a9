//! COPY in PostgreSQL's binary format: nothing to escape, and nothing for the server to parse.

use {
    super::Table,
    crate::kernel::{ctx::Ctx, error::Result},
    chrono::{DateTime, NaiveDate, NaiveTime, Utc},
    sea_orm::{DbErr, RuntimeErr, Value, sqlx},
    sqlx::postgres::PgPoolCopyExt,
};

/// How much is gathered before it is sent.
const BUFFER_BYTES: usize = 256 * 1_024;
/// The signature, no flags, and no extension of the header.
const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// What stands where the number of a further row's fields would.
const TRAILER: [u8; 2] = (-1_i16).to_be_bytes();
/// What stands for the length of a NULL.
const NULL: [u8; 4] = (-1_i32).to_be_bytes();
/// Comes before the text of a `jsonb`.
const JSONB_VERSION: u8 = 1;
/// PostgreSQL counts days and microseconds from here.
const EPOCH: NaiveDate = NaiveDate::from_ymd_opt(2000, 1, 1).expect("the day exists");

pub(super) async fn insert(
    ctx: &Ctx,
    table: &Table,
    rows: impl Iterator<Item = Vec<Value>>,
) -> Result<u64> {
    let sql = format!("COPY {} FROM STDIN (FORMAT binary)", table.target());
    let mut copy = ctx.db().get_postgres_connection_pool().copy_in_raw(&sql).await.map_err(told)?;
    let mut buffer = HEADER.to_vec();
    for row in rows {
        // A row that cannot be written drops the COPY, and the server forgets all of it.
        write_row(&row, &mut buffer)?;
        if buffer.len() >= BUFFER_BYTES {
            copy.send(buffer.as_slice()).await.map_err(told)?;
            buffer.clear();
        }
    }
    buffer.extend(TRAILER);
    copy.send(buffer.as_slice()).await.map_err(told)?;
    Ok(copy.finish().await.map_err(told)?)
}

fn told(failure: sqlx::Error) -> DbErr {
    DbErr::Exec(RuntimeErr::SqlxError(failure.into()))
}

fn write_row(row: &[Value], buffer: &mut Vec<u8>) -> Result<(), DbErr> {
    let fields = i16::try_from(row.len()).map_err(|_| unsupported("a row of so many columns"))?;
    buffer.extend(fields.to_be_bytes());
    row.iter().try_for_each(|value| write_field(value, buffer))
}

/// Writes a value with its length before it. What an entity declares decides its form here, as it
/// does where a single row is bound to an INSERT.
fn write_field(value: &Value, buffer: &mut Vec<u8>) -> Result<(), DbErr> {
    if *value == value.as_null() {
        buffer.extend(NULL);
        return Ok(());
    }
    let start = buffer.len();
    buffer.extend(NULL);
    match value {
        Value::Bool(Some(it)) => buffer.push(u8::from(*it)),
        Value::SmallInt(Some(it)) => buffer.extend(it.to_be_bytes()),
        Value::Int(Some(it)) => buffer.extend(it.to_be_bytes()),
        Value::BigInt(Some(it)) => buffer.extend(it.to_be_bytes()),
        Value::Float(Some(it)) => buffer.extend(it.to_be_bytes()),
        Value::Double(Some(it)) => buffer.extend(it.to_be_bytes()),
        Value::String(Some(it)) => buffer.extend(it.as_bytes()),
        Value::Bytes(Some(it)) => buffer.extend(it),
        Value::Uuid(Some(it)) => buffer.extend(it.as_bytes()),
        Value::Json(Some(it)) => write_jsonb(it, buffer)?,
        Value::ChronoDate(Some(it)) => buffer.extend(days(*it)?.to_be_bytes()),
        Value::ChronoTime(Some(it)) => buffer.extend(time_of_day(*it)?.to_be_bytes()),
        Value::ChronoDateTimeUtc(Some(it)) => buffer.extend(microseconds(*it)?.to_be_bytes()),
        _ => return Err(unsupported("a value of this type")),
    }
    let length = buffer.len() - start - NULL.len();
    let length = i32::try_from(length).map_err(|_| unsupported("a value of this size"))?;
    buffer[start..start + NULL.len()].copy_from_slice(&length.to_be_bytes());
    Ok(())
}

fn write_jsonb(json: &serde_json::Value, buffer: &mut Vec<u8>) -> Result<(), DbErr> {
    buffer.push(JSONB_VERSION);
    serde_json::to_writer(buffer, json).map_err(|wrong| DbErr::Json(wrong.to_string()))
}

fn days(day: NaiveDate) -> Result<i32, DbErr> {
    i32::try_from((day - EPOCH).num_days()).map_err(|_| unsupported("so distant a day"))
}

fn time_of_day(time: NaiveTime) -> Result<i64, DbErr> {
    let since = (time - NaiveTime::MIN).num_microseconds();
    since.ok_or_else(|| unsupported("such a time of day"))
}

fn microseconds(at: DateTime<Utc>) -> Result<i64, DbErr> {
    let since = (at.naive_utc() - EPOCH.and_time(NaiveTime::MIN)).num_microseconds();
    since.ok_or_else(|| unsupported("so distant an instant"))
}

fn unsupported(what: &str) -> DbErr {
    DbErr::Type(format!("COPY cannot write {what}"))
}
