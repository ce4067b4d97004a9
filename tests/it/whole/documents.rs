//! The documents that front ends send, and how many statements each may cost.

use {
    serde_json::{Value, json},
    std::collections::BTreeSet,
    tests::{TestApp, coaching::report, on_both},
};

const DASHBOARD: &str = include_str!("../../clients/documents/dashboard.graphql");
const ALERT_QUEUE: &str = include_str!("../../clients/documents/alert_queue.graphql");
const HISTORY: &str = include_str!("../../clients/documents/history.graphql");
const LOOKUP: &str = include_str!("../../clients/documents/lookup.graphql");
const SUBMIT: &str = include_str!("../../clients/documents/submit.graphql");

async fn costs(app: &TestApp, document: &str, variables: Value, statements: usize) -> Value {
    let mut answer = Value::Null;
    let ran = app.statements(async { answer = app.ask(document, variables).await }).await;
    let told: Vec<_> = ran.iter().map(|it| it.sql.as_str()).collect();
    assert_eq!(ran.len(), statements, "{}", told.join("\n"));
    answer
}

#[tokio::test]
async fn each_document_costs_a_constant_number_of_statements() {
    on_both(async |app| {
        app.switch_rules_off().await;
        let mut pairings = Vec::new();
        for number in 0..5 {
            let ea = app.ea(&format!("Assistant {number}")).await;
            let client = app.client(&format!("Client {number}")).await;
            let pairing = app.pair(&ea, &client).await;
            for day in (2 + number)..=20 {
                let date = format!("2026-02-{day:02}");
                app.mutate("reportSubmit", "report { id }", report(&pairing, &date)).await;
            }
            app.alert(&pairing, 1).await;
            app.alert(&pairing, 9).await;
            let input = json!({ "id": pairing, "expectedVersion": 1, "healthStatus": "RED", "reason": "Seen" });
            app.mutate("pairingHealthOverride", "pairing { id }", input).await;
            pairings.push(pairing);
        }
        let alert = app.alert(&pairings[0], 2).await;

        let dashboard = costs(app, DASHBOARD, json!({}), 3).await;
        let queue = costs(app, ALERT_QUEUE, json!({}), 1).await;
        let history = costs(app, HISTORY, json!({ "id": pairings[0] }), 3).await;
        let lookup = costs(app, LOOKUP, json!({ "id": alert }), 1).await;

        let nodes = dashboard["pairings"]["nodes"].as_array().unwrap();
        assert_eq!(nodes.len(), 5);
        assert!(nodes.iter().all(|it| it["reports"]["nodes"].as_array().unwrap().len() == 5));
        assert!(nodes.iter().all(|it| it["reports"]["nodes"][0]["reportDate"] == "2026-02-20"));
        let ids = nodes.iter().flat_map(|it| it["reports"]["nodes"].as_array().unwrap());
        let ids: BTreeSet<_> = ids.map(|it| it["id"].as_str()).collect();
        assert_eq!(ids.len(), 25, "each pairing shows its own reports");
        assert_eq!(queue["alerts"]["nodes"].as_array().unwrap().len(), 11);
        assert_eq!(history["pairing"]["reports"]["totalCount"], 19);
        assert_eq!(lookup["alert"]["pairing"]["client"]["name"], "Client 0");
    })
    .await;
}

#[tokio::test]
async fn a_report_that_no_rule_minds_costs_a_constant_number_of_statements() {
    on_both(async |app| {
        app.switch_rules_off().await;
        let ea = app.ea("Assistant").await;
        let client = app.client("Client").await;
        let pairing = app.pair(&ea, &client).await;
        for day in 18..=20 {
            let input = report(&pairing, &format!("2026-02-{day}"));
            costs(app, SUBMIT, json!({ "input": input }), 12).await;
        }
    })
    .await;
}
