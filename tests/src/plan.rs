//! What the database does for a statement: its plan, and how many rows it reads.

use {
    crate::TestApp,
    sea_orm::{ConnectionTrait, DbBackend, Statement},
    serde_json::Value,
};

impl TestApp {
    /// The plan of a statement as text. On PostgreSQL the statement is run, so that the plan says
    /// how many rows each step read.
    pub async fn plan(&self, statement: &Statement) -> String {
        let explain = match self.ctx().backend() {
            DbBackend::Postgres => "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF)",
            _ => "EXPLAIN QUERY PLAN",
        };
        let mut explained = statement.clone();
        explained.sql = format!("{explain} {}", statement.sql);
        let column = if explain.ends_with("PLAN") { "detail" } else { "QUERY PLAN" };
        let rows = self.db().query_all_raw(explained).await.expect("the statement is explained");
        let line = |row: &sea_orm::QueryResult| row.try_get::<String>("", column).expect("a line");
        rows.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    /// How many rows a statement's scans read from tables and indexes, and how many it returned.
    /// PostgreSQL only: SQLite does not count.
    pub async fn rows_read(&self, statement: &Statement) -> (f64, f64) {
        let mut explained = statement.clone();
        explained.sql =
            format!("EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF, SUMMARY OFF) {}", statement.sql);
        let row = self.db().query_one_raw(explained).await.expect("the statement is explained");
        let plan: Value = row.expect("a plan").try_get("", "QUERY PLAN").expect("JSON");
        let plan = &plan[0]["Plan"];
        (read(plan), produced(plan))
    }
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
