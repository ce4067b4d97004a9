//! Who may see and do what: every field and operation of the schema, by everybody, on what is one's
//! own and on what is somebody else's, held to the committed table `tests/rights.csv`.
//!
//! A field or a mutation that the table does not name fails the test. What is there instead is
//! written beside the table, as `rights.new.csv`: read the difference, and put it in its place when
//! every change is meant.

mod people;
mod tasks;
mod walk;
mod world;

use {
    entity::kernel::capability::Capability,
    futures_util::StreamExt,
    people::{Caller, callers},
    serde_json::{Value, json},
    service::{
        Viewer,
        kernel::{access::Reach, events::feed::Feed},
    },
    std::{collections::BTreeMap, fs, path::Path, sync::Arc, time::Duration},
    tests::{TestApp, on_both},
    tokio::task::JoinSet,
    walk::Walk,
    world::{Side, World},
};

/// What came of asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// It is shown, or done.
    Yes,
    /// It is refused, for want of a capability.
    No,
    /// It is not there, as far as the caller can tell.
    Absent,
    /// It is refused to whoever has not signed in.
    SignIn,
}

impl Outcome {
    fn name(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Absent => "absent",
            Self::SignIn => "sign in",
        }
    }

    /// Reads the answer to a query of one field, or to a mutation.
    #[track_caller]
    fn of(answer: &Value, asked: &str) -> Self {
        let refused = answer["errors"].as_array().into_iter().flatten();
        let codes = refused.map(|it| &it["extensions"]["code"]);
        let told = answer["data"]["done"]["errors"].as_array().into_iter().flatten();
        let codes = codes.chain(told.map(|it| &it["code"])).filter_map(Value::as_str);
        let mut codes = codes.collect::<Vec<_>>();
        codes.dedup();
        match codes.as_slice() {
            // Who may try is told that it was too often.
            [] | ["BAD_USER_INPUT" | "CONFLICT" | "RATE_LIMITED"] => Self::Yes,
            ["FORBIDDEN"] => Self::No,
            ["NOT_FOUND"] => Self::Absent,
            ["UNAUTHENTICATED"] => Self::SignIn,
            other => panic!("{asked}\n{other:?}\n{answer:#}"),
        }
    }
}

/// A row of the table: what every caller gets, on either side.
type Row = Vec<Outcome>;

#[tokio::test]
async fn everybody_sees_and_does_what_the_table_says() {
    let mut tables = Vec::new();
    on_both(async |app| {
        let mut world = World::make(app).await;
        let walk = Walk::of(app).await;
        let callers = callers(&world);
        let mut table = BTreeMap::new();
        for field in walk.fields() {
            let row = fields_row(app, &world, &callers, &field).await;
            table.insert(field.name.clone(), row);
        }
        for mutation in walk.mutations() {
            let row = tasks_row(app, &mut world, &callers, &mutation).await;
            table.insert(format!("Mutation.{mutation}"), row);
        }
        for subscription in walk.subscriptions() {
            let row = subscriptions_row(app, &callers, &subscription).await;
            table.insert(format!("Subscription.{subscription}"), row);
        }
        TABLES.with_borrow_mut(|it| it.push(written(&callers, &table)));
    })
    .await;
    TABLES.with_borrow_mut(|it| tables.append(it));
    assert_eq!(tables[0], tables[1], "both databases decide alike");
    is_committed(&tables[0]);
}

thread_local! {
    /// What each database has decided; a test's closure can keep nothing else.
    static TABLES: std::cell::RefCell<Vec<String>> = const { std::cell::RefCell::new(Vec::new()) };
}

