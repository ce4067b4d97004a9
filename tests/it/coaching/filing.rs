//! Reports that come in at the same moment, and are filed together.

use {
    entity::kernel::user::Role,
    futures_util::future::join_all,
    sea_orm::{ConnectionTrait, DbBackend},
    serde_json::{Value, json},
    service::{Person, Viewer},
    tests::{
        TestApp,
        coaching::{report, text},
        on_both,
    },
};

/// Pairings of assistants of their own: the assistants and the pairings.
async fn pairings(app: &TestApp, count: usize) -> Vec<(String, String)> {
    let client = app.client("Acme").await;
    let mut pairings = Vec::new();
    for number in 0..count {
        let ea = app.ea(&format!("Assistant {number}")).await;
        let pairing = app.pair(&ea, &client).await;
        pairings.push((ea, pairing));
    }
    pairings
}

/// Files a report on behalf of an assistant: `filed`, or what it is told.
async fn file(app: &TestApp, ea: &str, input: Value) -> String {
    let viewer = Viewer::Person(Person::new(ea.parse().unwrap(), Role::Ea));
    let document = "mutation($input: ReportSubmitInput!) { reportSubmit(input: $input) { \
                    report { id } errors { code path } } }";
    let told = app.respond_as(viewer, document, json!({ "input": input })).await;
    if let Some(failure) = told["errors"].get(0) {
        return text(&failure["extensions"]["code"]);
    }
    match told["data"]["reportSubmit"]["errors"].get(0) {
        Some(error) => format!("{} {}", text(&error["code"]), text(&error["path"][1])),
        None => "filed".to_owned(),
    }
}

#[tokio::test]
async fn each_is_filed_by_whoever_files_it_or_refused_by_itself() {
    on_both(async |app| {
        let all = pairings(app, 8).await;
        file(app, &all[7].0, report(&all[7].1, "2026-03-02")).await;
        let day = |number: usize| report(&all[number].1, "2026-03-02");
        let mut asked: Vec<_> = all.iter().zip(0..).map(|((ea, _), it)| (ea, day(it))).collect();
        asked[4].1["pairingId"] = json!(all[3].1);
        asked[5].1["reportDate"] = json!("2026-03-03");
        asked[6].1["pairingId"] = json!("nobody's");

        let mut told = Vec::new();
        let filing = asked.into_iter().map(|(ea, input)| file(app, ea, input));
        let ran = app.statements(async { told = join_all(filing).await }).await;

        let refused =
            ["NOT_FOUND pairingId", "BAD_USER_INPUT reportDate", "NOT_FOUND pairingId", "CONFLICT reportDate"];
        assert_eq!(told, [&["filed"; 4][..], &refused].concat());
        let inserts = ran.iter().filter(|it| it.sql.starts_with("INSERT INTO \"end_of_day_reports\""));
        let inserts = inserts.count();
        assert!((1..=4).contains(&inserts), "{inserts} statements for seven reports");
        let looks = ran.iter().filter(|it| it.sql.starts_with("SELECT \"t\".\"id\" FROM \"pairings\""));
        assert_eq!(looks.count(), 0, "whose pairing it is stands in its row");
        let filed = "query($id: ID!) { pairing(id: $id) { reports { nodes { id } } } }";
        for (ea, pairing) in &all[..4] {
            let report = app.ask(filed, json!({ "id": pairing })).await["pairing"]["reports"]["nodes"][0]["id"].take();
            let document = "query($row: AuditedRow!) { auditTrail(filter: {resource: $row}) { nodes { userId operation } } }";
            let row = json!({ "table": "end_of_day_reports", "id": report });
            let trail = app.ask(document, json!({ "row": row })).await["auditTrail"]["nodes"].take();
            assert_eq!(trail, json!([{ "userId": ea, "operation": "reportSubmit" }]));
        }
    })
    .await;
}

/// What a rule minds on some days.
fn odd(pairing: &str, (number, day): (usize, usize)) -> Value {
    let mut input = report(pairing, &format!("2026-02-{:02}", 23 + day));
    if number.is_multiple_of(2) {
        input["feelingDuringWork"] = json!("STRESSED");
    }
    if number.is_multiple_of(3) {
        input["hadDailySync"] = json!(false);
    }
    if number + day > 5 {
        input["workloadFeeling"] = json!("OVERWHELMING");
    }
    if day == number {
        input["difficulties"] =
            json!("The client said she is unhappy and wants to cancel the contract");
    }
    input
}

/// How a pairing stands, and its alerts.
async fn stands(app: &TestApp, pairing: &str) -> Value {
    let document = "query($id: ID!) { pairing(id: $id) { health { status score reasons { code text since } } \
        alerts(first: 50) { nodes { rule { ruleNumber } status severity occurrenceCount why { kind text } } } } }";
    let mut told = app.ask(document, json!({ "id": pairing })).await["pairing"].take();
    let alerts = told["alerts"]["nodes"].as_array_mut().unwrap();
    alerts.sort_by_key(|it| it["rule"]["ruleNumber"].as_i64());
    told
}

#[tokio::test]
async fn together_or_alone_it_comes_to_the_same() {
    on_both(async |app| {
        const COUNT: usize = 6;
        let all = pairings(app, 2 * COUNT).await;
        let (alone, together) = all.split_at(COUNT);

        for day in 0..5 {
            for (number, (ea, pairing)) in alone.iter().enumerate() {
                assert_eq!(file(app, ea, odd(pairing, (number, day))).await, "filed");
            }
            let filing = together.iter().enumerate();
            let filing = filing.map(|(number, (ea, it))| file(app, ea, odd(it, (number, day))));
            assert_eq!(join_all(filing).await, ["filed"; COUNT]);
        }

        let mut alerts = 0;
        for (alone, together) in alone.iter().zip(together) {
            let (alone, together) = (stands(app, &alone.1).await, stands(app, &together.1).await);
            assert_eq!(alone, together);
            alerts += alone["alerts"]["nodes"].as_array().unwrap().len();
        }
        assert!(alerts > COUNT, "only {alerts} alerts to compare");
    })
    .await;
}

/// Makes the database fail at a report that says so.
fn failing(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => {
            "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
             RAISE EXCEPTION 'it fails'; END $$; \
             CREATE TRIGGER tr_fail BEFORE INSERT ON end_of_day_reports FOR EACH ROW \
             WHEN (NEW.biggest_win = 'fail') EXECUTE FUNCTION fail()"
        }
        _ => {
            "CREATE TRIGGER tr_fail BEFORE INSERT ON end_of_day_reports \
             WHEN NEW.biggest_win = 'fail' BEGIN SELECT abs(-9223372036854775807 - 1); END"
        }
    }
}

#[tokio::test]
async fn one_at_which_the_database_fails_takes_no_other_with_it() {
    on_both(async |app| {
        let all = pairings(app, 5).await;
        app.db().execute_unprepared(failing(app.db().get_database_backend())).await.unwrap();

        let filing = all.iter().enumerate().map(|(number, (ea, pairing))| {
            let mut input = report(pairing, "2026-03-02");
            if number == 3 {
                input["biggestWin"] = json!("fail");
            }
            file(app, ea, input)
        });
        let told = join_all(filing).await;

        assert_eq!(told, ["filed", "filed", "filed", "INTERNAL_SERVER_ERROR", "filed"]);
    })
    .await;
}
