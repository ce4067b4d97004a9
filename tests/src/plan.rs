//! What the database does for a statement: its plan, and how many rows it reads.

use {crate::TestApp, sea_orm::Statement, service::kernel::catalog};

impl TestApp {
    /// The plan of a statement as text. On PostgreSQL the statement is run, so that the plan says
    /// how many rows each step read.
    pub async fn plan(&self, statement: &Statement) -> String {
        let plan = catalog::plan(self.db(), statement).await;
        plan.expect("the statement is explained").join("\n")
    }

    /// How many rows a statement's scans read from tables and indexes, and how many it returned.
    /// PostgreSQL only: SQLite does not count.
    pub async fn rows_read(&self, statement: &Statement) -> (f64, f64) {
        catalog::rows_read(self.db(), statement).await.expect("the statement is explained")
    }
}
