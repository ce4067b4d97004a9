//! Methods, media types, and the form of answers.

use {
    sea_orm::DbBackend,
    serde_json::json,
    tests::{TestApp, coaching::report, http::TestServer, on_both},
};

const JSON: &str = "Content-Type: application/json\r\nAccept: application/graphql-response+json";

async fn served(test: impl AsyncFnOnce(&TestServer)) {
    let app = TestApp::start(DbBackend::Sqlite).await;
    let server = app.serve(|_, _| {}).await;
    test(&server).await;
    server.is_alive().await;
    server.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn a_get_runs_a_query() {
    served(async |server| {
        let answer = server.get("/graphql?query=query($n:Int)%7Busers(first:$n)%7Bnodes%7Bname%7D%7D%7D&variables=%7B%22n%22:1%7D").await;

        assert_eq!(answer.status, 200);
        assert_eq!(answer.json()["data"]["users"]["nodes"], json!([{ "name": "Admin" }]));
        assert_eq!(answer.header("content-type"), Some("application/json; charset=utf-8"));
    })
    .await;
}

#[tokio::test]
async fn a_get_runs_no_mutation() {
    served(async |server| {
        let answer = server.get("/graphql?query=mutation%7B__typename%7D").await;

        assert_eq!(
            answer.refusal(),
            "405 BAD_USER_INPUT: GET runs queries only: send this by POST"
        );
        assert_eq!(answer.header("allow"), Some("POST"));
    })
    .await;
}

#[tokio::test]
async fn other_methods_are_refused() {
    served(async |server| {
        for method in ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "QUERY"] {
            let answer =
                server.request(&format!("{method} /graphql HTTP/1.1\r\n{JSON}"), "{}").await;

            assert_eq!(answer.refusal(), "405 BAD_USER_INPUT: this takes GET and POST", "{method}");
            assert_eq!(answer.header("allow"), Some("GET, POST"));
        }
        assert_eq!(server.request("HEAD /graphql HTTP/1.1", "").await.status, 405);
    })
    .await;
}

