//! Rules tried on the past.

use {
    chrono::NaiveDate,
    sea_orm::DbBackend,
    serde_json::{Value, json},
    service::{
        Viewer,
        coaching::backtest::{self, Backtest},
        demo::{self, Plan},
    },
    std::time::{Duration, Instant},
    tests::{
        TestApp,
        coaching::{report, text},
        on_both,
    },
};

/// Two hundred pairings of a year, or twenty where the rules are not optimised.
const SCALE: f64 = if cfg!(debug_assertions) { 0.02 } else { 0.2 };
/// How long a year of them may take.
const YEAR_MAX: Duration = Duration::from_secs(5);

const DOCUMENT: &str = "query($id: ID!, $input: AlertRuleBacktestInput) { alertRuleBacktest(id: $id, input: $input) { \
    pairingsScanned reportsScanned totalFires pairingsFired overlapping precision days { day fires } \
    fires { on until isOverlapping pairing { client { name } } } } }";

/// A pairing whose reports of these days of February say that it was overwhelming.
async fn overwhelmed(app: &TestApp, bad: &[u32]) -> String {
    let pairing = app.pairing().await;
    for day in [2, 3, 4, 5, 6] {
        let mut filed = report(&pairing, &format!("2026-02-0{day}"));
        if bad.contains(&day) {
            filed["workloadFeeling"] = json!("OVERWHELMING");
        }
        let filed = app.mutate("reportSubmit", "report { id }", filed).await;
        assert_eq!(filed["errors"], json!([]), "{filed:#}");
    }
    pairing
}

fn february() -> Value {
    json!({ "from": "2026-02-01", "until": "2026-02-28" })
}

#[tokio::test]
async fn a_rule_is_tried_without_anything_being_written() {
    on_both(async |app| {
        app.switch_rules_off().await;
        let pairing = overwhelmed(app, &[3, 5]).await;
        let alert = app.alert(&pairing, 2).await;
        let end = json!({ "id": alert, "resolution": "FIXED" });
        app.mutate("alertResolve", "alert { id }", end).await;

        let mut answer = Value::Null;
        let rule = app.rule(2).await;
        let asked = json!({ "id": rule, "input": february() });
        let ran = app.statements(async { answer = app.ask(DOCUMENT, asked).await }).await;

        assert!(ran.iter().all(|it| it.sql.starts_with("SELECT")), "{ran:#?}");
        let fire = |on: &str, until: &str| {
            json!({ "on": on, "until": until, "isOverlapping": false,
            "pairing": { "client": { "name": "Acme" } } })
        };
        assert_eq!(
            answer["alertRuleBacktest"],
            json!({
                "pairingsScanned": 1, "reportsScanned": 5, "totalFires": 2, "pairingsFired": 1,
                "overlapping": 0, "precision": null,
                "days": [{ "day": "2026-02-03", "fires": 1 }, { "day": "2026-02-05", "fires": 1 }],
                "fires": [fire("2026-02-03", "2026-02-04"), fire("2026-02-05", "2026-02-06")],
            })
        );
    })
    .await;
}

#[tokio::test]
async fn what_there_was_is_told_beside_what_there_would_have_been() {
    on_both(async |app| {
        app.set_time("2026-02-03T20:00:00Z");
        app.switch_rules_off_but(2).await;
        let pairing = app.pairing().await;
        let mut bad = report(&pairing, "2026-02-03");
        bad["workloadFeeling"] = json!("OVERWHELMING");
        app.mutate("reportSubmit", "report { id }", bad).await;
        let found = app.ask("{ alerts { nodes { id } } }", json!({})).await;
        let end =
            json!({ "id": found["alerts"]["nodes"][0]["id"], "resolution": "FALSE_POSITIVE" });
        app.mutate("alertResolve", "alert { id }", end).await;
        app.set_time(tests::START);

        let asked = json!({ "id": app.rule(2).await, "input": february() });
        let told = app.ask(DOCUMENT, asked).await["alertRuleBacktest"].take();
        assert_eq!((&told["totalFires"], &told["overlapping"]), (&json!(1), &json!(1)), "{told:#}");
        assert_eq!(told["precision"], 0.0);
    })
    .await;
}

#[tokio::test]
async fn another_condition_or_threshold_can_be_tried() {
    on_both(async |app| {
        app.switch_rules_off().await;
        overwhelmed(app, &[3, 5]).await;
        let rule = app.rule(4).await;
        let fires = async |condition: Value| {
            let mut input = february();
            input["triggerCondition"] = condition;
            let answer = app.respond(DOCUMENT, json!({ "id": rule, "input": input })).await;
            (answer["data"]["alertRuleBacktest"]["totalFires"].clone(), answer["errors"][0].clone())
        };
        let light = |n: u32| {
            json!({ "kind": "field_is", "field": "workloadFeeling", "in": ["MODERATE"],
            "window": { "kind": "run", "n": n } })
        };
        assert_eq!(fires(light(1)).await.0, 3);
        assert_eq!(fires(light(2)).await.0, 0);
        let (_, refused) = fires(light(0)).await;
        assert_eq!(refused["extensions"]["code"], "BAD_USER_INPUT");
        assert_eq!(
            refused["extensions"]["path"],
            json!(["input", "triggerCondition", "window", "n"])
        );

        let mut input = february();
        input["thresholds"] = json!([{ "name": "days", "value": 99 }]);
        let answer = app.respond(DOCUMENT, json!({ "id": rule, "input": input })).await;
        assert_eq!(
            answer["errors"][0]["extensions"]["path"],
            json!(["input", "thresholds", "0", "value"])
        );
        let long = json!({ "from": "2020-01-01", "until": "2026-02-01" });
        let answer = app.respond(DOCUMENT, json!({ "id": rule, "input": long })).await;
        assert!(text(&answer["errors"][0]["message"]).contains("366 days"), "{answer:#}");
    })
    .await;
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A year of an invented company, tried with all rules: what came of each.
async fn year(backend: DbBackend) -> Vec<(i32, String, Backtest)> {
    let app = TestApp::start(backend).await;
    let server = app.ctx().seen_by(Viewer::System);
    let plan = Plan { scale: SCALE, seed: 7, until: day("2026-02-27") };
    demo::fill(&server, &plan, &|_| {}).await.unwrap();
    let begun = Instant::now();
    let range = (day("2025-02-27"), day("2026-02-27"));
    let told = backtest::try_rules(&server, &[], range, &|_| {}).await.unwrap();
    let took = begun.elapsed();
    eprintln!("{backend:?}: {} reports in {took:?}", told[0].2.reports_scanned);
    assert!(cfg!(debug_assertions) || took <= YEAR_MAX, "{took:?}");
    app.stop().await;
    told
}

#[tokio::test]
async fn a_year_of_pairings_comes_to_the_same_on_both_databases() {
    let sqlite = year(DbBackend::Sqlite).await;
    let postgres = year(DbBackend::Postgres).await;
    let told = |all: &[(i32, String, Backtest)]| {
        let told = all.iter().map(|(number, _, it)| {
            let days: Vec<_> = it.days.iter().map(|it| (it.day, it.fires)).collect();
            let scanned = (it.pairings_scanned, it.reports_scanned);
            (*number, scanned, it.total_fires, it.overlapping, it.fires.clone(), days)
        });
        told.collect::<Vec<_>>()
    };
    assert_eq!(told(&sqlite), told(&postgres));
    let fired = sqlite.iter().filter(|it| it.2.total_fires > 0).count();
    assert!(fired > 20, "only {fired} rules fire in a year");
}
