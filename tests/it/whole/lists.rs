//! Pages of lists: whichever way they are walked, every row comes once, in order.

use {
    base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64},
    serde_json::{Value, json},
    tests::{
        TestApp,
        coaching::{report, text},
        on_both,
    },
};

/// Walks a list by pages of three: the ids in the order in which they came.
async fn walk(app: &TestApp, arguments: &str, backwards: bool) -> Vec<String> {
    let (size, from, cursor, more) = if backwards {
        ("last", "before", "startCursor", "hasPreviousPage")
    } else {
        ("first", "after", "endCursor", "hasNextPage")
    };
    let document = format!(
        "query($cursor: String) {{ alerts({size}: 3, {from}: $cursor, {arguments}) {{ \
         edges {{ cursor node {{ id }} }} pageInfo {{ {cursor} {more} }} }} }}"
    );
    let (mut ids, mut cursor_now) = (Vec::new(), Value::Null);
    loop {
        let page = app.ask(&document, json!({ "cursor": cursor_now })).await["alerts"].take();
        let edges = page["edges"].as_array().unwrap();
        let mut found: Vec<_> = edges.iter().map(|it| text(&it["node"]["id"])).collect();
        if backwards {
            found.extend(ids);
            ids = found;
        } else {
            ids.extend(found);
        }
        let end = if backwards { edges.first() } else { edges.last() };
        assert_eq!(end.map_or(&Value::Null, |it| &it["cursor"]), &page["pageInfo"][cursor]);
        if page["pageInfo"][more] == false {
            return ids;
        }
        cursor_now = page["pageInfo"][cursor].clone();
    }
}

/// Thirteen alerts on two pairings, some at the same moment, of several severities and statuses.
async fn thirteen_alerts(app: &TestApp) {
    let (ea, acme, bolt) =
        (app.ea("Ada").await, app.client("Acme").await, app.client("Bolt").await);
    for (place, client) in [acme, bolt].iter().enumerate() {
        let pairing = app.pair(&ea, client).await;
        for rule in 1..=(6 + i32::try_from(place).unwrap()) {
            let alert = app.alert(&pairing, rule * 3).await;
            if rule % 3 == 0 {
                let end = json!({ "id": alert, "resolution": "FIXED" });
                app.mutate("alertResolve", "alert { id }", end).await;
            }
            if rule % 2 == 0 {
                app.advance(chrono::TimeDelta::minutes(1));
            }
        }
    }
}

