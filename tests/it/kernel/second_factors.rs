//! A second factor: codes of a device, recovery codes, and the key that keeps the secret.

use {
    chrono::TimeDelta,
    entity::kernel::two_factor,
    sea_orm::EntityTrait,
    serde_json::{Value, json},
    service::kernel::{
        identity::{token::Entropy, totp},
        sealed::{self, Keyring},
    },
    std::fs,
    tests::{
        TestApp,
        coaching::{errors, text},
        http::TestServer,
        identity::PASSWORD,
        on_both,
    },
};

/// Somebody with a second factor.
struct Careful {
    email: String,
    secret: Vec<u8>,
    recovery_codes: Vec<String>,
    token: String,
}

impl Careful {
    async fn of(app: &TestApp, server: &TestServer, name: &str) -> Self {
        let (_, email) = app.person(name, "EA").await;
        let token = app.sign_in(&email).await;
        let start = "mutation($password: String!) { done: secondFactorStart(input: {password: \
                     $password}) { secret uri errors { code path message } } }";
        let started = asked(server, &token, start, json!({ "password": PASSWORD })).await;
        let secret = base32(&text(&started["secret"]));
        assert!(text(&started["uri"]).starts_with("otpauth://totp/Vigil:"), "{started}");
        let confirm = "mutation($code: String!) { done: secondFactorConfirm(input: {code: $code}) \
                       { recoveryCodes secondFactor { confirmedAt } errors { code path message } } }";
        let wrong = asked(server, &token, confirm, json!({ "code": "000000" })).await;
        assert!(errors(&wrong).contains("input.code: is not the code"), "{wrong}");
        let code = totp::code(&secret, totp::step(app.ctx().now()));
        let done = asked(server, &token, confirm, json!({ "code": code })).await;
        assert_eq!(errors(&done), "");
        let codes = done["recoveryCodes"].as_array().unwrap();
        Self { email, secret, recovery_codes: codes.iter().map(text).collect(), token }
    }

    fn code(&self, app: &TestApp) -> String {
        totp::code(&self.secret, totp::step(app.ctx().now()))
    }

    async fn sign_in(&self, app: &TestApp, code: Option<&str>) -> String {
        let input = json!({ "email": self.email, "password": PASSWORD, "code": code });
        errors(&app.mutate("sessionCreate", "token", input).await)
    }
}

async fn asked(server: &TestServer, token: &str, document: &str, variables: Value) -> Value {
    let head = format!(
        "POST /graphql HTTP/1.1\r\nContent-Type: application/json\r\nAuthorization: Bearer {token}"
    );
    let body = json!({ "query": document, "variables": variables }).to_string();
    server.exchange(&head, body).await.json()["data"]["done"].take()
}

fn base32(digits: &str) -> Vec<u8> {
    let value = |digit: u8| match digit {
        b'A'..=b'Z' => u32::from(digit - b'A'),
        _ => u32::from(digit - b'2') + 26,
    };
    let (mut bytes, mut pending, mut bits) = (Vec::new(), 0, 0);
    for digit in digits.bytes() {
        (pending, bits) = ((pending << 5 | value(digit)) & 0xffff, bits + 5);
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(pending >> bits & 0xff).unwrap());
        }
    }
    bytes
}

#[tokio::test]
async fn a_code_is_asked_for_and_good_once() {
    on_both(async |app| {
        let server = app.serve(|_, _| {}).await;
        let ada = Careful::of(app, &server, "Ada Lovelace").await;
        app.advance(TimeDelta::seconds(30));
        let code = ada.code(app);

        let without = ada.sign_in(app, None).await;
        let right = ada.sign_in(app, Some(&code)).await;
        let again = ada.sign_in(app, Some(&code)).await;
        app.advance(TimeDelta::seconds(30));
        let earlier = ada.sign_in(app, Some(&code)).await;
        let next = ada.sign_in(app, Some(&ada.code(app))).await;

        let asked_for = "UNAUTHENTICATED input.code: is asked for: this person has a second factor";
        let used = "UNAUTHENTICATED input.code: is not the code that the device shows now, or was used before";
        assert_eq!(without, asked_for);
        assert_eq!((right.as_str(), next.as_str()), ("", ""));
        assert_eq!((again.as_str(), earlier.as_str()), (used, used));
        server.stop().await;
    })
    .await;
}

