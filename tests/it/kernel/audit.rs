//! The audit trail: what every mutation leaves, and that nobody can take it back.

use {
    chrono::TimeDelta,
    sea_orm::{ConnectionTrait, DbBackend},
    serde_json::{Value, json},
    service::{
        Viewer,
        coaching::pairing_import::{self, Mode, Observer, Rejected, Summary},
        kernel::audit,
    },
    std::io,
    tests::{
        TestApp,
        coaching::{report, text},
        on_both,
    },
};

const TRAIL: &str = "query($filter: AuditEntryFilter) { auditTrail(first: 100, filter: $filter) { \
                     nodes { action operation resource resourceId changes user { name } } } }";

async fn trail(app: &TestApp, filter: Value) -> Vec<Value> {
    let answer = app.ask(TRAIL, json!({ "filter": filter })).await;
    answer["auditTrail"]["nodes"].as_array().unwrap().clone()
}

#[tokio::test]
async fn each_change_of_a_row_leaves_an_entry() {
    on_both(async |app| {
        let client = app.client("Acme").await;
        let rename = json!({ "id": client, "expectedVersion": 1, "name": "Acme Ltd" });
        app.mutate("clientUpdate", "client { id }", rename).await;
        app.mutate("clientDelete", "client { id }", json!({ "id": client })).await;

        let told = trail(app, json!({ "resource": { "table": "clients", "id": client } })).await;

        let deeds: Vec<_> = told.iter().map(|it| (&it["action"], &it["operation"])).collect();
        let expected = json!([
            ["DELETE", "clientDelete"],
            ["UPDATE", "clientUpdate"],
            ["CREATE", "clientCreate"]
        ]);
        assert_eq!(json!(deeds), expected);
        assert_eq!(told[1]["changes"]["name"], json!({ "from": "Acme", "to": "Acme Ltd" }));
        assert_eq!(told[2]["changes"]["name"], json!({ "to": "Acme" }));
        assert!(told[1]["changes"].get("id").is_none(), "{told:#?}");
        assert!(told.iter().all(|it| it["user"]["name"] == "Admin"));
    })
    .await;
}

#[tokio::test]
async fn what_one_mutation_changes_shares_a_correlation() {
    on_both(async |app| {
        let pairing = app.new_pairing().await;

        let answer = app
            .ask(
                "{ auditTrail(first: 2) { nodes { resource correlationId } } pairings { nodes { id } } }",
                json!({}),
            )
            .await;

        let entries = &answer["auditTrail"]["nodes"];
        assert_eq!(answer["pairings"]["nodes"][0]["id"], json!(pairing));
        assert_eq!(entries[0]["correlationId"], entries[1]["correlationId"]);
        let mut resources = [text(&entries[0]["resource"]), text(&entries[1]["resource"])];
        resources.sort();
        assert_eq!(resources, ["pairing_health_history", "pairings"]);
    })
    .await;
}

#[tokio::test]
async fn what_is_refused_leaves_no_entry() {
    on_both(async |app| {
        let pairing = app.new_pairing().await;
        app.mutate("reportSubmit", "report { id }", report(&pairing, "2026-03-02")).await;
        let before = trail(app, json!({})).await;

        app.mutate("reportSubmit", "report { id }", report(&pairing, "2026-03-02")).await;

        assert_eq!(trail(app, json!({})).await, before);
    })
    .await;
}

#[tokio::test]
async fn no_entry_can_be_changed_or_deleted() {
    on_both(async |app| {
        app.client("Acme").await;
        let deeds = [
            "UPDATE audit_trails SET operation = 'nothing'",
            "DELETE FROM audit_trails",
            "UPDATE audit_seals SET entry_count = 1",
            "DELETE FROM audit_seals",
        ];
        app.advance(TimeDelta::minutes(6));
        assert!(audit::seal(&app.ctx().seen_by(Viewer::System)).await.unwrap() > 0);
        for deed in deeds {
            let refused = app.db().execute_unprepared(deed).await.unwrap_err().to_string();
            assert!(refused.contains("is append-only"), "{deed}: {refused}");
        }
        if app.db().get_database_backend() == DbBackend::Postgres {
            let refused = app.db().execute_unprepared("TRUNCATE audit_trails").await;
            assert!(refused.unwrap_err().to_string().contains("is append-only"));
        }
    })
    .await;
}

