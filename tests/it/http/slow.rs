//! Clients that take their time.

use {
    sea_orm::DbBackend,
    std::time::Instant,
    tests::{
        TestApp,
        http::{Answer, TestServer},
    },
    tokio::io::{AsyncReadExt, AsyncWriteExt},
};

/// Sends the beginning of a request, and reads what the server says when it has waited enough.
async fn stall(server: &TestServer, beginning: &str) -> (Answer, u128) {
    let start = Instant::now();
    let mut connection = server.connect().await;
    connection.write_all(beginning.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // A connection that is reset was closed as well.
    connection.read_to_end(&mut answer).await.unwrap_or_default();
    (Answer::parse(&answer), start.elapsed().as_millis())
}

#[tokio::test]
async fn a_head_that_never_ends_is_given_up() {
    let app = TestApp::start(DbBackend::Sqlite).await;
    let server = app.serve(|_, limits| limits.header_timeout_ms = 200).await;

    for beginning in ["", "POST /graphql HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: x\r\nX-A: "] {
        let (answer, took_ms) = stall(&server, beginning).await;
        assert!(answer.body.is_empty() && took_ms >= 190, "{took_ms} ms");
    }

    server.is_alive().await;
    server.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn a_body_that_never_ends_is_given_up() {
    let app = TestApp::start(DbBackend::Sqlite).await;
    let server = app.serve(|_, limits| limits.body_timeout_ms = 200).await;
    let head = "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{";

    let (answer, _) = stall(&server, head).await;

    assert_eq!(answer.refusal(), "408 LIMIT_EXCEEDED: the body took longer than 200 ms");
    server.is_alive().await;
    server.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn a_connection_without_a_next_request_is_closed() {
    let app = TestApp::start(DbBackend::Sqlite).await;
    let server = app.serve(|_, limits| limits.header_timeout_ms = 200).await;

    let (answer, _) = stall(&server, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await;

    assert_eq!((answer.status, answer.body.as_str()), (200, "ok\n"));
    server.is_alive().await;
    server.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn a_client_that_does_not_read_is_given_up() {
    let app = TestApp::start(DbBackend::Sqlite).await;
    let server = app
        .serve(|_, limits| {
            limits.idle_timeout_ms = 200;
            limits.connections_max = 1;
        })
        .await;
    let mut deaf = server.connect().await;
    let requests = "GET /schema.graphql HTTP/1.1\r\nHost: x\r\n\r\n".repeat(1_000);

    // Answers pile up until nothing moves any more; then the only place is free again.
    let asked = deaf.write_all(requests.as_bytes());
    let (_, answer) = tokio::join!(asked, server.get("/healthz"));

    assert_eq!(answer.status, 200);
    server.stop().await;
    app.stop().await;
}
