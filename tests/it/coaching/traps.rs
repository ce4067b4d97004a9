//! Ways in which software like this went wrong before, as seen from outside; those that show in the rules
//! alone stand beside these, in `engine/src/alerts/condition/tests/traps.rs`.

use {
    sea_orm::ConnectionTrait,
    serde_json::{Value, json},
    service::{Viewer, coaching::evaluation::ticks},
    tests::{
        TestApp,
        coaching::{report, text},
        on_both,
    },
};

#[tokio::test]
async fn an_alert_that_somebody_is_at_is_open_wherever_alerts_are_counted() {
    on_both(async |app| {
        app.switch_rules_off().await;
        let pairing = app.pairing().await;
        for (rule, status) in [(9, "INVESTIGATING"), (11, "WORKING_ON")] {
            let moved = json!({ "id": app.alert(&pairing, rule).await, "status": status });
            app.mutate("alertMove", "alert { id }", moved).await;
        }
        let ended = json!({ "id": app.alert(&pairing, 12).await, "resolution": "FIXED" });
        app.mutate("alertResolve", "alert { id }", ended).await;

        let open = "openAlerts { high total }";
        let document = format!(
            "{{ dashboard {{ clients {{ withIssues }} assistants {{ withIssues }} \
             openAlerts {{ new bySeverity {{ high total }} }} }} \
             pairings {{ nodes {{ standing {{ {open} }} health {{ reasons {{ code text }} }} }} }} \
             clients(filter: {{hasIssues: true}}) {{ nodes {{ standing {{ {open} }} }} }} \
             eas(filter: {{hasIssues: true}}) {{ totalCount }} }}"
        );
        let told = app.ask(&document, json!({})).await;

        let two = json!({ "high": 2, "total": 2 });
        let dashboard = json!({
            "clients": { "withIssues": 1 }, "assistants": { "withIssues": 1 },
            "openAlerts": { "new": 0, "bySeverity": two },
        });
        assert_eq!(told["dashboard"], dashboard);
        let node = &told["pairings"]["nodes"][0];
        assert_eq!(node["standing"], json!({ "openAlerts": two }));
        let why = json!({ "code": "Y1", "text": "2 open: HIGH (rule 9, 11)" });
        assert!(node["health"]["reasons"].as_array().unwrap().contains(&why), "{node:#}");
        let clients = json!([{ "standing": { "openAlerts": two } }]);
        assert_eq!(told["clients"]["nodes"], clients);
        assert_eq!(told["eas"]["totalCount"], 1);
    })
    .await;
}

/// Gives a rule that comes with Vigil another name, as a later version may.
async fn rename(app: &TestApp, rule: i32, name: &str) {
    let sql = format!("UPDATE alert_rules SET name = '{name}' WHERE rule_number = {rule}");
    app.db().execute_unprepared(&sql).await.unwrap();
}

/// The rules that have raised an alert, and those that something has kept from it.
async fn raised_and_kept(app: &TestApp) -> (Vec<Value>, Vec<Value>) {
    let document = "{ alerts { nodes { rule { ruleNumber } } } \
                    ruleEvaluations { nodes { why rule { ruleNumber } } } }";
    let told = app.ask(document, json!({})).await;
    let rules = |list: &str| {
        let nodes = told[list]["nodes"].as_array().unwrap().iter();
        nodes.map(|it| it["rule"]["ruleNumber"].clone()).collect()
    };
    (rules("alerts"), rules("ruleEvaluations"))
}

#[tokio::test]
async fn leave_is_about_what_a_rule_asks_and_not_about_its_name() {
    on_both(async |app| {
        let server = app.ctx().seen_by(Viewer::System);
        app.set_time("2026-02-27T20:00:00Z");
        let pairing = app.pairing_since("2026-02-27").await;
        let found = app.ask("{ eas { nodes { id } } }", json!({})).await;
        let ea = text(&found["eas"]["nodes"][0]["id"]);
        let off = json!({ "eaId": ea, "startDate": "2026-03-02", "endDate": "2026-03-06", "reason": "PTO" });
        app.mutate("ptoRecordCreate", "ptoRecord { id }", off).await;
        rename(app, 1, "Silence").await;
        rename(app, 2, "Late report of too much work").await;

        app.set_time("2026-03-02T15:00:00Z");
        ticks::run(&server).await.unwrap();
        let (raised, kept) = raised_and_kept(app).await;
        assert!(!raised.contains(&json!(1)) && kept.contains(&json!(1)), "{raised:?} {kept:?}");

        // Friday's report, filed while off.
        let mut late = report(&pairing, "2026-02-27");
        late["workloadFeeling"] = json!("OVERWHELMING");
        app.mutate("reportSubmit", "report { id }", late).await;
        let (raised, kept) = raised_and_kept(app).await;
        assert!(raised.contains(&json!(2)) && !kept.contains(&json!(2)), "{raised:?} {kept:?}");
    })
    .await;
}

/// What the dashboards ask for.
const VIEWS: [&str; 6] = [
    "{ pairings(first: 50) { nodes { id ea { user { name } } client { name } health { status reasons { code } } \
     standing { missedReports openAlerts { total } } reports(first: 5) { nodes { biggestWin } } } } }",
    "{ clients(first: 50) { nodes { name pairings { nodes { ea { user { name } } } } standing { healthStatus } } } }",
    "{ eas(first: 50) { nodes { user { name } ptoRecords { nodes { startDate } } standing { lateDaysLast30 } } } }",
    "{ alerts(first: 50) { nodes { rule { name } assignee { name } pairing { ea { user { name } } client { name } } } } }",
    "{ eas(first: 50) { nodes { pairings { nodes { reports(first: 30) { nodes { reportDate } } } } \
     startOfDayLogs { nodes { logDate } } } } }",
    "{ dashboard { pairings { red } openAlerts { new } } }",
];

/// So many further assistants, each with a client, a report and an alert.
async fn add_teams(app: &TestApp, numbers: std::ops::Range<u32>) {
    for number in numbers {
        let ea = app.ea(&format!("Assistant {number}")).await;
        let pairing = app.pair(&ea, &app.client(&format!("Client {number}")).await).await;
        app.mutate("reportSubmit", "report { id }", report(&pairing, "2026-02-27")).await;
        app.mutate("startOfDayLog", "startOfDayLog { id }", json!({ "eaId": ea })).await;
        app.alert(&pairing, 9).await;
    }
}

#[tokio::test]
async fn no_view_asks_the_database_more_often_because_there_is_more_to_see() {
    on_both(async |app| {
        app.switch_rules_off().await;
        let mut counts = Vec::new();
        for numbers in [0..2, 2..9] {
            add_teams(app, numbers).await;
            let mut ran = Vec::new();
            for view in VIEWS {
                ran.push(app.statements(app.ask(view, json!({}))).await.len());
            }
            counts.push(ran);
        }
        assert_eq!(counts[0], counts[1], "for two teams and for nine");
    })
    .await;
}
