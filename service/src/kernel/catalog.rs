//! What the database says of itself: its tables, its plans, how many rows there are.

mod postgres;
mod sqlite;

use {
    super::error::Result,
    engine::schema::{
        catalog::{Catalog, Engine},
        plan::{self, Explained},
        sql,
    },
    sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement, TryGetable},
    serde_json::Value,
    std::collections::BTreeMap,
};

/// The table in which it is noted which migrations were applied.
const MIGRATIONS: &str = "seaql_migrations";

/// Reads every table but the migrations' own.
pub async fn introspect(db: &impl ConnectionTrait) -> Result<Catalog> {
    let (engine, mut tables) = match db.get_database_backend() {
        DbBackend::Postgres => (Engine::Postgres, postgres::tables(db).await?),
        _ => (Engine::Sqlite, sqlite::tables(db).await?),
    };
    tables.retain(|it| it.name != MIGRATIONS);
    tables.sort_by(|a, b| a.name.cmp(&b.name));
    for table in &mut tables {
        table.indexes.sort_by(|a, b| a.name.cmp(&b.name));
        table.references.sort_by(|a, b| a.name.cmp(&b.name));
        table.checks.sort_by(|a, b| a.name.cmp(&b.name));
        table.triggers.sort();
    }
    Ok(Catalog { engine, tables })
}

/// How many rows each table has: by the statistics of PostgreSQL, where they are there, else counted.
pub async fn row_counts(
    db: &impl ConnectionTrait,
    catalog: &Catalog,
) -> Result<BTreeMap<String, i64>> {
    let mut counts = BTreeMap::new();
    if catalog.engine == Engine::Postgres {
        let estimates = "SELECT relname::text AS name, reltuples::int8 AS many FROM pg_class \
                         WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'";
        for row in rows(db, estimates).await? {
            // Below zero nobody has counted yet, and what is small is counted at once.
            let many: i64 = of(&row, "many")?;
            if many >= COUNTED_MAX {
                counts.insert(of(&row, "name")?, many);
            }
        }
    }
    for table in &catalog.tables {
        if !counts.contains_key(&table.name) {
            let count = format!("SELECT COUNT(*) AS many FROM {}", sql::name(&table.name));
            let row = rows(db, &count).await?;
            let row = row.first().ok_or(DbErr::RecordNotFound(table.name.clone()))?;
            counts.insert(table.name.clone(), of(row, "many")?);
        }
    }
    Ok(counts)
}

/// Up to how many rows a table is counted rather than guessed.
const COUNTED_MAX: i64 = 10_000;

/// The plan of a statement, line by line. PostgreSQL runs what only reads, and says how many rows each step
/// had.
pub async fn plan(db: &impl ConnectionTrait, statement: &Statement) -> Result<Vec<String>> {
    let (explain, column) = match db.get_database_backend() {
        DbBackend::Postgres if reads(statement) => {
            ("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF)", "QUERY PLAN")
        }
        DbBackend::Postgres => ("EXPLAIN (COSTS OFF)", "QUERY PLAN"),
        _ => ("EXPLAIN QUERY PLAN", "detail"),
    };
    let explained = Statement { sql: format!("{explain} {}", statement.sql), ..statement.clone() };
    let rows = db.query_all_raw(explained).await?;
    rows.iter().map(|row| of(row, column)).collect()
}

/// Whether a statement changes nothing.
pub fn reads(statement: &Statement) -> bool {
    let tokens = sql::tokens(&statement.sql);
    let begins = tokens.first().is_some_and(|it| it.is("SELECT") || it.is("WITH"));
    begins && !tokens.iter().any(|it| ["INSERT", "UPDATE", "DELETE"].iter().any(|word| it.is(word)))
}

/// How many rows a statement's scans read from tables and indexes, and how many it returned.
/// PostgreSQL only: SQLite does not count.
pub async fn rows_read(db: &impl ConnectionTrait, statement: &Statement) -> Result<(f64, f64)> {
    let explain = "EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF, SUMMARY OFF)";
    let explained = Statement { sql: format!("{explain} {}", statement.sql), ..statement.clone() };
    let row = db.query_one_raw(explained).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound("a plan".to_owned()))?;
    let plan: Value = of(&row, "QUERY PLAN")?;
    let plan = &plan[0]["Plan"];
    Ok((read(plan), produced(plan)))
}

/// What a database does for a statement, of a catalogue that is its own.
pub async fn explain(
    db: &impl ConnectionTrait,
    catalog: &Catalog,
    statement: &Statement,
) -> Result<Explained> {
    let lines = plan(db, statement).await?;
    let scans = plan::scans(&lines);
    let mut explained = Explained {
        sql: statement.sql.clone(),
        indexes: plan::indexes(&lines, catalog),
        plan: plan::steps(&lines, catalog.engine),
        ..Explained::default()
    };
    if catalog.engine == Engine::Postgres {
        if reads(statement) {
            let (read, returned) = rows_read(db, statement).await?;
            (explained.rows_read, explained.rows_returned) =
                (Some(whole(read)), Some(whole(returned)));
        }
        if !scans.is_empty() {
            explained.indexes_when_large =
                plan::indexes(&when_large(db, statement).await?, catalog);
        }
    }
    explained.scans = scans;
    Ok(explained)
}

/// The plan that PostgreSQL would make of a statement if its tables were too large to be read from end to end,
/// or to be put into a hash.
async fn when_large(db: &impl ConnectionTrait, statement: &Statement) -> Result<Vec<String>> {
    for way in WAYS_OF_SMALL {
        db.execute_unprepared(&format!("SET {way} = off")).await?;
    }
    let lines = plan(db, statement).await;
    for way in WAYS_OF_SMALL {
        db.execute_unprepared(&format!("RESET {way}")).await?;
    }
    lines
}

/// What the planner does with tables that are small.
const WAYS_OF_SMALL: [&str; 3] = ["enable_seqscan", "enable_hashjoin", "enable_mergejoin"];

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the rows of a plan are counted, and far fewer than 2^53"
)]
fn whole(rows: f64) -> u64 {
    rows.round() as u64
}

/// The rows that the scans below a step read, those that a filter threw away included.
fn read(step: &Value) -> f64 {
    let number = |name: &str| step[name].as_f64().unwrap_or_default();
    let loops = number("Actual Loops");
    let is_scan = step["Node Type"].as_str().is_some_and(|it| it.contains("Scan"))
        && step.get("Relation Name").is_some();
    let thrown = number("Rows Removed by Filter") + number("Rows Removed by Index Recheck");
    let own = if is_scan { (number("Actual Rows") + thrown) * loops } else { 0.0 };
    own + step["Plans"].as_array().into_iter().flatten().map(read).sum::<f64>()
}

fn produced(step: &Value) -> f64 {
    let number = |name: &str| step[name].as_f64().unwrap_or_default();
    number("Actual Rows") * number("Actual Loops")
}

async fn rows(db: &impl ConnectionTrait, sql: &str) -> Result<Vec<QueryResult>> {
    Ok(db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await?)
}

fn of<T: TryGetable>(row: &QueryResult, column: &str) -> Result<T> {
    Ok(row.try_get("", column)?)
}
