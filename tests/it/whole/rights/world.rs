//! Two pairings: one that is an assistant's and a client's own, and one of strangers; and one more of
//! the own assistant, with a client who is a stranger to the own one. Whatever is internal says so
//! in its text, so that it is noticed wherever it turns up.

use {
    super::people::Caller,
    entity::{
        id::{TwoFactorId, UserId},
        kernel::{
            capability::Capability,
            two_factor,
            user::{self, Role},
        },
    },
    sea_orm::{
        ActiveEnum, ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel, Iterable,
    },
    serde_json::{Value, json},
    service::{
        Viewer,
        kernel::{
            access::Reach,
            identity::{
                api_keys::{self, ApiKeyCreateInput},
                sessions,
            },
            sealed::Place,
        },
    },
    std::collections::HashMap,
    tests::{
        TestApp,
        coaching::{report, text},
    },
};

/// Whose something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Side {
    /// The caller's, where the caller has such things.
    Own,
    /// Somebody else's.
    Other,
}

impl Side {
    pub(super) const BOTH: [Self; 2] = [Self::Own, Self::Other];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Other => "other",
        }
    }
}

/// What stands in a text that the client must not see.
const INTERNAL: &str = "canary-internal";
/// What stands in every text of the strangers.
const STRANGE: &str = "canary-strange";

/// What stands in every text of another client that the own assistant works for.
const ELSEWHERE: &str = "canary-elsewhere";

/// Two pairings, and everybody.
pub(super) struct World {
    ids: HashMap<(String, Side), String>,
    people: HashMap<Role, String>,
    made: HashMap<(String, Side), Made>,
}

/// How an object was made: the mutation, the object in its payload, and its input.
type Made = (&'static str, &'static str, Value);

impl World {
    pub(super) async fn make(app: &TestApp) -> Self {
        let mut world = Self { ids: HashMap::new(), people: HashMap::new(), made: HashMap::new() };
        app.switch_rules_off_but(1).await;
        for role in Role::iter().filter(|it| !matches!(it, Role::Ea | Role::Client)) {
            let name = format!("Somebody {role:?}");
            world.people.insert(role, app.user(&name, &role.to_value()).await);
        }
        world.fill(app, Side::Own, "").await;
        world.work_elsewhere(app).await;
        world.fill(app, Side::Other, STRANGE).await;
        world.share(app).await;
        world.sign_in(app).await;
        world
    }

    /// The id of an object, as a caller has it.
    pub(super) fn id(&self, of: &str, side: Side, caller: &Caller) -> String {
        if of == "User"
            && side == Side::Own
            && let Some(person) = caller.viewer.person()
        {
            return person.id.to_string();
        }
        let found = self.ids.get(&(of.to_owned(), side));
        found.unwrap_or_else(|| panic!("the world has no {of}: add one to it")).clone()
    }

    /// The person of a role.
    pub(super) fn person(&self, role: Role) -> UserId {
        self.people[&role].parse().unwrap()
    }

    /// The ids of what is the strangers' alone.
    pub(super) fn strange_ids(&self) -> impl Iterator<Item = &str> {
        let is_shared =
            |id: &String| self.ids.iter().any(|((_, side), own)| *side == Side::Own && own == id);
        let others = self.ids.iter().filter(|((_, side), _)| *side == Side::Other);
        others.map(|(_, id)| id).filter(move |id| !is_shared(id)).map(String::as_str)
    }

    /// Fails when an answer holds what the caller must not see, wherever it stands.
    #[track_caller]
    pub(super) fn gives_nothing_away(caller: &Caller, answer: &str, asked: &str) {
        let reach = |capability| caller.viewer.reach(capability);
        if reach(Capability::PairingsRead) != Reach::All {
            assert!(!answer.contains(STRANGE), "{}: {asked}\n{answer}", caller.name);
            let is_ea = caller.viewer.person().is_some_and(|it| it.role == Role::Ea);
            assert!(is_ea || !answer.contains(ELSEWHERE), "{}: {asked}\n{answer}", caller.name);
        }
        if reach(Capability::ReportsInternal) == Reach::No {
            assert!(!answer.contains(INTERNAL), "{}: {asked}\n{answer}", caller.name);
        }
    }

    /// Makes an object again that was taken away.
    pub(super) async fn restore(&mut self, app: &TestApp, of: &str, side: Side) {
        let (field, object, input) = self.made[&(of.to_owned(), side)].clone();
        self.add(app, (of, side), field, (object, input)).await;
    }

