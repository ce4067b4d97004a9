//! Many rows of one table at once, in the forms that single inserts would store.
//!
//! PostgreSQL takes them by COPY, SQLite by statements of many rows each. Neither answers with the
//! rows, fills in defaults or fires a hook: whoever uses this brings rows that are whole.

pub(crate) mod changed;
mod copy;
pub(crate) mod given;
pub(crate) mod missing;

use {
    super::{access::Permit, ctx::Ctx, error::Result},
    sea_orm::{
        ConnectionTrait, DbBackend, EntityTrait, IdenStatic, Iterable, ModelTrait, Statement, Value,
    },
};

/// How many rows one statement of SQLite inserts: more gain nothing, and the statement has to be
/// kept prepared.
const STATEMENT_ROWS_MAX: usize = 50;
/// How many values SQLite binds to one statement, unless it was built otherwise.
const STATEMENT_VALUES_MAX: usize = 32_766;

/// Inserts rows of one table: all of them, or none and an error. Answers how many there were.
///
/// PostgreSQL's are inserted on a connection of their own, outside any transaction of the caller.
pub async fn insert<E>(ctx: &Ctx, rows: impl IntoIterator<Item = E::Model>) -> Result<u64>
where
    E: EntityTrait,
{
    let permit = ctx.may_as_server()?;
    let table = Table { name: E::default().table_name().to_owned(), columns: names::<E>() };
    let columns: Vec<E::Column> = E::Column::iter().collect();
    let rows = rows.into_iter().map(|row| columns.iter().map(|it| row.get(*it)).collect());
    match ctx.backend() {
        DbBackend::Postgres => copy::insert(ctx, &table, rows).await,
        _ => insert_by_statements(ctx, permit, &table, rows).await,
    }
}

/// Where rows go: the values of each come in the order of the columns.
struct Table {
    name: String,
    columns: Vec<&'static str>,
}

impl Table {
    /// Its name and columns, as SQL has them behind INSERT INTO and COPY.
    fn target(&self) -> String {
        format!(r#""{}" ("{}")"#, self.name, self.columns.join(r#"", ""#))
    }
}

fn names<E: EntityTrait>() -> Vec<&'static str> {
    E::Column::iter().map(|column| column.as_str()).collect()
}

async fn insert_by_statements(
    ctx: &Ctx,
    permit: Permit,
    table: &Table,
    mut rows: impl Iterator<Item = Vec<Value>>,
) -> Result<u64> {
    let width = table.columns.len();
    let rows_max = STATEMENT_ROWS_MAX.min(STATEMENT_VALUES_MAX / width);
    let full = statement(table, rows_max);
    let txn = ctx.begin(permit).await?;
    let mut inserted = 0;
    loop {
        let values: Vec<Value> = rows.by_ref().take(rows_max).flatten().collect();
        let count = values.len() / width;
        if count == 0 {
            break;
        }
        // The same text again is the same prepared statement again.
        let sql = if count == rows_max { full.clone() } else { statement(table, count) };
        txn.execute_raw(Statement::from_sql_and_values(DbBackend::Sqlite, sql, values)).await?;
        inserted += count as u64;
    }
    txn.commit().await?;
    Ok(inserted)
}

fn statement(table: &Table, rows: usize) -> String {
    let row = format!("({})", vec!["?"; table.columns.len()].join(", "));
    format!("INSERT INTO {} VALUES {}", table.target(), vec![row; rows].join(", "))
}

#[cfg(test)]
mod tests;
