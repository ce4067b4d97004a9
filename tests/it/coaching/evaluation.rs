//! What the rules make of what comes in, and of what does not.

use {
    entity::kernel::event_log,
    sea_orm::{EntityTrait, QueryOrder},
    serde_json::{Value, json},
    service::{Viewer, coaching::evaluation::ticks},
    tests::{
        TestApp,
        coaching::{id, report, text},
        on_both,
    },
};

/// A report that no rule has anything to say about.
fn good(pairing: &str, date: &str) -> Value {
    let mut report = report(pairing, date);
    report["workType"] = json!("MIX");
    let day = date.len() + date.bytes().map(usize::from).sum::<usize>();
    let done = [
        "Rebuilt the travel plan for the board and moved four meetings so that Lisbon fits.",
        "Wrote the minutes of the budget call, sent them round and collected three answers.",
        "Paid the venue deposit after comparing two offers, which saved six hundred dollars.",
        "Sorted the inbox down to zero, drafted replies to the auditors and filed the invoices.",
        "Prepared the slides for the investor call and checked every figure against the ledger.",
        "Booked the interviews for the new analyst, briefed the panel and wrote the questions.",
    ];
    let picked = (0..4).map(|it| done[(day + it) % done.len()]);
    report["whatCompleted"] = json!(picked.collect::<Vec<_>>().join(" "));
    report["biggestWin"] = json!("The board has its papers");
    report
}

/// An assistant in New York who works for a client since a day: her pairing.
async fn ada(app: &TestApp, since: &str) -> String {
    let ea = app.ea("Ada Lovelace").await;
    pair(app, &ea, since).await
}

async fn pair(app: &TestApp, ea: &str, since: &str) -> String {
    let client = app.client("Acme").await;
    let input = json!({ "eaId": ea, "clientId": client, "startDate": since });
    id(&app.mutate("pairingCreate", "pairing { id }", input).await, "pairing")
}

/// Lets a day begin in New York, on time, and go on until five in the afternoon.
async fn work(app: &TestApp, pairing: &str, date: &str) {
    app.set_time(&format!("{date}T14:00:00Z"));
    let document = "query($id: ID!) { pairing(id: $id) { eaId } }";
    let found = app.ask(document, json!({ "id": pairing })).await;
    let start = json!({ "eaId": found["pairing"]["eaId"] });
    app.mutate("startOfDayLog", "startOfDayLog { id }", start).await;
    app.set_time(&format!("{date}T22:00:00Z"));
}

async fn submit(app: &TestApp, report: Value) {
    let pairing = text(&report["pairingId"]);
    work(app, &pairing, &text(&report["reportDate"])).await;
    let done = app.mutate("reportSubmit", "report { id }", report).await;
    assert_eq!(done["errors"], json!([]), "{done:#}");
}

/// The alerts of a pairing, as `rule status occurrences`, by rule.
async fn alerts(app: &TestApp, pairing: &str) -> Vec<String> {
    let document = "query($id: ID!) { pairing(id: $id) { alerts(first: 100) { nodes { \
                    status occurrenceCount resolution rule { ruleNumber isPositive } } } } }";
    let answer = app.ask(document, json!({ "id": pairing })).await;
    let nodes = answer["pairing"]["alerts"]["nodes"].as_array().unwrap().clone();
    let bad = nodes.iter().filter(|it| it["rule"]["isPositive"] == false);
    let told = bad.map(|it| {
        let (rule, count) = (&it["rule"]["ruleNumber"], &it["occurrenceCount"]);
        format!("{rule} {} {count}", text(&it["status"]))
    });
    let mut told: Vec<_> = told.collect();
    told.sort_by_key(|it| it.split(' ').next().unwrap().parse::<i32>().unwrap());
    told
}

async fn health(app: &TestApp, pairing: &str) -> (String, Vec<String>) {
    let document = "query($id: ID!) { pairing(id: $id) { health { status reasons { code } } } }";
    let answer = app.ask(document, json!({ "id": pairing })).await;
    let reasons = answer["pairing"]["health"]["reasons"].as_array().unwrap().iter();
    let codes = reasons.map(|it| text(&it["code"])).collect();
    (text(&answer["pairing"]["health"]["status"]), codes)
}

