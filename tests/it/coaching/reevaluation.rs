//! What is judged anew when rules and holidays change.

use {
    serde_json::json,
    tests::{TestApp, on_both},
};

async fn health(app: &TestApp, pairing: &str) -> String {
    let document = "query($id: ID!) { pairing(id: $id) { healthStatus } }";
    let answer = app.ask(document, json!({ "id": pairing })).await;
    tests::coaching::text(&answer["pairing"]["healthStatus"])
}

#[tokio::test]
async fn colours_follow_a_holiday_at_once() {
    on_both(async |app| {
        app.switch_rules_off().await;
        let pairing = app.pairing().await;
        app.advance(chrono::TimeDelta::days(1));
        let input =
            json!({ "name": "A long rest", "startDate": "2026-01-01", "endDate": "2026-03-31" });
        let declared = app.mutate("holidayCreate", "holiday { id version }", input).await;

        app.work_as_server().await;
        let during = health(app, &pairing).await;
        let id = &declared["holiday"]["id"];
        let shorter = json!({ "id": id, "expectedVersion": 1, "endDate": "2026-01-01" });
        app.mutate("holidayUpdate", "holiday { id }", shorter).await;
        app.work_as_server().await;

        assert_eq!((during.as_str(), health(app, &pairing).await.as_str()), ("GREEN", "RED"));
    })
    .await;
}

#[tokio::test]
async fn a_change_of_a_rule_is_followed_once_and_tells_how_far() {
    on_both(async |app| {
        app.pairing().await;
        let rule = app.rule(9).await;
        let off = json!({ "id": rule, "expectedVersion": 1, "isEnabled": false });

        app.mutate("alertRuleUpdate", "alertRule { id }", off).await;
        app.work_as_server().await;

        let filter = json!({ "kind": { "eq": "coaching.reevaluate" } });
        let jobs = app.jobs(filter, "state uniqueKey progressDone progressTotal progressNote").await;
        let cause = "rule 9, version 2";
        let expected = json!([{ "state": "DONE", "uniqueKey": cause, "progressDone": 1, "progressTotal": 1, "progressNote": cause }]);
        assert_eq!(json!(jobs), expected);
    })
    .await;
}
