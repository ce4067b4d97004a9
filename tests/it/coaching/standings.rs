//! How pairings, clients and assistants stand, and the numbers at the head of the dashboards.

use {
    serde_json::{Value, json},
    tests::{TestApp, coaching::report, on_both},
};

/// Two pairings of Ada. On Acme she reported on all days from Monday 23 February but one; on the
/// 25th she was off; on Bolt, which began on the 27th, she never did.
async fn world(app: &TestApp) -> (String, String, String) {
    app.switch_rules_off().await;
    let ea = app.ea("Ada Lovelace").await;
    let (acme, bolt) = (app.client("Acme").await, app.client("Bolt").await);
    app.client("Nobody's").await;
    let input = json!({ "eaId": ea, "clientId": acme, "startDate": "2026-02-23" });
    let on_acme = app.mutate("pairingCreate", "pairing { id }", input).await;
    let input = json!({ "eaId": ea, "clientId": bolt, "startDate": "2026-02-27" });
    let on_bolt = app.mutate("pairingCreate", "pairing { id }", input).await;
    let (on_acme, on_bolt) =
        (tests::coaching::id(&on_acme, "pairing"), tests::coaching::id(&on_bolt, "pairing"));
    let off =
        json!({ "eaId": ea, "startDate": "2026-02-25", "endDate": "2026-02-25", "reason": "SICK" });
    app.mutate("ptoRecordCreate", "ptoRecord { id }", off).await;
    for date in ["2026-02-23", "2026-02-24", "2026-02-27"] {
        app.mutate("reportSubmit", "report { id }", report(&on_acme, date)).await;
    }
    app.alert(&on_bolt, 1).await;
    app.alert(&on_bolt, 17).await;
    (ea, on_acme, on_bolt)
}

#[tokio::test]
async fn a_pairing_tells_its_last_report_and_what_it_missed() {
    on_both(async |app| {
        let (_, on_acme, on_bolt) = world(app).await;
        let document = "query($id: ID!) { pairing(id: $id) { latestReport { reportDate } standing { \
            lastReportDate lastReportAgeDays missedReports openAlerts { critical medium total } } } }";

        let acme = app.ask(document, json!({ "id": on_acme })).await;
        let bolt = app.ask(document, json!({ "id": on_bolt })).await;

        assert_eq!(acme["pairing"], json!({
            "latestReport": { "reportDate": "2026-02-27" },
            "standing": { "lastReportDate": "2026-02-27", "lastReportAgeDays": 3, "missedReports": 0,
                "openAlerts": { "critical": 0, "medium": 0, "total": 0 } },
        }));
        assert_eq!(bolt["pairing"], json!({
            "latestReport": null,
            "standing": { "lastReportDate": null, "lastReportAgeDays": null, "missedReports": 1,
                "openAlerts": { "critical": 1, "medium": 1, "total": 2 } },
        }));
    })
    .await;
}

#[tokio::test]
async fn submission_is_measured_by_the_real_calendar() {
    on_both(async |app| {
        let (ea, ..) = world(app).await;
        app.set_time("2026-02-27T16:00:00Z");
        app.mutate("startOfDayLog", "startOfDayLog { id }", json!({ "eaId": ea })).await;
        app.set_time(tests::START);
        let holiday = json!({ "name": "Founders' Day", "startDate": "2026-02-24" });
        app.mutate("holidayCreate", "holiday { id }", holiday).await;
        let document = "query($id: ID!) { ea(id: $id) { workDays standing { healthStatus alertsLast7Days \
            indicator lateDaysLast30 daysOffLast30 expectedReportsLast30 submittedReportsLast30 submissionPercentLast30 } } }";

        let answer = app.ask(document, json!({ "id": ea })).await;

        // Acme: the 23rd, 26th and 27th were expected, the 26th was missed; the report of the
        // holiday counts for nothing. Bolt: the 27th was expected and missed.
        assert_eq!(answer["ea"], json!({
            "workDays": ["MON", "TUE", "WED", "THU", "FRI"],
            "standing": { "healthStatus": "GREEN", "alertsLast7Days": 2, "indicator": "WARNING",
                "lateDaysLast30": 1, "daysOffLast30": 1, "expectedReportsLast30": 4,
                "submittedReportsLast30": 2, "submissionPercentLast30": 50.0 },
        }));
    })
    .await;
}