    async fn add(
        &mut self,
        app: &TestApp,
        (of, side): (&str, Side),
        field: &'static str,
        (object, input): (&'static str, Value),
    ) -> String {
        let made = app.mutate(field, &format!("{object} {{ id }}"), input.clone()).await;
        assert_eq!(made["errors"], json!([]), "{field}: {made:#}");
        let id = text(&made[object]["id"]);
        self.ids.insert((of.to_owned(), side), id.clone());
        self.made.insert((of.to_owned(), side), (field, object, input));
        id
    }

    /// Makes a pairing, and all that hangs on it.
    async fn fill(&mut self, app: &TestApp, side: Side, mark: &str) {
        let told = |what: &str| format!("{what} {INTERNAL} {mark}");
        let ea = app.ea(&format!("Assistant {side:?}")).await;
        let client = app.client(&format!("Client {side:?} {mark}")).await;
        let person = app.user(&format!("Person {side:?}"), "CLIENT").await;
        let pairing = app.pair(&ea, &client).await;
        // No report has come, and the assistant is off: rule 1 holds, and raises nothing.
        let today = json!({ "eaId": ea, "startDate": "2026-03-02", "endDate": "2026-03-02", "reason": "PTO" });
        app.mutate("ptoRecordCreate", "ptoRecord { id }", today).await;
        let document = "query($filter: RuleEvaluationFilter) { ruleEvaluations(filter: $filter) { nodes { id } } }";
        let kept = app.ask(document, json!({ "filter": { "pairingId": { "eq": pairing } } })).await;
        let kept = text(&kept["ruleEvaluations"]["nodes"][0]["id"]);
        self.ids.insert(("RuleEvaluation".to_owned(), side), kept);
        let member = json!({ "clientId": client, "userId": person });
        let mut day = report(&pairing, "2026-02-27");
        for field in ["difficulties", "supportNeeded", "additionalNotes"] {
            day[field] = json!(told(field));
        }
        day["pendingTasks"] = json!(format!("Two invoices {mark}"));
        let note =
            json!({ "noteType": "PAIRING_LEVEL", "pairingId": pairing, "content": told("note") });
        let habit =
            json!({ "noteType": "EA_LEVEL", "eaId": ea, "content": format!("Mornings {mark}") });
        let off = json!({ "eaId": ea, "startDate": "2026-03-09", "endDate": "2026-03-10", "reason": "SICK" });
        let health = json!({ "id": pairing, "expectedVersion": 1, "healthStatus": "RED", "reason": told("override") });
        for (of, field, object, input) in [
            ("ClientMember", "clientMemberAdd", "clientMember", member),
            ("EndOfDayReport", "reportSubmit", "report", day),
            ("PairingNote", "coachingNoteCreate", "coachingNote", note),
            ("CoachingNote", "coachingNoteCreate", "coachingNote", habit),
            ("PtoRecord", "ptoRecordCreate", "ptoRecord", off),
            ("StartOfDayLog", "startOfDayLog", "startOfDayLog", json!({ "eaId": ea })),
            ("Pairing", "pairingHealthOverride", "pairing", health),
        ] {
            self.add(app, (of, side), field, (object, input)).await;
        }
        for user in [&ea, &person] {
            let profile = json!({ "userId": user, "displayName": format!("{side:?} {mark}"), "timezone": "UTC" });
            app.mutate("userProfileSet", "profile { id }", profile).await;
        }
        self.raise(app, side, &pairing, &told("alert")).await;
        if side == Side::Own {
            self.people.insert(Role::Ea, ea.clone());
            self.people.insert(Role::Client, person.clone());
        }
        for (of, id) in
            [("User", &ea), ("ExecutiveAssistant", &ea), ("Client", &client), ("Contact", &person)]
        {
            self.ids.insert((of.to_owned(), side), id.clone());
        }
    }

    /// Lets the own assistant work for another client as well, and report on it.
    async fn work_elsewhere(&self, app: &TestApp) {
        let ea = &self.ids[&("ExecutiveAssistant".to_owned(), Side::Own)];
        let client = app.client(&format!("Client {ELSEWHERE}")).await;
        let person = app.user(&format!("Person {ELSEWHERE}"), "CLIENT").await;
        let member = json!({ "clientId": client, "userId": person });
        let member = app.mutate("clientMemberAdd", "clientMember { id }", member).await;
        assert_eq!(member["errors"], json!([]), "{member:#}");
        let mut day = report(&app.pair(ea, &client).await, "2026-02-26");
        day["pendingTasks"] = json!(format!("Two invoices {ELSEWHERE}"));
        let day = app.mutate("reportSubmit", "report { id }", day).await;
        assert_eq!(day["errors"], json!([]), "{day:#}");
    }

    /// Raises an alert that stays open, and one that is resolved.
    async fn raise(&mut self, app: &TestApp, side: Side, pairing: &str, notes: &str) {
        let admin = app.ctx().viewer().user_id().unwrap().to_string();
        for (of, rule) in [("Alert", 2), ("ResolvedAlert", 3)] {
            let rule = app.rule(rule).await;
            let alert = json!({ "pairingId": pairing, "ruleId": rule, "notes": notes });
            let alert = self.add(app, (of, side), "alertCreate", ("alert", alert)).await;
            let assign = json!({ "id": alert, "assigneeId": admin });
            app.mutate("alertAssign", "alert { id }", assign).await;
            app.mutate("alertAcknowledge", "alert { id }", json!({ "id": alert })).await;
        }
        let critical = self.ids[&("Alert".to_owned(), side)].clone();
        let document = "query($filter: NotificationFilter) { notifications(filter: $filter) { nodes { id } } }";
        let told = json!({ "filter": { "alertId": { "eq": critical } } });
        let told = app.ask(document, told).await;
        let told = text(&told["notifications"]["nodes"][0]["id"]);
        self.ids.insert(("Notification".to_owned(), side), told);
        let resolved = self.ids[&("ResolvedAlert".to_owned(), side)].clone();
        let end = json!({ "id": resolved, "resolution": "FIXED" });
        app.mutate("alertResolve", "alert { id }", end).await;
    }

    /// Signs everybody in, each with a key and with the begin of a second factor.
    async fn sign_in(&mut self, app: &TestApp) {
        let (ctx, now) = (app.ctx().seen_by(Viewer::System), app.ctx().now());
        let stranger = self.ids[&("User".to_owned(), Side::Other)].clone();
        for user in user::Entity::find().all(app.db()).await.unwrap() {
            let begun = sessions::begin(&ctx, &user).await.unwrap();
            let input = ApiKeyCreateInput {
                name: format!("Key of {}", user.name),
                scopes: Some(vec![Capability::Account]),
                expires_at: None,
                trusted_only: false,
            };
            let made = api_keys::create_for(&ctx, user.id, input).await.unwrap();
            let (id, identity): (TwoFactorId, _) = (ctx.new_id(), ctx.identity());
            let row = id.to_string();
            let place = Place { table: "two_factors", column: "secret", row: &row };
            let secret = identity.keyring().seal(identity.entropy(), place, &vec![7; 20]);
            let second_factor = two_factor::Model {
                id,
                user_id: user.id,
                secret: secret.unwrap(),
                confirmed_at: None,
                last_step: 0,
                created_at: now,
                updated_at: now,
            };
            let second_factor = second_factor.into_active_model().reset_all();
            two_factor::Entity::insert(second_factor).exec(app.db()).await.unwrap();
            if user.id.to_string() == stranger {
                self.ids.insert(("Session".to_owned(), Side::Other), begun.session.id.to_string());
                self.ids.insert(("ApiKey".to_owned(), Side::Other), made.api_key.id.to_string());
            }
        }
        // What is taken away of one's own could not be made again: nothing is named instead.
        for of in ["Session", "ApiKey"] {
            self.ids.insert((of.to_owned(), Side::Own), ctx.new_id::<UserId>().to_string());
        }
    }

    /// Makes what is nobody's own.
    async fn share(&mut self, app: &TestApp) {
        let message = json!({ "title": "Hello", "content": "All of you" });
        let holiday = json!({ "name": "Easter", "startDate": "2026-04-03" });
        for side in Side::BOTH {
            let made = ("announcement", message.clone());
            self.add(app, ("CompanyAnnouncement", side), "announcementCreate", made).await;
            let made = ("holiday", holiday.clone());
            self.add(app, ("Holiday", side), "holidayCreate", made).await;
        }
        let done = "UPDATE jobs SET state = 'DONE', due_at = NULL, finished_at = created_at";
        app.db().execute_unprepared(done).await.unwrap();
        let jobs = app.ask("{ jobs(first: 1) { nodes { id } } }", json!({})).await;
        let trail = app.ask("{ auditTrail(first: 1) { nodes { id } } }", json!({})).await;
        let shared = [
            ("AuditEntry", &trail["auditTrail"]["nodes"][0]["id"]),
            ("AlertRule", &json!(app.rule(2).await)),
            ("Job", &jobs["jobs"]["nodes"][0]["id"]),
            ("AlertRuleBacktest", &json!(app.rule(2).await)),
        ];
        for (of, id) in shared {
            for side in Side::BOTH {
                self.ids.insert((of.to_owned(), side), text(id));
            }
        }
    }
}
