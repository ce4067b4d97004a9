//! What people get wrong: each case is refused with its code and path, and nothing is written.

use {
    sea_orm::{ConnectionTrait, Statement},
    serde_json::{Value, json},
    tests::{
        TestApp,
        coaching::{errors, report, text},
        on_both,
    },
};

const STRANGER: &str = "018f0000-0000-7000-8000-000000000001";

/// What is there before a case is tried.
struct World {
    ea: String,
    other_ea: String,
    client: String,
    pairing: String,
    resolved: String,
    inactive: String,
    rule: String,
    pto: String,
}

impl World {
    async fn make(app: &TestApp) -> Self {
        let ea = app.ea("Ada Lovelace").await;
        let other_ea = app.ea("Grace Hopper").await;
        let client = app.client("Acme").await;
        let pairing = app.pair(&ea, &client).await;
        app.mutate("reportSubmit", "report { id }", report(&pairing, "2026-02-27")).await;
        let off = json!({ "eaId": ea, "startDate": "2026-02-10", "endDate": "2026-02-12", "reason": "PTO" });
        let pto = app.mutate("ptoRecordCreate", "ptoRecord { id }", off).await;
        let note = json!({ "noteType": "EA_LEVEL", "eaId": ea, "content": "Prefers mornings" });
        app.mutate("coachingNoteCreate", "coachingNote { id }", note).await;
        let resolved = app.alert(&pairing, 1).await;
        let end = json!({ "id": resolved, "resolution": "FIXED" });
        app.mutate("alertResolve", "alert { id }", end).await;
        app.alert(&pairing, 2).await;
        let inactive = app.user("Left Long Ago", "HEAD_EAS").await;
        let leave = json!({ "id": inactive, "expectedVersion": 1, "isActive": false });
        app.mutate("userUpdate", "user { id }", leave).await;
        let rule = app.rule(2).await;
        let pto = text(&pto["ptoRecord"]["id"]);
        Self { ea, other_ea, client, pairing, resolved, inactive, rule, pto }
    }

