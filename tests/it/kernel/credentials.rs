//! What a request is recognised by: sessions' tokens, cookies, and keys.

use {
    chrono::TimeDelta,
    serde_json::{Value, json},
    service::kernel::identity::token::{Entropy, Token},
    tests::{
        TestApp,
        coaching::{errors, text},
        http::{Answer, TestServer},
        identity::PASSWORD,
        on_both,
    },
};

const VIEWER: &str = "{ viewer { email } }";

async fn with(server: &TestServer, headers: &str, document: &str, variables: Value) -> Answer {
    let head = format!("POST /graphql HTTP/1.1\r\nContent-Type: application/json{headers}");
    let body = json!({ "query": document, "variables": variables }).to_string();
    server.exchange(&head, body).await
}

async fn by(server: &TestServer, token: &str) -> Answer {
    with(server, &format!("\r\nAuthorization: Bearer {token}"), VIEWER, json!({})).await
}

async fn key(app: &TestApp, email: &str, input: Value) -> Value {
    let server = app.serve(|_, _| {}).await;
    let token = app.sign_in(email).await;
    let document = "mutation($input: ApiKeyCreateInput!) { done: apiKeyCreate(input: $input) { key \
                    apiKey { id keyPrefix scopes name } errors { code path message } } }";
    let headers = format!("\r\nAuthorization: Bearer {token}");
    let answer = with(&server, &headers, document, json!({ "input": input })).await;
    server.stop().await;
    answer.json()["data"]["done"].take()
}

