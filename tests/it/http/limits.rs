//! Every limit from both sides: at it a request passes, one past it is refused by name.

use {
    sea_orm::DbBackend,
    serde_json::json,
    tests::{TestApp, http::TestServer},
};

const TYPENAME: &str = " __typename";

async fn served(test: impl AsyncFnOnce(&TestServer)) {
    let app = TestApp::start(DbBackend::Sqlite).await;
    let server = app.serve(|_, _| {}).await;
    test(&server).await;
    server.is_alive().await;
    server.stop().await;
    app.stop().await;
}

/// Asks at a limit and one past it.
async fn bounds(limit: usize, what: &str, document: impl Fn(usize) -> String) {
    served(async |server| {
        let fine = server.ask(&document(limit), json!({})).await;
        let refused = server.ask(&document(limit + 1), json!({})).await;

        assert_eq!(fine.status, 200, "{}", fine.body);
        let told = format!("400 LIMIT_EXCEEDED: the document has more than {limit} {what}");
        assert_eq!(refused.refusal(), told);
    })
    .await;
}

#[tokio::test]
async fn aliases() {
    bounds(100, "aliases", |count| format!("{{{}}}", " a: __typename".repeat(count))).await;
}

#[tokio::test]
async fn directives() {
    let repeated = |count: usize| format!("{{{}}}", " __typename @skip(if: false)".repeat(count));
    bounds(100, "directives", repeated).await;
}

#[tokio::test]
async fn definitions() {
    let fragments = |count: usize| {
        let number = |it: usize| format!(" fragment F{it} on Query {{ __typename }}");
        let spread = (1..count).map(|it| format!(" ...F{it}")).collect::<Vec<_>>().concat();
        format!("{{{spread}}}{}", (1..count).map(number).collect::<Vec<_>>().concat())
    };
    bounds(100, "operations and fragments", fragments).await;
}

#[tokio::test]
async fn nesting() {
    let inline =
        |depth: usize| format!("{}__typename{}", "{...".repeat(depth - 1), "}".repeat(depth - 1));
    let document = |depth: usize| inline(depth).replacen("__typename", "{__typename}", 1);
    bounds(64, "levels of brackets", document).await;
}

#[tokio::test]
async fn tokens() {
    // Each RED is a token; `skip` keeps the list from being read.
    let document = |count: usize| {
        let frame = "{ __typename ...on Query @skip(if: true) { \
                     pairings(filter: { healthStatus: { in: [ ] } }) { nodes { id } } } }";
        frame.replace("[ ]", &format!("[{}]", " RED".repeat(count - 36)))
    };
    bounds(15_000, "tokens", document).await;
}

#[tokio::test]
async fn fields() {
    served(async |server| {
        let fine = server.ask(&format!("{{{}}}", TYPENAME.repeat(2_000)), json!({})).await;
        let refused = server.ask(&format!("{{{}}}", TYPENAME.repeat(2_001)), json!({})).await;

        assert_eq!(fine.status, 200, "{}", fine.body);
        let told = "400 LIMIT_EXCEEDED: the document asks for more than 2000 fields once its fragments are spread";
        assert_eq!(refused.refusal(), told);
    })
    .await;
}

#[tokio::test]
async fn depth() {
    served(async |server| {
        // client.pairings.nodes.client … goes round.
        let document = |rounds: usize, tail: &str| {
            let open = "pairings(first: 1) { nodes { client { ".repeat(rounds);
            format!("{{ clients(first: 1) {{ nodes {{ {open} {tail} {} }} }} }}", "} } }".repeat(rounds))
        };

        let fine = server.ask(&document(4, "id"), json!({})).await;
        let refused = server.ask(&document(4, "alertRule: pairings(first: 1) { nodes { id } }"), json!({})).await;

        assert_eq!(fine.status, 200, "{}", fine.body);
        let told = "400 LIMIT_EXCEEDED: the document asks for more than 15 levels of fields once its fragments are spread";
        assert_eq!(refused.refusal(), told);
    })
    .await;
}