#[tokio::test]
async fn codes_are_tried_no_more_often_than_passwords() {
    on_both(async |app| {
        let server = app.serve(|_, _| {}).await;
        let ada = Careful::of(app, &server, "Ada Lovelace").await;
        for _ in 0..5 {
            assert!(ada.sign_in(app, Some("000000")).await.contains("is not the code"));
        }
        let closed = ada.sign_in(app, Some("000000")).await;
        assert_eq!(closed, "RATE_LIMITED input: too many tries: come back in 1 s");
        server.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_recovery_code_signs_in_once() {
    on_both(async |app| {
        let server = app.serve(|_, _| {}).await;
        let ada = Careful::of(app, &server, "Ada Lovelace").await;
        let code = &ada.recovery_codes[3];

        assert_eq!(ada.recovery_codes.len(), 10);
        assert_eq!(ada.sign_in(app, Some(&code.to_uppercase())).await, "");
        assert!(ada.sign_in(app, Some(code)).await.contains("is not the code"));
        assert_eq!(ada.sign_in(app, Some(&ada.recovery_codes[4])).await, "");
        server.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_second_factor_ends_by_the_password() {
    on_both(async |app| {
        let server = app.serve(|_, _| {}).await;
        let ada = Careful::of(app, &server, "Ada Lovelace").await;
        let disable = "mutation($password: String!) { done: secondFactorDisable(input: {password: \
                       $password}) { user { id } errors { code path message } } }";

        let wrong = asked(&server, &ada.token, disable, json!({ "password": "wrong" })).await;
        let right = asked(&server, &ada.token, disable, json!({ "password": PASSWORD })).await;

        assert_eq!(errors(&wrong), "BAD_USER_INPUT input.password: is not your password");
        assert_eq!(errors(&right), "");
        assert_eq!(ada.sign_in(app, None).await, "");
        server.stop().await;
    })
    .await;
}

#[tokio::test]
async fn secrets_are_sealed_anew_with_a_new_key() {
    on_both(async |app| {
        let server = app.serve(|_, _| {}).await;
        let ada = Careful::of(app, &server, "Ada Lovelace").await;
        let grace = Careful::of(app, &server, "Grace Hopper").await;
        let before = two_factor::Entity::find().all(app.db()).await.unwrap();
        // The key that the tests know, and a new one behind it.
        let path = std::env::temp_dir().join(format!("vigil-rotation-{}", app.token()));
        fs::write(&path, tests::identity::KEYS).unwrap();
        #[cfg(unix)]
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        let keyring = Keyring::read(&path).unwrap();
        let number = keyring.add(&Entropy::random()).unwrap();

        let sealed = sealed::rotate(app.ctx(), &keyring).await.unwrap();
        let again = sealed::rotate(app.ctx(), &keyring).await.unwrap();

        let after = two_factor::Entity::find().all(app.db()).await.unwrap();
        assert_eq!((number, sealed, again), (2, 2, 0));
        for (row, person) in after.iter().zip([&ada, &grace]) {
            let id = row.id.to_string();
            let place = sealed::Place { table: "two_factors", column: "secret", row: &id };
            assert_eq!(row.secret.as_bytes()[..5], [1, 0, 0, 0, 2]);
            assert_eq!(keyring.open(place, &row.secret), Ok(person.secret.clone()));
        }
        assert!(before.iter().all(|it| it.secret.as_bytes()[..5] == [1, 0, 0, 0, 1]));
        fs::remove_file(&path).unwrap();
        server.stop().await;
    })
    .await;
}
