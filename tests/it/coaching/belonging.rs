//! Who belongs to whom: what a client's people and an assistant see of each other.

use {
    entity::kernel::user::Role,
    serde_json::{Value, json},
    service::{Person, Viewer},
    tests::{TestApp, coaching::text, on_both},
};

/// A client with two people, its assistant, and their pairing; another of strangers.
struct World {
    ea: String,
    one: String,
    other: String,
}

async fn member(app: &TestApp, client: &str, name: &str) -> String {
    let user = app.user(name, "CLIENT").await;
    let input = json!({ "clientId": client, "userId": user });
    app.mutate("clientMemberAdd", "clientMember { id }", input).await;
    user
}

async fn world(app: &TestApp) -> World {
    let (ea, client) = (app.ea("Ada Lovelace").await, app.client("Acme").await);
    app.pair(&ea, &client).await;
    let one = member(app, &client, "One Member").await;
    let other = member(app, &client, "Other Member").await;
    let strange = app.client("Stranger").await;
    app.pair(&app.ea("Strange Assistant").await, &strange).await;
    member(app, &strange, "Strange Member").await;
    World { ea, one, other }
}

async fn seen(app: &TestApp, who: &str, role: Role, document: &str) -> Value {
    let viewer = Viewer::Person(Person::new(who.parse().unwrap(), role));
    app.respond_as(viewer, document, json!({})).await
}

/// The names or ids in a list of nodes, in order.
fn each(answer: &Value, list: &str, field: impl Fn(&Value) -> Value) -> Vec<String> {
    let nodes = answer["data"][list]["nodes"].as_array();
    let nodes = nodes.unwrap_or_else(|| panic!("{answer:#}"));
    let mut each: Vec<_> = nodes.iter().map(|it| text(&field(it))).collect();
    each.sort();
    each
}

#[tokio::test]
async fn who_signs_in_for_a_client_no_more_sees_nothing_of_it() {
    on_both(async |app| {
        let World { one, .. } = world(app).await;
        for role in [Role::Pending, Role::User, Role::Manager] {
            let lists = ["clients", "clientMembers", "eas", "pairings", "reports"];
            for list in lists {
                let answer =
                    seen(app, &one, role, &format!("{{ {list} {{ nodes {{ id }} }} }}")).await;
                let code = &answer["errors"][0]["extensions"]["code"];
                assert_eq!(*code, json!("FORBIDDEN"), "{role:?} {list}");
            }
        }
        for role in [Role::Pending, Role::User] {
            let answer = seen(app, &one, role, "{ users { nodes { id } } }").await;
            assert_eq!(each(&answer, "users", |it| it["id"].clone()), [one.as_str()], "{role:?}");
        }
        // Made an assistant, it sees what is its own as one: nothing yet.
        for list in ["clients", "clientMembers", "eas", "pairings", "reports"] {
            let answer =
                seen(app, &one, Role::Ea, &format!("{{ {list} {{ nodes {{ id }} }} }}")).await;
            assert_eq!(answer["data"][list]["nodes"], json!([]), "{list}: {answer:#}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_people_of_a_client_know_each_other() {
    on_both(async |app| {
        let World { ea, one, other } = world(app).await;
        let members = "{ clientMembers { nodes { user { id name } } } }";

        let by_member = seen(app, &one, Role::Client, members).await;
        let by_assistant = seen(app, &ea, Role::Ea, members).await;
        let known = seen(app, &one, Role::Client, "{ users { nodes { id } } }").await;

        let mut both = vec![one.clone(), other.clone()];
        both.sort();
        for answer in [by_member, by_assistant] {
            assert_eq!(each(&answer, "clientMembers", |it| it["user"]["id"].clone()), both);
        }
        both.push(ea);
        both.sort();
        assert_eq!(each(&known, "users", |it| it["id"].clone()), both);
    })
    .await;
}

#[tokio::test]
async fn a_client_lists_its_assistants() {
    on_both(async |app| {
        let World { ea, one, .. } = world(app).await;
        let document = "{ eas { nodes { id createdAt } } }";
        let answer = seen(app, &one, Role::Client, document).await;
        assert_eq!(each(&answer, "eas", |it| it["id"].clone()), [ea]);
    })
    .await;
}

#[tokio::test]
async fn a_change_of_health_leaves_no_trace_for_the_two_of_a_pairing() {
    on_both(async |app| {
        let World { ea, one, .. } = world(app).await;
        for field in ["version", "updatedAt"] {
            let document = format!("{{ pairings {{ nodes {{ id {field} }} }} }}");
            for (who, role) in [(&ea, Role::Ea), (&one, Role::Client)] {
                let answer = seen(app, who, role, &document).await;
                let message = &answer["errors"][0]["message"];
                assert_eq!(*message, json!("needs the capability PAIRINGS_MANAGE"), "{answer:#}");
            }
        }
    })
    .await;
}