#[tokio::test]
async fn cost() {
    let app = TestApp::start(DbBackend::Sqlite).await;
    let server = app.serve(|_, limits| limits.cost_max = 11).await;

    let fine = server.ask("{ users(first: 100) { nodes { id } } }", json!({})).await;
    let refused =
        server.ask("{ users(first: 100) { nodes { id } } viewer { id } }", json!({})).await;

    assert_eq!(fine.json()["extensions"]["cost"], json!({ "requested": 11, "limit": 11 }));
    assert_eq!(fine.header("x-cost"), Some("11"));
    let told =
        "400 LIMIT_EXCEEDED: the request costs 12 points, but may cost 11: ask for smaller pages";
    assert_eq!(refused.refusal(), told);
    server.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn values() {
    let app = TestApp::start(DbBackend::Sqlite).await;
    let server = app.serve(|_, limits| limits.values_max = 22).await;

    let fine = server.ask("{ users(first: 10) { nodes { id name } } }", json!({})).await;
    let refused =
        server.ask("{ users(first: 10) { nodes { id name } } __typename }", json!({})).await;

    assert_eq!(fine.status, 200, "{}", fine.body);
    assert!(refused.refusal().contains("more than 22 values"), "{}", refused.refusal());
    server.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn budget() {
    let app = TestApp::start(DbBackend::Sqlite).await;
    let server = app
        .serve(|http, limits| {
            http.budget_on_loopback = true;
            (limits.budget_points, limits.budget_refill) = (16, 1);
        })
        .await;
    let ask = async || server.ask("{ users(first: 100) { nodes { id } } }", json!({})).await;

    let first = ask().await;
    let second = ask().await;
    app.advance(chrono::TimeDelta::seconds(11));
    let third = ask().await;

    assert_eq!(first.json()["extensions"]["cost"]["remaining"], 0);
    assert_eq!(first.header("x-budget-remaining"), Some("0"));
    assert_eq!(second.refusal(), "429 RATE_LIMITED: the budget is spent: come back in 11 s");
    assert_eq!(second.header("retry-after"), Some("11"));
    assert_eq!(third.status, 200);
    server.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn body() {
    served(async |server| {
        let body = |size: usize| {
            let frame = r#"{"query":"{ __typename }"}"#;
            format!("{frame}{}", " ".repeat(size - frame.len()))
        };

        assert_eq!(server.post(body(1 << 20)).await.status, 200);
        let refused = server.post(body((1 << 20) + 1)).await;
        assert_eq!(refused.refusal(), "413 LIMIT_EXCEEDED: the body has more than 1048576 bytes");
    })
    .await;
}

#[tokio::test]
async fn url() {
    served(async |server| {
        let url = |size: usize| {
            let frame = "/graphql?query=%7B__typename%7D&x=";
            format!("{frame}{}", "a".repeat(size - frame.len()))
        };

        assert_eq!(server.get(&url(16_384)).await.status, 200);
        let refused = server.get(&url(16_385)).await;
        assert_eq!(refused.refusal(), "414 LIMIT_EXCEEDED: the URL has more than 16384 bytes");
    })
    .await;
}

#[tokio::test]
async fn answer() {
    let app = TestApp::start(DbBackend::Sqlite).await;
    let server = app
        .serve(|http, limits| {
            http.cost_in_extensions = false;
            limits.answer_bytes_max = 1_033;
        })
        .await;
    let document = |last: &str| {
        let names =
            (0..32).map(|it| format!(" a{it:0>19}: __typename")).collect::<Vec<_>>().concat();
        format!("{{{names} {last}: __typename }}")
    };

    let fine = server.ask(&document(&"b".repeat(20)), json!({})).await;
    let refused = server.ask(&document(&"b".repeat(21)), json!({})).await;

    assert_eq!((fine.status, fine.body.len()), (200, 1_033), "{}", fine.body);
    let told = "200 LIMIT_EXCEEDED: the answer has more than 1033 bytes: ask for smaller pages";
    assert_eq!(refused.refusal(), told);
    server.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn errors() {
    served(async |server| {
        let fields = (0..60)
            .map(|it| format!(" a{it}: user(id: \"x\") {{ id }}"))
            .collect::<Vec<_>>()
            .concat();

        let answer = server.ask(&format!("{{{fields}}}"), json!({})).await;

        assert_eq!(answer.status, 200);
        assert_eq!(answer.json()["errors"].as_array().map(Vec::len), Some(20));
    })
    .await;
}

#[tokio::test]
async fn connections() {
    let app = TestApp::start(DbBackend::Sqlite).await;
    let server = app
        .serve(|_, limits| {
            limits.connections_max = 2;
            limits.header_timeout_ms = 300;
        })
        .await;
    let idle = (server.connect().await, server.connect().await);

    // It waits until one that sends nothing was closed.
    let answer = server.get("/healthz").await;

    assert_eq!(answer.status, 200);
    drop(idle);
    server.stop().await;
    app.stop().await;
}
