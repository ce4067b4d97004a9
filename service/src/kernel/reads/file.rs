//! Connections to the file of SQLite that read a whole answer at once.
//!
//! The pool's connections have a thread each, which hands over row by row what was found, every value
//! of it a copy of its own. For a page of some dozen rows that costs several times what finding them does. Here
//! the rows of a statement are copied once, one behind the other.

use {
    super::{
        each::Each,
        places::{Idle, Places},
    },
    crate::kernel::list::lean::{Cell, Kind},
    chrono::{NaiveDate, NaiveTime, SecondsFormat},
    entity::scalar::{DateTime, LocalDate, LocalTime},
    rusqlite::{
        CachedStatement, Connection, ErrorCode, OpenFlags,
        types::{ToSqlOutput, ValueRef},
    },
    sea_orm::{
        ConnAcquireErr, DbErr, RuntimeErr, Statement, Value,
        prelude::Uuid,
        sqlx::{Pool, Sqlite, error::BoxDynError},
    },
    std::{
        ops::Range,
        path::{Path, PathBuf},
        sync::Arc,
        time::{Duration, Instant},
    },
    tokio::task::spawn_blocking,
};

/// How long a statement waits for a lock before it gives up. Readers need none but while the file is
/// recovered after a crash.
const LOCK_TIMEOUT: Duration = Duration::from_secs(5);
/// How many steps SQLite takes between two looks at the clock: about a tenth of a millisecond.
const STEPS: i32 = 10_000;
/// How long a statement may keep the thread that asks for it.
const BRIEF: Duration = Duration::from_millis(5);
/// How many statements a connection keeps prepared.
const STATEMENTS_MAX: usize = 128;

/// Connections that only read.
pub struct Files {
    path: PathBuf,
    places: Places,
    idle: Idle<Connection>,
}

impl Files {
    /// Connections to the file of a pool, none of them open yet.
    pub(super) fn of(pool: &Pool<Sqlite>) -> Self {
        let path = pool.connect_options().get_filename().to_owned();
        Self { path, places: Places::for_processors(pool), idle: Idle::default() }
    }

    /// The rows that a statement answers with. Mostly it has them sooner than another thread would have
    /// heard of it, so it is run here; one that turns out to be long, or that has to wait for a lock, is run
    /// again on a thread that may be kept.
    ///
    /// One that takes as long as others wait for a place is ended: nobody waits for it any more.
    pub(super) async fn all(self: &Arc<Self>, asked: &impl Asked) -> Result<Vec<Row>, DbErr> {
        let place = self.places.take().await?;
        let mut read = self.read(asked, BRIEF, Duration::ZERO);
        if read.as_ref().is_err_and(is_unfinished) {
            let (files, asked) = (self.clone(), asked.clone());
            let again = spawn_blocking(move || {
                let _place = place;
                files.read(&asked, files.places.patience(), LOCK_TIMEOUT)
            });
            read = again.await.map_err(|panicked| internal(&panicked))?;
        }
        read.map_err(|failure| match failure {
            failure if is_unfinished(&failure) => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
            failure => internal(&failure),
        })
    }

    fn read(
        &self,
        asked: &impl Asked,
        time: Duration,
        lock_timeout: Duration,
    ) -> Result<Vec<Row>, BoxDynError> {
        let connection = match self.idle.take() {
            Some(connection) => connection,
            None => open(&self.path)?,
        };
        let begun = Instant::now();
        connection.busy_timeout(lock_timeout)?;
        connection.progress_handler(STEPS, Some(move || begun.elapsed() > time))?;
        let rows = asked.read(&connection);
        if rows.as_ref().map_or_else(is_unfinished, |_| true) {
            self.idle.put(connection);
        }
        rows
    }
}

/// Whether a statement had no time to finish, or another connection was in its way.
fn is_unfinished(failure: &BoxDynError) -> bool {
    let told =
        failure.downcast_ref::<rusqlite::Error>().and_then(rusqlite::Error::sqlite_error_code);
    matches!(told, Some(ErrorCode::OperationInterrupted | ErrorCode::DatabaseBusy))
}

fn internal(failure: &impl ToString) -> DbErr {
    DbErr::Query(RuntimeErr::Internal(failure.to_string()))
}

fn open(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.pragma_update(None, "query_only", true)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    Ok(connection)
}

/// What a connection can be asked for.
pub(super) trait Asked: Clone + Send + 'static {
    fn read(&self, connection: &Connection) -> Result<Vec<Row>, BoxDynError>;
}

/// Once.
impl Asked for Statement {
    fn read(&self, connection: &Connection) -> Result<Vec<Row>, BoxDynError> {
        let mut prepared = prepared(connection, self)?;
        let mut found = Found::of_width(prepared.column_count());
        found.run(&mut prepared, None)?;
        Ok(found.rows())
    }
}

/// Once for each id, all as of one moment: each row behind its id.
impl Asked for Each {
    fn read(&self, connection: &Connection) -> Result<Vec<Row>, BoxDynError> {
        // It is rolled back unless it gets to its end.
        let moment =
            if self.ids().len() > 1 { Some(connection.unchecked_transaction()?) } else { None };
        let mut prepared = prepared(connection, self.first())?;
        let mut found = Found::of_width(1 + prepared.column_count());
        for id in self.ids() {
            for place in self.places() {
                prepared.raw_bind_parameter(place + 1, id.as_bytes())?;
            }
            found.run(&mut prepared, Some(*id))?;
        }
        drop(prepared);
        if let Some(moment) = moment {
            moment.commit()?;
        }
        Ok(found.rows())
    }
}

