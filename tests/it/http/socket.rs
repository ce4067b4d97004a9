//! The protocol `graphql-transport-ws`: each way in which a WebSocket is closed, and what keeps it
//! open.

use {
    chrono::TimeDelta,
    sea_orm::{DbBackend, EntityTrait, IntoActiveModel, Set},
    serde_json::json,
    tests::{
        TestApp,
        http::{TestServer, TestSocket},
    },
    tokio::io::{AsyncReadExt, AsyncWriteExt},
};

const INIT: &str = r#"{"type":"connection_init"}"#;

async fn served(test: impl AsyncFnOnce(&TestServer)) {
    let app = TestApp::start(DbBackend::Sqlite).await;
    let server = app.serve(|_, _| {}).await;
    test(&server).await;
    server.is_alive().await;
    server.stop().await;
    app.stop().await;
}

/// What a socket is closed with that was told these things before it introduced itself.
async fn closed_after(messages: &[&str]) -> u16 {
    let mut code = 0;
    served(async |server| {
        let mut socket = server.open(&[]).await.unwrap();
        for message in messages {
            socket.send((*message).into()).await;
        }
        code = socket.closed().await;
    })
    .await;
    code
}

async fn answered(socket: &mut TestSocket, id: &str) {
    let next = socket.hear().await;
    assert_eq!((&next["type"], &next["id"]), (&json!("next"), &json!(id)), "{next}");
    assert_eq!(next["payload"]["data"], json!({ "__typename": "Query" }));
    assert_eq!(socket.hear().await, json!({ "type": "complete", "id": id }));
}

#[tokio::test]
async fn a_query_answers_once_and_is_complete() {
    served(async |server| {
        let mut socket = server.socket().await;

        socket.ask("1", "{ __typename }", json!({})).await;

        answered(&mut socket, "1").await;
    })
    .await;
}

#[tokio::test]
async fn a_mutation_is_run() {
    served(async |server| {
        let mut socket = server.socket().await;
        let document = "mutation($input: ClientCreateInput!) { \
                        clientCreate(input: $input) { client { name } errors { code } } }";

        socket.ask("1", document, json!({ "input": { "name": "Acme" } })).await;

        let next = socket.hear().await;
        let expected = json!({ "clientCreate": { "client": { "name": "Acme" }, "errors": [] } });
        assert_eq!(next["payload"]["data"], expected);
        assert_eq!(next["payload"]["extensions"]["cost"]["requested"], 13);
    })
    .await;
}

#[tokio::test]
async fn a_request_that_is_refused_is_an_error_and_the_socket_stays_open() {
    served(async |server| {
        let mut socket = server.socket().await;
        let deep = format!("{}{}", "{a".repeat(1_000), "}".repeat(1_000));
        for (document, code) in [
            ("{ shoeSize }", "BAD_USER_INPUT"),
            (
                "{ pairings(first: 100) { nodes { reports(first: 100) { nodes { id } } } } }",
                "LIMIT_EXCEEDED",
            ),
            ("{", "BAD_USER_INPUT"),
            (deep.as_str(), "LIMIT_EXCEEDED"),
        ] {
            socket.ask("1", document, json!({})).await;

            let error = socket.hear().await;
            assert_eq!((&error["type"], &error["id"]), (&json!("error"), &json!("1")), "{error}");
            assert_eq!(error["payload"][0]["extensions"]["code"], code, "{error}");
        }
        socket.ask("1", "{ __typename }", json!({})).await;
        answered(&mut socket, "1").await;
    })
    .await;
}