#[tokio::test]
async fn a_body_that_a_page_of_another_origin_can_send_is_refused() {
    served(async |server| {
        for content in [
            "Accept: */*",
            "Content-Type: text/plain",
            "Content-Type: application/x-www-form-urlencoded",
            "Content-Type: multipart/form-data; boundary=x",
            "Content-Type: application/graphql",
            "Content-Type: application/json; charset=utf-16",
            "Content-Type: application/json\r\nContent-Encoding: gzip",
        ] {
            let answer = server
                .request(
                    &format!("POST /graphql HTTP/1.1\r\n{content}"),
                    r#"{"query":"{ __typename }"}"#,
                )
                .await;

            assert_eq!(answer.status, 415, "{content}");
            assert!(answer.refusal().starts_with("415 BAD_USER_INPUT"), "{content}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_nobody_likes_is_not_made() {
    served(async |server| {
        let head = "POST /graphql HTTP/1.1\r\nContent-Type: application/json\r\nAccept: text/html";

        let answer = server.request(head, r#"{"query":"{ __typename }"}"#).await;

        let told = "406 BAD_USER_INPUT: the answer can be application/graphql-response+json, application/json or text/event-stream";
        assert_eq!(answer.refusal(), told);
    })
    .await;
}

#[tokio::test]
async fn a_batch_is_refused() {
    served(async |server| {
        let batch = vec![r#"{"query":"{ __typename }"}"#; 500].join(",");

        let answer = server.post(format!("[{batch}]")).await;

        let told = "400 BAD_USER_INPUT: batches are not taken: send one request at a time";
        assert_eq!(answer.refusal(), told);
    })
    .await;
}

#[tokio::test]
async fn the_status_of_a_refused_document_depends_on_the_media_type() {
    served(async |server| {
        for query in ["{", "{ nothing }", "query($a: Int!) { user(id: $a) { id } }", "{ __typename } query A { __typename }"] {
            let body = json!({ "query": query }).to_string();
            let old = "POST /graphql HTTP/1.1\r\nContent-Type: application/json\r\nAccept: application/json";

            let (newer, older) = (server.post(&body).await, server.request(old, &body).await);

            assert!(newer.refusal().starts_with("400 BAD_USER_INPUT"), "{query}");
            assert!(older.refusal().starts_with("200 BAD_USER_INPUT"), "{query}");
            assert_eq!(newer.header("content-type"), Some("application/graphql-response+json; charset=utf-8"));
        }
    })
    .await;
}

#[tokio::test]
async fn a_wrong_variable_is_named_by_its_path() {
    served(async |server| {
        let document = "mutation($input: ReportSubmitInput!) { reportSubmit(input: $input) { errors { code } } }";
        let mut input = report("x", "2026-03-02");
        input["workType"] = json!("NONSENSE");
        input["reportDate"] = json!(7);

        let answer = server.ask(document, json!({ "input": input })).await;

        let errors = answer.json()["errors"].clone();
        assert_eq!(answer.status, 400);
        assert_eq!(errors[0]["extensions"]["code"], "BAD_USER_INPUT");
        let paths: Vec<_> = errors.as_array().unwrap().iter().map(|it| it["extensions"]["path"].clone()).collect();
        assert!(paths.contains(&json!(["variables", "input", "reportDate"])), "{errors:#}");
        assert!(paths.contains(&json!(["variables", "input", "workType"])), "{errors:#}");
    })
    .await;
}

#[tokio::test]
async fn what_a_person_typed_is_told_in_the_payload() {
    on_both(async |app| {
        let server = app.serve(|_, _| {}).await;
        let document = "mutation($input: ReportSubmitInput!) { reportSubmit(input: $input) { report { id } errors { code path } } }";
        let input = report("no id", "2026-02-31");

        let answer = server.ask(document, json!({ "input": input })).await.json();

        assert_eq!(answer.get("errors"), None, "{answer:#}");
        let errors = answer["data"]["reportSubmit"]["errors"].to_string();
        assert!(errors.contains("reportDate"), "{errors}");
        server.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_failed_field_keeps_its_data() {
    served(async |server| {
        let answer =
            server.ask("{ user(id: \"x\") { id } users { nodes { name } } }", json!({})).await;

        assert_eq!(answer.status, 200);
        assert_eq!(
            answer.json()["data"],
            json!({ "user": null, "users": { "nodes": [{ "name": "Admin" }] } })
        );
        assert_eq!(answer.json()["errors"][0]["extensions"]["code"], "NOT_FOUND");
    })
    .await;
}

#[tokio::test]
async fn an_operation_is_chosen_by_name() {
    served(async |server| {
        let two = "query A { __typename } query B { b: __typename ...F } fragment F on Query { c: __typename }";
        let ask = async |name: &str| server.post(json!({ "query": two, "operationName": name }).to_string()).await;

        assert_eq!(ask("B").await.json()["data"], json!({ "b": "Query", "c": "Query" }));
        assert!(ask("C").await.refusal().contains("no operation of that name"));
    })
    .await;
}

#[tokio::test]
async fn a_request_has_an_id() {
    served(async |server| {
        let kept =
            server.request("GET /healthz HTTP/1.1\r\nX-Request-Id: from-outside.7", "").await;
        let made = server.request("GET /healthz HTTP/1.1\r\nX-Request-Id: two words", "").await;

        assert_eq!(kept.header("x-request-id"), Some("from-outside.7"));
        assert_eq!(made.header("x-request-id").map(str::len), Some(32));
    })
    .await;
}

#[tokio::test]
async fn the_standard_introspection_query_is_answered() {
    served(async |server| {
        let document = include_str!("../../../api/src/http/guard/introspection.graphql");

        let answer = server.ask(document, json!({})).await;

        let types = answer.json()["data"]["__schema"]["types"].as_array().map_or(0, Vec::len);
        assert!(types > 100, "{types}");
    })
    .await;
}
