//! Who is told of critical alerts, how often, and what becomes of it.

mod impostor;
mod receiver;
mod webhooks;

use {
    sea_orm::ConnectionTrait,
    serde_json::{Value, json},
    service::kernel::notify::lost,
    tests::{
        TestApp,
        coaching::{id, text},
        on_both,
    },
};

/// Raises a critical alert of a rule by hand: its id.
async fn raise(app: &TestApp, pairing: &str, rule: i32) -> String {
    raise_as(app, pairing, rule, "CRITICAL").await
}

async fn raise_as(app: &TestApp, pairing: &str, rule: i32, severity: &str) -> String {
    let rule = app.rule(rule).await;
    let input = json!({ "pairingId": pairing, "ruleId": rule, "severity": severity });
    id(&app.mutate("alertCreate", "alert { id }", input).await, "alert")
}

/// Gives an alert another severity.
async fn rate(app: &TestApp, alert: &str, severity: &str) {
    let document = "query($id: ID!) { alert(id: $id) { version } }";
    let found = app.ask(document, json!({ "id": alert })).await;
    let version = &found["alert"]["version"];
    let input = json!({ "id": alert, "expectedVersion": version, "severity": severity });
    id(&app.mutate("alertUpdate", "alert { id }", input).await, "alert");
}

/// The notifications of an alert, oldest first: some columns of them.
async fn notifications(app: &TestApp, alert: &str, columns: &str) -> Vec<Value> {
    let document = format!(
        "query($id: ID!) {{ alert(id: $id) {{ notifications(first: 100, orderBy: [{{field: \
         CREATED_AT, direction: ASC}}]) {{ nodes {{ {columns} }} }} }} }}"
    );
    let mut answer = app.ask(&document, json!({ "id": alert })).await;
    let Value::Array(nodes) = answer["alert"]["notifications"]["nodes"].take() else {
        panic!("a list")
    };
    nodes
}

/// To whom mails went since the last look.
async fn mailed(app: &TestApp) -> Vec<String> {
    let mut to: Vec<_> = app.mails().await.into_iter().map(|it| it.to).collect();
    to.sort();
    to
}

/// A pairing about which no rule says anything, and nothing that is still to be mailed.
async fn pairing(app: &TestApp) -> String {
    app.switch_rules_off().await;
    let pairing = app.new_pairing().await;
    app.mails().await;
    pairing
}

