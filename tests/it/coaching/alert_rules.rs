//! Rules: made, changed, reset, deleted, renewed, and marked when they cannot be read.

use {
    sea_orm::ConnectionTrait,
    serde_json::{Value, json},
    service::{Viewer, coaching::alert_rules},
    tests::{
        TestApp,
        coaching::{errors, id, report, text},
        on_both,
    },
};

/// A rule of one's own: so many reports in a row without a sync.
fn unsynced(name: &str, days: &Value) -> Value {
    json!({
        "name": name, "severity": "HIGH", "isEnabled": true,
        "triggerCondition": {
            "kind": "field_is", "field": "hadDailySync", "in": [false],
            "window": { "kind": "run", "n": days },
        },
        "dataSource": "hadDailySync", "businessRationale": "Talking helps", "alertTitle": "No sync",
        "alertDescription": "They do not talk.", "suggestedAction": "Make them",
    })
}

fn with_threshold() -> Value {
    let mut rule = unsynced("No Sync", &json!({ "threshold": "days" }));
    rule["thresholds"] =
        json!([{ "name": "days", "value": 2, "min": 1, "max": 5, "unit": "days" }]);
    rule
}

const SHOWN: &str =
    "alertRule { id ruleNumber ruleType severity version isEdited adjustableThresholds }";

#[tokio::test]
async fn rules_of_ones_own_begin_at_1000_and_fire() {
    on_both(async |app| {
        let first = app.mutate("alertRuleCreate", SHOWN, with_threshold()).await;
        let second = app.mutate("alertRuleCreate", SHOWN, unsynced("Once", &json!(1))).await;
        assert_eq!(first["alertRule"]["ruleNumber"], 1000, "{first:#}");
        assert_eq!(second["alertRule"]["ruleNumber"], 1001, "{second:#}");
        assert_eq!(first["alertRule"]["ruleType"], "LOGIC");

        let pairing = app.new_pairing().await;
        let mut silent = report(&pairing, "2026-03-02");
        silent["hadDailySync"] = json!(false);
        app.mutate("reportSubmit", "report { id }", silent).await;

        let document =
            "{ alerts(filter: {severity: {eq: HIGH}}) { nodes { rule { ruleNumber } } } }";
        let found = app.ask(document, json!({})).await["alerts"]["nodes"].take();
        assert_eq!(found, json!([{ "rule": { "ruleNumber": 1001 } }]));
    })
    .await;
}

#[tokio::test]
async fn a_condition_is_checked_when_it_is_written() {
    on_both(async |app| {
        let mut wrong = with_threshold();
        wrong["triggerCondition"] = json!({ "kind": "all", "of": [
            { "kind": "field_is", "field": "hadDailySync", "in": [false] },
            { "kind": "report_missing", "days": 0 },
        ] });
        let refused = app.mutate("alertRuleCreate", "", wrong).await;
        assert_eq!(
            errors(&refused),
            "BAD_USER_INPUT input.triggerCondition.of.1.days: must be 1 to 60, not 0"
        );

        let mut wrong = with_threshold();
        wrong["thresholds"][0]["value"] = json!(9);
        wrong["name"] = json!(" ");
        let refused = app.mutate("alertRuleCreate", "", wrong).await;
        assert_eq!(
            errors(&refused),
            "BAD_USER_INPUT input.name: must not be empty\n\
             BAD_USER_INPUT input.thresholds.0.value: must be 1 to 5, not 9"
        );

        let made = app.mutate("alertRuleCreate", SHOWN, with_threshold()).await;
        let rule = id(&made, "alertRule");
        let wrong = json!({ "id": rule, "expectedVersion": 1, "triggerCondition": { "kind": "nothing" } });
        let refused = errors(&app.mutate("alertRuleUpdate", "", wrong).await);
        assert!(refused.starts_with("BAD_USER_INPUT input.triggerCondition.kind: must be one of"), "{refused}");
        let wrong = json!({ "id": rule, "expectedVersion": 1, "thresholds": [{ "name": "days", "value": 6 }] });
        let refused = errors(&app.mutate("alertRuleUpdate", "", wrong).await);
        assert_eq!(refused, "BAD_USER_INPUT input.thresholds.0.value: must be 1 to 5, not 6");

        let other = json!({ "id": rule, "expectedVersion": 1, "triggerCondition":
            { "kind": "report_missing", "days": { "threshold": "days" } } });
        let changed = app.mutate("alertRuleUpdate", SHOWN, other).await;
        assert_eq!(changed["alertRule"]["version"], 2, "{changed:#}");
        assert_eq!(changed["alertRule"]["isEdited"], true);
    })
    .await;
}