#[tokio::test]
async fn ordinary_reports_raise_nothing() {
    on_both(async |app| {
        let pairing = ada(app, "2026-03-02").await;
        for day in ["2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05", "2026-03-06"] {
            submit(app, good(&pairing, day)).await;
        }
        assert_eq!(alerts(app, &pairing).await, [""; 0]);
        assert_eq!(health(app, &pairing).await, ("GREEN".to_owned(), vec![]));
    })
    .await;
}

#[tokio::test]
async fn an_alert_stands_in_the_queue_before_the_answer_is_back() {
    on_both(async |app| {
        let pairing = ada(app, "2026-03-02").await;
        let mut bad = good(&pairing, "2026-03-02");
        bad["workloadFeeling"] = json!("OVERWHELMING");
        submit(app, bad).await;

        assert_eq!(alerts(app, &pairing).await, ["2 NEW 1"]);
        let (status, reasons) = health(app, &pairing).await;
        assert_eq!((status.as_str(), reasons), ("RED", vec!["R1".into(), "R3".into()]));
    })
    .await;
}

#[tokio::test]
async fn a_further_finding_counts_and_a_weaker_rule_stays_silent() {
    on_both(async |app| {
        let pairing = ada(app, "2026-03-02").await;
        for day in ["2026-03-02", "2026-03-03", "2026-03-04"] {
            let mut stressed = good(&pairing, day);
            stressed["feelingDuringWork"] = json!("STRESSED");
            submit(app, stressed).await;
        }
        // Rule 4 holds from the second day on; rule 20 says the same.
        assert_eq!(alerts(app, &pairing).await, ["4 NEW 2"]);
        let document = "{ ruleEvaluations { nodes { outcome why rule { ruleNumber } } } }";
        let silent = app.ask(document, json!({})).await;
        let nodes = silent["ruleEvaluations"]["nodes"].as_array().unwrap();
        let expected =
            json!({ "outcome": "INHIBITED", "why": "RULE_4", "rule": { "ruleNumber": 20 } });
        assert_eq!(*nodes, [expected.clone(), expected], "once a day");
    })
    .await;
}

#[tokio::test]
async fn the_same_report_is_told_once() {
    on_both(async |app| {
        let pairing = ada(app, "2026-03-02").await;
        let mut bad = good(&pairing, "2026-03-02");
        bad["workloadFeeling"] = json!("OVERWHELMING");
        submit(app, bad).await;
        let found = app.ask("{ reports { nodes { id } } }", json!({})).await;
        let id = &found["reports"]["nodes"][0]["id"];

        let amend = json!({ "id": id, "expectedVersion": 1, "pendingTasks": "Two invoices" });
        app.mutate("reportAmend", "report { id }", amend).await;
        assert_eq!(alerts(app, &pairing).await, ["2 NEW 1"]);

        let calm = json!({ "id": id, "expectedVersion": 2, "workloadFeeling": "MODERATE" });
        app.mutate("reportAmend", "report { id }", calm).await;
        assert_eq!(alerts(app, &pairing).await, ["2 RESOLVED 1"]);
        assert_eq!(health(app, &pairing).await.0, "GREEN");
    })
    .await;
}

#[tokio::test]
async fn what_holds_no_more_is_cleared_unless_somebody_is_at_it() {
    on_both(async |app| {
        let mut pairings = Vec::new();
        for name in ["Ada Lovelace", "Grace Hopper"] {
            app.set_time(tests::START);
            let ea = app.ea(name).await;
            let pairing = pair(app, &ea, "2026-03-02").await;
            let mut bad = good(&pairing, "2026-03-02");
            bad["workloadFeeling"] = json!("OVERWHELMING");
            submit(app, bad).await;
            pairings.push(pairing);
        }
        let document = "query($id: ID!) { pairing(id: $id) { alerts { nodes { id } } } }";
        let found = app.ask(document, json!({ "id": pairings[1] })).await;
        let alert = text(&found["pairing"]["alerts"]["nodes"][0]["id"]);
        let take = json!({ "id": alert, "status": "WORKING_ON" });
        app.mutate("alertMove", "alert { id }", take).await;

        for pairing in &pairings {
            submit(app, good(pairing, "2026-03-03")).await;
        }

        assert_eq!(alerts(app, &pairings[0]).await, ["2 RESOLVED 1"]);
        assert_eq!(alerts(app, &pairings[1]).await, ["2 WORKING_ON 1"]);
        let document = "query($id: ID!) { alert(id: $id) { conditionClearedAt } }";
        let marked = app.ask(document, json!({ "id": alert })).await;
        assert!(marked["alert"]["conditionClearedAt"].is_string(), "{marked}");
        assert_eq!(health(app, &pairings[0]).await.0, "GREEN");
    })
    .await;
}