#[tokio::test]
async fn an_origin_that_is_not_known_is_refused() {
    let app = TestApp::start(DbBackend::Sqlite).await;
    let server = app.serve(|http, _| http.cors_origins = vec!["https://app.example".into()]).await;
    let own = format!("http://{}", server.address);

    for (origin, opened) in [
        ("https://evil.example", Err(403)),
        ("null", Err(403)),
        ("https://app.example", Ok(())),
        (own.as_str(), Ok(())),
    ] {
        assert_eq!(server.open(&[("origin", origin)]).await.map(|_| ()), opened, "{origin}");
    }
    server.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn another_subprotocol_is_refused() {
    served(async |server| {
        let opened = server.open(&[("sec-websocket-protocol", "graphql-ws")]).await;

        assert_eq!(opened.map(|_| ()), Err(400));
    })
    .await;
}

#[tokio::test]
async fn a_message_that_the_protocol_does_not_know_closes() {
    for message in ["hello", "[]", "{}", r#"{"type":"start","id":"1"}"#] {
        assert_eq!(closed_after(&[INIT, message]).await, 4400, "{message}");
    }
    let mut code = 0;
    served(async |server| {
        let mut socket = server.socket().await;
        socket.send(vec![1, 2, 3].into()).await;
        code = socket.closed().await;
    })
    .await;
    assert_eq!(code, 4400);
}

#[tokio::test]
async fn bytes_that_are_no_websocket_close() {
    for (bytes, code) in [
        // A frame that is not masked; a masked text that is not UTF-8; a kind that there is not.
        ([0x81, 1, b'x'].as_slice(), 1002),
        (&[0x81, 0x81, 0, 0, 0, 0, 0xff], 1007),
        (&[0x83, 0x80, 0, 0, 0, 0], 1002),
    ] {
        served(async |server| {
            let mut stream = server.socket().await.into_stream();
            stream.write_all(bytes).await.unwrap();

            let mut received = Vec::new();
            stream.read_to_end(&mut received).await.unwrap_or_default();

            let close = received.get(2..4).map(|it| u16::from_be_bytes([it[0], it[1]]));
            assert_eq!((received.first(), close), (Some(&0x88), Some(code)), "{received:?}");
        })
        .await;
    }
}

#[tokio::test]
async fn an_operation_before_the_introduction_closes() {
    let subscribe = r#"{"type":"subscribe","id":"1","payload":{"query":"{ __typename }"}}"#;

    assert_eq!(closed_after(&[subscribe]).await, 4401);
}

#[tokio::test]
async fn a_second_introduction_closes() {
    assert_eq!(closed_after(&[INIT, INIT]).await, 4429);
}

#[tokio::test]
async fn no_introduction_in_time_closes() {
    let app = TestApp::start(DbBackend::Sqlite).await;
    let server = app.serve(|_, limits| limits.socket_init_timeout_ms = 100).await;
    let mut introduced = server.socket().await;

    let silent = server.open(&[]).await.unwrap();

    assert_eq!(silent.closed().await, 4408);
    introduced.ask("1", "{ __typename }", json!({})).await;
    answered(&mut introduced, "1").await;
    server.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn who_may_not_be_here_is_not_let_in_and_not_kept() {
    let app = TestApp::start(DbBackend::Sqlite).await;
    let server = app.serve(|_, limits| limits.viewer_check_ms = 50).await;
    let inside = server.socket().await;
    let admin = entity::kernel::user::Entity::find().one(app.db()).await.unwrap().unwrap();
    let mut gone = admin.into_active_model();
    gone.is_active = Set(false);
    entity::kernel::user::Entity::update(gone).exec(app.db()).await.unwrap();
    // A caller is taken for a second for what it was found to be.
    app.advance(TimeDelta::seconds(1));

    let mut outside = server.open(&[]).await.unwrap();
    outside.send(INIT.into()).await;

    assert_eq!(outside.closed().await, 4403);
    assert_eq!(inside.closed().await, 4403);
    server.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn a_ping_is_answered_before_and_after_the_introduction() {
    served(async |server| {
        let mut socket = server.open(&[]).await.unwrap();
        for kind in ["ping", "connection_init", "ping"] {
            socket.say(json!({ "type": kind })).await;
        }
        socket.say(json!({ "type": "pong" })).await;

        let mut heard = Vec::new();
        for _ in 0..3 {
            heard.push(socket.hear().await["type"].clone());
        }
        assert_eq!(heard, ["pong", "connection_ack", "pong"]);
    })
    .await;
}

#[tokio::test]
async fn a_client_that_does_not_answer_pings_is_given_up() {
    let app = TestApp::start(DbBackend::Sqlite).await;
    let server = app.serve(|_, limits| limits.socket_ping_ms = 50).await;
    let mut silent = server.socket().await.into_stream();
    let mut alive = server.socket().await;

    let mut received = Vec::new();
    let hearing = silent.read_to_end(&mut received);
    let (closed, ()) = tokio::join!(hearing, async {
        // One that answers outlives many pings.
        for id in 0..5 {
            alive.ask(&id.to_string(), "{ __typename }", json!({})).await;
            answered(&mut alive, &id.to_string()).await;
        }
    });

    closed.unwrap_or_default();
    assert!(received.starts_with(&[0x89, 0]), "a ping came first: {received:?}");
    server.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn a_message_has_a_limit() {
    served(async |server| {
        let message = |size: usize| {
            let frame = r#"{"type":"ping","payload":{"x":""}}"#;
            frame.replace("\"\"", &format!("\"{}\"", "x".repeat(size - frame.len())))
        };
        let mut socket = server.socket().await;

        socket.send(message(262_144).into()).await;
        assert_eq!(socket.hear().await, json!({ "type": "pong" }));
        socket.send(message(262_145).into()).await;
        assert_eq!(socket.closed().await, 1009);
    })
    .await;
}

#[tokio::test]
async fn a_server_that_stops_says_so() {
    let app = TestApp::start(DbBackend::Sqlite).await;
    let server = app.serve(|_, _| {}).await;
    let socket = server.socket().await;

    let mut serving = server.tell_to_stop();

    assert_eq!(socket.closed().await, 1001);
    serving.join_next().await.unwrap().unwrap().unwrap();
    app.stop().await;
}

#[tokio::test]
async fn open_sockets_are_counted() {
    served(async |server| {
        let _socket = server.socket().await;

        let metrics = server.get("/metrics").await.body;

        assert!(metrics.contains("vigil_graphql_sockets 1\n"), "{metrics}");
    })
    .await;
}