#[tokio::test]
async fn a_critical_alert_is_mailed_to_the_heads() {
    on_both(async |app| {
        let pairing = pairing(app).await;
        app.user("Grace Hopper", "HEAD_EAS").await;
        app.user("Edith Clarke", "HEAD_CLIENT_SUCCESS").await;
        let gone = app.user("Long Gone", "HEAD_EAS").await;
        let off = json!({ "id": gone, "expectedVersion": 1, "isActive": false });
        let off = app.mutate("userUpdate", "user { id }", off).await;
        assert_eq!(off["errors"], json!([]), "{off:#}");
        app.user("Mary Manager", "MANAGER").await;
        app.mails().await;

        let alert = raise(app, &pairing, 2).await;

        let mut mails = app.mails().await;
        mails.sort_by(|a, b| a.to.cmp(&b.to));
        let to: Vec<_> = mails.iter().map(|it| it.to.as_str()).collect();
        assert_eq!(to, ["edith.clarke@example.test", "grace.hopper@example.test"]);
        let rows =
            notifications(app, &alert, "id agent cause state attempts sentAt user { name }").await;
        let of = rows.iter().find(|it| it["user"]["name"] == "Grace Hopper").unwrap();
        assert_eq!(mails[1].key.to_string(), text(&of["id"]), "the mail has the row's id");
        assert_eq!(mails[1].subject, "Critical: Overwhelming Workload Crisis (Ada Lovelace, Acme)");
        assert_eq!((&of["agent"], &of["cause"]), (&json!("email"), &json!("RAISED")));
        assert_eq!((&of["state"], &of["attempts"]), (&json!("SENT"), &json!(1)));
        assert_eq!(of["sentAt"], json!(app.ctx().now().to_string()));
        assert_eq!(rows.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn without_heads_administrators_are_told() {
    on_both(async |app| {
        let pairing = pairing(app).await;

        raise(app, &pairing, 2).await;

        assert_eq!(mailed(app).await, ["admin@example.test"]);
    })
    .await;
}

#[tokio::test]
async fn whoever_deals_with_an_alert_is_told_instead() {
    on_both(async |app| {
        let pairing = pairing(app).await;
        app.user("Grace Hopper", "HEAD_EAS").await;
        let edith = app.user("Edith Clarke", "HEAD_CLIENT_SUCCESS").await;
        app.mails().await;
        let alert = raise_as(app, &pairing, 2, "HIGH").await;
        assert_eq!(mailed(app).await, [""; 0], "it is not critical");
        let assign = json!({ "id": alert, "assigneeId": edith });
        id(&app.mutate("alertAssign", "alert { id }", assign).await, "alert");

        rate(app, &alert, "CRITICAL").await;

        assert_eq!(mailed(app).await, ["edith.clarke@example.test"]);
        let rows = notifications(app, &alert, "cause userId recipient").await;
        assert_eq!(rows, [json!({ "cause": "ROSE", "userId": edith, "recipient": edith })]);
    })
    .await;
}

#[tokio::test]
async fn nobody_is_told_twice_until_an_alert_is_opened_again() {
    on_both(async |app| {
        let pairing = pairing(app).await;
        let alert = raise(app, &pairing, 2).await;
        assert_eq!(mailed(app).await.len(), 1);
        for severity in ["LOW", "CRITICAL", "HIGH", "CRITICAL"] {
            rate(app, &alert, severity).await;
        }
        app.mutate("alertAcknowledge", "alert { id }", json!({ "id": alert })).await;
        assert_eq!(mailed(app).await, [""; 0]);

        let end = json!({ "id": alert, "resolution": "FIXED" });
        id(&app.mutate("alertResolve", "alert { id }", end).await, "alert");
        rate(app, &alert, "LOW").await;
        rate(app, &alert, "CRITICAL").await;
        assert_eq!(mailed(app).await, [""; 0], "what is resolved is over");
        id(&app.mutate("alertReopen", "alert { id }", json!({ "id": alert })).await, "alert");

        assert_eq!(mailed(app).await, ["admin@example.test"]);
        let rows = notifications(app, &alert, "cause reopenCount").await;
        let first = json!({ "cause": "RAISED", "reopenCount": 0 });
        assert_eq!(rows, [first, json!({ "cause": "REOPENED", "reopenCount": 1 })]);
    })
    .await;
}

#[tokio::test]
async fn a_rule_that_raises_an_alert_has_people_told_as_well() {
    on_both(async |app| {
        let pairing = pairing(app).await;
        app.switch_rules_off_but(2).await;
        app.set_time("2026-03-02T22:00:00Z");
        let mut bad = tests::coaching::report(&pairing, "2026-03-02");
        bad["workloadFeeling"] = json!("OVERWHELMING");
        bad["biggestWin"] = json!("canary of a report");

        id(&app.mutate("reportSubmit", "report { id }", bad).await, "report");

        let mails = app.mails().await;
        assert_eq!(mails.len(), 1);
        assert!(!mails[0].text.contains("canary") && mails[0].text.contains("Ada Lovelace"));
        let document = "{ alerts { nodes { why { kind text } } } }";
        let answer = app.ask(document, json!({})).await;
        let why = answer["alerts"]["nodes"][0]["why"].as_array().unwrap();
        let kinds: Vec<_> = why.iter().map(|it| text(&it["kind"])).collect();
        assert_eq!(kinds, ["REPORT", "RULE", "EVIDENCE", "NOTIFICATION"]);
        assert_eq!(why[3]["text"], "a notification by email was sent");
    })
    .await;
}

#[tokio::test]
async fn nothing_is_told_of_what_was_undone() {
    on_both(async |app| {
        let pairing = pairing(app).await;
        let rule = app.rule(2).await;
        // The last thing that a transaction writes has nowhere to go.
        app.db().execute_unprepared("ALTER TABLE event_logs RENAME TO elsewhere").await.unwrap();
        let document =
            "mutation($input: AlertCreateInput!) { alertCreate(input: $input) { alert { id } } }";
        let input = json!({ "pairingId": pairing, "ruleId": rule, "severity": "CRITICAL" });
        let undone = app.respond(document, json!({ "input": input })).await;
        app.db().execute_unprepared("ALTER TABLE elsewhere RENAME TO event_logs").await.unwrap();

        assert!(undone["errors"].is_array(), "{undone:#}");
        assert_eq!(mailed(app).await, [""; 0]);
        let left =
            app.ask("{ notifications { totalCount } alerts { totalCount } }", json!({})).await;
        assert_eq!(left["notifications"]["totalCount"], 0, "{left:#}");
        assert_eq!(left["alerts"]["totalCount"], 0, "{left:#}");
        assert_eq!(
            app.jobs(json!({ "kind": { "eq": "notify.deliver" } }), "id").await,
            [] as [Value; 0]
        );
    })
    .await;
}

#[tokio::test]
async fn a_notification_whose_job_was_stopped_has_failed() {
    on_both(async |app| {
        let pairing = pairing(app).await;
        let alert = raise(app, &pairing, 2).await;
        assert_eq!(lost::look(&app.server_ctx()).await.unwrap(), 0, "its job waits");
        let jobs = app.jobs(json!({ "kind": { "eq": "notify.deliver" } }), "id").await;
        let stop = json!({ "id": jobs[0]["id"] });
        id(&app.mutate("jobCancel", "job { id }", stop.clone()).await, "job");

        assert_eq!(lost::look(&app.server_ctx()).await.unwrap(), 1);

        let columns = "state attempts lastError";
        let told = "its job was stopped, or never came to an end";
        let failed = json!({ "state": "FAILED", "attempts": 0, "lastError": told });
        assert_eq!(notifications(app, &alert, columns).await, [failed]);
        assert_eq!(lost::look(&app.server_ctx()).await.unwrap(), 0);
        id(&app.mutate("jobRetry", "job { id }", stop).await, "job");
        assert_eq!(mailed(app).await, ["admin@example.test"]);
        let sent = json!({ "state": "SENT", "attempts": 1, "lastError": null });
        assert_eq!(notifications(app, &alert, columns).await, [sent]);
    })
    .await;
}
