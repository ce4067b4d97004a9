//! The measurement: every server gets its turn in every round, so that whatever else the machine
//! does hits all of them.

use {
    crate::{
        Outcome, Request,
        contestant::{Contestant, Running, Stage},
        database::{Database, Kind, with_address},
        document::Document,
        load::{self, Load, Session},
        proxy::{Proxy, Traffic},
        report::{AtRest, Cell, Measured, Report, Round, Wire},
        scale,
    },
    chrono::{DateTime, Utc},
    indicatif::{ProgressBar, ProgressStyle},
    serde_json::Value,
    std::{
        path::Path,
        time::{Duration, Instant},
    },
    tokio::time::sleep,
};

/// How many answers of each server are compared.
const COMPARED_MAX: usize = 20;
/// How many requests a server gets before any is counted or timed.
const WARM_UP_REQUESTS: usize = 40;
/// How many requests are counted in a pass, and how many passes there are: what a server does beside
/// them may hit one.
const COUNTED_REQUESTS: usize = 20;
const COUNTED_PASSES: usize = 3;
/// How long it is waited for the next pairing to be judged: more than a minute.
const JUDGED_WAIT_MAX: Duration = Duration::from_secs(65);
const LOOK: Duration = Duration::from_millis(50);

/// All that is measured on one database.
pub(crate) async fn run(
    request: &Request,
    stage: &mut Stage<'_>,
    database: &Database,
    report: &mut Report,
) -> Outcome<()> {
    let kind = database.kind();
    note(&format!("{kind}: filling the database"));
    stage.fill(database, scale(request.rows), request.seed).await?;
    database.settle().await?;
    let filled_at = now();
    report.databases.push(described(database).await?);
    let mut servers = Vec::new();
    for contestant in Contestant::on(kind) {
        if request.asks_for(contestant) {
            servers.push(stage.start(contestant, &database.url()).await?);
        }
    }
    if let Some(vigil) = servers.iter().find(|it| it.contestant == Contestant::Vigil) {
        note(&format!("{kind}: waiting until Vigil has judged the pairings that it finds"));
        judged(database, filled_at).await?;
        if !request.rest.is_zero() {
            report.at_rest.push(at_rest(vigil, kind, request.rest).await?);
        }
    }
    for document in Document::ALL.into_iter().filter(|it| request.documents.contains(it)) {
        let taken_back = document == Document::Submit;
        if taken_back {
            database.take_reports_back().await?;
        }
        let variables = database.variables(document).await?;
        if variables.is_empty() {
            return Err(format!("there is nothing to ask {document} for").into());
        }
        note(&format!("{kind}, {document}: comparing answers"));
        compare(&servers, database, document, &variables).await?;
        if kind == Kind::Postgres {
            note(&format!("{kind}, {document}: counting statements"));
        }
        let traffic = traffic(stage, &servers, database, document, &variables).await?;
        for connections in &request.connections {
            let cells = rounds(request, &servers, database, (document, *connections), &variables);
            let mut cells = cells.await?;
            for (cell, traffic) in cells.iter_mut().zip(&traffic) {
                cell.wire = *traffic;
            }
            report.cells.extend(cells);
        }
    }
    Ok(())
}

pub(crate) async fn described(database: &Database) -> Outcome<Measured> {
    Ok(Measured {
        kind: database.kind(),
        version: database.version().await?,
        pairings: database.count("pairings").await?,
        reports: database.count("end_of_day_reports").await?,
        alerts: database.count("alerts").await?,
    })
}

/// Waits until Vigil has judged every pairing anew: a company that was just seeded was judged when
/// its last reports came in, and Vigil evaluates some thousand pairings a minute.
async fn judged(database: &Database, filled_at: DateTime<Utc>) -> Outcome {
    let (mut least, mut since) = (i64::MAX, Instant::now());
    loop {
        let left = database.judged_before(filled_at).await?;
        if left < least {
            (least, since) = (left, Instant::now());
        }
        // Those for which it is not the time yet stay as they are.
        if left == 0 || since.elapsed() > JUDGED_WAIT_MAX {
            return Ok(());
        }
        sleep(LOOK).await;
    }
}

/// What a server takes that has nothing to do.
async fn at_rest(server: &Running, kind: Kind, time: Duration) -> Outcome<AtRest> {
    Ok(AtRest {
        kind,
        start_ms: server.start.as_secs_f64() * 1_000.0,
        idle_cpu_percent: share(server, time).await.map(|it| it * 100.0),
        resident_bytes: server.resident_bytes(),
    })
}

