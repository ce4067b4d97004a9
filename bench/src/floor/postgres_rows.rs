//! The floor without JSON from PostgreSQL: a few prepared statements, sent together where none waits
//! for another, and the answer written from their binary rows.

use {
    super::{
        DASHBOARD_ALERTS, DASHBOARD_PAIRINGS, DASHBOARD_REPORTS, HISTORY_REPORTS, Outcome,
        QUEUE_ALERTS, Request, Variables,
        answer::{
            Advice, Alert, Answer, Assistant, AssistantById, Filed, FiledPairing, Found,
            FoundPairing, Instant, Name, Named, Queued, QueuedPairing, Report, Rule, User,
            WholeReport,
        },
        cursor, new_row,
        postgres::Links,
    },
    crate::document::Document,
    chrono::{DateTime, NaiveDate, Utc},
    futures_util::future::{try_join, try_join3},
    tokio_postgres::{Row, types::ToSql},
    uuid::Uuid,
};

const PAIRINGS: usize = 0;
const NEWEST_REPORTS: usize = 1;
const OPEN_ALERTS: usize = 2;
const ALERT_QUEUE: usize = 3;
const PAIRING: usize = 4;
const REPORTS: usize = 5;
const COUNT: usize = 6;
const LOOKUP: usize = 7;
const SUBMIT: usize = 8;
const TEXTS: [&str; 9] = [
    include_str!("postgres_rows/pairings.sql"),
    include_str!("postgres_rows/newest_reports.sql"),
    include_str!("postgres_rows/open_alerts.sql"),
    include_str!("postgres_rows/alert_queue.sql"),
    include_str!("postgres_rows/pairing.sql"),
    include_str!("postgres_rows/reports.sql"),
    "SELECT count(*) FROM end_of_day_reports WHERE pairing_id = $1",
    include_str!("postgres_rows/lookup.sql"),
    include_str!("postgres_rows/submit.sql"),
];

/// The server's connections.
pub struct Server(Links<9>);

impl Server {
    pub(super) async fn connect(url: &str) -> Outcome<Self> {
        Links::connect(url, TEXTS).await.map(Self)
    }

    pub(super) async fn answer(&self, request: Request) -> Outcome<Vec<u8>> {
        let Request { operation_name, variables } = request;
        match operation_name {
            Document::Dashboard => self.dashboard().await,
            Document::AlertQueue => self.alert_queue().await,
            Document::History => self.history(&variables).await,
            Document::Lookup => self.lookup(variables.id()?).await,
            Document::Submit => self.submit(&variables).await,
        }
    }

    async fn dashboard(&self) -> Outcome<Vec<u8>> {
        let link = self.0.next();
        let ask = |which: usize, parameters| {
            let (client, statement) = (&link.client, &link.statements[which]);
            async move { client.query(statement, parameters).await }
        };
        let mut pairings = ask(PAIRINGS, &[]).await?;
        let has_next = pairings.len() > DASHBOARD_PAIRINGS;
        pairings.truncate(DASHBOARD_PAIRINGS);
        let ids = pairings.iter().map(|it| it.try_get(0)).collect::<Result<Vec<Uuid>, _>>()?;
        let reports: [&(dyn ToSql + Sync); 2] = [&ids, &DASHBOARD_REPORTS];
        let alerts: [&(dyn ToSql + Sync); 2] = [&ids, &DASHBOARD_ALERTS];
        let both = try_join(ask(NEWEST_REPORTS, &reports), ask(OPEN_ALERTS, &alerts));
        let (reports, alerts) = both.await?;
        let (reports, alerts) = (by_parent(&reports, ids.len()), by_parent(&alerts, ids.len()));

        let mut answer = Answer::of_about(128 * 1024);
        answer.raw("{\"data\":{\"pairings\":{\"nodes\":[");
        let (mut is_first, mut end) = (true, None);
        for ((row, reports), alerts) in pairings.iter().zip(reports).zip(alerts) {
            pairing(answer.next(&mut is_first), row);
            nodes(answer.raw(",\"reports\":"), &reports, report);
            nodes(answer.raw(",\"alerts\":"), &alerts, alert).raw("}");
            end = Some(cursor(row.get::<_, DateTime<Utc>>(8), row.get(0)));
        }
        answer.page_info(has_next, end.as_deref()).raw("}}}");
        Ok(answer.into_bytes())
    }

    async fn alert_queue(&self) -> Outcome<Vec<u8>> {
        let link = self.0.next();
        let mut alerts = link.client.query(&link.statements[ALERT_QUEUE], &[]).await?;
        let has_next = alerts.len() > QUEUE_ALERTS;
        alerts.truncate(QUEUE_ALERTS);
        let mut answer = Answer::of_about(64 * 1024);
        answer.raw("{\"data\":{\"alerts\":{\"nodes\":[");
        let mut is_first = true;
        for row in &alerts {
            answer.next(&mut is_first).value(queued(row));
        }
        let end = alerts.last().map(|it| cursor(it.get::<_, DateTime<Utc>>(3), it.get(0)));
        answer.page_info(has_next, end.as_deref()).raw("}}}");
        Ok(answer.into_bytes())
    }