    /// The cases: a mutation, its input, and what is said about it.
    fn cases(&self) -> Vec<(&'static str, Value, &'static str)> {
        let Self { ea, other_ea, client, pairing, resolved, inactive, rule, pto } = self;
        let on = |date: &str| report(pairing, date);
        let with = |mut input: Value, field: &str, value: Value| {
            input[field] = value;
            input
        };
        let off = |ea: &str, start: &str, end: &str| json!({ "eaId": ea, "startDate": start, "endDate": end, "reason": "PTO" });
        let person =
            |email: &str, name: &str| json!({ "email": email, "name": name, "role": "USER" });
        vec![
            // Days that cannot be reported on.
            (
                "reportSubmit",
                on("2026-03-03"),
                "BAD_USER_INPUT input.reportDate: must not lie ahead: today is 2026-03-02 in America/New_York",
            ),
            (
                "reportSubmit",
                on("2026-01-29"),
                "BAD_USER_INPUT input.reportDate: must not be before 2026-01-30",
            ),
            (
                "reportSubmit",
                on("2026-02-11"),
                "BAD_USER_INPUT input.reportDate: must not be a day on which the assistant is off",
            ),
            (
                "reportSubmit",
                on("2026-02-27"),
                "CONFLICT input.reportDate: has a report already; reportAmend edits it",
            ),
            (
                "reportSubmit",
                on("2026-02-30"),
                "BAD_USER_INPUT input.reportDate: must be an existing day, such as 2026-03-01",
            ),
            (
                "reportSubmit",
                on("yesterday"),
                "BAD_USER_INPUT input.reportDate: must be an existing day, such as 2026-03-01",
            ),
            // Ids of others, of other types, and of nothing.
            (
                "reportSubmit",
                report(STRANGER, "2026-03-02"),
                "NOT_FOUND input.pairingId: is not there",
            ),
            (
                "reportSubmit",
                report(client, "2026-03-02"),
                "NOT_FOUND input.pairingId: is not there",
            ),
            ("reportSubmit", report("7", "2026-03-02"), "NOT_FOUND input.pairingId: is not there"),
            (
                "pairingCreate",
                json!({ "eaId": client, "clientId": client, "startDate": "2026-03-02" }),
                "NOT_FOUND input.eaId: is not there",
            ),
            (
                "alertAssign",
                json!({ "id": resolved, "assigneeId": client }),
                "NOT_FOUND input.assigneeId: is not there",
            ),
            // Texts that cannot be stored, and numbers out of bounds.
            (
                "reportSubmit",
                with(on("2026-03-02"), "biggestWin", json!("a\0b")),
                "BAD_USER_INPUT input.biggestWin: must not contain a NUL character",
            ),
            (
                "reportSubmit",
                with(on("2026-03-02"), "whatCompleted", json!("ü".repeat(10_001))),
                "BAD_USER_INPUT input.whatCompleted: must have 1 to 10000 characters, not 10001",
            ),
            (
                "clientCreate",
                json!({ "name": "n".repeat(10_240) }),
                "BAD_USER_INPUT input.name: must have 1 to 200 characters, not 10240",
            ),
            (
                "clientCreate",
                json!({ "name": " \t " }),
                "BAD_USER_INPUT input.name: must not be empty",
            ),
            (
                "clientCreate",
                json!({ "name": "nul\0" }),
                "BAD_USER_INPUT input.name: must not contain a NUL character",
            ),
            (
                "userProfileSet",
                json!({ "userId": ea, "displayName": "Ada", "timezone": "Mars/Olympus" }),
                "BAD_USER_INPUT input.timezone: must be the name of an IANA time zone, such as America/New_York",
            ),
            (
                "userProfileSet",
                json!({ "userId": ea, "displayName": "Ada", "timezone": "UTC", "preferences": { "a": "\0" } }),
                "BAD_USER_INPUT input.preferences: must not contain a NUL character",
            ),
            (
                "alertRuleUpdate",
                json!({ "id": rule, "expectedVersion": 1, "thresholds": [{ "name": "days", "value": 3.0 }] }),
                "BAD_USER_INPUT input.thresholds.0.name: is not a threshold of this rule",
            ),
            // Every mistake of a form is told at once.
            (
                "eaCreate",
                json!({ "userId": other_ea, "expectedShowUpTime": "25:00", "timezone": "Nowhere", "workDays": [] }),
                "BAD_USER_INPUT input.expectedShowUpTime: must be a time of day from 00:00:00 to 23:59:59, such as 09:30:00\nBAD_USER_INPUT input.timezone: must be the name of an IANA time zone, such as America/New_York\nBAD_USER_INPUT input.workDays: must name at least one day",
            ),
            // What is there already.
            (
                "pairingCreate",
                json!({ "eaId": ea, "clientId": client, "startDate": "2026-03-02" }),
                "CONFLICT input.clientId: is paired with this assistant already",
            ),
            (
                "coachingNoteCreate",
                json!({ "noteType": "EA_LEVEL", "eaId": ea, "content": "Another" }),
                "CONFLICT input.eaId: has a note already; edit that one",
            ),
            (
                "userCreate",
                person("ADA.Lovelace@Example.TEST", "Ada Again"),
                "CONFLICT input.email: belongs to somebody else already",
            ),
            (
                "eaCreate",
                json!({ "userId": ea, "expectedShowUpTime": "09:00", "timezone": "UTC" }),
                "CONFLICT input.userId: is an assistant already",
            ),
            (
                "alertCreate",
                json!({ "pairingId": pairing, "ruleId": rule }),
                "CONFLICT input.ruleId: has an open alert on this pairing already",
            ),
            (
                "userCreate",
                person("no address", "Nobody"),
                "BAD_USER_INPUT input.email: must be an e-mail address, such as ada@example.com",
            ),
            // Ids that a note's type does not take.
            (
                "coachingNoteCreate",
                json!({ "noteType": "EA_LEVEL", "eaId": other_ea, "pairingId": pairing, "content": "Both" }),
                "BAD_USER_INPUT input.pairingId: must be left out for a note of this type",
            ),
            (
                "coachingNoteCreate",
                json!({ "noteType": "PAIRING_LEVEL", "content": "None" }),
                "BAD_USER_INPUT input.pairingId: must be given for a note of this type",
            ),
            // Periods.
            (
                "ptoRecordCreate",
                off(ea, "2026-04-02", "2026-04-01"),
                "BAD_USER_INPUT input.endDate: must not be before startDate",
            ),
            (
                "ptoRecordCreate",
                off(ea, "2026-02-12", "2026-02-13"),
                "CONFLICT input.startDate: overlaps the time off from 2026-02-10 to 2026-02-12",
            ),
            (
                "ptoRecordCreate",
                off(ea, "2026-04-01", "2027-04-02"),
                "BAD_USER_INPUT input.endDate: must be at most a year after startDate",
            ),
            (
                "ptoRecordUpdate",
                json!({ "id": pto, "expectedVersion": 1, "endDate": null }),
                "BAD_USER_INPUT input.endDate: must not be null",
            ),
            (
                "announcementCreate",
                json!({ "title": "Party", "content": "Tonight", "startsAt": "2026-03-05T18:00:00Z", "expiresAt": "2026-03-05T17:00:00Z" }),
                "BAD_USER_INPUT input.expiresAt: must be after startsAt",
            ),
            (
                "announcementCreate",
                json!({ "title": "Party", "content": "Tonight", "startsAt": "2026-03-05T18:00:00" }),
                "BAD_USER_INPUT input.startsAt: must be an instant with its offset, such as 2026-03-01T09:30:00.000Z",
            ),
            (
                "pairingHealthOverride",
                json!({ "id": pairing, "expectedVersion": 1, "healthStatus": "RED" }),
                "BAD_USER_INPUT input.reason: must be given exactly when healthStatus is",
            ),
            (
                "pairingHealthOverride",
                json!({ "id": pairing, "expectedVersion": 1, "healthStatus": "RED", "reason": "Seen", "expiresAt": "2026-04-02T00:00:00Z" }),
                "BAD_USER_INPUT input.expiresAt: must lie within the next 30 days, and stand beside healthStatus",
            ),
            // What the workflow does not allow.
            (
                "alertMove",
                json!({ "id": resolved, "status": "NEW" }),
                "CONFLICT input.status: a resolved alert is opened by alertReopen only",
            ),
            (
                "alertResolve",
                json!({ "id": resolved, "resolution": "FIXED" }),
                "CONFLICT input.status: is resolved already",
            ),
            (
                "alertAssign",
                json!({ "id": resolved, "assigneeId": inactive }),
                "BAD_USER_INPUT input.assigneeId: must be an active head or administrator",
            ),
            (
                "alertAssign",
                json!({ "id": resolved, "assigneeId": ea }),
                "BAD_USER_INPUT input.assigneeId: must be an active head or administrator",
            ),
            (
                "pairingAcceleratorAdvance",
                json!({ "id": pairing, "expectedVersion": 1 }),
                "CONFLICT input.id: is not in the accelerator",
            ),
            (
                "pairingUpdate",
                json!({ "id": pairing, "expectedVersion": 7, "acceleratorEnabled": true }),
                "CONFLICT input.expectedVersion: was edited meanwhile: it is at version 1 now",
            ),
            ("pairingDelete", json!({ "id": pairing }), "CONFLICT input.id: has reports or alerts"),
            ("clientDelete", json!({ "id": client }), "CONFLICT input.id: has pairings"),
        ]
    }
}

