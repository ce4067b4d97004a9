//! Rows as the database sent them: nothing is made of them until somebody takes a value.

use {
    super::file,
    crate::kernel::{
        error::{Error, Result},
        list::lean::{Cell, Kind},
    },
    chrono::Utc,
    entity::scalar::{LocalDate, LocalTime},
    sea_orm::{
        DbErr,
        prelude::Uuid,
        sqlx::{
            Decode, Postgres, Row as _, ValueRef,
            error::BoxDynError,
            postgres::{PgRow, PgValueRef},
        },
    },
};

/// A row of a read.
pub enum Row {
    /// Of PostgreSQL.
    Postgres(PgRow),
    /// Of SQLite.
    Sqlite(file::Row),
}

impl Row {
    /// The value at a place.
    pub fn cell(&self, place: usize, kind: Kind) -> Result<Cell<'_>> {
        let read = match self {
            Self::Postgres(row) => decode(row, place, kind),
            Self::Sqlite(row) => row.cell(place, kind),
        };
        read.map_err(|wrong| Error::from(DbErr::Type(wrong.to_string())))
    }

    /// The id at a place, if one is there.
    pub fn id(&self, place: usize) -> Result<Option<Uuid>> {
        Ok(match self.cell(place, Kind::Id)? {
            Cell::Id(id) => Some(id),
            _ => None,
        })
    }
}

fn decode(row: &PgRow, place: usize, kind: Kind) -> Result<Cell<'_>, BoxDynError> {
    let value = row.try_get_raw(place)?;
    if value.is_null() {
        return Ok(Cell::Null);
    }
    Ok(match kind {
        Kind::Id => Cell::Id(taken(value)?),
        Kind::Text => Cell::Text(taken(value)?),
        Kind::SmallInteger => Cell::Integer(taken::<i16>(value)?.into()),
        Kind::Integer => Cell::Integer(taken::<i32>(value)?.into()),
        Kind::BigInteger => Cell::Integer(taken(value)?),
        Kind::Boolean => Cell::Boolean(taken(value)?),
        Kind::Instant => Cell::Instant(taken::<chrono::DateTime<Utc>>(value)?.into()),
        Kind::Day => Cell::Day(LocalDate(taken(value)?)),
        Kind::Time => Cell::Time(LocalTime(taken(value)?)),
        Kind::Json => Cell::Json(taken(value)?),
    })
}

fn taken<'r, T: Decode<'r, Postgres>>(value: PgValueRef<'r>) -> Result<T, BoxDynError> {
    T::decode(value)
}
