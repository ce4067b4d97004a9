//! The floor over SQLite: it runs in this process, so an answer is written while its rows are found,
//! by as many prepared statements as that takes, on the thread that got the request.

use {
    super::{
        DASHBOARD_ALERTS, DASHBOARD_PAIRINGS, DASHBOARD_REPORTS, HISTORY_REPORTS, Outcome,
        QUEUE_ALERTS, Request, Variables,
        answer::{
            Advice, Alert, Answer, Assistant, AssistantById, Filed, FiledPairing, Found,
            FoundPairing, InstantText, Name, Named, Queued, QueuedPairing, Report, Rule, User,
            WholeReport,
        },
        cursor, new_row,
    },
    crate::document::Document,
    rusqlite::{Connection, OpenFlags, OptionalExtension, Row, params, types::ToSql},
    std::{
        path::Path,
        sync::{
            Mutex, MutexGuard, PoisonError,
            atomic::{AtomicUsize, Ordering},
        },
        thread,
        time::Duration,
    },
    tokio::task::block_in_place,
    uuid::Uuid,
};

const PAIRINGS: &str = include_str!("sqlite/pairings.sql");
const NEWEST_REPORTS: &str = include_str!("sqlite/newest_reports.sql");
const OPEN_ALERTS: &str = include_str!("sqlite/open_alerts.sql");
const ALERT_QUEUE: &str = include_str!("sqlite/alert_queue.sql");
const PAIRING: &str = include_str!("sqlite/pairing.sql");
const REPORTS: &str = include_str!("sqlite/reports.sql");
const COUNT: &str = "SELECT count(*) FROM end_of_day_reports WHERE pairing_id = ?1";
const LOOKUP: &str = include_str!("sqlite/lookup.sql");
const SUBMIT: &str = include_str!("sqlite/submit.sql");

/// What Vigil asks of its file: durable at each commit, one writer, readers beside it.
const PRAGMAS: &str = "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL;";
const LOCK_TIMEOUT: Duration = Duration::from_secs(5);

/// The server's connections: a reader for each processor, and the writer.
pub struct Server {
    readers: Vec<Mutex<Connection>>,
    writer: Mutex<Connection>,
    turn: AtomicUsize,
}

impl Server {
    pub(super) fn open(file: &Path) -> Outcome<Self> {
        let open = || {
            let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let connection = Connection::open_with_flags(file, flags)?;
            connection.execute_batch(PRAGMAS)?;
            connection.busy_timeout(LOCK_TIMEOUT)?;
            Ok::<_, rusqlite::Error>(Mutex::new(connection))
        };
        let processors = thread::available_parallelism().map_or(1, usize::from);
        let readers = (0..processors).map(|_| open()).collect::<Result<_, _>>()?;
        Ok(Self { readers, writer: open()?, turn: AtomicUsize::new(0) })
    }

    pub(super) fn answer(&self, request: Request) -> Outcome<Vec<u8>> {
        let Request { operation_name, variables } = request;
        let reader = || {
            let turn = self.turn.fetch_add(1, Ordering::Relaxed) % self.readers.len();
            locked(&self.readers[turn])
        };
        let answer = match operation_name {
            Document::Dashboard => dashboard(&reader()),
            Document::AlertQueue => alert_queue(&reader()),
            Document::History => history(&reader(), &variables),
            Document::Lookup => lookup(&reader(), variables.id()?),
            // A commit waits for the disk.
            Document::Submit => block_in_place(|| submit(&locked(&self.writer), &variables)),
        };
        Ok(answer?.into_bytes())
    }
}

