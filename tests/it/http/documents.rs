//! Trusted documents, and documents that clients persist themselves.

use {
    sea_orm::DbBackend,
    serde_json::{Value, json},
    std::{env, fs},
    tests::{TestApp, http::TestServer},
};

const TYPENAME: &str = "{ __typename }";
/// The SHA-256 of [`TYPENAME`].
const TYPENAME_SHA256: &str = "7f56e67dd21ab3f30d1ff8b7bed08893f0a0db86449836189b361dd1e56ddb4b";

async fn post(server: &TestServer, body: Value) -> tests::http::Answer {
    server.post(body.to_string()).await
}

fn persisted(hash: &str) -> Value {
    json!({ "persistedQuery": { "version": 1, "sha256Hash": hash } })
}

#[tokio::test]
async fn a_client_persists_a_document_and_then_sends_its_hash() {
    let app = TestApp::start(DbBackend::Sqlite).await;
    let server = app.serve(|_, _| {}).await;
    let by_hash = json!({ "extensions": persisted(TYPENAME_SHA256) });
    let with_text = json!({ "query": TYPENAME, "extensions": persisted(TYPENAME_SHA256) });

    let unknown = post(&server, by_hash.clone()).await;
    let stored = post(&server, with_text).await;
    let known = post(&server, by_hash).await;
    let get = format!(
        "/graphql?extensions={}",
        persisted(TYPENAME_SHA256).to_string().replace('"', "%22")
    );

    assert_eq!(unknown.refusal(), "200 PERSISTED_QUERY_NOT_FOUND: PersistedQueryNotFound");
    assert_eq!(stored.json()["data"], json!({ "__typename": "Query" }));
    assert_eq!(known.json()["data"], json!({ "__typename": "Query" }));
    assert_eq!(server.get(&get).await.json()["data"], json!({ "__typename": "Query" }));
    server.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn a_hash_of_another_document_is_refused() {
    let app = TestApp::start(DbBackend::Sqlite).await;
    let server = app.serve(|_, _| {}).await;

    let other =
        post(&server, json!({ "query": TYPENAME, "extensions": persisted(&"0".repeat(64)) })).await;
    let none = post(&server, json!({ "extensions": persisted("nonsense") })).await;

    assert_eq!(other.refusal(), "400 BAD_USER_INPUT: sha256Hash is not the SHA-256 of the query");
    assert_eq!(none.refusal(), "400 BAD_USER_INPUT: sha256Hash must be 64 hexadecimal digits");
    server.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn only_so_many_documents_are_remembered() {
    let app = TestApp::start(DbBackend::Sqlite).await;
    let server = app.serve(|_, limits| limits.documents_max = 2).await;
    server.ask(TYPENAME, json!({})).await;
    server.ask("{ a: __typename }", json!({})).await;
    server.ask("{ b: __typename }", json!({})).await;

    let forgotten = post(&server, json!({ "extensions": persisted(TYPENAME_SHA256) })).await;

    assert_eq!(forgotten.refusal(), "200 PERSISTED_QUERY_NOT_FOUND: PersistedQueryNotFound");
    server.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn trusted_documents_are_run_by_their_ids_and_nothing_else_is() {
    let app = TestApp::start(DbBackend::Sqlite).await;
    let path = env::temp_dir()
        .join(format!("vigil-trusted-{}.json", app.ctx().new_id::<entity::id::UserId>()));
    fs::write(&path, json!({ TYPENAME_SHA256: TYPENAME }).to_string()).unwrap();
    let server = app
        .serve(|http, _| {
            http.trusted_documents = Some(path.clone());
            http.trusted_only = true;
        })
        .await;
    let id = format!("sha256:{TYPENAME_SHA256}");

    let by_id = post(&server, json!({ "documentId": id })).await;
    let by_get = server.get(&format!("/graphql?documentId={id}")).await;
    let by_text = post(&server, json!({ "query": TYPENAME })).await;
    let by_hash = post(&server, json!({ "extensions": persisted(TYPENAME_SHA256) })).await;

    for answer in [by_id, by_get, by_text, by_hash] {
        assert_eq!(answer.json()["data"], json!({ "__typename": "Query" }));
    }
    let other = post(&server, json!({ "query": "{ a: __typename }" })).await;
    assert_eq!(
        other.refusal(),
        "400 FORBIDDEN: only trusted documents are run: send the documentId of one"
    );
    let unknown = post(&server, json!({ "documentId": "sha256:00" })).await;
    assert_eq!(
        unknown.refusal(),
        "400 NOT_FOUND: there is no trusted document with this documentId"
    );
    let unsupported = post(&server, json!({ "extensions": persisted(&"0".repeat(64)) })).await;
    assert_eq!(
        unsupported.refusal(),
        "200 PERSISTED_QUERY_NOT_SUPPORTED: PersistedQueryNotSupported"
    );
    let both = post(&server, json!({ "documentId": id, "query": TYPENAME })).await;
    assert_eq!(both.refusal(), "400 BAD_USER_INPUT: query must not stand beside documentId");
    server.stop().await;
    app.stop().await;
    fs::remove_file(path).unwrap();
}