#[tokio::test]
async fn no_entry_can_be_replaced() {
    let app = TestApp::start(DbBackend::Sqlite).await;
    app.client("Acme").await;
    app.advance(TimeDelta::minutes(6));
    assert!(audit::seal(&app.ctx().seen_by(Viewer::System)).await.unwrap() > 0);
    let into = "action, operation, resource, resource_id, changes, correlation_id, created_at";
    let values = into.replacen("operation", "'forged'", 1);
    let deeds = [
        format!("audit_trails (id, {into}) SELECT id, {values} FROM audit_trails"),
        format!(
            "audit_trails (rowid, id, {into}) SELECT rowid, randomblob(16), {values} FROM audit_trails"
        ),
        "audit_seals (id, last_entry_id, entry_count, hash, created_at) \
         SELECT id, randomblob(16), 1, hash, created_at FROM audit_seals"
            .to_owned(),
        "audit_seals (id, last_entry_id, entry_count, hash, created_at) \
         SELECT randomblob(16), last_entry_id, 1, hash, created_at FROM audit_seals"
            .to_owned(),
    ];
    for deed in deeds {
        for replace in ["INSERT OR REPLACE INTO", "REPLACE INTO"] {
            let deed = format!("{replace} {deed}");
            let refused = app.db().execute_unprepared(&deed).await.unwrap_err().to_string();
            assert!(refused.contains("is append-only"), "{deed}: {refused}");
        }
    }
    app.stop().await;
}

#[tokio::test]
async fn seals_hold_when_a_clock_is_set_back() {
    on_both(async |app| {
        let server = app.ctx().seen_by(Viewer::System);
        let twin = app.twin().await;
        app.client("Acme").await;
        // Two servers whose clock goes back: the identifiers of the one go on, the other's do not.
        app.advance(TimeDelta::minutes(-3));
        app.client("Bolt").await;
        twin.client("Crane").await;
        for _ in 0..4 {
            app.advance(TimeDelta::minutes(2));
            audit::seal(&server).await.unwrap();
            let found = audit::verify(&server, None).await.unwrap();
            assert_eq!(found.broken, None);
        }
        app.advance(TimeDelta::minutes(6));
        audit::seal(&server).await.unwrap();
        let found = audit::verify(&server, None).await.unwrap();
        assert_eq!((found.unsealed, found.broken), (0, None));
        twin.stop().await;
    })
    .await;
}

#[tokio::test]
async fn what_goes_with_a_row_leaves_an_entry_too() {
    on_both(async |app| {
        let pairing = app.new_pairing().await;
        let note =
            json!({ "noteType": "PAIRING_LEVEL", "pairingId": pairing, "content": "Mornings" });
        app.mutate("coachingNoteCreate", "coachingNote { id }", note).await;
        let client = app.ask("{ clients { nodes { id } } }", json!({})).await;
        let client = client["clients"]["nodes"][0]["id"].clone();
        let person = app.user("Carl Client", "CLIENT").await;
        let member = json!({ "clientId": client, "userId": person });
        app.mutate("clientMemberAdd", "clientMember { id }", member).await;

        let gone = app.mutate("pairingDelete", "pairing { id }", json!({ "id": pairing })).await;
        assert_eq!(gone["errors"], json!([]));
        let gone = app.mutate("clientDelete", "client { id }", json!({ "id": client })).await;
        assert_eq!(gone["errors"], json!([]));

        let mut deleted: Vec<_> = trail(app, json!({}))
            .await
            .iter()
            .filter(|it| it["action"] == "DELETE")
            .map(|it| format!("{} {}", text(&it["operation"]), text(&it["resource"])))
            .collect();
        deleted.sort();
        let expected = [
            "clientDelete client_members",
            "clientDelete clients",
            "pairingDelete coaching_notes",
            "pairingDelete pairing_health_history",
            "pairingDelete pairings",
        ];
        assert_eq!(deleted, expected);
    })
    .await;
}