#[tokio::test]
async fn a_client_stands_as_its_worst_pairing_and_one_without_stands_nowhere() {
    on_both(async |app| {
        let (_, on_acme, _) = world(app).await;
        let red = json!({ "id": on_acme, "expectedVersion": 1, "healthStatus": "RED", "reason": "Seen" });
        app.mutate("pairingHealthOverride", "pairing { id }", red).await;
        let shown = "name standing { healthStatus pairingCount lastReportDate openAlerts { total } }";

        let all = app.ask(&format!("{{ clients {{ nodes {{ {shown} }} }} }}"), json!({})).await;
        let worse = "{ clients(filter: {hasIssues: true}) { nodes { name } } eas(filter: {hasIssues: false}) { totalCount } }";
        let worse = app.ask(worse, json!({})).await;

        let standing = |health: Value, pairings: i32, date: Value, alerts: i32| {
            json!({ "healthStatus": health, "pairingCount": pairings, "lastReportDate": date, "openAlerts": { "total": alerts } })
        };
        assert_eq!(all["clients"]["nodes"], json!([
            { "name": "Acme", "standing": standing(json!("RED"), 1, json!("2026-02-27"), 0) },
            { "name": "Bolt", "standing": standing(json!("GREEN"), 1, Value::Null, 2) },
            { "name": "Nobody's", "standing": standing(Value::Null, 0, Value::Null, 0) },
        ]));
        assert_eq!(worse["clients"]["nodes"], json!([{ "name": "Acme" }, { "name": "Bolt" }]));
        assert_eq!(worse["eas"]["totalCount"], 0);
    })
    .await;
}

#[tokio::test]
async fn the_dashboard_counts_everything() {
    on_both(async |app| {
        let (_, on_acme, _) = world(app).await;
        let red = json!({ "id": on_acme, "expectedVersion": 1, "healthStatus": "RED", "reason": "Seen" });
        app.mutate("pairingHealthOverride", "pairing { id }", red).await;
        let document = "{ dashboard { pairings { total green yellow red overridden } clients { total withIssues } \
            assistants { total withIssues } openAlerts { new investigating workingOn unassigned bySeverity { critical high medium low total } } } }";

        let mut answer = Value::Null;
        let ran = app.statements(async { answer = app.ask(document, json!({})).await }).await;

        assert_eq!(answer["dashboard"], json!({
            "pairings": { "total": 2, "green": 1, "yellow": 0, "red": 1, "overridden": 1 },
            "clients": { "total": 3, "withIssues": 2 },
            "assistants": { "total": 1, "withIssues": 1 },
            "openAlerts": { "new": 2, "investigating": 0, "workingOn": 0, "unassigned": 2,
                "bySeverity": { "critical": 1, "high": 0, "medium": 1, "low": 0, "total": 2 } },
        }));
        assert_eq!(ran.len(), 6);
    })
    .await;
}

#[tokio::test]
async fn each_view_costs_a_constant_number_of_statements() {
    on_both(async |app| {
        world(app).await;
        for (document, statements) in [
            ("{ pairings { nodes { id ea { user { name } } client { name } standing { missedReports } } } }", 5),
            ("{ clients { nodes { name standing { pairingCount } } } }", 4),
            ("{ eas { nodes { user { name } standing { submissionPercentLast30 } } } }", 6),
        ] {
            let ran = app.statements(app.ask(document, json!({}))).await;
            assert_eq!(ran.len(), statements, "{document}");
        }
    })
    .await;
}