/// How much of a processor a server takes.
async fn share(server: &Running, time: Duration) -> Option<f64> {
    let before = server.cpu_seconds()?;
    sleep(time).await;
    Some((server.cpu_seconds()? - before) / time.as_secs_f64())
}

/// Fails unless all servers give the same answers. What a server makes up itself, cursors and the
/// ids of new rows, counts as the same wherever there is one.
async fn compare(
    servers: &[Running],
    database: &Database,
    document: Document,
    variables: &[Value],
) -> Outcome<()> {
    let some = &variables[..variables.len().min(COMPARED_MAX)];
    let mut expected: Option<(Contestant, Vec<Value>)> = None;
    for server in servers {
        let mut session = Session::connect(&server.target).await?;
        let mut answers = Vec::new();
        for body in server.contestant.bodies(document, some) {
            let answer = session.ask(body).await.map_err(|it| server.explain(it))?;
            if !answer["errors"].is_null() {
                return Err(server.explain(format!("{document} answered {answer}")).into());
            }
            answers.push(comparable(answer["data"].clone(), document));
        }
        if document == Document::Submit {
            let filed = database.take_reports_back().await?;
            if filed != some.len() as u64 {
                let told =
                    format!("filed {filed} of {} reports: {:?}", some.len(), answers.first());
                return Err(server.explain(told).into());
            }
        }
        match &expected {
            None => expected = Some((server.contestant, answers)),
            Some((other, expected)) => {
                for (theirs, own) in expected.iter().zip(&answers) {
                    if theirs != own {
                        let (other, own_name) = (*other, server.contestant);
                        return Err(format!(
                            "{document}: {other} and {own_name} differ:\n{theirs}\n{own}"
                        )
                        .into());
                    }
                }
            }
        }
    }
    Ok(())
}

fn comparable(mut answer: Value, document: Document) -> Value {
    mask(&mut answer, "endCursor");
    if document == Document::Submit
        && let Some(id) = answer.pointer_mut("/reportSubmit/report/id")
    {
        *id = Value::Bool(id.is_string());
    }
    answer
}

/// Puts whether there is a text in the place of the text.
fn mask(value: &mut Value, key: &str) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if name == key {
                    *value = Value::Bool(value.is_string());
                } else {
                    mask(value, key);
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|it| mask(it, key)),
        _ => {}
    }
}

/// What a request of each server costs on the way to PostgreSQL: the median of a few passes, each
/// server started anew behind a counting proxy.
async fn traffic(
    stage: &Stage<'_>,
    servers: &[Running],
    database: &Database,
    document: Document,
    variables: &[Value],
) -> Outcome<Vec<Option<Wire>>> {
    let mut all = Vec::new();
    for server in servers {
        let url = database.url();
        let Some((address, _)) =
            with_address(&url, "").filter(|_| database.kind() == Kind::Postgres)
        else {
            all.push(None);
            continue;
        };
        let proxy = Proxy::start(address).await?;
        let Some((_, url)) = with_address(&url, &proxy.address.to_string()) else { continue };
        let proxied = stage.start(server.contestant, &url).await?;
        let mut session = Session::connect(&proxied.target).await?;
        let bodies = server.contestant.bodies(document, variables);
        let mut ask = async |many: usize| -> Outcome<Traffic> {
            let before = proxy.traffic();
            for body in bodies.iter().cycle().take(many) {
                session.ask(body.clone()).await.map_err(|it| proxied.explain(it))?;
            }
            let traffic = proxy.traffic() - before;
            if document == Document::Submit {
                database.take_reports_back().await?;
            }
            Ok(traffic)
        };
        ask(WARM_UP_REQUESTS).await?;
        let mut passes = Vec::new();
        for _ in 0..COUNTED_PASSES {
            passes.push(ask(COUNTED_REQUESTS).await?);
        }
        all.push(Some(a_request(&mut passes)));
    }
    Ok(all)
}

/// The pass in the middle, a request.
fn a_request(passes: &mut [Traffic]) -> Wire {
    passes.sort_by_key(|it| (it.statements, it.received_bytes));
    let Traffic { statements, round_trips, sent_bytes, received_bytes } = passes[passes.len() / 2];
    #[expect(clippy::cast_precision_loss, reason = "twenty requests move less than 2^52 bytes")]
    let each = |all: u64| all as f64 / COUNTED_REQUESTS as f64;
    Wire {
        statements: each(statements),
        round_trips: each(round_trips),
        sent_bytes: each(sent_bytes),
        received_bytes: each(received_bytes),
    }
}