#[tokio::test]
async fn a_report_that_does_not_come_raises_an_alert_on_the_local_day() {
    on_both(async |app| {
        let server = app.ctx().seen_by(Viewer::System);
        // Four in the afternoon of Friday on Kiritimati; in New York it has not begun.
        app.set_time("2026-02-27T02:00:00Z");
        let far = app.ea_in("Teuea Toatu", "Pacific/Kiritimati", "09:00").await;
        let near = ada(app, "2026-02-27").await;
        let far = pair(app, &far, "2026-02-27").await;
        app.mutate("reportSubmit", "report { id }", good(&far, "2026-02-27")).await;
        submit(app, good(&near, "2026-02-27")).await;
        let missing = async |pairing: &String| {
            alerts(app, pairing)
                .await
                .into_iter()
                .filter(|it| it.starts_with("1 "))
                .collect::<Vec<_>>()
        };

        // On Kiritimati it is Tuesday, and Monday went by; in New York Monday is not over.
        app.set_time("2026-03-02T15:00:00Z");
        ticks::run(&server).await.unwrap();
        assert_eq!(missing(&far).await, ["1 NEW 1"]);
        assert_eq!(missing(&near).await, [""; 0]);

        app.set_time("2026-03-03T05:00:00Z");
        assert!(ticks::run(&server).await.unwrap() > 0);
        assert_eq!(missing(&near).await, ["1 NEW 1"]);
        assert_eq!(ticks::run(&server).await.unwrap(), 0, "nothing is due twice");

        app.mutate("reportSubmit", "report { id }", good(&near, "2026-03-02")).await;
        assert_eq!(missing(&near).await, ["1 RESOLVED 1"]);
    })
    .await;
}

#[tokio::test]
async fn a_shift_that_nobody_starts_raises_an_alert_two_hours_later() {
    on_both(async |app| {
        let server = app.ctx().seen_by(Viewer::System);
        let pairing = ada(app, "2026-03-02").await;
        submit(app, good(&pairing, "2026-03-02")).await;

        app.set_time("2026-03-03T15:59:00Z");
        ticks::run(&server).await.unwrap();
        assert_eq!(alerts(app, &pairing).await, [""; 0]);
        app.set_time("2026-03-03T16:00:00Z");
        ticks::run(&server).await.unwrap();
        assert_eq!(alerts(app, &pairing).await, ["29 NEW 1"]);
    })
    .await;
}

#[tokio::test]
async fn silence_while_off_is_recorded_and_raises_nothing() {
    on_both(async |app| {
        let server = app.ctx().seen_by(Viewer::System);
        app.set_time("2026-02-26T13:00:00Z");
        let pairing = ada(app, "2026-02-26").await;
        submit(app, good(&pairing, "2026-02-26")).await;
        let document = "query($id: ID!) { pairing(id: $id) { eaId } }";
        let ea = app.ask(document, json!({ "id": pairing })).await["pairing"]["eaId"].take();
        let off = json!({ "eaId": ea, "startDate": "2026-03-02", "endDate": "2026-03-06", "reason": "PTO" });
        app.mutate("ptoRecordCreate", "ptoRecord { id }", off).await;

        // Friday's report is missing, and nobody hears of it before Monday, when the assistant is off.
        app.set_time("2026-03-02T15:00:00Z");
        ticks::run(&server).await.unwrap();

        assert_eq!(alerts(app, &pairing).await, [""; 0]);
        let document = "{ ruleEvaluations { nodes { outcome why rule { ruleNumber } } } }";
        let kept = app.ask(document, json!({})).await;
        let one = json!({ "outcome": "SUPPRESSED", "why": "LEAVE", "rule": { "ruleNumber": 1 } });
        let nodes = kept["ruleEvaluations"]["nodes"].as_array().unwrap();
        assert!(nodes.contains(&one), "{kept:#}");
    })
    .await;
}

