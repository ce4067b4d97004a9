//! How the server stops.

use {
    sea_orm::DbBackend,
    serde_json::json,
    tests::{TestApp, http::Answer},
    tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpStream,
    },
};

#[tokio::test]
async fn a_request_that_has_begun_is_finished() {
    let app = TestApp::start(DbBackend::Sqlite).await;
    let server = app.serve(|_, _| {}).await;
    let address = server.address;
    let body = json!({ "query": "{ __typename }" }).to_string();
    let head = format!(
        "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let mut begun = server.connect().await;
    begun.write_all(head.as_bytes()).await.unwrap();
    // Once another request is answered, this one has been accepted as well.
    server.is_alive().await;

    let mut serving = server.tell_to_stop();
    while TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    begun.write_all(body.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    begun.read_to_end(&mut answer).await.unwrap();

    assert_eq!(Answer::parse(&answer).json()["data"], json!({ "__typename": "Query" }));
    serving.join_next().await.unwrap().unwrap().unwrap();
    app.stop().await;
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_cut_short() {
    let app = TestApp::start(DbBackend::Sqlite).await;
    let server = app.serve(|_, limits| limits.drain_timeout_ms = 50).await;
    let mut begun = server.connect().await;
    begun.write_all(b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n").await.unwrap();
    server.is_alive().await;

    server.stop().await;

    let mut answer = Vec::new();
    begun.read_to_end(&mut answer).await.unwrap_or_default();
    assert_eq!(Answer::parse(&answer).status, 0);
    app.stop().await;
}

#[tokio::test]
async fn a_server_that_stops_says_that_it_is_not_ready() {
    let app = TestApp::start(DbBackend::Sqlite).await;
    let server = app.serve(|_, limits| limits.drain_notice_ms = 500).await;
    assert_eq!(server.get("/readyz").await.status, 200);
    let mut known = server.connect().await;
    server.is_alive().await;

    let mut serving = server.tell_to_stop();
    tokio::task::yield_now().await;
    known.write_all(b"GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    known.read_to_end(&mut answer).await.unwrap();

    let answer = Answer::parse(&answer);
    assert_eq!((answer.status, answer.body.as_str()), (503, "stopping\n"));
    serving.join_next().await.unwrap().unwrap().unwrap();
    app.stop().await;
}
