//! How people choose passwords: invited, forgotten, changed, and forced to.

use {
    chrono::TimeDelta,
    serde_json::{Value, json},
    service::{
        Viewer,
        kernel::{identity::passwords, users},
    },
    tests::{
        TestApp,
        coaching::errors,
        http::TestServer,
        identity::{PASSWORD, token_of},
        on_both,
    },
};

const NEW: &str = "a lantern, unlit";

async fn complete(app: &TestApp, token: &str, password: &str) -> Value {
    let input = json!({ "token": token, "newPassword": password });
    app.mutate("passwordResetComplete", "user { emailVerified }", input).await
}

async fn as_(server: &TestServer, token: &str, document: &str, variables: Value) -> Value {
    let head = format!(
        "POST /graphql HTTP/1.1\r\nContent-Type: application/json\r\nAuthorization: Bearer {token}"
    );
    let body = json!({ "query": document, "variables": variables }).to_string();
    server.exchange(&head, body).await.json()
}

async fn change(server: &TestServer, token: &str, current: &str, new: &str) -> Value {
    let document = "mutation($input: PasswordChangeInput!) { done: passwordChange(input: $input) { \
                    user { mustResetPassword } errors { code path message } } }";
    let input = json!({ "currentPassword": current, "newPassword": new });
    as_(server, token, document, json!({ "input": input })).await["data"]["done"].take()
}

#[tokio::test]
async fn whoever_is_added_is_invited_and_chooses_a_password() {
    on_both(async |app| {
        app.mails().await;
        app.user("Ada Lovelace", "EA").await;
        let mails = app.mails().await;
        let token = token_of(&mails[0]);

        let done = complete(app, &token, PASSWORD).await;
        let again = complete(app, &token, NEW).await;

        assert_eq!((mails.len(), mails[0].to.as_str()), (1, "ada.lovelace@example.test"));
        assert!(mails[0].text.contains("https://front.example/password?vgm_"), "{}", mails[0].text);
        assert_eq!(done, json!({ "user": { "emailVerified": true }, "errors": [] }));
        let told = "BAD_USER_INPUT input.token: is not good, or not any more: ask for a new one";
        assert_eq!(errors(&again), told);
        app.sign_in("ada.lovelace@example.test").await;
    })
    .await;
}

