//! Plain queries are answered without the executor, and just as it would.
//!
//! [`TestApp::respond_as`] compares both answers, so every query of the suite does; here every field of
//! every row is asked.

use {
    entity::kernel::user::Role,
    sea_orm::{ConnectionTrait, prelude::Uuid},
    serde_json::{Value, json},
    service::{
        Person, Viewer,
        demo::{self, Plan},
    },
    std::collections::BTreeSet,
    tests::{TestApp, coaching::text, on_both, schema_walk::SchemaWalk},
};

/// What the front ends ask, all of it plain.
const DOCUMENTS: [&str; 4] = [
    include_str!("../../clients/documents/dashboard.graphql"),
    include_str!("../../clients/documents/alert_queue.graphql"),
    include_str!("../../clients/documents/history.graphql"),
    include_str!("../../clients/documents/lookup.graphql"),
];

/// Fields of rows that the executor resolves, because they are more than columns and edges. A field
/// that should be here, and is not, fails the test.
const COMPUTED: [&str; 14] = [
    "Alert.why",
    "AlertRule.precision",
    "Client.standing",
    "ExecutiveAssistant.note",
    "ExecutiveAssistant.standing",
    "ExecutiveAssistant.workDays",
    "Pairing.health",
    "Pairing.latestReport",
    "Pairing.note",
    "Pairing.standing",
    "User.ea",
    "User.profile",
    "User.secondFactor",
    "User.sessions",
];

async fn fill(app: &TestApp) {
    let plan = Plan { scale: 0.005, seed: 7, until: "2026-02-27".parse().expect("a day") };
    let server = app.ctx().seen_by(Viewer::System);
    let filled = Box::pin(demo::fill(&server, &plan, &|_| {})).await;
    filled.expect("an empty database takes demo data");
}

async fn is_plain(app: &TestApp, viewer: Viewer, document: &str, variables: &Value) -> bool {
    let request = async_graphql::Request::new(document);
    let request = request.variables(async_graphql::Variables::from_json(variables.clone()));
    app.schema().answer_plain(app.ctx().seen_by(viewer), request).await.is_some()
}

#[tokio::test]
async fn every_field_of_every_row_is_answered_alike() {
    on_both(async |app| {
        fill(app).await;
        let walk = SchemaWalk::of(app).await;
        let mut resolved = BTreeSet::new();
        for asked in walk.fields() {
            app.ask(&asked.document, json!({})).await;
            if !is_plain(app, app.ctx().viewer(), &asked.document, &json!({})).await {
                resolved.insert(asked.told);
            }
        }
        assert_eq!(resolved, COMPUTED.map(str::to_owned).into());
    })
    .await;
}