async fn fields_row(app: &TestApp, world: &World, callers: &[Caller], field: &walk::Asked) -> Row {
    let mut row = Row::new();
    for caller in callers {
        for side in Side::BOTH {
            let document = field.document(|of| world.id(of, side, caller));
            let answer = app.respond_as(caller.viewer, &document, json!({})).await;
            let mut outcome = Outcome::of(&answer, &document);
            if outcome == Outcome::Yes && walk::leaf(&answer).is_null() {
                // An administrator is somebody, and the server itself sees what is anybody's own.
                for other in [app.ctx().viewer(), Viewer::System] {
                    let all = app.respond_as(other, &document, json!({})).await;
                    let shown = walk::leaf(&all);
                    if !shown.is_null() && *shown != json!([]) {
                        outcome = Outcome::Absent;
                    }
                }
            }
            if outcome == Outcome::Yes
                && field.is_within_a_list()
                && *walk::leaf(&answer) == json!([])
            {
                outcome = Outcome::Absent;
            }
            World::gives_nothing_away(caller, &answer.to_string(), &document);
            row.push(outcome);
        }
    }
    row
}

async fn tasks_row(app: &TestApp, world: &mut World, callers: &[Caller], mutation: &str) -> Row {
    let mut row = Row::new();
    for caller in callers {
        for side in Side::BOTH {
            let input = tasks::input(mutation, &|of| world.id(of, side, caller));
            let name = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
            let document = format!(
                "mutation($input: {name}!) {{ done: {mutation}(input: $input) {{ \
                 errors {{ code path message }} }} }}"
            );
            let answer = app.respond_as(caller.viewer, &document, json!({ "input": input })).await;
            let outcome = Outcome::of(&answer, &format!("{mutation} {input}"));
            if answer["data"]["done"]["errors"] == json!([]) && !tasks::HARMLESS.contains(&mutation)
            {
                let removed = tasks::REMOVALS.iter().find(|it| it.0 == mutation);
                let removed = removed.unwrap_or_else(|| panic!("{mutation} was done: {input}"));
                world.restore(app, removed.1, side).await;
            }
            World::gives_nothing_away(caller, &answer.to_string(), &document);
            row.push(outcome);
        }
    }
    row
}

/// Whether somebody may listen at all; which rows are told of is decided as in a list.
async fn subscriptions_row(app: &TestApp, callers: &[Caller], subscription: &str) -> Row {
    let feed = Arc::new(Feed::new(app.ctx().clone(), 1, Duration::from_mins(10)));
    let mut running = JoinSet::new();
    let same = feed.clone();
    running.spawn(async move { same.run().await });
    let mut row = Row::new();
    for caller in callers {
        let document = format!("subscription {{ {subscription} {{ resync }} }}");
        let viewer = app.ctx().seen_by(caller.viewer);
        let mut told = app.schema().subscribe(viewer, feed.clone(), document.as_str());
        let outcome = tokio::select! {
            told = told.next() => Outcome::of(&serde_json::to_value(told).unwrap(), &document),
            () = feed.attended() => Outcome::Yes,
        };
        row.extend(Side::BOTH.map(|_| outcome));
    }
    running.shutdown().await;
    row
}

/// The table as it is committed: a line a field, a column a caller and side.
fn written(callers: &[Caller], table: &BTreeMap<String, Row>) -> String {
    let sides = |caller: &Caller| Side::BOTH.map(|side| format!("{} {}", caller.name, side.name()));
    let head: Vec<_> = callers.iter().flat_map(sides).collect();
    let lines = table.iter().map(|(field, row)| {
        let cells: Vec<_> = row.iter().map(|it| it.name()).collect();
        format!("{field},{}\n", cells.join(","))
    });
    [format!("field,{}\n", head.join(","))].into_iter().chain(lines).collect()
}

#[track_caller]
fn is_committed(table: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("rights.csv");
    let committed = fs::read_to_string(&path).unwrap_or_default();
    if committed == table {
        return;
    }
    let new = path.with_file_name("rights.new.csv");
    fs::write(&new, table).unwrap();
    let old: Vec<_> = committed.lines().collect();
    let differing: Vec<_> = table.lines().filter(|it| !old.contains(it)).collect();
    let gone = old.iter().filter(|it| !table.lines().any(|line| line == **it)).count();
    panic!(
        "tests/rights.csv says otherwise about {} fields, and {gone} lines of it are out of date; \
         see tests/rights.new.csv. New:\n{}",
        differing.len(),
        differing.join("\n")
    );
}