#[tokio::test]
async fn pages_join_to_the_whole_list_in_both_directions() {
    on_both(async |app| {
        thirteen_alerts(app).await;
        for filter in [
            "{}",
            "{severity: {in: [CRITICAL, HIGH]}}",
            "{severity: {in: [CRITICAL, HIGH, MEDIUM]}, status: {in: [NEW, RESOLVED]}}",
            "{not: {status: {eq: RESOLVED}}}",
            "{or: [{severity: {eq: LOW}}, {status: {eq: RESOLVED}}]}",
            "{assignedTo: {isNull: true}}",
            "{status: {in: []}}",
        ] {
            for direction in ["ASC", "DESC"] {
                let arguments = format!(
                    "filter: {filter}, orderBy: [{{field: DETECTED_AT, direction: {direction}}}]"
                );
                let document = format!(
                    "{{ alerts(first: 100, {arguments}) {{ totalCount nodes {{ id }} }} }}"
                );
                let whole = app.ask(&document, json!({})).await;
                let ids: Vec<_> = whole["alerts"]["nodes"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|it| text(&it["id"]))
                    .collect();

                assert_eq!(walk(app, &arguments, false).await, ids, "{arguments}");
                assert_eq!(walk(app, &arguments, true).await, ids, "{arguments}");
                assert_eq!(whole["alerts"]["totalCount"], ids.len(), "{arguments}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn lists_under_a_list_have_pages_of_their_own() {
    on_both(async |app| {
        let ea = app.ea("Ada").await;
        let mut pairings = Vec::new();
        for name in ["Acme", "Bolt", "Crane"] {
            let client = app.client(name).await;
            pairings.push(app.pair(&ea, &client).await);
        }
        for (count, pairing) in pairings.iter().enumerate() {
            for day in 23..(23 + count) {
                let date = format!("2026-02-{day}");
                app.mutate("reportSubmit", "report { id }", report(pairing, &date)).await;
            }
        }
        let document = "{ pairings(orderBy: [{field: CREATED_AT, direction: ASC}]) { nodes { \
            old: reports(last: 1) { nodes { reportDate } pageInfo { hasPreviousPage } } \
            new: reports(first: 1) { nodes { reportDate } pageInfo { hasNextPage endCursor } totalCount } } } }";

        let mut answer = Value::Null;
        let ran = app.statements(async { answer = app.ask(document, json!({})).await }).await;

        let nodes = &answer["pairings"]["nodes"];
        assert_eq!(nodes[0]["new"], json!({ "nodes": [], "pageInfo": { "hasNextPage": false, "endCursor": null }, "totalCount": 0 }));
        assert_eq!(nodes[1]["new"]["nodes"], json!([{ "reportDate": "2026-02-23" }]));
        assert_eq!(nodes[1]["new"]["pageInfo"]["hasNextPage"], false);
        assert_eq!(nodes[2]["new"]["nodes"], json!([{ "reportDate": "2026-02-24" }]));
        assert_eq!(nodes[2]["new"]["pageInfo"]["hasNextPage"], true);
        assert_eq!(nodes[2]["new"]["totalCount"], 2);
        assert_eq!(nodes[2]["old"], json!({ "nodes": [{ "reportDate": "2026-02-23" }], "pageInfo": { "hasPreviousPage": true } }));
        assert_eq!(ran.len(), 4);

        // A cursor of one pairing's list goes on in the list of another, and nowhere else.
        let after = text(&nodes[2]["new"]["pageInfo"]["endCursor"]);
        let next = "query($id: ID!, $after: String) { pairing(id: $id) { reports(first: 5, after: $after) { nodes { reportDate } } } }";
        let next = app.ask(next, json!({ "id": pairings[2], "after": after })).await;
        assert_eq!(next["pairing"]["reports"]["nodes"], json!([{ "reportDate": "2026-02-23" }]));
        let other = "query($after: String) { reports(after: $after) { nodes { id } } }";
        let refused = app.respond(other, json!({ "after": after })).await;
        assert_eq!(refused["errors"][0]["message"], "after: is not a cursor of this list");
    })
    .await;
}

#[tokio::test]
async fn texts_are_found_and_sorted_alike_on_both_databases() {
    on_both(async |app| {
        for name in ["zebra", "Ångström", "acme 100%", "Acme_Co", "ACME", "Éclair", "a\\b"] {
            app.client(name).await;
        }
        let names = async |filter: &str| {
            let document = format!("{{ clients(filter: {filter}) {{ nodes {{ name }} }} }}");
            let answer = app.ask(&document, json!({})).await;
            let nodes = answer["clients"]["nodes"].as_array().unwrap().clone();
            nodes.iter().map(|it| text(&it["name"])).collect::<Vec<_>>()
        };

        assert_eq!(
            names("{}").await,
            ["ACME", "Acme_Co", "a\\b", "acme 100%", "zebra", "Ångström", "Éclair"]
        );
        assert_eq!(names("{name: {contains: \"acme\"}}").await, ["ACME", "Acme_Co", "acme 100%"]);
        assert_eq!(names("{name: {contains: \"0%\"}}").await, ["acme 100%"]);
        assert_eq!(names("{name: {contains: \"e_c\"}}").await, ["Acme_Co"]);
        assert_eq!(names("{name: {contains: \"\\\\\"}}").await, ["a\\b"]);
        assert_eq!(names("{name: {startsWith: \"Ac\"}}").await, ["Acme_Co"]);
        assert_eq!(names("{name: {in: [\"zebra\", \"ACME\", \"none\"]}}").await, ["ACME", "zebra"]);
    })
    .await;
}

/// What a list answers when it is narrowed by this: the code of the refusal.
async fn refused(app: &TestApp, list: &str, filter: Value) -> Value {
    let name = match list {
        "auditTrail" => "AuditEntryFilter",
        _ => "ClientFilter",
    };
    let document = format!("query($filter: {name}) {{ {list}(filter: $filter) {{ totalCount }} }}");
    let answer = app.respond(&document, json!({ "filter": filter })).await;
    answer["errors"][0]["extensions"]["code"].clone()
}

#[tokio::test]
async fn texts_that_no_row_can_have_are_refused() {
    on_both(async |app| {
        let id = app.client("Acme").await;
        let (long, longer) = ("%".repeat(1_000), "%".repeat(1_001));
        let row = |table: &str| json!({ "resource": { "table": table, "id": id } });
        for text in ["a\0b", longer.as_str()] {
            for operator in ["eq", "in", "startsWith", "contains"] {
                let filter = json!({ "not": { "or": [{ "name": { operator: text } }] } });
                assert_eq!(refused(app, "clients", filter).await, "BAD_USER_INPUT", "{operator}");
            }
            assert_eq!(refused(app, "auditTrail", row(text)).await, "BAD_USER_INPUT");
        }
        for operator in ["eq", "in", "startsWith", "contains"] {
            let filter = json!({ "name": { operator: long } });
            assert_eq!(refused(app, "clients", filter).await, Value::Null, "{operator}");
        }
        assert_eq!(refused(app, "auditTrail", row(&long)).await, Value::Null);
    })
    .await;
}

#[tokio::test]
async fn a_cursor_of_a_year_that_is_none_is_refused() {
    on_both(async |app| {
        let pairing = app.pairing().await;
        app.mutate("reportSubmit", "report { id }", report(&pairing, "2026-02-27")).await;
        for (list, key, forged) in [
            ("pairings", "Instant", json!("+262000-01-01T00:00:00Z")),
            ("pairings", "Instant", json!("-262000-01-01T00:00:00Z")),
            ("reports", "Date", json!("+262000-01-01")),
            ("reports", "Date", json!("-9999-01-01")),
        ] {
            let document = format!("{{ {list} {{ pageInfo {{ endCursor }} }} }}");
            let answer = app.ask(&document, json!({})).await;
            let cursor = text(&answer[list]["pageInfo"]["endCursor"]);
            let mut cursor: Value =
                serde_json::from_slice(&BASE64.decode(cursor).unwrap()).unwrap();
            assert!(cursor["key"][key].is_string(), "{cursor}");
            cursor["key"][key] = forged;
            let cursor = BASE64.encode(cursor.to_string());

            let document = format!("{{ {list}(after: \"{cursor}\") {{ nodes {{ id }} }} }}");
            let answer = app.respond(&document, json!({})).await;

            let message = &answer["errors"][0]["message"];
            assert_eq!(*message, json!("after: is not a cursor of this list"), "{answer:#}");
        }
    })
    .await;
}