#[tokio::test]
async fn a_forgotten_password_is_chosen_anew_by_mail() {
    on_both(async |app| {
        let (_, email) = app.person("Ada Lovelace", "EA").await;
        let server = app.serve(|_, _| {}).await;
        let session = app.sign_in(&email).await;
        let ask = async |email: &str| {
            let input = json!({ "email": email });
            app.mutate("passwordResetRequest", "", input).await
        };
        let known = ask("ADA.Lovelace@example.test").await;
        let unknown = ask("nobody@example.test").await;
        let mails = app.mails().await;

        let done = complete(app, &token_of(&mails[0]), NEW).await;

        assert_eq!(known, unknown);
        assert_eq!((mails.len(), mails[0].to.as_str()), (1, email.as_str()));
        assert_eq!(errors(&done), "");
        let signed_out = as_(&server, &session, "{ viewer { id } }", json!({})).await;
        assert_eq!(signed_out["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
        let input = json!({ "email": email, "password": NEW });
        assert_eq!(errors(&app.mutate("sessionCreate", "token", input).await), "");
        server.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_mailed_token_ends_and_is_not_mailed_without_end() {
    on_both(async |app| {
        let (_, email) = app.person("Ada Lovelace", "EA").await;
        for _ in 0..10 {
            app.mutate("passwordResetRequest", "", json!({ "email": email })).await;
        }
        let mails = app.mails().await;
        app.advance(TimeDelta::hours(1));

        let late = complete(app, &token_of(&mails[0]), NEW).await;

        assert!(mails.len() <= 3, "{} mails", mails.len());
        assert!(errors(&late).contains("input.token: is not good"), "{late}");
        for token in ["", "vgm_", "vgs_abc", "vgm_\0"] {
            assert!(errors(&complete(app, token, NEW).await).contains("is not good"), "{token}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_password_is_changed_with_the_one_before() {
    on_both(async |app| {
        let (_, email) = app.person("Ada Lovelace", "EA").await;
        let server = app.serve(|_, _| {}).await;
        let (here, there) = (app.sign_in(&email).await, app.sign_in(&email).await);

        let wrong = change(&server, &here, "kettle and rhyme", NEW).await;
        let same = change(&server, &here, PASSWORD, PASSWORD).await;
        let done = change(&server, &here, PASSWORD, NEW).await;

        assert_eq!(errors(&wrong), "BAD_USER_INPUT input.currentPassword: is not your password");
        assert_eq!(
            errors(&same),
            "BAD_USER_INPUT input.newPassword: must be another one than before"
        );
        assert_eq!(done, json!({ "user": { "mustResetPassword": false }, "errors": [] }));
        let viewer =
            async |token: &str| as_(&server, token, "{ viewer { email } }", json!({})).await;
        assert_eq!(viewer(&here).await["data"]["viewer"]["email"], json!(email));
        assert!(viewer(&there).await.get("data").is_none());
        server.stop().await;
    })
    .await;
}

#[tokio::test]
async fn passwords_that_cannot_be_chosen_are_refused() {
    on_both(async |app| {
        let (_, email) = app.person("Ada Lovelace", "EA").await;
        let server = app.serve(|_, _| {}).await;
        let token = app.sign_in(&email).await;
        for (password, told) in [
            ("x7Q".repeat(5)[..14].to_owned(), "must have 15 to 1024 bytes, not 14"),
            ("x7Qy".repeat(257)[..1_025].to_owned(), "must have 15 to 1024 bytes, not 1025"),
            (" ".repeat(20), "must not be blank"),
            ("a lantern,\0 unlit".to_owned(), "must not contain a NUL character"),
            ("passwordpassword".to_owned(), "is among the first that somebody would guess"),
            ("ada.lovelace2026".to_owned(), "is among the first that somebody would guess"),
        ] {
            let refused = change(&server, &token, PASSWORD, &password).await;
            assert_eq!(errors(&refused), format!("BAD_USER_INPUT input.newPassword: {told}"));
        }
        server.stop().await;
    })
    .await;
}

#[tokio::test]
async fn until_a_password_is_chosen_there_is_nothing_else_to_do() {
    on_both(async |app| {
        let (_, email) = app.person("Grace Hopper", "HEAD_EAS").await;
        let user = users::named(app.ctx(), &email).await.unwrap().unwrap();
        let ctx = app.ctx().seen_by(Viewer::System);
        passwords::set(&ctx, &user, PASSWORD, true).await.unwrap();
        let server = app.serve(|_, _| {}).await;
        let token = app.sign_in(&email).await;
        let ask = async || as_(&server, &token, "{ pairings { totalCount } }", json!({})).await;

        let before = ask().await;
        let done = change(&server, &token, PASSWORD, NEW).await;
        let after = ask().await;

        assert_eq!(before["errors"][0]["extensions"]["code"], "FORBIDDEN", "{before}");
        assert_eq!(errors(&done), "");
        assert_eq!(after["data"]["pairings"]["totalCount"], 0);
        server.stop().await;
    })
    .await;
}

#[tokio::test]
async fn an_address_is_confirmed_by_mail_and_for_itself_alone() {
    on_both(async |app| {
        let (id, _) = app.person("Ada Lovelace", "EA").await;
        let moved = async |to: &str, version: i32| {
            let input = json!({ "id": id, "expectedVersion": version, "email": to });
            let moved = app.mutate("userUpdate", "user { emailVerified version }", input).await;
            assert_eq!(moved["user"]["emailVerified"], false, "{moved}");
            app.mails().await.pop().unwrap()
        };
        let verify = async |token: &str| {
            app.mutate("emailVerify", "user { email emailVerified }", json!({ "token": token }))
                .await
        };
        let first = moved("Ada@Elsewhere.test", 2).await;
        let second = moved("ada@new.test", 3).await;

        let stale = verify(&token_of(&first)).await;
        let done = verify(&token_of(&second)).await;
        let again = verify(&token_of(&second)).await;

        assert_eq!((first.to.as_str(), second.to.as_str()), ("ada@elsewhere.test", "ada@new.test"));
        assert!(errors(&stale).contains("is not good"), "{stale}");
        assert_eq!(done["user"], json!({ "email": "ada@new.test", "emailVerified": true }));
        assert!(errors(&again).contains("is not good"), "{again}");
    })
    .await;
}

#[tokio::test]
async fn two_spellings_of_an_address_are_one() {
    on_both(async |app| {
        app.user("Ada Lovelace", "EA").await;
        let twin = json!({ "email": "ADA.Lovelace@Example.TEST", "name": "Twin", "role": "EA" });
        let refused = app.mutate("userCreate", "user { id }", twin).await;
        assert_eq!(errors(&refused), "CONFLICT input.email: belongs to somebody else already");
    })
    .await;
}