#[tokio::test]
async fn a_rule_that_comes_with_vigil_keeps_its_condition_and_is_never_deleted() {
    on_both(async |app| {
        let rule = app.rule(2).await;
        let other =
            json!({ "id": rule, "expectedVersion": 1, "name": "Mine", "triggerCondition": {} });
        let told = "belongs to a rule that comes with Vigil: make one of your own instead";
        let refused = errors(&app.mutate("alertRuleUpdate", "", other).await);
        assert!(refused.contains(&format!("input.name: {told}")), "{refused}");
        assert!(refused.contains(&format!("input.triggerCondition: {told}")), "{refused}");
        let refused = app.mutate("alertRuleDelete", "", json!({ "id": rule })).await;
        assert_eq!(errors(&refused), "CONFLICT input.id: comes with Vigil: switch it off instead");
    })
    .await;
}

#[tokio::test]
async fn a_rule_of_ones_own_goes_while_it_has_no_alerts() {
    on_both(async |app| {
        let pairing = app.new_pairing().await;
        let rule = id(&app.mutate("alertRuleCreate", SHOWN, with_threshold()).await, "alertRule");
        app.alert(&pairing, 1000).await;
        let refused = app.mutate("alertRuleDelete", "", json!({ "id": rule })).await;
        assert_eq!(errors(&refused), "CONFLICT input.id: has alerts");

        let rule = id(&app.mutate("alertRuleCreate", SHOWN, with_threshold()).await, "alertRule");
        let gone = app.mutate("alertRuleDelete", SHOWN, json!({ "id": rule })).await;
        assert_eq!(gone["alertRule"]["ruleNumber"], 1001, "{gone:#}");
        let answer = app
            .respond("query($id: ID!) { alertRule(id: $id) { id } }", json!({ "id": rule }))
            .await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "NOT_FOUND");
    })
    .await;
}

#[tokio::test]
async fn a_reset_brings_back_what_came_with_vigil() {
    on_both(async |app| {
        let rule = app.rule(3).await;
        let change = json!({ "id": rule, "expectedVersion": 1, "severity": "LOW", "isEnabled": false,
            "alertTitle": "Mine", "thresholds": [{ "name": "days", "value": 5 }] });
        let changed = app.mutate("alertRuleUpdate", SHOWN, change).await;
        assert_eq!(changed["alertRule"]["adjustableThresholds"]["days"]["value"], 5.0, "{changed:#}");

        let reset = json!({ "id": rule, "expectedVersion": 2 });
        let shown = "alertRule { severity isEnabled alertTitle isEdited version adjustableThresholds defaultThresholds }";
        let reset = app.mutate("alertRuleReset", shown, reset).await["alertRule"].take();
        assert_eq!(reset["adjustableThresholds"], reset["defaultThresholds"]);
        assert_eq!((&reset["severity"], &reset["version"]), (&json!("CRITICAL"), &json!(3)));
        // Whether it is asked is for people to say.
        assert_eq!((&reset["isEnabled"], &reset["isEdited"]), (&json!(false), &json!(false)));
        assert_ne!(reset["alertTitle"], "Mine");
    })
    .await;
}

#[tokio::test]
async fn a_new_version_renews_the_rules_that_nobody_has_changed() {
    on_both(async |app| {
        let change = json!({ "id": app.rule(4).await, "expectedVersion": 1, "severity": "LOW" });
        app.mutate("alertRuleUpdate", "alertRule { id }", change).await;
        // As an older version had them: one less, and two that were otherwise.
        app.db().execute_unprepared("DELETE FROM alert_rules WHERE rule_number = 31").await.unwrap();
        let older = "UPDATE alert_rules SET alert_title = 'Old' WHERE rule_number IN (3, 4)";
        app.db().execute_unprepared(older).await.unwrap();

        let server = app.ctx().seen_by(Viewer::System);
        assert_eq!(alert_rules::install(&server).await.unwrap(), 2, "one is new, one renewed");
        assert_eq!(alert_rules::install(&server).await.unwrap(), 0);

        let document = "{ alertRules(filter: {ruleNumber: {gte: 3, lte: 4}}) { nodes { alertTitle severity isEdited } } }";
        let rules = app.ask(document, json!({})).await["alertRules"]["nodes"].take();
        assert_ne!(rules[0]["alertTitle"], "Old");
        assert_eq!(rules[0]["isEdited"], false);
        assert_eq!(rules[1], json!({ "alertTitle": "Old", "severity": "LOW", "isEdited": true }));
    })
    .await;
}

/// The faulty rules: their numbers and what is wrong.
async fn faulty(app: &TestApp) -> Vec<String> {
    let document =
        "{ alertRules(filter: {isFaulty: true}) { nodes { ruleNumber fault faultedAt } } }";
    let found = app.ask(document, json!({})).await["alertRules"]["nodes"].take();
    let told = |it: &Value| {
        format!("{} {} {}", it["ruleNumber"], text(&it["faultedAt"]), text(&it["fault"]))
    };
    found.as_array().unwrap().iter().map(told).collect()
}