#[tokio::test]
async fn an_outage_that_is_told_of_a_month_late_explains_what_is_found_that_day() {
    on_both(async |app| {
        app.switch_rules_off_but(24).await;
        let pairing = ada(app, "2026-01-26").await;
        app.set_time("2026-03-02T22:00:00Z");
        let mut late = good(&pairing, "2026-01-30");
        late["biggestWin"] = Value::Null;
        late["difficulties"] = json!("A typhoon has hit us");
        let mut good_news = good(&pairing, "2026-03-02");
        good_news["biggestWin"] = json!("Saved Acme $3,000 on 12 flights to Lisbon");

        for report in [late, good_news] {
            let done = app.mutate("reportSubmit", "report { id }", report).await;
            assert_eq!(done["errors"], json!([]), "{done:#}");
        }

        let kept =
            app.ask("{ ruleEvaluations { nodes { why rule { ruleNumber } } } }", json!({})).await;
        let one = json!({ "why": "OUTAGE", "rule": { "ruleNumber": 24 } });
        assert_eq!(kept["ruleEvaluations"]["nodes"], json!([one]));
    })
    .await;
}

#[tokio::test]
async fn what_was_resolved_stays_so_until_there_is_news() {
    on_both(async |app| {
        let pairing = ada(app, "2026-03-02").await;
        let mut bad = good(&pairing, "2026-03-02");
        bad["workloadFeeling"] = json!("OVERWHELMING");
        submit(app, bad.clone()).await;
        let document = "{ alerts(filter: {severity: {eq: CRITICAL}}) { nodes { id } } }";
        let found = app.ask(document, json!({})).await;
        let end = json!({ "id": found["alerts"]["nodes"][0]["id"], "resolution": "FIXED" });
        app.mutate("alertResolve", "alert { id }", end).await;
        assert_eq!(alerts(app, &pairing).await, ["2 RESOLVED 1"]);

        bad["reportDate"] = json!("2026-03-03");
        submit(app, bad).await;

        assert_eq!(alerts(app, &pairing).await, ["2 INVESTIGATING 2"]);
    })
    .await;
}

#[tokio::test]
async fn a_pairing_that_began_long_ago_is_evaluated_when_it_is_made() {
    on_both(async |app| {
        let pairing = ada(app, "2026-02-23").await;

        assert_eq!(alerts(app, &pairing).await, ["1 NEW 1", "29 NEW 1"]);
        let document = "query($id: ID!) { pairing(id: $id) { health { status autoStatus score \
            isOverrideStale reasons { code text since } history { nodes { healthStatus healthScore } } } } }";
        let health = app.ask(document, json!({ "id": pairing })).await["pairing"]["health"].take();
        assert_eq!(
            health,
            json!({
                "status": "RED", "autoStatus": "RED", "score": 15, "isOverrideStale": false,
                "reasons": [
                    { "code": "R1", "text": "1 open: CRITICAL (rule 1)", "since": "2026-03-02" },
                    { "code": "R2", "text": "no report for 5 expected days", "since": "2026-02-23" },
                    { "code": "Y1", "text": "1 open: HIGH (rule 29)", "since": "2026-03-02" },
                ],
                "history": { "nodes": [
                    { "healthStatus": "RED", "healthScore": 15 },
                    { "healthStatus": "GREEN", "healthScore": 100 },
                ] },
            })
        );
    })
    .await;
}

/// The reasons of a pairing as `code since`.
async fn since(app: &TestApp, pairing: &str) -> Vec<String> {
    let document = "query($id: ID!) { pairing(id: $id) { health { reasons { code since } } } }";
    let answer = app.ask(document, json!({ "id": pairing })).await;
    let reasons = answer["pairing"]["health"]["reasons"].as_array().unwrap().clone();
    reasons.iter().map(|it| format!("{} {}", text(&it["code"]), text(&it["since"]))).collect()
}

#[tokio::test]
async fn a_reason_is_as_old_as_it_has_held_without_a_break() {
    on_both(async |app| {
        let pairing = app.new_pairing().await;
        let first = app.alert(&pairing, 3).await;
        app.set_time("2026-03-04T16:00:00Z");
        app.alert(&pairing, 4).await;
        let end = |alert: &str| json!({ "id": alert, "resolution": "FIXED" });
        app.mutate("alertResolve", "alert { id }", end(&first)).await;

        // The alert that is left is younger, but one has been open all the time.
        let held = since(app, &pairing).await;
        assert!(held.contains(&"R1 2026-03-02".to_owned()), "{held:?}");

        let found = "{ alerts(filter: {not: {status: {eq: RESOLVED}}}) { nodes { id } } }";
        for alert in app.ask(found, json!({})).await["alerts"]["nodes"].as_array().unwrap() {
            app.mutate("alertResolve", "alert { id }", end(&text(&alert["id"]))).await;
        }
        app.alert(&pairing, 5).await;
        let begun = since(app, &pairing).await;
        assert!(begun.contains(&"R1 2026-03-04".to_owned()), "{begun:?}");
    })
    .await;
}