    async fn history(&self, variables: &Variables) -> Outcome<Vec<u8>> {
        let (id, (day, after)) = (variables.id()?, variables.after()?.unzip());
        let link = self.0.next();
        let (client, statements) = (&link.client, &link.statements);
        let reports: [&(dyn ToSql + Sync); 3] = [&id, &day, &after];
        let by_id: [&(dyn ToSql + Sync); 1] = [&id];
        let all = try_join3(
            client.query_opt(&statements[PAIRING], &by_id),
            client.query(&statements[REPORTS], &reports),
            client.query_one(&statements[COUNT], &by_id),
        );
        let (pairing, mut reports, count) = all.await?;
        let Some(pairing) = pairing else { return Ok(b"{\"data\":{\"pairing\":null}}".to_vec()) };
        let has_next = reports.len() > HISTORY_REPORTS;
        reports.truncate(HISTORY_REPORTS);
        let (client, user) = (Name { name: pairing.get(0) }, Name { name: pairing.get(1) });
        let mut answer = Answer::of_about(32 * 1024);
        answer.raw("{\"data\":{\"pairing\":{\"id\":").value(id);
        answer.raw(",\"client\":").value(client).raw(",\"ea\":").value(Assistant { user });
        answer.raw(",\"reports\":{\"nodes\":[");
        let mut is_first = true;
        for row in &reports {
            answer.next(&mut is_first).value(whole_report(row));
        }
        let end = reports.last().map(|it| cursor(it.get::<_, NaiveDate>(1), it.get(0)));
        answer.page_info(has_next, end.as_deref());
        answer.raw(",\"totalCount\":").value(count.get::<_, i64>(0)).raw("}}}}");
        Ok(answer.into_bytes())
    }

    async fn lookup(&self, id: Uuid) -> Outcome<Vec<u8>> {
        let link = self.0.next();
        let found = link.client.query_opt(&link.statements[LOOKUP], &[&id]).await?;
        let mut answer = Answer::of_about(1024);
        answer.raw("{\"data\":{\"alert\":");
        answer.value(found.as_ref().map(|row| Found {
            id,
            severity: row.get(0),
            status: row.get(1),
            rule: Named { id: row.get(2), name: row.get(3) },
            pairing: FoundPairing {
                id: row.get(4),
                client: Named { id: row.get(5), name: row.get(6) },
            },
        }));
        answer.raw("}}");
        Ok(answer.into_bytes())
    }

    async fn submit(&self, variables: &Variables) -> Outcome<Vec<u8>> {
        let (input, (id, now)) = (variables.input()?, new_row());
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
        let link = self.0.next();
        let row = link.client.query_one(&link.statements[SUBMIT], &parameters).await?;
        let client = Name { name: row.get(0) };
        let pairing = FiledPairing { id: input.pairing_id, client };
        let mut answer = Answer::of_about(1024);
        answer.raw("{\"data\":{\"reportSubmit\":{\"report\":");
        answer.value(Filed { id, report_date: input.report_date, pairing });
        answer.raw(",\"errors\":[]}}}");
        Ok(answer.into_bytes())
    }
}

/// The rows of each parent, by its place from 1.
fn by_parent(rows: &[Row], parents: usize) -> Vec<Vec<&Row>> {
    let mut found = vec![Vec::new(); parents];
    for row in rows {
        let place = usize::try_from(row.get::<_, i64>(0)).unwrap_or_default();
        if let Some(own) = place.checked_sub(1).and_then(|it| found.get_mut(it)) {
            own.push(row);
        }
    }
    found
}

fn nodes<'a>(
    answer: &'a mut Answer,
    rows: &[&Row],
    write: fn(&mut Answer, &Row),
) -> &'a mut Answer {
    answer.raw("{\"nodes\":[");
    let mut is_first = true;
    for row in rows {
        write(answer.next(&mut is_first), row);
    }
    answer.raw("]}")
}

/// All but the lists of a pairing, whose brace stays open.
fn pairing(answer: &mut Answer, row: &Row) {
    let ea_id = row.get(3);
    let user = User { id: ea_id, name: row.get(4), email: row.get(5) };
    answer.raw("{\"id\":").value(row.get::<_, Uuid>(0));
    answer.raw(",\"startDate\":").value(row.get::<_, NaiveDate>(1));
    answer.raw(",\"healthStatus\":").value(row.get::<_, &str>(2));
    answer.raw(",\"ea\":").value(AssistantById { id: ea_id, user });
    answer.raw(",\"client\":").value(Named { id: row.get(6), name: row.get(7) });
}

fn report(answer: &mut Answer, row: &Row) {
    answer.value(Report {
        id: row.get(1),
        day: row.get::<_, NaiveDate>(2),
        workload_feeling: row.get(3),
        work_type: row.get(4),
        feeling_during_work: row.get(5),
        biggest_win: row.get(6),
        what_completed: row.get(7),
        had_daily_sync: row.get(8),
    });
}

fn whole_report(row: &Row) -> WholeReport<'_, NaiveDate> {
    WholeReport {
        id: row.get(0),
        day: row.get(1),
        workload_feeling: row.get(2),
        work_type: row.get(3),
        feeling_during_work: row.get(4),
        biggest_win: row.get(5),
        what_completed: row.get(6),
        pending_tasks: row.get(7),
        had_daily_sync: row.get(8),
    }
}

fn alert(answer: &mut Answer, row: &Row) {
    answer.value(Alert {
        id: row.get(1),
        severity: row.get(2),
        status: row.get(3),
        detected_at: Instant(row.get(4)),
        rule: Rule { id: row.get(5), name: row.get(6), severity: row.get(7) },
    });
}

fn queued(row: &Row) -> Queued<'_, Instant> {
    let ea_id = row.get(11);
    let assignee: Option<Uuid> = row.get(8);
    Queued {
        id: row.get(0),
        severity: row.get(1),
        status: row.get(2),
        detected_at: Instant(row.get(3)),
        notes: row.get(4),
        rule: Advice { id: row.get(5), name: row.get(6), suggested_action: row.get(7) },
        assignee: assignee.map(|id| Named { id, name: row.get(9) }),
        pairing: QueuedPairing {
            id: row.get(10),
            ea: AssistantById { id: ea_id, user: Named { id: ea_id, name: row.get(12) } },
            client: Named { id: row.get(13), name: row.get(14) },
        },
    }
}