fn locked(connection: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

fn dashboard(connection: &Connection) -> Outcome<Answer> {
    let mut answer = Answer::of_about(128 * 1024);
    answer.raw("{\"data\":{\"pairings\":{\"nodes\":[");
    let mut pairings = connection.prepare_cached(PAIRINGS)?;
    let mut newest_reports = connection.prepare_cached(NEWEST_REPORTS)?;
    let mut open_alerts = connection.prepare_cached(OPEN_ALERTS)?;
    let (mut count, mut is_first, mut end) = (0, true, None);
    let mut rows = pairings.query([])?;
    while let Some(row) = rows.next()? {
        count += 1;
        if count > DASHBOARD_PAIRINGS {
            break;
        }
        let key = row.get_ref(0)?;
        pairing(answer.next(&mut is_first), row)?;
        let mut reports = newest_reports.query(params![key.as_blob()?, DASHBOARD_REPORTS])?;
        let mut is_first = true;
        answer.raw(",\"reports\":{\"nodes\":[");
        while let Some(row) = reports.next()? {
            answer.next(&mut is_first).value(report(row)?);
        }
        let mut alerts = open_alerts.query(params![key.as_blob()?, DASHBOARD_ALERTS])?;
        let mut is_first = true;
        answer.raw("]},\"alerts\":{\"nodes\":[");
        while let Some(row) = alerts.next()? {
            answer.next(&mut is_first).value(alert(row)?);
        }
        answer.raw("]}}");
        end = Some(cursor(text(row, 8)?, id(row, 0)?));
    }
    answer.page_info(count > DASHBOARD_PAIRINGS, end.as_deref()).raw("}}}");
    Ok(answer)
}

fn alert_queue(connection: &Connection) -> Outcome<Answer> {
    let mut answer = Answer::of_about(64 * 1024);
    answer.raw("{\"data\":{\"alerts\":{\"nodes\":[");
    let mut alerts = connection.prepare_cached(ALERT_QUEUE)?;
    let (mut count, mut is_first, mut end) = (0, true, None);
    let mut rows = alerts.query([])?;
    while let Some(row) = rows.next()? {
        count += 1;
        if count > QUEUE_ALERTS {
            break;
        }
        answer.next(&mut is_first).value(queued(row)?);
        end = Some(cursor(text(row, 3)?, id(row, 0)?));
    }
    answer.page_info(count > QUEUE_ALERTS, end.as_deref()).raw("}}}");
    Ok(answer)
}

fn history(connection: &Connection, variables: &Variables) -> Outcome<Answer> {
    let pairing = variables.id()?;
    let mut answer = Answer::of_about(32 * 1024);
    let mut found = connection.prepare_cached(PAIRING)?;
    let mut found = found.query([pairing.as_bytes()])?;
    let Some(row) = found.next()? else {
        answer.raw("{\"data\":{\"pairing\":null}}");
        return Ok(answer);
    };
    let (client, user) = (Name { name: text(row, 0)? }, Name { name: text(row, 1)? });
    answer.raw("{\"data\":{\"pairing\":{\"id\":").value(pairing);
    answer.raw(",\"client\":").value(client).raw(",\"ea\":").value(Assistant { user });
    answer.raw(",\"reports\":{\"nodes\":[");
    let mut reports = connection.prepare_cached(REPORTS)?;
    let (day, after) = variables.after()?.unzip();
    let day = day.map(|it| it.to_string());
    let after = after.map(|it| it.as_bytes().to_vec());
    let mut rows = reports.query(params![pairing.as_bytes(), day, after])?;
    let (mut count, mut is_first, mut end) = (0, true, None);
    while let Some(row) = rows.next()? {
        count += 1;
        if count > HISTORY_REPORTS {
            break;
        }
        answer.next(&mut is_first).value(whole_report(row)?);
        end = Some(cursor(text(row, 1)?, id(row, 0)?));
    }
    answer.page_info(count > HISTORY_REPORTS, end.as_deref());
    let mut total = connection.prepare_cached(COUNT)?;
    let total: i64 = total.query_row([pairing.as_bytes()], |row| row.get(0))?;
    answer.raw(",\"totalCount\":").value(total).raw("}}}}");
    Ok(answer)
}

fn lookup(connection: &Connection, wanted: Uuid) -> Outcome<Answer> {
    let mut answer = Answer::of_about(1024);
    answer.raw("{\"data\":{\"alert\":");
    let mut found = connection.prepare_cached(LOOKUP)?;
    let mut rows = found.query([wanted.as_bytes()])?;
    match rows.next()? {
        None => answer.value(()),
        Some(row) => answer.value(Found {
            id: wanted,
            severity: text(row, 0)?,
            status: text(row, 1)?,
            rule: Named { id: id(row, 2)?, name: text(row, 3)? },
            pairing: FoundPairing {
                id: id(row, 4)?,
                client: Named { id: id(row, 5)?, name: text(row, 6)? },
            },
        }),
    };
    answer.raw("}}");
    Ok(answer)
}

fn submit(connection: &Connection, variables: &Variables) -> Outcome<Answer> {
    let (input, (id, now)) = (variables.input()?, new_row());
    let (day, now) = (input.report_date.to_string(), now.to_rfc3339());
    let parameters: [&dyn ToSql; 14] = [
        id.as_bytes(),
        input.pairing_id.as_bytes(),
        &day,
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
    if connection.prepare_cached(SUBMIT)?.execute(parameters)? != 1 {
        return Err("there is no such pairing".into());
    }
    let mut pairing = connection.prepare_cached(PAIRING)?;
    let name = pairing.query_row([input.pairing_id.as_bytes()], |row| row.get::<_, String>(0));
    let name = name.optional()?.unwrap_or_default();
    let pairing = FiledPairing { id: input.pairing_id, client: Name { name: &name } };
    let mut answer = Answer::of_about(1024);
    answer.raw("{\"data\":{\"reportSubmit\":{\"report\":");
    answer.value(Filed { id, report_date: input.report_date, pairing });
    answer.raw(",\"errors\":[]}}}");
    Ok(answer)
}

/// All but the lists of a pairing, whose brace stays open.
fn pairing(answer: &mut Answer, row: &Row) -> Outcome<()> {
    let ea_id = id(row, 3)?;
    let user = User { id: ea_id, name: text(row, 4)?, email: text(row, 5)? };
    answer.raw("{\"id\":").value(id(row, 0)?);
    answer.raw(",\"startDate\":").value(text(row, 1)?);
    answer.raw(",\"healthStatus\":").value(text(row, 2)?);
    answer.raw(",\"ea\":").value(AssistantById { id: ea_id, user });
    answer.raw(",\"client\":").value(Named { id: id(row, 6)?, name: text(row, 7)? });
    Ok(())
}

fn report<'a>(row: &'a Row) -> Outcome<Report<'a, &'a str>> {
    Ok(Report {
        id: id(row, 0)?,
        day: text(row, 1)?,
        workload_feeling: text(row, 2)?,
        work_type: text(row, 3)?,
        feeling_during_work: text(row, 4)?,
        biggest_win: text_or_none(row, 5)?,
        what_completed: text_or_none(row, 6)?,
        had_daily_sync: row.get(7)?,
    })
}

fn whole_report<'a>(row: &'a Row) -> Outcome<WholeReport<'a, &'a str>> {
    Ok(WholeReport {
        id: id(row, 0)?,
        day: text(row, 1)?,
        workload_feeling: text(row, 2)?,
        work_type: text(row, 3)?,
        feeling_during_work: text(row, 4)?,
        biggest_win: text_or_none(row, 5)?,
        what_completed: text_or_none(row, 6)?,
        pending_tasks: text_or_none(row, 7)?,
        had_daily_sync: row.get(8)?,
    })
}

