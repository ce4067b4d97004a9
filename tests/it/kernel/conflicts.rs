//! What people do at the same moment.

use {
    entity::kernel::user::Role,
    sea_orm::{ConnectionTrait, DbBackend},
    serde_json::{Value, json},
    service::{Person, Viewer},
    tests::{
        TestApp,
        coaching::{errors, id},
        on_both,
    },
};

/// How often two people try to get in each other's way.
const ROUNDS: i32 = 10;

#[tokio::test]
async fn two_administrators_cannot_demote_each_other() {
    on_both(async |app| {
        let viewer = app.ask("{ viewer { id } }", json!({})).await["viewer"]["id"].clone();
        let second = json!(app.user("Second Admin", "ADMIN").await);
        for round in 0..ROUNDS {
            let set = async |who: &Value, role: &str| {
                let asked = format!("{{ user(id: {who}) {{ version }} }}");
                let version = app.ask(&asked, json!({})).await["user"]["version"].clone();
                let input = json!({ "id": who, "expectedVersion": version, "role": role });
                app.mutate("userUpdate", "user { role }", input).await
            };

            let both = tokio::join!(set(&viewer, "USER"), set(&second, "USER"));

            let told = [errors(&both.0), errors(&both.1)];
            let refused = "CONFLICT input.id: is the last active administrator";
            let count = told.iter().filter(|it| *it == refused).count();
            assert_eq!((count, told.concat()), (1, refused.to_owned()), "round {round}");
            tokio::join!(set(&viewer, "ADMIN"), set(&second, "ADMIN"));
        }
    })
    .await;
}

/// Assigns an alert on behalf of a head.
async fn assign(app: &TestApp, by: &str, alert: &str, to: &str) -> Value {
    let head = Viewer::Person(Person::new(by.parse().unwrap(), Role::HeadEas));
    let document = "mutation($input: AlertAssignInput!) { alertAssign(input: $input) { alert { assignedTo } errors { message } } }";
    let input = json!({ "input": { "id": alert, "assigneeId": to } });
    app.respond_as(head, document, input).await
}

#[tokio::test]
async fn two_heads_give_each_other_alerts() {
    on_both(async |app| {
        let pairing = app.new_pairing().await;
        let heads =
            [app.user("Hedy Lamarr", "HEAD_EAS").await, app.user("Ida Rhodes", "HEAD_EAS").await];
        let [one, other] = &heads;
        for round in 1..=ROUNDS {
            let alerts = [app.alert(&pairing, round).await, app.alert(&pairing, 10 + round).await];

            let done = tokio::join!(
                assign(app, one, &alerts[0], other),
                assign(app, other, &alerts[1], one),
            );

            for (done, to) in [(done.0, other), (done.1, one)] {
                let done = &done["data"]["alertAssign"];
                assert_eq!(done["alert"]["assignedTo"], json!(to), "round {round}: {done:#}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn what_may_succeed_another_time_says_why_it_failed() {
    let app = TestApp::start(DbBackend::Postgres).await;
    for (code, told) in [
        ("40P01", "others were in the way: try again"),
        ("40001", "others were in the way: try again"),
        ("55P03", "others were in the way: try again"),
        ("57014", "the database took too long: ask for less, or try again later"),
        ("57P01", "the database cannot be reached just now: try again later"),
    ] {
        let raise = format!(
            "CREATE OR REPLACE FUNCTION be_in_the_way() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION 'in the way' USING ERRCODE = '{code}'; END $$; \
             CREATE OR REPLACE TRIGGER tr_in_the_way BEFORE INSERT ON clients \
             EXECUTE FUNCTION be_in_the_way()"
        );
        app.db().execute_unprepared(&raise).await.unwrap();
        let document =
            "mutation { clientCreate(input: {name: \"Acme\"}) { client { id } errors { code } } }";

        let answer = app.respond(document, json!({})).await;

        let error = &answer["errors"][0];
        assert_eq!(error["extensions"]["code"], json!("UNAVAILABLE"), "{answer:#}");
        assert_eq!(error["message"], json!(told), "{answer:#}");
    }
    app.db().execute_unprepared("DROP TRIGGER tr_in_the_way ON clients").await.unwrap();
    let made = app.mutate("clientCreate", "client { id }", json!({ "name": "Acme" })).await;
    assert!(!id(&made, "client").is_empty());
    app.stop().await;
}
