//! Lean reads: some columns of rows, as the database sent them.
//!
//! Whoever passes rows on as they are (a dashboard's answer, say) needs no models of them: only what was
//! asked for is read, and each value is taken from the row where it lies.

use {
    super::statement::Join,
    crate::kernel::{
        access::{Guarded, Viewer},
        error::Result,
    },
    entity::scalar::{DateTime, LocalDate, LocalTime},
    sea_orm::{ColumnTrait, ColumnType, IdenStatic, Iterable, Value, prelude::Uuid},
    std::iter::once,
};

/// Which columns are read of the rows of a table, and of the rows that ride along.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lean {
    /// The columns.
    pub columns: Vec<&'static str>,
    /// What rides along, each with the columns that are read of it.
    pub joins: Vec<Join>,
}

/// A column of a table, as lean reads know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A UUID.
    Id,
    /// A text, or a value of a closed set.
    Text,
    /// A number of 16 bits.
    SmallInteger,
    /// A number of 32 bits.
    Integer,
    /// A number of 64 bits.
    BigInteger,
    /// True or false.
    Boolean,
    /// An instant.
    Instant,
    /// A day of somebody's calendar.
    Day,
    /// A time of day.
    Time,
    /// Any JSON.
    Json,
}

/// A value of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Nothing.
    Null,
    /// A UUID.
    Id(Uuid),
    /// A text.
    Text(&'a str),
    /// A whole number.
    Integer(i64),
    /// True or false.
    Boolean(bool),
    /// An instant.
    Instant(DateTime),
    /// A day.
    Day(LocalDate),
    /// A time of day.
    Time(LocalTime),
    /// Any JSON.
    Json(serde_json::Value),
}

impl Column {
    /// The column of a table with a name, if it can be read so.
    pub fn named<E: Guarded>(name: &str) -> Option<Self> {
        Self::of(E::Column::iter().find(|it| it.as_str() == name)?)
    }

    /// A column, if it can be read so: sealed ones cannot.
    pub fn of(column: impl ColumnTrait) -> Option<Self> {
        let kind = match column.def().get_column_type() {
            ColumnType::Uuid => Kind::Id,
            ColumnType::Text | ColumnType::String(_) => Kind::Text,
            ColumnType::SmallInteger => Kind::SmallInteger,
            ColumnType::Integer => Kind::Integer,
            ColumnType::BigInteger => Kind::BigInteger,
            ColumnType::Boolean => Kind::Boolean,
            ColumnType::TimestampWithTimeZone => Kind::Instant,
            ColumnType::Date => Kind::Day,
            ColumnType::Time => Kind::Time,
            ColumnType::Json | ColumnType::JsonBinary => Kind::Json,
            _ => return None,
        };
        Some(Self { name: column.as_str(), kind })
    }
}

impl Lean {
    /// Where the columns of the rows, and of each that rides along, begin in what is read. Joins are
    /// counted as they are met: one, what rides along with it, the next.
    pub fn offsets(&self, first: usize) -> Vec<usize> {
        fn widths(joins: &[Join], to: &mut Vec<usize>) {
            for Join { columns, joins, .. } in joins {
                to.push(columns.as_ref().map_or(0, Vec::len));
                widths(joins, to);
            }
        }
        let mut all = vec![self.columns.len()];
        widths(&self.joins, &mut all);
        let ends = all.iter().scan(first, |end, width| {
            *end += width;
            Some(*end)
        });
        once(first).chain(ends).take(all.len()).collect()
    }

    /// Refuses what a viewer does not see of every row: such a read is not made lean.
    pub(crate) fn check<E: Guarded>(&self, viewer: Viewer) -> Result<()> {
        let mut columns = E::Column::iter().filter(|it| self.columns.contains(&it.as_str()));
        columns.try_for_each(|it| viewer.shows_all::<E>(it))?;
        check_joins(&self.joins, viewer)
    }
}

fn check_joins(joins: &[Join], viewer: Viewer) -> Result<()> {
    joins.iter().try_for_each(|Join { target, columns, joins, .. }| {
        target.shows(viewer, columns.as_deref().unwrap_or_default())?;
        check_joins(joins, viewer)
    })
}

impl Cell<'_> {
    /// The same as a value of the database, if lists can be ordered by it.
    pub(crate) fn value(self) -> Option<Value> {
        Some(match self {
            Self::Id(id) => id.into(),
            Self::Text(text) => text.into(),
            Self::Integer(number) => i32::try_from(number).ok()?.into(),
            Self::Instant(at) => at.into(),
            Self::Day(day) => day.into(),
            Self::Time(time) => time.into(),
            Self::Null | Self::Boolean(_) | Self::Json(_) => return None,
        })
    }
}