/// Everything that is stored, counted by table, with the versions of what people edit.
async fn stored(app: &TestApp) -> Vec<String> {
    let mut counts = Vec::new();
    for table in [
        "users",
        "user_profiles",
        "clients",
        "eas",
        "pairings",
        "pairing_health_history",
        "end_of_day_reports",
        "alert_rules",
        "alerts",
        "coaching_notes",
        "pto_records",
        "start_of_day_logs",
        "company_announcements",
        "holidays",
    ] {
        let sql =
            format!("SELECT COUNT(*) AS count, CAST(MAX(created_at) AS text) AS last FROM {table}");
        let sql = if table == "pairing_health_history" {
            sql.replace("created_at", "changed_at")
        } else {
            sql
        };
        let statement = Statement::from_string(app.ctx().backend(), sql);
        let row = app.db().query_one_raw(statement).await.unwrap().unwrap();
        let (count, last): (i64, Option<String>) =
            (row.try_get("", "count").unwrap(), row.try_get("", "last").unwrap());
        counts.push(format!("{table}: {count}, last {last:?}"));
    }
    counts
}

#[tokio::test]
async fn each_is_refused_with_its_code_and_path_and_nothing_is_written() {
    on_both(async |app| {
        let world = World::make(app).await;
        let before = stored(app).await;

        for (field, input, expected) in world.cases() {
            let payload = app.mutate(field, "", input.clone()).await;
            assert_eq!(errors(&payload), expected, "{field} {input:#}");
        }

        assert_eq!(stored(app).await, before);
    })
    .await;
}