#[tokio::test]
async fn the_rules_that_come_with_vigil_leave_entries() {
    on_both(async |app| {
        let rule = app.rule(1).await;
        let told = trail(app, json!({ "resource": { "table": "alert_rules", "id": rule } })).await;
        assert_eq!(told.len(), 1, "{told:#?}");
        assert_eq!((&told[0]["action"], &told[0]["user"]), (&json!("CREATE"), &Value::Null));
        assert_eq!(told[0]["changes"]["rule_number"], json!({ "to": 1 }));
    })
    .await;
}

struct Unheard;

impl Observer for Unheard {
    fn rejected(&mut self, _: &Rejected) -> io::Result<()> {
        Ok(())
    }

    fn progress(&mut self, _: u64, _: &Summary) {}
}

#[tokio::test]
async fn what_an_import_stores_leaves_entries() {
    on_both(async |app| {
        app.new_pairing().await;
        let before = trail(app, json!({})).await.len();
        let file = "EA Email,EA Name,Client Name,Start Date\n\
                    ada.lovelace@example.test,Ada Lovelace,Acme,2026-03-02\n\
                    ada.lovelace@example.test,Ada Lovelace,Bolt,2026-03-02\n\
                    grace@example.test,Grace Hopper,Bolt,2026-03-02\n";
        let mut reader = pairing_import::open(file.as_bytes()).unwrap();

        let run = pairing_import::run(app.ctx(), &mut reader, Mode::Partial, &mut Unheard).await;

        let Summary { pairings, users, eas, clients, rejected, .. } = run.unwrap();
        assert_eq!((pairings, users, eas, clients, rejected), (2, 1, 1, 1, 1));
        let told = trail(app, json!({})).await;
        let told = &told[..told.len() - before];
        let mut resources: Vec<_> = told.iter().map(|it| text(&it["resource"])).collect();
        resources.sort();
        let history = "pairing_health_history";
        assert_eq!(
            resources,
            ["clients", "eas", history, history, "pairings", "pairings", "users"]
        );
        assert!(told.iter().all(|it| it["operation"] == "pairingImport"), "{told:#?}");
        let user = told.iter().find(|it| it["resource"] == "users").unwrap();
        assert_eq!(user["changes"]["email"], json!({ "to": "grace@example.test" }));
        assert!(user["changes"].get("password_hash").is_none());
        assert_eq!((&user["action"], &user["user"]["name"]), (&json!("CREATE"), &json!("Admin")));
    })
    .await;
}

#[tokio::test]
async fn seals_give_away_who_gets_around_the_database() {
    on_both(async |app| {
        let server = app.ctx().seen_by(Viewer::System);
        for round in 0..3 {
            app.client(&format!("Client {round}")).await;
            app.advance(TimeDelta::minutes(6));
            assert!(audit::seal(&server).await.unwrap() > 0);
        }
        app.client("Not sealed yet").await;
        assert_eq!(audit::seal(&server).await.unwrap(), 0, "the newest entries may still settle");
        let sound = audit::verify(&server, None).await.unwrap();
        assert_eq!((sound.unsealed, sound.broken.clone()), (1, None));
        assert!(sound.sealed >= 3, "{sound:?}");
        let known = audit::verify(&server, sound.head.as_deref()).await.unwrap();
        assert!(known.is_head_known);
        assert!(!audit::verify(&server, Some("another")).await.unwrap().is_head_known);

        let disarm = match app.db().get_database_backend() {
            DbBackend::Postgres => "ALTER TABLE audit_trails DISABLE TRIGGER ALL",
            _ => "DROP TRIGGER tr_audit_trails_update",
        };
        app.db().execute_unprepared(disarm).await.unwrap();
        let forge = "UPDATE audit_trails SET operation = 'nothing' WHERE operation = 'clientCreate' \
                     AND id = (SELECT id FROM audit_trails WHERE operation = 'clientCreate' ORDER BY id LIMIT 1 OFFSET 1)";
        app.db().execute_unprepared(forge).await.unwrap();

        let forged = audit::verify(&server, None).await.unwrap();
        let broken = forged.broken.unwrap();
        assert_eq!(broken.found, 1, "the row is still there, but not as it was");
        assert!(forged.sealed < sound.sealed, "the seals before it hold");
    })
    .await;
}
