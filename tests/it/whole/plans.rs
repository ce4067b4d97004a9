//! What the databases do for the documents and for every list that the schema offers, on data of a
//! real size: ranges of indexes, and no row more than is answered.

use {
    entity::kernel::user::Role,
    sea_orm::{ConnectionTrait, DbBackend, Statement},
    serde_json::{Value, json},
    service::{
        Person, Viewer,
        demo::{self, Plan},
    },
    tests::{
        TestApp,
        coaching::{report, text},
        on_both,
        schema_walk::SchemaWalk,
    },
};

/// 200,000 reports.
const SCALE: f64 = 0.81;
/// Tables that may grow without end.
const LARGE: [&str; 5] =
    ["end_of_day_reports", "alerts", "start_of_day_logs", "pairing_health_history", "pto_records"];
/// How many rows a list of five may read, whatever it is narrowed by: a filter that no index is made
/// for walks the list's order until it has found five. The most are the alerts of three rules of
/// one severity, asked for those of another.
const READ_MAX: f64 = 4_000.0;
/// How many rows may be read beyond those that are answered, however many these are.
const READ_BESIDE: f64 = 10.0;

const DOCUMENTS: [(&str, &str, &[&str]); 4] = [
    (
        "Dashboard",
        include_str!("../../clients/documents/dashboard.graphql"),
        &[
            "idx_pairings_health_status_created_at_id",
            "idx_end_of_day_reports_pairing_id_report_date_id",
            "idx_alerts_pairing_id_status_detected_at_id",
        ],
    ),
    (
        "AlertQueue",
        include_str!("../../clients/documents/alert_queue.graphql"),
        &["idx_alerts_severity_status_detected_at_id"],
    ),
    (
        "History",
        include_str!("../../clients/documents/history.graphql"),
        &["idx_end_of_day_reports_pairing_id_report_date_id"],
    ),
    ("Lookup", include_str!("../../clients/documents/lookup.graphql"), &["alerts"]),
];

#[tokio::test]
async fn every_list_reads_by_index_and_little_more_than_it_answers() {
    on_both(async |app| {
        fill(app).await;
        for (name, document, indexes) in DOCUMENTS {
            documents_read_what_they_answer(app, name, document, indexes).await;
        }
        every_filter_and_order_is_served(app).await;
        who_sees_little_reads_little(app).await;
        the_head_of_the_dashboards_counts_no_past(app).await;
        a_report_that_is_filed_costs_no_past(app).await;
    })
    .await;
}

async fn fill(app: &TestApp) {
    let until = "2026-02-27".parse().expect("a day");
    let plan = Plan { scale: SCALE, seed: 7, until };
    let server = app.ctx().seen_by(Viewer::System);
    demo::fill(&server, &plan, &|_| {}).await.expect("an empty database takes demo data");
    app.db().execute_unprepared("ANALYZE").await.expect("statistics are taken");
    let count = app.ask("{ reports { totalCount } }", json!({})).await;
    assert!(count["reports"]["totalCount"].as_i64() >= Some(200_000), "{count}");
}

async fn documents_read_what_they_answer(
    app: &TestApp,
    name: &str,
    document: &str,
    indexes: &[&str],
) {
    let id = match name {
        "History" => first(app, "pairings").await,
        "Lookup" => first(app, "alerts").await,
        _ => Value::Null,
    };
    let ran = app.statements(app.ask(document, json!({ "id": id }))).await;
    let mut plans = String::new();
    for statement in &ran {
        let plan = app.plan(statement).await;
        let counts = statement.sql.contains("COUNT(");
        if app.ctx().backend() == DbBackend::Postgres && !counts {
            let (read, answered) = app.rows_read(statement).await;
            let allowed = answered * rows_joined(statement) * 1.2 + READ_BESIDE;
            assert!(read <= allowed, "{name} reads {read} rows to answer {answered}:\n{plan}");
        }
        assert!(scanned(&plan).is_empty(), "{name} scans a table:\n{}\n{plan}", statement.sql);
        plans.push_str(&plan);
    }
    for index in indexes {
        assert!(plans.contains(index), "{name} does not use {index}:\n{plans}");
    }
}

/// How many rows of tables make a row of the answer: one, and one for each that rides along.
fn rows_joined(statement: &Statement) -> f64 {
    let joins = statement.sql.matches("LEFT JOIN").count();
    1.0 + f64::from(u32::try_from(joins).expect("a few"))
}