#[tokio::test]
async fn every_bad_token_is_answered_by_the_same_bytes() {
    on_both(async |app| {
        let (_, email) = app.person("Ada Lovelace", "EA").await;
        let server = app.serve(|_, _| {}).await;
        let (expired, ended) = (app.sign_in(&email).await, app.sign_in(&email).await);
        let made = key(app, &email, json!({ "name": "CI", "expiresAt": "2026-03-03T00:00:00Z" }));
        let expired_key = text(&made.await["key"]);
        let made = key(app, &email, json!({ "name": "CI" })).await;
        let (revoked_key, revoked_id) = (text(&made["key"]), text(&made["apiKey"]["id"]));
        assert_eq!(by(&server, &revoked_key).await.status, 200);
        let revoke = "mutation($id: ID!) { apiKeyRevoke(input: {id: $id}) { errors { code } } }";
        let headers = format!("\r\nAuthorization: Bearer {ended}");
        with(&server, &headers, revoke, json!({ "id": revoked_id })).await;
        let sign_out = "mutation { sessionRevoke(input: {}) { errors { code } } }";
        let signed_out = with(&server, &headers, sign_out, json!({})).await;
        assert_eq!(signed_out.json()["data"]["sessionRevoke"]["errors"], json!([]));
        app.advance(TimeDelta::days(31));
        let good = app.sign_in(&email).await;
        assert_eq!(by(&server, &good).await.status, 200);

        let mut bad = vec![expired, ended, expired_key, revoked_key.clone()];
        let (prefix, cut) = good.split_at(good.len() - 1);
        bad.extend([prefix.to_owned(), good.clone() + cut, String::new(), "x".repeat(9_000)]);
        for place in [0, 4, 10, good.len() - 1] {
            let mut flipped = good.clone().into_bytes();
            flipped[place] ^= 1;
            bad.push(String::from_utf8(flipped).unwrap());
        }
        bad.push(Token::session(&Entropy::seeded(7)).reveal().to_owned());
        bad.push(Token::key(&Entropy::seeded(7)).0.reveal().to_owned());
        let mut answers = Vec::new();
        for token in &bad {
            answers.push(by(&server, token).await);
        }
        for other in ["Basic YTpi", "Bearer", "bearer", "", "Bearer a\r\nAuthorization: Bearer b"] {
            let headers = format!("\r\nAuthorization: {other}");
            answers.push(with(&server, &headers, VIEWER, json!({})).await);
        }

        let told = "401 UNAUTHENTICATED: the credentials are not valid: sign in again";
        for answer in &answers {
            assert_eq!(answer.refusal(), told);
            assert_eq!(answer.body, answers[0].body);
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
        }
        server.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_cookie_signs_in_and_out() {
    let app = TestApp::start(sea_orm::DbBackend::Sqlite).await;
    let (_, email) = app.person("Ada Lovelace", "EA").await;
    let server = app.serve(|_, _| {}).await;
    let sign_in = "mutation($input: SessionCreateInput!) { sessionCreate(input: $input) { token \
                   sessionId errors { code message } } }";
    let input = json!({ "email": email, "password": PASSWORD, "asCookie": true });

    let begun = with(&server, "", sign_in, json!({ "input": input })).await;
    let set = begun.header("set-cookie").unwrap().to_owned();
    let cookie = set.split(';').next().unwrap();
    let marked = format!("\r\nCookie: theme=dark; {cookie}\r\nX-Vigil: 1");
    let ada = with(&server, &marked, VIEWER, json!({})).await;
    let forged = with(&server, &format!("\r\nCookie: {cookie}"), VIEWER, json!({})).await;
    let stronger = format!("{marked}\r\nAuthorization: Bearer {}", app.token());
    let admin = with(&server, &stronger, VIEWER, json!({})).await;
    let sign_out = "mutation { sessionRevoke(input: {}) { errors { code } } }";
    let out = with(&server, &marked, sign_out, json!({})).await;
    let gone = with(&server, &marked, VIEWER, json!({})).await;

    assert_eq!(begun.json()["data"]["sessionCreate"]["token"], json!(null));
    assert!(cookie.starts_with("vigil=vgs_"), "{set}");
    assert!(set.ends_with("; Path=/; Max-Age=7776000; HttpOnly; SameSite=Lax"), "{set}");
    assert_eq!(ada.json()["data"]["viewer"]["email"], json!(email));
    assert_eq!(
        forged.refusal(),
        "403 FORBIDDEN: a request with a cookie needs the header x-vigil, such as `x-vigil: 1`"
    );
    assert_eq!(admin.json()["data"]["viewer"]["email"], "admin@example.test");
    let cleared = "vigil=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax";
    assert_eq!(out.header("set-cookie"), Some(cleared));
    assert_eq!((gone.status, gone.header("set-cookie")), (401, Some(cleared)));
    server.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn a_key_asks_for_what_it_was_made_for() {
    on_both(async |app| {
        let (_, email) = app.person("Grace Hopper", "HEAD_EAS").await;
        let scopes = json!(["PEOPLE_READ", "PEOPLE_DETAILS"]);
        let made = key(app, &email, json!({ "name": "Roster", "scopes": scopes })).await;
        let server = app.serve(|_, _| {}).await;
        let key = text(&made["key"]);
        let headers = format!("\r\nAuthorization: Bearer {key}\r\nUser-Agent: roster/1.0");
        let ask = async |document: &str| with(&server, &headers, document, json!({})).await.json();

        let people = ask("{ users { nodes { email } } }").await;
        let pairings = ask("{ pairings { nodes { id } } }").await;
        let more = ask(
            "mutation { apiKeyCreate(input: {name: \"more\"}) { errors { code message } } }",
        )
        .await;
        let token = app.sign_in(&email).await;
        let list = "{ viewer { apiKeys { nodes { name keyPrefix lastUsedAt lastUsedIp lastUsedAgent } } } }";
        let headers = format!("\r\nAuthorization: Bearer {token}");
        let list = with(&server, &headers, list, json!({})).await.json();

        assert_eq!(text(&made["apiKey"]["keyPrefix"]), key[4..12]);
        assert_eq!(made["apiKey"]["scopes"], scopes);
        assert_eq!(people["data"]["users"]["nodes"].as_array().unwrap().len(), 2);
        assert_eq!(pairings["errors"][0]["extensions"]["code"], "FORBIDDEN");
        let told = json!({ "code": "FORBIDDEN", "message": "a key may not do this: sign in with the password" });
        assert_eq!(more["data"]["apiKeyCreate"]["errors"], json!([told]));
        assert_eq!(
            list["data"]["viewer"]["apiKeys"]["nodes"],
            json!([{ "name": "Roster", "keyPrefix": key[4..12], "lastUsedAt": "2026-03-02T15:00:00.000Z", "lastUsedIp": "127.0.0.1", "lastUsedAgent": "roster/1.0" }])
        );
        server.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_key_for_trusted_documents_asks_nothing_else() {
    on_both(async |app| {
        let (_, email) = app.person("Grace Hopper", "HEAD_EAS").await;
        let made = key(app, &email, json!({ "name": "Front end", "trustedOnly": true })).await;
        let server = app.serve(|_, _| {}).await;

        let refused = by(&server, &text(&made["key"])).await;

        let told = "200 FORBIDDEN: only trusted documents are run: send the documentId of one";
        assert_eq!(refused.refusal(), told);
        server.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_key_that_cannot_be_is_refused() {
    on_both(async |app| {
        let (_, email) = app.person("Ada Lovelace", "EA").await;
        for (input, told) in [
            (json!({ "name": " " }), "BAD_USER_INPUT input.name: must not be empty"),
            (
                json!({ "name": "x", "expiresAt": "2026-03-02T15:00:00Z" }),
                "BAD_USER_INPUT input.expiresAt: must lie ahead",
            ),
            (
                json!({ "name": "x", "scopes": [] }),
                "BAD_USER_INPUT input.scopes: must not be empty: leave it out for everything",
            ),
        ] {
            assert_eq!(errors(&key(app, &email, input).await), told);
        }
    })
    .await;
}

#[tokio::test]
async fn another_role_and_a_closed_account_count_within_a_second() {
    on_both(async |app| {
        let (id, email) = app.person("Grace Hopper", "HEAD_EAS").await;
        let token = app.sign_in(&email).await;
        let server = app.serve(|_, _| {}).await;
        let headers = format!("\r\nAuthorization: Bearer {token}");
        let ask = async || with(&server, &headers, "{ pairings { totalCount } }", json!({})).await;
        assert_eq!(ask().await.json()["data"]["pairings"]["totalCount"], 0);

        let role = json!({ "id": id, "expectedVersion": 2, "role": "USER" });
        assert_eq!(errors(&app.mutate("userUpdate", "", role).await), "");
        let refused = ask().await.json();
        let off = json!({ "id": id, "expectedVersion": 3, "isActive": false });
        assert_eq!(errors(&app.mutate("userUpdate", "", off).await), "");
        let closed = ask().await;

        assert_eq!(refused["errors"][0]["extensions"]["code"], "FORBIDDEN");
        assert_eq!(closed.status, 401);
        server.stop().await;
    })
    .await;
}

#[tokio::test]
async fn somebody_signs_out_everywhere_else() {
    on_both(async |app| {
        let (_, email) = app.person("Ada Lovelace", "EA").await;
        let (_, other) = app.person("Grace Hopper", "EA").await;
        let (here, there) = (app.sign_in(&email).await, app.sign_in(&email).await);
        let stranger = app.sign_in(&other).await;
        let server = app.serve(|_, _| {}).await;
        let headers = format!("\r\nAuthorization: Bearer {here}");
        let list = "{ viewer { sessions { nodes { isCurrent } } } }";
        let list = with(&server, &headers, list, json!({})).await.json();

        let out =
            "mutation { sessionRevokeAll(input: {keepThisOne: true}) { ended errors { code } } }";
        let out = with(&server, &headers, out, json!({})).await.json();

        let current: Vec<_> = list["data"]["viewer"]["sessions"]["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["isCurrent"].as_bool().unwrap())
            .collect();
        assert_eq!(current, [false, true]);
        assert_eq!(out["data"]["sessionRevokeAll"], json!({ "ended": 1, "errors": [] }));
        assert_eq!(by(&server, &here).await.status, 200);
        assert_eq!(by(&server, &there).await.status, 401);
        assert_eq!(by(&server, &stranger).await.status, 200);
        server.stop().await;
    })
    .await;
}

#[tokio::test]
async fn sessions_and_keys_are_their_persons_alone() {
    on_both(async |app| {
        let (id, email) = app.person("Ada Lovelace", "EA").await;
        app.sign_in(&email).await;
        let made = key(app, &email, json!({ "name": "CI" })).await;
        let document = "query($id: ID!) { user(id: $id) { sessions { totalCount } apiKeys { totalCount } secondFactor { id } } }";

        let seen = app.ask(document, json!({ "id": id })).await;
        let revoke = json!({ "id": made["apiKey"]["id"] });
        let refused = app.mutate("apiKeyRevoke", "apiKey { id }", revoke).await;

        let nothing = json!({ "sessions": { "totalCount": 0 }, "apiKeys": { "totalCount": 0 }, "secondFactor": null });
        assert_eq!(seen["user"], nothing);
        assert_eq!(errors(&refused), "NOT_FOUND input.id: is not there");
    })
    .await;
}