#[tokio::test]
async fn lists_and_counts_hold_what_may_be_seen() {
    on_both(async |app| {
        let world = World::make(app).await;
        let walk = Walk::of(app).await;
        for caller in callers(&world) {
            for (list, fields) in walk.lists() {
                let document =
                    format!("{{ done: {list}(first: 100) {{ totalCount nodes {{ id }} }} }}");
                let answer = app.respond_as(caller.viewer, &document, json!({})).await;
                let reach = caller.viewer.reach(read_by(&list));
                if reach == Reach::No {
                    assert!(answer["data"].is_null(), "{} {document}\n{answer:#}", caller.name);
                    continue;
                }
                let done = &answer["data"]["done"];
                let nodes = done["nodes"].as_array().unwrap().len();
                // A page has a hundred rows at most.
                let total = done["totalCount"].as_u64().unwrap().min(100);
                assert_eq!(total, nodes as u64, "{} {document}", caller.name);
                if reach == Reach::All {
                    continue;
                }
                let told = done.to_string();
                let strange = world.strange_ids().find(|id| told.contains(id));
                assert_eq!(strange, None, "{} {document}\n{done:#}", caller.name);
                for field in fields {
                    let document = format!("{{ {list}(first: 100) {{ nodes {{ {field} }} }} }}");
                    let answer = app.respond_as(caller.viewer, &document, json!({})).await;
                    World::gives_nothing_away(&caller, &answer.to_string(), &document);
                }
            }
        }
    })
    .await;
}

/// What it takes to read a list.
fn read_by(list: &str) -> Capability {
    match list {
        "alertRules" => Capability::AlertRulesRead,
        "alerts" | "notifications" | "ruleEvaluations" => Capability::AlertsRead,
        "announcements" => Capability::AnnouncementsRead,
        "auditTrail" => Capability::AuditRead,
        "clientMembers" | "clients" => Capability::ClientsRead,
        "coachingNotes" => Capability::NotesRead,
        "eas" => Capability::AssistantsRead,
        "holidays" => Capability::HolidaysRead,
        "jobs" => Capability::JobsManage,
        "pairings" => Capability::PairingsRead,
        "ptoRecords" | "startOfDayLogs" => Capability::AttendanceRead,
        "reports" => Capability::ReportsRead,
        "users" => Capability::PeopleRead,
        other => panic!("say what it takes to read {other}"),
    }
}

#[tokio::test]
async fn a_client_sees_nothing_of_what_its_assistant_does_for_others() {
    on_both(async |app| {
        let world = World::make(app).await;
        let find = |name| callers(&world).into_iter().find(|it| it.name == name).unwrap();
        let (client, ea) = (find("CLIENT"), find("EA"));
        let id = world.id("ExecutiveAssistant", Side::Own, &client);
        let document = format!(
            "{{ ea(id: \"{id}\") {{ \
             pairings(first: 100) {{ totalCount nodes {{ id client {{ name }} }} }} \
             reports(first: 100) {{ totalCount nodes {{ id pendingTasks }} }} }} }}"
        );

        let own = app.respond_as(client.viewer, &document, json!({})).await;
        let all = app.respond_as(ea.viewer, &document, json!({})).await;

        World::gives_nothing_away(&client, &own.to_string(), &document);
        for (list, of) in [("pairings", "Pairing"), ("reports", "EndOfDayReport")] {
            let seen = &own["data"]["ea"][list];
            assert_eq!(seen["totalCount"], 1, "{own:#}");
            assert_eq!(seen["nodes"][0]["id"], json!(world.id(of, Side::Own, &client)));
            assert_eq!(all["data"]["ea"][list]["totalCount"], 2, "{all:#}");
        }
    })
    .await;
}

