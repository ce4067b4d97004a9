//! Server-sent events, in the distinct connections mode of graphql-sse.

use {
    sea_orm::DbBackend,
    serde_json::json,
    tests::{TestApp, http::TestServer},
};

async fn served(test: impl AsyncFnOnce(&TestServer)) {
    let app = TestApp::start(DbBackend::Sqlite).await;
    let server = app.serve(|_, _| {}).await;
    test(&server).await;
    server.is_alive().await;
    server.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn a_query_is_an_event_and_the_end() {
    served(async |server| {
        let mut events = server.events("{ __typename }", json!({})).await;

        assert_eq!(events.answer.status, 200);
        assert_eq!(events.answer.header("content-type"), Some("text/event-stream"));
        assert_eq!(events.data().await["data"], json!({ "__typename": "Query" }));
        assert_eq!(events.next().await.as_deref(), Some("event: complete\ndata:"));
        assert_eq!(events.next().await, None);
    })
    .await;
}

#[tokio::test]
async fn a_document_that_is_refused_is_an_event_and_the_end() {
    served(async |server| {
        let mut events = server.events("{ shoeSize }", json!({})).await;

        let told = events.data().await;
        assert_eq!(told["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
        assert!(told.get("data").is_none(), "{told}");
        assert_eq!(events.next().await.as_deref(), Some("event: complete\ndata:"));
        assert_eq!(events.next().await, None);
    })
    .await;
}

#[tokio::test]
async fn a_client_that_takes_both_gets_queries_as_json() {
    served(async |server| {
        let head = "POST /graphql HTTP/1.1\r\nContent-Type: application/json\r\n\
                    Accept: application/graphql-response+json, application/graphql+json, \
                    application/json, text/event-stream, multipart/mixed";

        let answer = server.request(head, r#"{"query":"{ __typename }"}"#).await;

        let media = "application/graphql-response+json; charset=utf-8";
        assert_eq!((answer.status, answer.header("content-type")), (200, Some(media)));
    })
    .await;
}

#[tokio::test]
async fn a_mutation_does_not_come_by_url() {
    served(async |server| {
        let url =
            "GET /graphql?query=mutation%7Ba%3A__typename%7D HTTP/1.1\r\nAccept: text/event-stream";

        let answer = server.request(url, "").await;

        assert_eq!(
            answer.refusal(),
            "405 BAD_USER_INPUT: GET runs queries only: send this by POST"
        );
    })
    .await;
}