#[tokio::test]
async fn an_override_is_overtaken_by_what_is_found_later() {
    on_both(async |app| {
        let pairing = app.new_pairing().await;
        app.alert(&pairing, 3).await;
        app.advance(chrono::TimeDelta::minutes(1));
        let calm = json!({ "id": pairing, "expectedVersion": 1, "healthStatus": "GREEN", "reason": "Known" });
        app.mutate("pairingHealthOverride", "pairing { id }", calm).await;
        let document = "query($id: ID!) { pairing(id: $id) { health { status autoStatus isOverrideStale } } }";
        let health = async || app.ask(document, json!({ "id": pairing })).await["pairing"]["health"].take();
        let stands = |is_stale: bool| json!({ "status": "GREEN", "autoStatus": "RED", "isOverrideStale": is_stale });
        assert_eq!(health().await, stands(false));

        app.advance(chrono::TimeDelta::minutes(1));
        let later = app.alert(&pairing, 4).await;
        assert_eq!(health().await, stands(true));
        let end = json!({ "id": later, "resolution": "FIXED" });
        app.mutate("alertResolve", "alert { id }", end).await;
        assert_eq!(health().await, stands(false));
    })
    .await;
}

#[tokio::test]
async fn the_worst_pairings_come_first_by_their_points() {
    on_both(async |app| {
        let (ea, calm, bad) =
            (app.ea("Ada Lovelace").await, app.client("Acme").await, app.client("Bolt").await);
        for client in [&calm, &bad] {
            let input = json!({ "eaId": ea, "clientId": client, "startDate": "2026-03-02" });
            let pairing = id(&app.mutate("pairingCreate", "pairing { id }", input).await, "pairing");
            if client == &bad {
                app.alert(&pairing, 3).await;
            }
        }
        let document = "{ pairings(orderBy: [{field: HEALTH_SCORE, direction: ASC}]) { nodes { client { name } } } }";
        let names = app.ask(document, json!({})).await["pairings"]["nodes"].take();
        assert_eq!(names, json!([{ "client": { "name": "Bolt" } }, { "client": { "name": "Acme" } }]));
    })
    .await;
}

#[tokio::test]
async fn an_alert_tells_what_led_to_it_and_its_events_what_caused_them() {
    on_both(async |app| {
        let pairing = ada(app, "2026-03-02").await;
        for day in ["2026-03-02", "2026-03-03"] {
            let mut stressed = good(&pairing, day);
            stressed["feelingDuringWork"] = json!("STRESSED");
            submit(app, stressed).await;
        }

        let document = "{ alerts(filter: {severity: {eq: CRITICAL}}) { nodes { id why { kind text report { reportDate } } } } }";
        let alert = app.ask(document, json!({})).await["alerts"]["nodes"][0].take();
        let report = |day: &str| json!({ "kind": "REPORT", "text": format!("what was filed for {day}"), "report": { "reportDate": day } });
        let said = "feelingDuringWork is STRESSED in 2 reports in a row, 2026-03-02 to 2026-03-03";
        assert_eq!(
            alert["why"],
            json!([
                report("2026-03-02"),
                report("2026-03-03"),
                { "kind": "RULE", "text": "asked in its version 1", "report": null },
                { "kind": "EVIDENCE", "text": said, "report": null },
                { "kind": "NOTIFICATION", "text": "a notification by email has yet to arrive", "report": null },
            ])
        );

        let log = event_log::Entity::find().order_by_asc(event_log::Column::Id).all(app.db()).await.unwrap();
        let raised = log.iter().find(|it| it.subject_id.to_string() == text(&alert["id"])).unwrap();
        let cause = log.iter().find(|it| Some(it.id) == raised.cause_id).unwrap();
        assert_eq!(cause.event_type, "report.created");
        assert_eq!(cause.correlation_id, raised.correlation_id);
        assert_eq!(cause.cause_id, None);
    })
    .await;
}
