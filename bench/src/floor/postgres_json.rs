//! The floor itself: a request is one prepared statement, and PostgreSQL builds the whole answer.

use {
    super::{Input, Outcome, Request, new_row, postgres::Links},
    crate::document::Document,
    tokio_postgres::types::ToSql,
};

/// By the order of [`Document::ALL`].
const TEXTS: [&str; 5] = [
    include_str!("postgres_json/dashboard.sql"),
    include_str!("postgres_json/alert_queue.sql"),
    include_str!("postgres_json/history.sql"),
    include_str!("postgres_json/lookup.sql"),
    include_str!("postgres_json/submit.sql"),
];

/// The server's connections.
pub struct Server(Links<5>);

impl Server {
    pub(super) async fn connect(url: &str) -> Outcome<Self> {
        Links::connect(url, TEXTS).await.map(Self)
    }

    pub(super) async fn answer(&self, request: Request) -> Outcome<Vec<u8>> {
        let Request { operation_name: document, variables } = request;
        match document {
            Document::Dashboard | Document::AlertQueue => self.ask(document, &[]).await,
            Document::History => {
                let (day, after) = variables.after()?.unzip();
                self.ask(document, &[&variables.id()?, &day, &after]).await
            }
            Document::Lookup => self.ask(document, &[&variables.id()?]).await,
            Document::Submit => self.submit(variables.input()?).await,
        }
    }

    async fn submit(&self, input: &Input) -> Outcome<Vec<u8>> {
        let (id, now) = new_row();
        let parameters: [&(dyn ToSql + Sync); 14] = [
            &id,
            &input.pairing_id,
            &input.report_date,
            &input.workload_feeling,
            &input.work_type,
            &input.feeling_during_work,
            &input.biggest_win,
            &input.what_completed,
            &input.pending_tasks,
            &input.had_daily_sync,
            &input.difficulties,
            &input.support_needed,
            &input.additional_notes,
            &now,
        ];
        self.ask(Document::Submit, &parameters).await
    }

    async fn ask(
        &self,
        document: Document,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Outcome<Vec<u8>> {
        let link = self.0.next();
        let row = link.client.query_one(&link.statements[document as usize], parameters).await?;
        Ok(row.try_get::<_, &str>(0)?.as_bytes().to_vec())
    }
}
