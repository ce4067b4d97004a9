//! The workflow of alerts.

use {
    sea_orm::{ConnectionTrait, DbBackend},
    serde_json::{Value, json},
    std::time::Duration,
    tests::{TestApp, coaching::errors, on_both},
    tokio::time::timeout,
};

/// How long PostgreSQL may take to do what it does at once.
const PATIENCE: Duration = Duration::from_secs(30);

const SHOWN: &str = "alert { status resolution resolvedAt acknowledgedAt acknowledger { name } assignee { name } reopenCount version }";

async fn act(app: &TestApp, mutation: &str, input: Value) -> Value {
    let payload = app.mutate(mutation, SHOWN, input).await;
    assert_eq!(payload["errors"], json!([]), "{mutation}: {payload:#}");
    payload["alert"].clone()
}

#[tokio::test]
async fn an_alert_goes_from_new_to_resolved_and_back() {
    on_both(async |app| {
        let pairing = app.pairing().await;
        let alert = app.alert(&pairing, 9).await;
        let head = app.user("Hedy Lamarr", "HEAD_CLIENT_SUCCESS").await;

        let assigned = act(app, "alertAssign", json!({ "id": alert, "assigneeId": head })).await;
        let noticed = act(app, "alertAcknowledge", json!({ "id": alert })).await;
        let moved = act(app, "alertMove", json!({ "id": alert, "status": "WORKING_ON" })).await;
        let ended = act(app, "alertResolve", json!({ "id": alert, "resolution": "FIXED" })).await;
        let opened = act(app, "alertReopen", json!({ "id": alert })).await;

        assert_eq!(assigned["status"], "NEW");
        assert_eq!(assigned["assignee"]["name"], "Hedy Lamarr");
        assert_eq!(assigned["acknowledgedAt"], Value::Null);
        assert_eq!(noticed["status"], "NEW");
        assert_eq!(noticed["acknowledgedAt"], tests::START);
        assert_eq!(noticed["acknowledger"]["name"], "Admin");
        assert_eq!(moved["status"], "WORKING_ON");
        assert_eq!(ended["status"], "RESOLVED");
        assert_eq!(ended["resolvedAt"], tests::START);
        assert_eq!(ended["resolution"], "FIXED");
        assert_eq!(opened["status"], "INVESTIGATING");
        assert_eq!(opened["resolvedAt"], Value::Null);
        assert_eq!(opened["resolution"], Value::Null);
        assert_eq!(opened["reopenCount"], 1);
        assert_eq!(opened["version"], 6);
    })
    .await;
}

#[tokio::test]
async fn an_alert_is_not_reopened_beside_another_of_its_rule() {
    on_both(async |app| {
        let pairing = app.pairing().await;
        let first = app.alert(&pairing, 9).await;
        act(app, "alertResolve", json!({ "id": first, "resolution": "EXPECTED" })).await;
        app.alert(&pairing, 9).await;

        let refused = app.mutate("alertReopen", "", json!({ "id": first })).await;

        let expected = "CONFLICT input.id: another alert of this rule is open on the pairing";
        assert_eq!(errors(&refused), expected);
    })
    .await;
}

#[tokio::test]
async fn nobody_is_assigned_when_null_is_given() {
    on_both(async |app| {
        let pairing = app.pairing().await;
        let alert = app.alert(&pairing, 9).await;
        let head = app.user("Hedy Lamarr", "HEAD_EAS").await;
        act(app, "alertAssign", json!({ "id": alert, "assigneeId": head })).await;

        let freed = act(app, "alertAssign", json!({ "id": alert, "assigneeId": null })).await;

        assert_eq!(freed["assignee"], Value::Null);
    })
    .await;
}

#[tokio::test]
async fn who_changes_an_alert_and_who_judges_its_pairing_do_not_wait_for_each_other() {
    let app = TestApp::start(DbBackend::Postgres).await;
    let pairing = app.pairing().await;
    let alert = app.alert(&pairing, 9).await;
    let ctx = app.server_ctx();
    let judge = ctx.begin(ctx.may_as_server().unwrap()).await.unwrap();
    let hold = format!("SELECT 1 FROM pairings WHERE id = '{pairing}' FOR NO KEY UPDATE");
    judge.execute_unprepared(&hold).await.unwrap();

    let judged = async {
        while !app.has_session("wait_event_type = 'Lock'").await {}
        let found = format!("UPDATE alerts SET occurrence_count = 7 WHERE id = '{alert}'");
        judge.execute_unprepared(&found).await.unwrap();
        judge.commit().await.unwrap();
    };
    let resolve = json!({ "id": alert, "resolution": "FIXED" });
    let resolved = app.mutate("alertResolve", "alert { status occurrenceCount }", resolve);
    let both = async { tokio::join!(resolved, judged) };
    let (resolved, ()) = timeout(PATIENCE, both).await.expect("neither waits for the other");

    let expected = json!({ "status": "RESOLVED", "occurrenceCount": 7 });
    assert_eq!(resolved["alert"], expected, "{resolved:#}");
    app.stop().await;
}
