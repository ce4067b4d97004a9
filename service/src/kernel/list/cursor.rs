//! Cursors: where a page ended, in a form that only the same list takes back.

use {
    super::{Listed, lean::Cell},
    base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64},
    chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc},
    sea_orm::{ColumnTrait, ColumnType, Iden, Iterable, ModelTrait, Value, prelude::Uuid},
    serde::{Deserialize, Serialize},
    sha2::{Digest, Sha256},
    std::fmt::Debug,
};

/// Changes when cursors change their form; older ones are refused then.
const VERSION: u8 = 1;
/// How long a cursor may be, in bytes.
const LENGTH_MAX: usize = 2_000;

/// The place of a row in its list.
#[derive(Debug, Deserialize, Serialize)]
pub struct Cursor {
    version: u8,
    seal: u64,
    key: Key,
    id: Uuid,
}

/// The value that a list is ordered by.
#[derive(Debug, Deserialize, Serialize)]
enum Key {
    Text(String),
    Instant(DateTime<Utc>),
    Date(NaiveDate),
    Time(NaiveTime),
    Integer(i32),
    Id(Uuid),
}

/// What tells a list from every other: a digest of its place in the schema, filter and order.
pub fn seal(of: &impl Debug) -> u64 {
    let digest = Sha256::digest(format!("{of:?}"));
    digest.iter().take(8).fold(0, |seal, byte| seal << 8 | u64::from(*byte))
}

impl Cursor {
    /// The cursor of a row in the list with a seal, ordered by a column.
    pub fn write<E: Listed>(row: &E::Model, seal: u64, order: &str) -> String {
        let value = |name: &str| {
            let column = E::Column::iter().find(|it| it.to_string() == name);
            column.map(|column| row.get(column))
        };
        let key = value(order).expect("lists are ordered by columns");
        let Some(Value::Uuid(Some(id))) = value("id") else { unreachable!("every id is a UUID") };
        Self::at(key, id, seal)
    }

    /// The cursor of the row with an id in the list with a seal, ordered by a cell of that row.
    pub fn of_cell(order: Cell<'_>, id: Uuid, seal: u64) -> String {
        Self::at(order.value().expect("lists are ordered by columns that are not null"), id, seal)
    }

    fn at(key: Value, id: Uuid, seal: u64) -> String {
        let key = Key::of(key).expect("lists are ordered by columns with keys");
        let cursor = Self { version: VERSION, seal, key, id };
        BASE64.encode(serde_json::to_vec(&cursor).expect("a cursor has no part that JSON lacks"))
    }

    /// The order's value and the id of the row that a cursor is of, if it is of this list.
    pub fn read<E: Listed>(text: &str, seal: u64, order: &str) -> Option<[Value; 2]> {
        if text.len() > LENGTH_MAX {
            return None;
        }
        let cursor: Self = serde_json::from_slice(&BASE64.decode(text).ok()?).ok()?;
        let column = E::Column::iter().find(|it| it.to_string() == order)?;
        let key = cursor.key.value(column.def().get_column_type())?;
        (cursor.version == VERSION && cursor.seal == seal).then_some([key, cursor.id.into()])
    }
}

/// Whether a year has four digits, as all that are stored have: the databases order no others alike.
fn is_year(year: i32) -> bool {
    (0..10_000).contains(&year)
}

impl Key {
    fn of(value: Value) -> Option<Self> {
        Some(match value {
            Value::String(text) => Self::Text(text?),
            Value::ChronoDateTimeUtc(at) => Self::Instant(at?),
            Value::ChronoDate(date) => Self::Date(date?),
            Value::ChronoTime(time) => Self::Time(time?),
            Value::Int(number) => Self::Integer(number?),
            Value::Uuid(id) => Self::Id(id?),
            _ => return None,
        })
    }

    /// The value, if it is of the column's type.
    fn value(self, column: &ColumnType) -> Option<Value> {
        Some(match (self, column) {
            (Self::Text(text), ColumnType::Text | ColumnType::String(_))
                if !text.contains('\0') =>
            {
                text.into()
            }
            (Self::Instant(at), ColumnType::TimestampWithTimeZone) if is_year(at.year()) => {
                at.into()
            }
            (Self::Date(date), ColumnType::Date) if is_year(date.year()) => date.into(),
            (Self::Time(time), ColumnType::Time) => time.into(),
            (Self::Integer(number), ColumnType::Integer) => number.into(),
            (Self::Id(id), ColumnType::Uuid) => id.into(),
            _ => return None,
        })
    }
}
