//! Pages of other origins.

use {sea_orm::DbBackend, tests::TestApp};

const ASK: &str = "OPTIONS /graphql HTTP/1.1\r\nAccess-Control-Request-Method: POST\r\n\
                   Access-Control-Request-Headers: content-type";
const GET: &str = "GET /graphql?query=%7B__typename%7D HTTP/1.1";

#[tokio::test]
async fn no_page_of_another_origin_may_read_unless_configured() {
    let app = TestApp::start(DbBackend::Sqlite).await;
    let server = app.serve(|_, _| {}).await;
    let evil = "\r\nOrigin: https://evil.example";

    let asked = server.request(&format!("{ASK}{evil}"), "").await;
    let read = server.request(&format!("{GET}{evil}"), "").await;

    assert_eq!(asked.refusal(), "403 FORBIDDEN: pages of this origin may not ask");
    for answer in [asked, read] {
        assert!(!answer.head.to_lowercase().contains("access-control-"), "{}", answer.head);
    }
    server.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn a_page_of_a_listed_origin_may_read_without_credentials() {
    let app = TestApp::start(DbBackend::Sqlite).await;
    let server = app.serve(|http, _| http.cors_origins = vec!["https://app.example".into()]).await;
    let (good, evil) = ("\r\nOrigin: https://app.example", "\r\nOrigin: https://evil.example");

    let asked = server.request(&format!("{ASK}{good}"), "").await;
    let read = server.request(&format!("{GET}{good}"), "").await;
    let stolen = server.request(&format!("{GET}{evil}"), "").await;

    assert_eq!(asked.status, 204);
    for answer in [asked, read] {
        assert_eq!(answer.header("access-control-allow-origin"), Some("https://app.example"));
        assert_eq!(answer.header("access-control-allow-credentials"), None);
        assert!(answer.header("vary").is_some_and(|it| it.contains("origin")));
    }
    assert_eq!(stolen.header("access-control-allow-origin"), None);
    server.stop().await;
    app.stop().await;
}