#[tokio::test]
async fn nobody_narrows_or_orders_by_what_it_does_not_see() {
    on_both(async |app| {
        let world = World::make(app).await;
        let client = callers(&world).into_iter().find(|it| it.name == "CLIENT");
        let client = client.unwrap().viewer;
        for (document, missing) in [
            ("{ pairings(filter: {healthStatus: {eq: RED}}) { totalCount } }", "HEALTH_READ"),
            (
                "{ pairings(filter: {not: {or: [{healthStatus: {eq: RED}}]}}) { nodes { id } } }",
                "HEALTH_READ",
            ),
            ("{ pairings(filter: {hasOpenAlerts: true}) { totalCount } }", "ALERTS_READ"),
            ("{ clients(filter: {hasIssues: true}) { nodes { id } } }", "HEALTH_READ"),
            ("{ eas(filter: {hasIssues: false}) { nodes { id } } }", "HEALTH_READ"),
            ("{ users(filter: {email: {startsWith: \"a\"}}) { nodes { id } } }", "PEOPLE_DETAILS"),
            (
                "{ users(orderBy: [{field: CREATED_AT, direction: ASC}]) { nodes { id } } }",
                "PEOPLE_DETAILS",
            ),
        ] {
            let answer = app.respond_as(client, document, json!({})).await;
            let first = &answer["errors"][0];
            assert_eq!(first["extensions"]["code"], "FORBIDDEN", "{document}\n{answer:#}");
            assert_eq!(first["message"], format!("needs the capability {missing}"), "{document}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_strangers_row_answers_as_no_row_does() {
    on_both(async |app| {
        let world = World::make(app).await;
        let client = callers(&world).into_iter().find(|it| it.name == "CLIENT");
        let client = client.unwrap();
        for root in ["report", "pairing", "client", "ea", "user", "clientMember"] {
            let ask = async |id: &str| {
                let document = format!("{{ {root}(id: \"{id}\") {{ id }} }}");
                app.respond_as(client.viewer, &document, json!({})).await.to_string()
            };
            let of = walk::object(root);
            let stranger = ask(&world.id(&of, Side::Other, &client)).await;
            let nobody = ask("018f0000-0000-7000-8000-000000000001").await;
            assert_eq!(stranger, nobody, "{root}");
            assert!(stranger.contains("NOT_FOUND"), "{stranger}");
            let own = ask(&world.id(&of, Side::Own, &client)).await;
            assert!(!own.contains("errors"), "{own}");
        }
    })
    .await;
}

#[tokio::test]
async fn whoever_changes_a_row_without_leave_to_see_it_is_shown_nothing() {
    on_both(async |app| {
        let world = World::make(app).await;
        let find = |name| callers(&world).into_iter().find(|it| it.name == name).unwrap();
        let (mute, writer) = (find("key without scope"), find("key with one writing scope"));
        let report = world.id("EndOfDayReport", Side::Own, &writer);
        let amend = format!("reportAmend(input: {{id: \"{report}\", expectedVersion: 1}})");
        for field in ["id", "pendingTasks", "difficulties", "version"] {
            let document = format!("mutation {{ {amend} {{ report {{ {field} }} }} }}");
            let answer = app.respond_as(writer.viewer, &document, json!({})).await;
            assert_eq!(answer["errors"][0]["extensions"]["code"], "FORBIDDEN", "{answer:#}");
            assert!(answer["data"]["reportAmend"]["report"].is_null(), "{answer:#}");
        }
        for field in ["id", "name", "role", "email"] {
            let document = format!("{{ viewer {{ {field} }} }}");
            let answer = app.respond_as(mute.viewer, &document, json!({})).await;
            assert_eq!(answer["errors"][0]["extensions"]["code"], "FORBIDDEN", "{answer:#}");
            assert!(answer["data"]["viewer"].is_null(), "{answer:#}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_edge_to_somebody_who_is_not_seen_is_null() {
    on_both(async |app| {
        let world = World::make(app).await;
        let ea = callers(&world).into_iter().find(|it| it.name == "EA").unwrap();
        for (list, edge) in [("announcements", "author"), ("coachingNotes", "editor")] {
            let document = format!("{{ {list} {{ nodes {{ content {edge} {{ name }} }} }} }}");
            let answer = app.respond_as(ea.viewer, &document, json!({})).await;
            assert!(answer.get("errors").is_none(), "{answer:#}");
            let nodes = answer["data"][list]["nodes"].as_array().unwrap();
            assert!(!nodes.is_empty());
            assert!(nodes.iter().all(|it| it["content"].is_string() && it[edge].is_null()));
        }
    })
    .await;
}
