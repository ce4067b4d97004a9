//! Requests that have hurt other servers. Each is refused, small and at once, and the server lives.

use {
    sea_orm::DbBackend,
    serde_json::{Value, json},
    std::fmt::Write,
    tests::{
        TestApp,
        http::{Answer, TestServer},
    },
};

const ANSWER_BYTES_MAX: usize = 1_024;

async fn served(test: impl AsyncFnOnce(&TestServer)) {
    let app = TestApp::start(DbBackend::Sqlite).await;
    let server = app.serve(|_, _| {}).await;
    test(&server).await;
    server.is_alive().await;
    server.stop().await;
    app.stop().await;
}

#[track_caller]
fn check(answer: &Answer, code: &str) {
    assert!(answer.body.len() <= ANSWER_BYTES_MAX, "{} bytes", answer.body.len());
    assert!(answer.refusal().contains(code), "{}", answer.refusal());
}

async fn refused(document: String) {
    served(async |server| {
        let answer = server.ask(&document, json!({})).await;
        check(&answer, "400 LIMIT_EXCEEDED");
    })
    .await;
}

#[tokio::test]
async fn fragments_that_double_thirty_times() {
    let mut document = "{ ...F0 }".to_owned();
    for number in 0..30 {
        let next = number + 1;
        write!(document, " fragment F{number} on Query {{ ...F{next} ...F{next} }}").unwrap();
    }
    refused(document + " fragment F30 on Query { __typename }").await;
}

#[tokio::test]
async fn fragments_that_spread_each_other() {
    served(async |server| {
        let circle = "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }";

        check(&server.ask(circle, json!({})).await, "400 BAD_USER_INPUT");
    })
    .await;
}

#[tokio::test]
async fn two_thousand_brackets() {
    refused(format!("{{ users(filter: {}", "[".repeat(2_000))).await;
}

#[tokio::test]
async fn two_thousand_braces() {
    refused(format!("{}{}", "{a".repeat(2_000), "}".repeat(2_000))).await;
}

#[tokio::test]
async fn a_hundred_thousand_aliases() {
    let aliases =
        (0..50_000).fold(String::new(), |text, number| text + &format!(" a{number}:__typename"));
    refused(format!("{{{aliases}}}")).await;
}

#[tokio::test]
async fn half_a_million_equal_fields() {
    refused(format!("{{{}}}", " a".repeat(500_000))).await;
}

#[tokio::test]
async fn ten_thousand_invalid_fields() {
    let fields = (0..10_000).fold(String::new(), |text, number| text + &format!(" x{number}"));
    refused(format!("{{{fields}}}")).await;
}

#[tokio::test]
async fn two_thousand_invalid_fields_make_few_errors() {
    served(async |server| {
        let fields = (0..1_900).fold(String::new(), |text, number| text + &format!(" x{number}"));

        let answer = server.ask(&format!("{{{fields}}}"), json!({})).await;

        assert_eq!(answer.json()["errors"].as_array().map(Vec::len), Some(20));
    })
    .await;
}

#[tokio::test]
async fn a_hundred_thousand_directives() {
    refused(format!("{{ __typename {} }}", "@skip(if: false)".repeat(40_000))).await;
}

#[tokio::test]
async fn variables_a_hundred_thousand_levels_deep() {
    served(async |server| {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let deep = format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
            let body = format!(
                r#"{{"query":"query($v: JSON) {{ __typename }}","variables":{{"v":{deep}}}}}"#
            );

            check(&server.post(body).await, "400 LIMIT_EXCEEDED");
        }
    })
    .await;
}

#[tokio::test]
async fn a_body_of_twenty_megabytes() {
    served(async |server| {
        check(&server.post(vec![b' '; 20 << 20]).await, "413 LIMIT_EXCEEDED");
        let chunked = "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
        let chunk = format!("10000\r\n{}\r\n", " ".repeat(1 << 16));

        let answer = server.send(format!("{chunked}{}", chunk.repeat(320))).await;

        check(&answer, "413 LIMIT_EXCEEDED");
    })
    .await;
}

#[tokio::test]
async fn a_body_that_was_compressed_a_thousandfold() {
    served(async |server| {
        let head =
            "POST /graphql HTTP/1.1\r\nContent-Type: application/json\r\nContent-Encoding: gzip";

        let answer = server.request(head, [31, 139, 8, 0, 0, 0, 0, 0, 0, 3]).await;

        check(&answer, "415 BAD_USER_INPUT");
    })
    .await;
}

#[tokio::test]
async fn a_header_of_half_a_megabyte() {
    served(async |server| {
        let large = |size: usize| format!("GET /healthz HTTP/1.1\r\nX-Large: {}", "a".repeat(size));

        check(&server.request(&large(20_000), "").await, "431 LIMIT_EXCEEDED");
        let answer = server.request(&large(512_000), "").await;
        assert_eq!((answer.status, answer.body.len()), (431, 0));
    })
    .await;
}

#[tokio::test]
async fn a_url_of_two_hundred_kilobytes() {
    served(async |server| {
        let url = |size: usize| format!("/graphql?query={}", "a".repeat(size));

        check(&server.get(&url(20_000)).await, "414 LIMIT_EXCEEDED");
        let answer = server.get(&url(200_000)).await;
        assert!(matches!(answer.status, 414 | 431) && answer.body.is_empty(), "{answer:?}");
    })
    .await;
}

#[tokio::test]
async fn introspection_in_circles() {
    let fields = "fields { type { ".repeat(3);
    refused(format!("{{ __schema {{ types {{ {fields} name {} }} }} }}", "} }".repeat(3))).await;
}

#[tokio::test]
async fn pages_of_pages_of_pages() {
    let page = |inner: &str| format!("pairings(first: 100) {{ nodes {{ ea {{ {inner} }} }} }}");
    let inner = "pairings(first: 100) { nodes { reports(first: 100) { nodes { id } } } }";
    refused(format!("{{ {} }}", page(inner))).await;
}

#[tokio::test]
async fn bytes_that_are_no_request() {
    served(async |server| {
        let noise: [&[u8]; 4] = [
            &[0; 100],
            &[0xff; 10_000],
            b"GET / HTTP/9.9\r\n\r\n",
            b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        ];
        for bytes in noise {
            let answer = server.send(bytes).await;
            assert!(matches!(answer.status, 0 | 400..=599), "{answer:?}");
        }
        let value = Value::from("\u{0}\u{d7ff}\u{1f600}").to_string();
        let answer = server
            .post(format!(r#"{{"query":"{{ a(b: {}) }}"}}"#, value.replace('"', "\\\"")))
            .await;
        check(&answer, "400 BAD_USER_INPUT");
    })
    .await;
}