async fn every_filter_and_order_is_served(app: &TestApp) {
    let walk = SchemaWalk::of(app).await;
    let lists = walk.lists();
    assert!(lists.len() > 300, "the walk found only {} lists", lists.len());
    let mut wrong = Vec::new();
    for asked in lists {
        for statement in app.statements(app.ask(&asked.document, json!({}))).await {
            let plan = app.plan(&statement).await;
            let large: Vec<_> =
                scanned(&plan).into_iter().filter(|it| LARGE.contains(&it.as_str())).collect();
            if !large.is_empty() {
                wrong.push(format!("{} scans {large:?}:\n{}\n{plan}", asked.told, statement.sql));
            }
            if app.ctx().backend() == DbBackend::Postgres {
                let (read, _) = app.rows_read(&statement).await;
                if read > READ_MAX {
                    wrong.push(format!(
                        "{} reads {read} rows:\n{}\n{plan}",
                        asked.told, statement.sql
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} lists scan:\n{}", wrong.len(), wrong.join("\n\n"));
}

/// Every list as an assistant and as a client, with each filter and order that is theirs: they find
/// their own rows by index, not by looking through everybody's.
async fn who_sees_little_reads_little(app: &TestApp) {
    let ea = first(app, "eas").await;
    let client = text(&first(app, "clients").await);
    let contact = app.user("Some Contact", "CLIENT").await;
    let member = json!({ "clientId": client, "userId": contact });
    app.mutate("clientMemberAdd", "clientMember { id }", member).await;
    let mut wrong = Vec::new();
    let mut shown = 0;
    for (id, role) in [(text(&ea), Role::Ea), (contact, Role::Client)] {
        let viewer = Viewer::Person(Person::new(id.parse().expect("an id"), role));
        for asked in SchemaWalk::of(app).await.lists() {
            let mut answer = Value::Null;
            let ran = app.statements(async {
                answer = app.respond_as(viewer, &asked.document, json!({})).await;
            });
            let ran = ran.await;
            shown += usize::from(answer.get("errors").is_none());
            for statement in ran {
                let plan = app.plan(&statement).await;
                let large: Vec<_> =
                    scanned(&plan).into_iter().filter(|it| LARGE.contains(&it.as_str())).collect();
                let is_postgres = app.ctx().backend() == DbBackend::Postgres;
                let read = if is_postgres { app.rows_read(&statement).await.0 } else { 0.0 };
                if !large.is_empty() || read > READ_MAX {
                    wrong.push(format!(
                        "{role:?}: {} scans {large:?}, reads {read} rows:\n{}\n{plan}",
                        asked.told, statement.sql
                    ));
                }
            }
        }
    }
    assert!(shown > 100, "an assistant and a client see only {shown} lists");
    assert!(wrong.is_empty(), "{} lists read too much:\n{}", wrong.len(), wrong.join("\n\n"));
}

/// The numbers of the dashboards are those of pairings, clients, assistants and open alerts: what was reported or
/// resolved is not read for them.
async fn the_head_of_the_dashboards_counts_no_past(app: &TestApp) {
    let numbers =
        "{ dashboard { pairings { total } clients { withIssues } assistants { withIssues }
        openAlerts { new unassigned bySeverity { total } } } }";
    let mut numbers_told = Value::Null;
    let ran = app.statements(async { numbers_told = app.ask(numbers, json!({})).await }).await;
    let count = |path: &str| numbers_told["dashboard"].pointer(path).and_then(Value::as_f64);
    let there = count("/pairings/total").zip(count("/openAlerts/bySeverity/total"));
    let there = there.map(|(pairings, open)| pairings + open).expect("they are told");
    let mut plans = String::new();
    for statement in &ran {
        let plan = app.plan(statement).await;
        // All of an index of what is open may be read.
        let of_past: Vec<_> = plan.lines().filter(|it| !it.contains("_open")).collect();
        let past = scanned(&of_past.join("\n"));
        let past = past.into_iter().find(|it| LARGE.contains(&it.as_str()));
        assert_eq!(past, None, "{}\n{plan}", statement.sql);
        if app.ctx().backend() == DbBackend::Postgres {
            let (read, _) = app.rows_read(statement).await;
            assert!(read <= there, "{read} rows of {there} are read:\n{}\n{plan}", statement.sql);
        }
        plans.push_str(&plan);
    }
    let index = "idx_alerts_severity_status_assigned_to_open";
    assert!(plans.contains(index), "{index} is not used:\n{plans}");
}

/// Of what was reported before, no more is read than the rules look at: twelve working days, and among those of a month
/// what was filed lately.
async fn a_report_that_is_filed_costs_no_past(app: &TestApp) {
    let known =
        "{ pairings(first: 1, filter: {startDate: {lte: \"2025-12-01\"}}) { nodes { id } } }";
    let known = app.ask(known, json!({})).await;
    let mut filed = Value::Null;
    let input = report(&text(&known["pairings"]["nodes"][0]["id"]), "2026-03-02");
    let ran =
        app.statements(async { filed = app.mutate("reportSubmit", "report { id }", input).await });
    let ran = ran.await;
    assert_eq!(filed["errors"], json!([]));
    let past: Vec<_> =
        ran.iter().filter(|it| it.sql.contains(r#"FROM "end_of_day_reports""#)).collect();
    let [past] = past[..] else { panic!("reports are read by {} statements", past.len()) };
    let answered = app.db().query_all_raw(past.clone()).await.expect("it answers").len();
    assert!((10..=13).contains(&answered), "{answered} reports are looked at");
    if app.ctx().backend() == DbBackend::Postgres {
        let (read, _) = app.rows_read(past).await;
        assert!(read <= 30.0, "{read} reports are read:\n{}", app.plan(past).await);
    }
}

/// The tables that a plan reads from end to end.
fn scanned(plan: &str) -> Vec<String> {
    let lines: Vec<_> = plan.lines().map(str::to_owned).collect();
    engine::schema::plan::scans(&lines)
}

async fn first(app: &TestApp, list: &str) -> Value {
    let answer = app.ask(&format!("{{ {list}(first: 1) {{ nodes {{ id }} }} }}"), json!({})).await;
    Value::String(text(&answer[list]["nodes"][0]["id"]))
}
