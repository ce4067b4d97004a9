//! A model that is not there, or is not what it should be: nothing else changes.

use {
    super::{
        LEAVING, RULE, UNDERPAID, ask_for, jobs, kept,
        model::{Manner, Model},
        told, watched,
    },
    chrono::TimeDelta,
    sea_orm::DbBackend,
    serde_json::{Value, json},
    service::kernel::{jobs::auditor, language_model::Setup},
    std::{collections::HashMap, time::Duration},
    tests::{TestApp, on_both},
};

/// How often a model is asked that does not answer.
const ATTEMPTS: usize = 8;

/// Everything that rules make of reports, but for what a model thinks, as it would be told.
const EVERYTHING: &str = "{
    alerts(first: 100) { nodes { severity status detectedAt lastSeenAt occurrenceCount reopenCount evidence version
        updatedAt why { kind at text report { reportDate } } rule { ruleNumber precision { fixed falsePositive } } } }
    pairings(first: 100) { nodes { version health { status score computedAt reasons { code text since } } } }
    ruleEvaluations(first: 100) { nodes { outcome why evidence } }
    notifications(first: 100) { nodes { cause agent state attempts } }
    auditTrail(first: 100) { nodes { action resource operation } }
    dashboard { pairings { total red yellow } openAlerts { unassigned bySeverity { critical high total } } }
}";

/// The same with the ids of rows as numbers, in the order in which they are told: a row more gives others other ids.
fn numbered(text: &str) -> String {
    let mut known = HashMap::new();
    let parts = text.split('"').map(|it| {
        let is_id = it.len() == 36 && it.matches('-').count() == 4;
        let next = known.len();
        if is_id { known.entry(it).or_insert(next).to_string() } else { it.to_owned() }
    });
    parts.collect::<Vec<_>>().join("\"")
}

/// What becomes of two days' reports under some settings.
async fn two_days(backend: DbBackend, setup: Option<Setup>) -> Value {
    let app = TestApp::start(backend).await;
    let pairing = watched(&app, RULE).await;
    let with_model = setup.map(|it| app.that_asks(it));
    let asking = with_model.as_ref().unwrap_or(&app);
    ask_for(asking, &pairing, "2026-03-02", UNDERPAID).await;
    asking.work_as_server().await;
    asking.set_time("2026-03-03T22:00:00Z");
    ask_for(asking, &pairing, "2026-03-03", LEAVING).await;
    asking.work_as_server().await;
    let mut answer = asking.ask(EVERYTHING, json!({})).await;
    for alert in answer["alerts"]["nodes"].as_array_mut().unwrap() {
        alert["why"].as_array_mut().unwrap().retain(|it| it["kind"] != "OPINION");
    }
    drop(with_model);
    app.stop().await;
    serde_json::from_str(&numbered(&answer.to_string())).unwrap()
}

#[tokio::test]
async fn the_same_reports_make_the_same_rows_whatever_a_model_does() {
    for backend in [DbBackend::Sqlite, DbBackend::Postgres] {
        let without = two_days(backend, None).await;
        assert_eq!(without["alerts"]["nodes"][0]["occurrenceCount"], 2, "{without:#}");
        let says = |it: &str| Manner::Says(it.to_owned());
        for manner in [
            says(r#"{"verdict": "DISAGREES", "reason": "It is said in jest."}"#),
            says("I would resolve this alert."),
            Manner::Sends(500, "no".to_owned()),
            Manner::Sends(401, "no".to_owned()),
            Manner::Sends(302, "no".to_owned()),
            Manner::Sends(200, "<html>".to_owned()),
            Manner::Sends(200, r#"{"choices": []}"#.to_owned()),
            Manner::Sends(200, "x".repeat(100_000)),
            Manner::Hangs,
        ] {
            let model = Model::start(manner.clone()).await;
            let mut setup = model.setup("a-model");
            if matches!(manner, Manner::Hangs) {
                setup.timeout = Duration::from_millis(300);
            }
            let with = two_days(backend, Some(setup)).await;
            assert_eq!(with, without, "{manner:?}");
            assert!(!model.heard().is_empty());
        }
    }
}

#[tokio::test]
async fn a_model_that_never_answers_is_let_be_and_troubles_nobody() {
    on_both(async |app| {
        let pairing = watched(app, RULE).await;
        let model = Model::start(Manner::Sends(503, String::new())).await;
        let app = &app.that_asks(model.setup("a-model"));

        ask_for(app, &pairing, "2026-03-02", UNDERPAID).await;
        for _ in 0..ATTEMPTS + 2 {
            app.work_as_server().await;
            app.advance(TimeDelta::minutes(5));
        }

        assert_eq!(model.heard().len(), ATTEMPTS);
        let jobs = jobs(app).await;
        assert_eq!(
            (jobs.len(), &jobs[0]["state"], &jobs[0]["priority"]),
            (1, &json!("DONE"), &json!(-1))
        );
        let broken = auditor::look(&app.server_ctx()).await.unwrap();
        assert!(broken.iter().all(|it| it.1 == 0), "{broken:?}");
        assert_eq!((kept(app).await, told(app, "OPINION").await), (vec![], vec![vec![]]));
        // Nothing is remembered against the text: when it comes again, and the model is back, it is asked.
        model.answer(Manner::Says(r#"{"verdict": "AGREES"}"#.to_owned()));
        app.set_time("2026-03-03T22:00:00Z");
        ask_for(app, &pairing, "2026-03-03", UNDERPAID).await;
        app.work_as_server().await;
        assert_eq!(told(app, "OPINION").await, [["a-model agrees"]]);
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_is_no_verdict_is_unsure_and_not_paid_for_twice() {
    on_both(async |app| {
        let pairing = watched(app, RULE).await;
        let model = Model::start(Manner::Says("I agree with all my heart.".to_owned())).await;
        let app = &app.that_asks(model.setup("a-model"));

        for (date, time) in
            [("2026-03-02", "2026-03-02T22:00:00Z"), ("2026-03-03", "2026-03-03T22:00:00Z")]
        {
            app.set_time(time);
            ask_for(app, &pairing, date, UNDERPAID).await;
            app.work_as_server().await;
        }

        assert_eq!((jobs(app).await.len(), model.heard().len()), (2, 1));
        assert_eq!(told(app, "OPINION").await, [["a-model is unsure"]]);
    })
    .await;
}

#[tokio::test]
async fn no_text_goes_to_this_machine_unless_it_is_allowed() {
    on_both(async |app| {
        let pairing = watched(app, RULE).await;
        let model = Model::thinks("AGREES", "").await;
        let open = model.setup("a-model");
        let url = open.url.replace("http://127.0.0.1", "https://localhost");
        let app = &app.that_asks(Setup { url, ..open });

        ask_for(app, &pairing, "2026-03-02", UNDERPAID).await;
        app.work_as_server().await;

        let jobs = jobs(app).await;
        assert_eq!((&jobs[0]["state"], &jobs[0]["attempt"]), (&json!("DONE"), &json!(1)));
        assert_eq!((model.heard().len(), kept(app).await), (0, vec![]));
    })
    .await;
}