#[tokio::test]
async fn a_rule_that_cannot_be_read_is_marked_and_the_others_run() {
    on_both(async |app| {
        let pairing = app.new_pairing().await;
        let broken = "UPDATE alert_rules SET trigger_condition = '{\"kind\": \"field_is\"}', version = 2 \
            WHERE rule_number = 9";
        app.db().execute_unprepared(broken).await.unwrap();
        let mut bad = report(&pairing, "2026-03-02");
        bad["workloadFeeling"] = json!("OVERWHELMING");
        let filed = app.mutate("reportSubmit", "report { id }", bad).await;
        assert_eq!(filed["errors"], json!([]));

        let found = app.ask("{ alerts { nodes { rule { ruleNumber } } } }", json!({})).await;
        assert!(found.to_string().contains("\"ruleNumber\":2"), "{found}");
        let told = faulty(app).await;
        assert_eq!(told.len(), 1);
        assert!(told[0].starts_with("9 2026-03-02T15:00:00.000Z triggerCondition.field is missing"), "{told:?}");
        let server = app.ctx().seen_by(Viewer::System);
        let numbers = async || {
            let faulty = service::coaching::evaluation::faulty(&server).await.unwrap();
            faulty.into_iter().map(|it| it.0).collect::<Vec<_>>()
        };
        assert_eq!(numbers().await, [9]);

        let reset = json!({ "id": app.rule(9).await, "expectedVersion": 2 });
        app.mutate("alertRuleReset", "alertRule { id }", reset).await;
        assert_eq!(faulty(app).await, [""; 0]);
        assert_eq!(numbers().await, [0_i32; 0]);
    })
    .await;
}

#[tokio::test]
async fn the_mark_goes_when_a_rule_can_be_read_again() {
    on_both(async |app| {
        let pairing = app.new_pairing().await;
        let document = "{ alertRules(filter: {ruleNumber: {eq: 9}}) { nodes { triggerCondition } } }";
        let right = app.ask(document, json!({})).await["alertRules"]["nodes"][0]["triggerCondition"].take();
        let set = async |condition: &Value, version: i32| {
            let set = format!(
                "UPDATE alert_rules SET trigger_condition = '{condition}', version = {version} WHERE rule_number = 9"
            );
            app.db().execute_unprepared(&set).await.unwrap();
            let again = json!({ "pairingId": pairing, "ruleId": app.rule(version).await });
            app.mutate("alertCreate", "alert { id }", again).await;
        };
        set(&json!({ "kind": "nothing" }), 2).await;
        assert_eq!(faulty(app).await.len(), 1);
        set(&right, 3).await;
        assert_eq!(faulty(app).await, [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn how_often_rules_are_right_is_one_statement_for_all() {
    on_both(async |app| {
        let pairing = app.new_pairing().await;
        for (rule, resolution) in
            [(2, "FIXED"), (2, "CHURNED"), (2, "FALSE_POSITIVE"), (2, "EXPECTED"), (3, "FALSE_POSITIVE")]
        {
            let alert = app.alert(&pairing, rule).await;
            let end = json!({ "id": alert, "resolution": resolution });
            app.mutate("alertResolve", "alert { id }", end).await;
        }
        let document = "query($range: DayRangeInput) { alertRules(first: 4) { nodes { ruleNumber precision(range: $range) \
            { rate resolved fixed churned falsePositive expected autoCleared needsTuning } } } }";
        let mut answer = Value::Null;
        let ran = app.statements(async { answer = app.ask(document, json!({})).await }).await;
        assert_eq!(ran.len(), 2);
        let of = |rule: usize| answer["alertRules"]["nodes"][rule - 1]["precision"].clone();
        assert_eq!(of(2), json!({ "rate": 2.0 / 3.0, "resolved": 4, "fixed": 1, "churned": 1,
            "falsePositive": 1, "expected": 1, "autoCleared": 0, "needsTuning": false }));
        assert_eq!((&of(3)["rate"], &of(3)["needsTuning"]), (&json!(0.0), &json!(true)));
        assert_eq!((&of(1)["rate"], &of(1)["resolved"]), (&Value::Null, &json!(0)));

        let before = json!({ "range": { "from": "2026-02-01", "until": "2026-03-01" } });
        let answer = app.ask(document, before).await;
        assert_eq!(answer["alertRules"]["nodes"][1]["precision"]["resolved"], 0);
        let wrong = json!({ "range": { "from": "2026-03-02", "until": "2026-03-01" } });
        let answer = app.respond(document, wrong).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{answer:#}");
    })
    .await;
}