#[tokio::test]
async fn what_front_ends_ask_is_plain_for_whoever_sees_all_of_it() {
    on_both(async |app| {
        fill(app).await;
        let first = app.ask("{ alerts { nodes { id pairing { id } } } }", json!({})).await;
        let first = &first["alerts"]["nodes"][0];
        let nobody = Uuid::nil().into();
        for (place, document) in DOCUMENTS.into_iter().enumerate() {
            let id = if place == 2 { &first["pairing"]["id"] } else { &first["id"] };
            let variables = json!({ "id": id });
            for role in [Role::Admin, Role::HeadEas, Role::HeadClientSuccess] {
                let viewer = Viewer::Person(Person::new(nobody, role));
                assert!(is_plain(app, viewer, document, &variables).await, "{role:?} {document}");
            }
            for role in [Role::Ea, Role::Client, Role::Pending, Role::User] {
                let viewer = Viewer::Person(Person::new(nobody, role));
                assert!(!is_plain(app, viewer, document, &variables).await, "{role:?} {document}");
                app.respond_as(viewer, document, variables.clone()).await;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn documents_of_every_shape_are_answered_alike() {
    on_both(async |app| {
        fill(app).await;
        let found = app.ask("{ pairings(first: 1) { nodes { id } } }", json!({})).await;
        let id = text(&found["pairings"]["nodes"][0]["id"]);
        let variables = json!({ "id": id, "yes": true, "no": false, "size": 2 });
        let head = "query($id: ID!, $yes: Boolean!, $no: Boolean!, $size: Int, $none: String, \
                    $more: Boolean = true)";
        for (is_plain_document, body) in [
            (true, "__typename a: pairing(id: $id) { __typename id ...F } b: pairings { nodes { ...F } }"),
            (true, "pairing(id: $id) { client { id } client { name } ... { client { id createdAt } } }"),
            (true, "pairing(id: $id) { ... on Pairing @include(if: $yes) { id } startDate @skip(if: $yes) }"),
            (true, "pairing(id: $id) { id @include(if: $no) client @include(if: $more) { name } }"),
            (true, "pairings(first: $size, after: $none) { edges { node { id } cursor } pageInfo { hasNextPage } }"),
            (true, "pairings(last: 2) { nodes { id } pageInfo { hasPreviousPage hasNextPage startCursor } }"),
            (true, "pairings(filter: {id: {in: []}}) { nodes { id reports { nodes { id } } } pageInfo { endCursor } totalCount }"),
            (true, "pairings { totalCount } alerts { pageInfo { hasNextPage } }"),
            (true, "alerts(first: 3) { nodes { pairing { ea { user { name } pairings { nodes { client { name pairings(first: 2) { totalCount nodes { id } } } } } } } } }"),
            (true, "alerts { nodes { assignee { id name } acknowledger { id } } }"),
            (false, "pairing(id: $id) { id standing { missedDays } }"),
            (false, "pairing(id: \"018f0000-0000-7000-8000-000000000001\") { id }"),
            (false, "pairing(id: \"no id\") { id }"),
            (false, "pairings(first: 0) { nodes { id } }"),
            (false, "pairings(after: \"nothing\") { nodes { id } }"),
            (false, "__schema { queryType { name } }"),
        ] {
            let uses = "fragment F on Pairing { startDate reports(first: 2) { nodes { id reportDate } } }";
            let fragment = if body.contains("...F") { uses } else { "" };
            let document = format!("{head} {{ {body} }} {fragment}");
            // Unused variables are wrong: each is used somewhere that does not matter.
            let all = "u: pairing(id: $id) @include(if: $yes) { id @include(if: $more) @skip(if: $no) } \
                       v: pairings(first: $size, after: $none) { totalCount }";
            let document = document.replacen(&format!("{{ {body}"), &format!("{{ {body} {all}"), 1);
            let told = is_plain(app, app.ctx().viewer(), &document, &variables).await;
            assert_eq!(told, is_plain_document, "{document}");
            app.respond(&document, variables.clone()).await;
        }
    })
    .await;
}

#[tokio::test]
async fn rows_that_refer_to_nothing_have_no_lists() {
    on_both(async |app| {
        let (ea, client) = (app.ea("Ada").await, app.client("Acme").await);
        let pairing = app.pair(&ea, &client).await;
        app.alert(&pairing, 6).await;
        let document = "{ alerts { nodes { assignee { id auditTrails { nodes { id } } } } } }";
        let plain = "{ alerts { nodes { assignee { id } pairing { reports { nodes { id } totalCount \
                     pageInfo { hasNextPage endCursor } } } } } }";
        app.respond(document, json!({})).await;
        let data = app.ask(plain, json!({})).await;
        let alert = &data["alerts"]["nodes"][0];
        assert_eq!(alert["assignee"], Value::Null);
        assert_eq!(alert["pairing"]["reports"]["totalCount"], 0);
    })
    .await;
}

#[tokio::test]
async fn a_database_that_fails_is_asked_once() {
    on_both(async |app| {
        let server = app.serve(|_, _| {}).await;
        app.ctx().db().execute_unprepared("ALTER TABLE holidays RENAME TO gone").await.unwrap();

        let document = "{ holidays { nodes { id } } }";
        let mut answer = None;
        let ran = app.statements(async { answer = Some(server.ask(document, json!({})).await) });
        let asked = ran.await.iter().filter(|it| it.sql.contains("holidays")).count();

        let answer: Value = serde_json::from_str(&answer.unwrap().body).unwrap();
        assert_eq!(answer["data"], Value::Null);
        assert_eq!(
            answer["errors"][0]["extensions"]["code"], "INTERNAL_SERVER_ERROR",
            "{answer:#}"
        );
        assert_eq!(answer["errors"][0]["path"], json!(["holidays"]));
        assert_eq!(asked, 1);
        server.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_document_that_is_asked_again_is_answered_for_what_is_given_now() {
    on_both(async |app| {
        fill(app).await;
        let server = app.serve(|_, _| {}).await;
        let document = "query One($id: ID!, $more: Boolean = true, $size: Int, $after: String) { \
            pairing(id: $id) { id client @include(if: $more) { name } \
              reports(first: $size, after: $after) { nodes { id } pageInfo { endCursor } totalCount } } } \
          query Many($filter: PairingFilter, $order: [PairingOrder!]) { \
            pairings(first: 3, filter: $filter, orderBy: $order) { nodes { id } totalCount } }";
        let found = app.ask("{ pairings(first: 3) { nodes { id } } }", json!({})).await;
        let ids: Vec<_> = (0..3).map(|it| &found["pairings"]["nodes"][it]["id"]).collect();
        let page = format!("{{ pairing(id: {}) {{ reports(first: 2) {{ pageInfo {{ endCursor }} }} }} }}", ids[0]);
        let page = app.ask(&page, json!({})).await;
        let after = &page["pairing"]["reports"]["pageInfo"]["endCursor"];
        let asked = [
            ("One", json!({ "id": ids[0] })),
            ("One", json!({ "id": ids[1] })),
            ("One", json!({ "id": ids[1], "more": false })),
            ("One", json!({ "id": ids[2], "size": 1 })),
            ("One", json!({ "id": ids[0], "size": 2 })),
            ("One", json!({ "id": ids[0], "size": 2, "after": after })),
            ("One", json!({ "id": ids[0], "size": 2, "after": null })),
            ("One", json!({ "id": ids[1], "size": 2, "after": "nothing" })),
            ("One", json!({ "id": Uuid::nil() })),
            ("One", json!({ "id": "no id" })),
            ("Many", json!({})),
            ("Many", json!({ "filter": { "id": { "in": [ids[0]] } } })),
            ("Many", json!({ "filter": { "id": { "in": [ids[1], ids[2]] } } })),
            ("Many", json!({ "filter": { "not": { "id": { "in": [ids[1]] } } } })),
            ("Many", json!({ "order": [{ "field": "CREATED_AT", "direction": "ASC" }] })),
            ("Many", json!({ "order": [{ "field": "CREATED_AT", "direction": "DESC" }] })),
        ];

        // There are more ways to give the variables than plans are kept for.
        for round in 0..3 {
            for (name, variables) in asked.iter().chain(&asked[..2]) {
                let body = json!({ "query": document, "operationName": name, "variables": variables });
                let told = server.post(body.to_string()).await.json();

                let request = async_graphql::Request::new(document).operation_name(*name);
                let request =
                    request.variables(async_graphql::Variables::from_json(variables.clone()));
                let executed = app.schema().execute(app.ctx().clone(), request).await;
                let executed = serde_json::to_value(executed).expect("a response is JSON");
                assert_eq!(told["data"], executed["data"], "{round} {name} {variables}");
                assert_eq!(told.get("errors").is_some(), executed.get("errors").is_some());
            }
        }
    })
    .await;
}
