//! Signing in: what is told, how often it may be tried, and for how long it lasts.

use {
    chrono::TimeDelta,
    futures_util::future::join_all,
    serde_json::{Value, json},
    std::collections::BTreeMap,
    tests::{TestApp, coaching::errors, identity::PASSWORD, on_both},
};

const VIEWER: &str = "{ viewer { email } }";
const WRONG: &str = "UNAUTHENTICATED input: the e-mail address or the password is wrong";

async fn tried(app: &TestApp, email: &str, password: &str) -> Value {
    let input = json!({ "email": email, "password": password });
    app.mutate("sessionCreate", "token sessionId", input).await
}

#[tokio::test]
async fn a_password_becomes_a_session_and_the_session_a_viewer() {
    on_both(async |app| {
        let (_, email) = app.person("Ada Lovelace", "EA").await;
        let server = app.serve(|_, _| {}).await.asked_by(None);
        let sign_in = "mutation($input: SessionCreateInput!) { sessionCreate(input: $input) { \
                       token expiresAt endsAt errors { code path message } } }";
        let input = json!({ "email": " Ada.Lovelace@Example.test ", "password": PASSWORD });
        let begun = server.ask(sign_in, json!({ "input": input })).await.json();
        let begun = &begun["data"]["sessionCreate"];
        let token = begun["token"].as_str().unwrap();

        let nobody = server.ask(VIEWER, json!({})).await;
        let server = server.asked_by(Some(format!("Bearer {token}")));
        let ada = server.ask(VIEWER, json!({})).await;

        assert_eq!(begun["expiresAt"], "2026-04-01T15:00:00.000Z");
        assert_eq!(begun["endsAt"], "2026-05-31T15:00:00.000Z");
        assert_eq!(nobody.json()["data"], json!({ "viewer": null }));
        assert_eq!(ada.json()["data"], json!({ "viewer": { "email": email } }));
        server.stop().await;
    })
    .await;
}

#[tokio::test]
async fn whatever_is_wrong_is_told_in_the_same_words() {
    on_both(async |app| {
        let (id, email) = app.person("Ada Lovelace", "EA").await;
        app.user("Grace Hopper", "EA").await;
        let wrong = tried(app, &email, "kettle and rhyme").await;
        let unknown = tried(app, "nobody@example.test", PASSWORD).await;
        let without = tried(app, "grace.hopper@example.test", PASSWORD).await;
        let nul = tried(app, "ada\0@example.test", PASSWORD).await;
        let long = tried(app, &email, &PASSWORD.repeat(100)).await;
        let off = json!({ "id": id, "expectedVersion": 2, "isActive": false });
        assert_eq!(errors(&app.mutate("userUpdate", "", off).await), "");
        let inactive = tried(app, &email, PASSWORD).await;

        assert_eq!(errors(&wrong), WRONG);
        for other in [unknown, without, nul, long, inactive] {
            assert_eq!(other, wrong);
        }
    })
    .await;
}

#[tokio::test]
async fn an_account_closes_for_ever_longer() {
    on_both(async |app| {
        let (_, email) = app.person("Ada Lovelace", "EA").await;
        for name in [email.as_str(), "nobody@example.test"] {
            for _ in 0..5 {
                assert_eq!(errors(&tried(app, name, "wrong").await), WRONG);
            }
            let closed = errors(&tried(app, name, PASSWORD).await);
            assert_eq!(closed, "RATE_LIMITED input: too many tries: come back in 1 s", "{name}");
        }

        app.advance(TimeDelta::seconds(1));
        let (_, other) = app.person("Grace Hopper", "EA").await;

        assert_eq!(errors(&tried(app, &email, PASSWORD).await), "");
        assert_eq!(errors(&tried(app, &other, PASSWORD).await), "");
    })
    .await;
}