/// A statement with its values.
fn prepared<'c>(
    connection: &'c Connection,
    statement: &Statement,
) -> Result<CachedStatement<'c>, BoxDynError> {
    let mut prepared = connection.prepare_cached(&statement.sql)?;
    let values = statement.values.as_ref().map(|it| it.0.as_slice()).unwrap_or_default();
    for (index, value) in values.iter().enumerate() {
        prepared.raw_bind_parameter(index + 1, bound(value)?)?;
    }
    Ok(prepared)
}

/// A value as the pool's connections bind it: what they write is what is compared with.
fn bound(value: &Value) -> Result<ToSqlOutput<'_>, BoxDynError> {
    let borrowed = |it| ToSqlOutput::Borrowed(it);
    let text = |it| ToSqlOutput::Owned(rusqlite::types::Value::Text(it));
    let integer = |it: i64| borrowed(ValueRef::Integer(it));
    let bound = match value {
        Value::Bool(is) => is.map(|it| integer(it.into())),
        Value::SmallInt(number) => number.map(|it| integer(it.into())),
        Value::Int(number) => number.map(|it| integer(it.into())),
        Value::BigInt(number) => number.map(integer),
        Value::BigUnsigned(number) => number.map(i64::try_from).transpose()?.map(integer),
        Value::Double(number) => number.map(|it| borrowed(ValueRef::Real(it))),
        Value::String(text) => text.as_ref().map(|it| borrowed(ValueRef::Text(it.as_bytes()))),
        Value::Uuid(id) => id.as_ref().map(|it| borrowed(ValueRef::Blob(it.as_bytes()))),
        Value::ChronoDateTimeUtc(at) => {
            at.map(|it| text(it.to_rfc3339_opts(SecondsFormat::AutoSi, false)))
        }
        Value::ChronoDate(day) => day.map(|it| text(it.to_string())),
        Value::ChronoTime(time) => time.map(|it| text(it.format("%T%.f").to_string())),
        other => return Err(format!("{other:?} is nothing that lists are read by").into()),
    };
    Ok(bound.unwrap_or(borrowed(ValueRef::Null)))
}

/// What a statement answered with: the values of all rows, and the bytes that they are made of.
#[derive(Default)]
struct Found {
    width: usize,
    values: Vec<Kept>,
    bytes: Vec<u8>,
}

/// A value as SQLite has it.
enum Kept {
    Null,
    Integer(i64),
    Real(f64),
    Bytes(Range<usize>),
}

impl Found {
    fn of_width(width: usize) -> Self {
        Self { width, ..Self::default() }
    }

    /// Keeps what a statement answers with, behind an id if there is one.
    fn run(
        &mut self,
        prepared: &mut CachedStatement<'_>,
        id: Option<Uuid>,
    ) -> rusqlite::Result<()> {
        let width = prepared.column_count();
        let mut rows = prepared.raw_query();
        while let Some(row) = rows.next()? {
            if let Some(id) = &id {
                self.keep(ValueRef::Blob(id.as_bytes()));
            }
            for place in 0..width {
                self.keep(row.get_ref(place)?);
            }
        }
        Ok(())
    }

    /// The rows that were kept.
    fn rows(self) -> Vec<Row> {
        let (count, found) = (self.values.len() / self.width.max(1), Arc::new(self));
        (0..count).map(|number| Row { found: found.clone(), number }).collect()
    }

    fn keep(&mut self, value: ValueRef<'_>) {
        self.values.push(match value {
            ValueRef::Null => Kept::Null,
            ValueRef::Integer(number) => Kept::Integer(number),
            ValueRef::Real(number) => Kept::Real(number),
            ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
                let start = self.bytes.len();
                self.bytes.extend_from_slice(bytes);
                Kept::Bytes(start..self.bytes.len())
            }
        });
    }
}

/// A row of what a statement answered with.
pub struct Row {
    found: Arc<Found>,
    number: usize,
}

impl Row {
    /// The value at a place.
    pub(super) fn cell(&self, place: usize, kind: Kind) -> Result<Cell<'_>, BoxDynError> {
        let missing = || format!("there is no column {place}");
        let place = Some(place).filter(|it| *it < self.found.width).ok_or_else(missing)?;
        let value = self.found.values.get(self.number * self.found.width + place);
        let bytes = match (value.ok_or_else(missing)?, kind) {
            (Kept::Null, _) => return Ok(Cell::Null),
            (Kept::Integer(is), Kind::Boolean) => return Ok(Cell::Boolean(*is != 0)),
            (Kept::Integer(number), Kind::SmallInteger | Kind::Integer | Kind::BigInteger) => {
                return Ok(Cell::Integer(*number));
            }
            (Kept::Bytes(range), _) => &self.found.bytes[range.clone()],
            (Kept::Integer(number), _) => return Err(format!("{number} is no {kind:?}").into()),
            (Kept::Real(number), _) => return Err(format!("{number} is no {kind:?}").into()),
        };
        if kind == Kind::Id {
            return Ok(Cell::Id(Uuid::from_slice(bytes)?));
        }
        let text = std::str::from_utf8(bytes)?;
        Ok(match kind {
            Kind::Text => Cell::Text(text),
            Kind::Instant => Cell::Instant(text.parse::<DateTime>()?),
            Kind::Day => Cell::Day(LocalDate(text.parse::<NaiveDate>()?)),
            Kind::Time => Cell::Time(LocalTime(text.parse::<NaiveTime>()?)),
            Kind::Json => Cell::Json(serde_json::from_str(text)?),
            _ => return Err(format!("{text} is no {kind:?}").into()),
        })
    }
}
