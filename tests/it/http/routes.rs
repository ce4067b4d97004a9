//! What is served beside GraphQL.

use {
    migration::{Migrator, MigratorTrait},
    sea_orm::DbBackend,
    serde_json::json,
    tests::{TestApp, http::TestServer, on_both},
};

async fn served(
    configure: impl FnOnce(&mut api::settings::Http),
    test: impl AsyncFnOnce(&TestServer),
) {
    let app = TestApp::start(DbBackend::Sqlite).await;
    let server = app.serve(|http, _| configure(http)).await;
    test(&server).await;
    server.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn the_schema_is_sent_once() {
    served(
        |_| {},
        async |server| {
            let first = server.get("/schema.graphql").await;
            let tag = first.header("etag").unwrap();
            let known =
                format!("GET /schema.graphql HTTP/1.1\r\nIf-None-Match: \"other\", W/{tag}");
            let again = server.request(&known, "").await;
            let other = server
                .request("GET /schema.graphql HTTP/1.1\r\nIf-None-Match: \"other\"", "")
                .await;

            assert_eq!(first.body, api::Schema::new().sdl());
            assert_eq!(
                (again.status, again.body.as_str(), again.header("etag")),
                (304, "", Some(tag))
            );
            assert_eq!(other.status, 200);
        },
    )
    .await;
}

#[tokio::test]
async fn a_server_may_keep_its_schema_to_itself() {
    served(
        |http| http.introspection = false,
        async |server| {
            let asked = server.ask("{ __schema { queryType { name } } }", json!({})).await;
            let hidden = server
                .ask("{ ...F } fragment F on Query { __type(name: \"User\") { name } }", json!({}))
                .await;

            assert_eq!(asked.refusal(), "400 FORBIDDEN: this server does not show its schema");
            assert_eq!(hidden.refusal(), "400 FORBIDDEN: this server does not show its schema");
            assert_eq!(server.get("/schema.graphql").await.status, 403);
            server.is_alive().await;
        },
    )
    .await;
}

#[tokio::test]
async fn a_misspelt_field_is_not_corrected() {
    served(
        |_| {},
        async |server| {
            let told = server.ask("{ userz { nodes { id } } }", json!({})).await;

            assert!(
                !told.body.contains("users") && !told.body.to_lowercase().contains("did you mean"),
                "{}",
                told.body
            );
        },
    )
    .await;
}

#[tokio::test]
async fn what_happens_is_counted() {
    served(
        |_| {},
        async |server| {
            server.ask("{ __typename }", json!({})).await;
            server.ask("{", json!({})).await;

            let metrics = server.get("/metrics").await;

            for line in [
                "vigil_http_requests_total{route=\"/graphql\",status=\"200\"} 1",
                "vigil_http_requests_total{route=\"/graphql\",status=\"400\"} 1",
                "vigil_graphql_refusals_total{code=\"BAD_USER_INPUT\"} 1",
                "vigil_graphql_documents_total{known=\"false\"} 1",
            ] {
                assert!(metrics.body.contains(line), "{line}\n{}", metrics.body);
            }
        },
    )
    .await;
    served(
        |http| http.metrics = false,
        async |server| {
            assert_eq!(
                server.get("/metrics").await.refusal(),
                "404 NOT_FOUND: there is nothing here"
            );
        },
    )
    .await;
}

#[tokio::test]
async fn what_takes_how_long_is_told_if_wanted() {
    served(
        |http| http.server_timing = true,
        async |server| {
            let answer = server.ask("{ __typename }", json!({})).await;

            let timing = answer.header("server-timing").unwrap();
            let stages: Vec<_> = timing.split(", ").filter_map(|it| it.split(';').next()).collect();
            assert_eq!(stages, ["read", "caller", "guard", "run", "encode", "sql"]);
        },
    )
    .await;
}

#[tokio::test]
async fn an_administrator_hears_what_takes_how_long_when_it_asks() {
    let app = TestApp::start(DbBackend::Sqlite).await;
    let (_, email) = app.person("Ada Lovelace", "EA").await;
    let ada = format!("Bearer {}", app.sign_in(&email).await);
    let server = app.serve(|_, _| {}).await;
    let path = "GET /graphql?query=%7B__typename%7D HTTP/1.1";
    let asks = format!("{path}\r\nX-Server-Timing: 1");

    let told = server.request(&asks, "").await;
    let unasked = server.request(path, "").await;
    let server = server.asked_by(Some(ada));
    let other = server.request(&asks, "").await;

    assert!(told.header("server-timing").is_some(), "{told:?}");
    assert_eq!((unasked.status, unasked.header("server-timing")), (200, None));
    assert_eq!((other.status, other.header("server-timing")), (200, None));
    server.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn every_answer_has_the_headers_that_keep_browsers_in_bounds() {
    served(
        |_| {},
        async |server| {
            for path in [
                "/",
                "/graphql?query=%7B__typename%7D",
                "/graphql",
                "/healthz",
                "/schema.graphql",
                "/nowhere",
            ] {
                let answer = server.get(path).await;

                assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
                assert_eq!(answer.header("referrer-policy"), Some("no-referrer"), "{path}");
                assert_eq!(answer.header("x-frame-options"), Some("DENY"), "{path}");
                assert!(answer.header("x-request-id").is_some(), "{path}");
            }
            assert_eq!(
                server.get("/nowhere").await.refusal(),
                "404 NOT_FOUND: there is nothing here"
            );
            let wrong = server.request("POST /healthz HTTP/1.1", "").await;
            assert_eq!(wrong.refusal(), "405 BAD_USER_INPUT: this takes another method");
        },
    )
    .await;
}

#[tokio::test]
async fn a_server_is_ready_once_its_schema_is() {
    on_both(async |app| {
        app.migrate(async |db| Migrator::down(db, Some(1)).await).await;
        let server = app.serve(|_, _| {}).await;

        let before = server.get("/readyz").await;
        app.migrate(async |db| Migrator::up(db, None).await).await;
        let after = server.get("/readyz").await;

        assert_eq!((before.status, before.body.as_str()), (503, "migrations are pending\n"));
        assert_eq!((after.status, after.body.as_str()), (200, "ready\n"));
        server.stop().await;
    })
    .await;
}