/// The rounds of one document at one number of connections.
async fn rounds(
    request: &Request,
    servers: &[Running],
    database: &Database,
    (document, connections): (Document, usize),
    variables: &[Value],
) -> Outcome<Vec<Cell>> {
    let kind = database.kind();
    let bar = bar(request.rounds * servers.len());
    let is_spent = document == Document::Submit;
    let bodies: Vec<_> =
        servers.iter().map(|it| it.contestant.bodies(document, variables)).collect();
    let mut cells: Vec<_> = servers
        .iter()
        .map(|it| Cell {
            kind,
            document,
            connections,
            contestant: it.contestant,
            rounds: Vec::new(),
            resident_bytes: None,
            wire: None,
            of_floor: None,
        })
        .collect();
    for round in 0..=request.rounds {
        for place in 0..servers.len() {
            // Whoever comes behind whom changes with each round.
            let place = (place + round) % servers.len();
            let (server, bodies) = (&servers[place], &bodies[place]);
            // The first round only warms up.
            let time = if round == 0 { request.time() / 4 } else { request.time() };
            bar.set_message(format!("{kind}, {document}, {connections}: {}", server.contestant));
            let load = Load { bodies, connections, time, is_spent };
            let measured = turn(server, database, &load).await?;
            if round > 0 {
                cells[place].rounds.push(measured);
                bar.inc(1);
            }
        }
    }
    for (cell, server) in cells.iter_mut().zip(servers) {
        cell.resident_bytes = server.resident_bytes();
    }
    bar.finish_and_clear();
    Ok(cells)
}

/// One server's turn.
pub(crate) async fn turn(server: &Running, database: &Database, load: &Load<'_>) -> Outcome<Round> {
    let before = (server.cpu_seconds(), database.cpu_seconds().await?);
    let timing = load::run(&server.target, load).await.map_err(|it| server.explain(it))?;
    let after = (server.cpu_seconds(), database.cpu_seconds().await?);
    if load.is_spent {
        let filed = database.take_reports_back().await?;
        if filed != timing.requests as u64 {
            let told = format!("filed {filed} reports in {} requests", timing.requests);
            return Err(server.explain(told).into());
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "nobody sends 2^52 requests")]
    let requests = timing.requests.max(1) as f64;
    let took = |before: Option<f64>, after: Option<f64>| {
        Some((after? - before?).max(0.0) * 1_000.0 / requests)
    };
    Ok(Round {
        requests_per_second: requests / timing.seconds,
        p50_ms: timing.p50_ms,
        p99_ms: timing.p99_ms,
        server_cpu_seconds: took(before.0, after.0),
        database_cpu_seconds: took(before.1, after.1),
    })
}

#[expect(clippy::disallowed_methods, reason = "the servers that are measured have today's clock")]
fn now() -> DateTime<Utc> {
    Utc::now()
}

pub(crate) fn note(text: &str) {
    eprintln!("{text}");
}

/// A bar on the error output; it shows nothing where that is no terminal.
pub(crate) fn bar(steps: usize) -> ProgressBar {
    let form = "{bar:30} {pos}/{len} {msg}, {eta} left";
    let style = ProgressStyle::with_template(form).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(steps as u64).with_style(style)
}

/// The machine, as far as Linux tells.
pub(crate) fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(Path::new(path)).unwrap_or_default();
    let cpu = read("/proc/cpuinfo");
    let model = cpu.lines().find_map(|it| it.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("an unknown processor", |(_, name)| name);
    let memory = read("/proc/meminfo");
    let memory =
        memory.lines().find_map(|it| it.strip_prefix("MemTotal:")?.trim().strip_suffix("kB"));
    let gigabytes = memory.and_then(|it| it.trim().parse::<u64>().ok()).unwrap_or_default() >> 20;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let load = read("/proc/loadavg");
    let load = load.split(' ').next().unwrap_or_default().to_owned();
    let system = read("/proc/sys/kernel/osrelease");
    let system = system.trim();
    format!("{cores} × {model}, {gigabytes} GB, Linux {system}, load {load} at the start")
}