#[tokio::test]
async fn whoever_guesses_hinders_nobody_else() {
    on_both(async |app| {
        let (accounts, rounds) = (100, 100);
        let (_, good) = app.person("Ada Lovelace", "EA").await;
        app.user("Account 0", "EA").await;
        let mut reached = BTreeMap::new();
        for _ in 0..rounds {
            for begin in (0..accounts).step_by(10) {
                let wrong = (begin..begin + 10).map(async |account: i32| {
                    let name = format!("account.{account}@example.test");
                    (account, errors(&tried(app, &name, "password of an attacker").await))
                });
                let (wrong, right) = tokio::join!(join_all(wrong), tried(app, &good, PASSWORD));
                assert_eq!(errors(&right), "");
                for (account, told) in wrong {
                    *reached.entry(account).or_insert(0) += i32::from(told == WRONG);
                }
            }
            app.advance(TimeDelta::seconds(1));
        }

        // Five at once, and then after 1, 2, 4, 8, 16 and 32 seconds.
        assert_eq!(reached.len(), 100);
        assert!(reached.values().all(|it| *it == 11), "{reached:?}");
    })
    .await;
}

#[tokio::test]
async fn a_session_ends_when_it_is_not_used_and_after_its_time() {
    on_both(async |app| {
        let (_, assistant) = app.person("Ada Lovelace", "EA").await;
        let (_, admin) = app.person("Grace Hopper", "ADMIN").await;
        let server = app.serve(|_, _| {}).await;
        for (email, idle, absolute) in [
            (assistant, TimeDelta::days(30), TimeDelta::days(90)),
            (admin, TimeDelta::hours(12), TimeDelta::days(7)),
        ] {
            let status = async |token: &str| {
                let head = format!(
                    "POST /graphql HTTP/1.1\r\nContent-Type: application/json\r\nAuthorization: Bearer {token}"
                );
                let body = json!({ "query": VIEWER }).to_string();
                server.exchange(&head, body).await.status
            };
            let idle_one = app.sign_in(&email).await;
            app.advance(idle - TimeDelta::seconds(1));
            assert_eq!(status(&idle_one).await, 200);
            app.advance(idle - TimeDelta::seconds(1));
            assert_eq!(status(&idle_one).await, 200, "the use before has moved its end on");
            app.advance(idle);
            assert_eq!(status(&idle_one).await, 401);

            let busy_one = app.sign_in(&email).await;
            let mut passed = TimeDelta::zero();
            while passed + idle / 2 < absolute {
                app.advance(idle / 2);
                passed += idle / 2;
                assert_eq!(status(&busy_one).await, 200, "{passed}");
            }
            app.advance(absolute - passed);
            assert_eq!(status(&busy_one).await, 401);
        }
        server.stop().await;
    })
    .await;
}

#[tokio::test]
async fn the_last_use_is_stored_once_a_minute_at_most() {
    on_both(async |app| {
        let server = app.serve(|_, _| {}).await;
        let mut updates = Vec::new();
        for _ in 0..6 {
            let ran = app.statements(server.ask(VIEWER, json!({}))).await;
            updates.push(ran.iter().filter(|it| it.sql.starts_with("UPDATE")).count());
            app.advance(TimeDelta::seconds(20));
        }
        assert_eq!(updates, [0, 0, 0, 1, 0, 0]);
        server.stop().await;
    })
    .await;
}

#[tokio::test]
async fn somebody_is_recognised_by_one_statement_a_second() {
    on_both(async |app| {
        let server = app.serve(|_, _| {}).await;
        let looked_up = async || {
            let ran = app.statements(server.ask("{ __typename }", json!({}))).await;
            // The server's own work (it reads where its event log ends) is nobody's request.
            ran.iter().filter(|it| it.sql.contains(r#"FROM "sessions""#)).count()
        };

        assert_eq!(looked_up().await, 1);
        assert_eq!(looked_up().await, 0);
        app.advance(TimeDelta::seconds(1));
        assert_eq!(looked_up().await, 1);
        server.stop().await;
    })
    .await;
}