#[tokio::test]
async fn a_day_before_the_pairing_began_is_refused() {
    on_both(async |app| {
        let (ea, client) = (app.ea("Ada Lovelace").await, app.client("Acme").await);
        let input = json!({ "eaId": ea, "clientId": client, "startDate": "2026-03-02" });
        let pairing = app.mutate("pairingCreate", "pairing { id }", input).await;

        let early = report(&text(&pairing["pairing"]["id"]), "2026-02-27");
        let refused = app.mutate("reportSubmit", "report { id }", early).await;

        let expected =
            "BAD_USER_INPUT input.reportDate: must not be before the pairing began on 2026-03-02";
        assert_eq!(errors(&refused), expected);
    })
    .await;
}

#[tokio::test]
async fn of_fifty_equal_pairings_at_once_one_is_made() {
    on_both(async |app| {
        let (ea, client) = (app.ea("Ada Lovelace").await, app.client("Acme").await);
        let input = json!({ "eaId": ea, "clientId": client, "startDate": "2026-03-02" });

        let tries = (0..50).map(|_| app.mutate("pairingCreate", "pairing { id }", input.clone()));
        let payloads = futures_util::future::join_all(tries).await;

        let refused = "CONFLICT input.clientId: is paired with this assistant already";
        let told: Vec<_> = payloads.iter().map(errors).collect();
        assert_eq!(told.iter().filter(|it| it.is_empty()).count(), 1, "{told:#?}");
        assert_eq!(told.iter().filter(|it| *it == refused).count(), 49, "{told:#?}");
    })
    .await;
}

/// Requests that are wrong in themselves: the argument, its value, and what is said.
#[tokio::test]
async fn a_broken_list_is_refused_with_its_code_and_path() {
    on_both(async |app| {
        app.pairing().await;
        let deep = format!("{}{}", "{not: ".repeat(6), "{}".to_owned() + &"}".repeat(6));
        let cases = [
            ("(first: 0)", "BAD_USER_INPUT [\"first\"] first: must be 1 to 100, not 0"),
            ("(first: -1)", "BAD_USER_INPUT [\"first\"] first: must be 1 to 100, not -1"),
            ("(first: 101)", "BAD_USER_INPUT [\"first\"] first: must be 1 to 100, not 101"),
            ("(last: 101)", "BAD_USER_INPUT [\"last\"] last: must be 1 to 100, not 101"),
            ("(first: 1, last: 1)", "BAD_USER_INPUT [\"last\"] last: must not stand beside first"),
            ("(after: \"x\")", "BAD_USER_INPUT [\"after\"] after: is not a cursor of this list"),
            ("(filter: {clientId: {eq: null}})", "BAD_USER_INPUT [\"filter\"] filter: eq must not be null; isNull asks for what is empty"),
            (&format!("(filter: {deep})"), "BAD_USER_INPUT [\"filter\"] filter: must not nest deeper than 5 levels"),
            ("(orderBy: [{field: CREATED_AT, direction: ASC}, {field: START_DATE, direction: ASC}])", "BAD_USER_INPUT [\"orderBy\"] orderBy: must name one field: no index serves two; the id breaks ties"),
        ];
        for (arguments, expected) in cases {
            let document = format!("{{ pairings{arguments} {{ nodes {{ id }} }} }}");
            let response = app.respond(&document, json!({})).await;
            let error = &response["errors"][0];
            let told = format!("{} {} {}", text(&error["extensions"]["code"]), error["extensions"]["path"], text(&error["message"]));
            assert_eq!(told, expected, "{response:#}");
        }
        for arguments in ["(first: 2147483648)", "(first: \"1\")", "(first: 1.5)", "(nonsense: 1)"] {
            let document = format!("{{ pairings{arguments} {{ nodes {{ id }} }} }}");
            let response = app.respond(&document, json!({})).await;
            assert_eq!(response["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{response:#}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_strange_id_and_another_tables_id_answer_alike() {
    on_both(async |app| {
        let pairing = app.pairing().await;
        let document = "query($id: ID!) { client(id: $id) { id } }";

        let strange = app.respond(document, json!({ "id": STRANGER })).await;
        let others = app.respond(document, json!({ "id": pairing })).await;
        let nothing = app.respond(document, json!({ "id": "no id" })).await;

        assert_eq!(strange["errors"][0]["extensions"]["code"], "NOT_FOUND");
        assert_eq!(strange, others);
        assert_eq!(strange, nothing);
    })
    .await;
}