fn alert<'a>(row: &'a Row) -> Outcome<Alert<'a, InstantText<'a>>> {
    Ok(Alert {
        id: id(row, 0)?,
        severity: text(row, 1)?,
        status: text(row, 2)?,
        detected_at: InstantText(text(row, 3)?),
        rule: Rule { id: id(row, 4)?, name: text(row, 5)?, severity: text(row, 6)? },
    })
}

fn queued<'a>(row: &'a Row) -> Outcome<Queued<'a, InstantText<'a>>> {
    let ea_id = id(row, 11)?;
    let assignee = text_or_none(row, 9)?;
    let assignee = assignee.map(|name| Ok::<_, rusqlite::Error>(Named { id: id(row, 8)?, name }));
    Ok(Queued {
        id: id(row, 0)?,
        severity: text(row, 1)?,
        status: text(row, 2)?,
        detected_at: InstantText(text(row, 3)?),
        notes: text_or_none(row, 4)?,
        rule: Advice { id: id(row, 5)?, name: text(row, 6)?, suggested_action: text(row, 7)? },
        assignee: assignee.transpose()?,
        pairing: QueuedPairing {
            id: id(row, 10)?,
            ea: AssistantById { id: ea_id, user: Named { id: ea_id, name: text(row, 12)? } },
            client: Named { id: id(row, 13)?, name: text(row, 14)? },
        },
    })
}

fn id(row: &Row, column: usize) -> rusqlite::Result<Uuid> {
    row.get(column).map(Uuid::from_bytes)
}

fn text<'a>(row: &'a Row, column: usize) -> rusqlite::Result<&'a str> {
    Ok(row.get_ref(column)?.as_str()?)
}

fn text_or_none<'a>(row: &'a Row, column: usize) -> rusqlite::Result<Option<&'a str>> {
    Ok(row.get_ref(column)?.as_str_or_null()?)
}
