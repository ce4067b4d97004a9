//! Coaching data for tests, made as a front end makes it.

use {
    crate::TestApp,
    sea_orm::ConnectionTrait,
    serde_json::{Value, json},
};

impl TestApp {
    /// Adds a person: its id.
    pub async fn user(&self, name: &str, role: &str) -> String {
        let email = format!("{}@example.test", name.to_lowercase().replace(' ', "."));
        let input = json!({ "email": email, "name": name, "role": role });
        id(&self.mutate("userCreate", "user { id }", input).await, "user")
    }

    /// Adds an assistant who begins at nine in New York: its id.
    pub async fn ea(&self, name: &str) -> String {
        self.ea_in(name, "America/New_York", "09:00").await
    }

    /// Adds an assistant: its id.
    pub async fn ea_in(&self, name: &str, timezone: &str, show_up: &str) -> String {
        let user_id = self.user(name, "EA").await;
        let input =
            json!({ "userId": user_id, "expectedShowUpTime": show_up, "timezone": timezone });
        id(&self.mutate("eaCreate", "ea { id }", input).await, "ea")
    }

    /// Adds a client: its id.
    pub async fn client(&self, name: &str) -> String {
        id(&self.mutate("clientCreate", "client { id }", json!({ "name": name })).await, "client")
    }

    /// Pairs an assistant with a client, as of 5 January 2026: its id.
    pub async fn pair(&self, ea: &str, client: &str) -> String {
        let input = json!({ "eaId": ea, "clientId": client, "startDate": "2026-01-05" });
        id(&self.mutate("pairingCreate", "pairing { id }", input).await, "pairing")
    }

    /// Adds an assistant, a client, and their pairing: its id.
    pub async fn pairing(&self) -> String {
        let (ea, client) = (self.ea("Ada Lovelace").await, self.client("Acme").await);
        self.pair(&ea, &client).await
    }

    /// Adds an assistant, a client, and their pairing, which begins today: nothing is missed yet.
    pub async fn new_pairing(&self) -> String {
        self.pairing_since("2026-03-02").await
    }

    /// Adds an assistant, a client, and their pairing, which began on a day: its id.
    pub async fn pairing_since(&self, date: &str) -> String {
        let (ea, client) = (self.ea("Ada Lovelace").await, self.client("Acme").await);
        let input = json!({ "eaId": ea, "clientId": client, "startDate": date });
        id(&self.mutate("pairingCreate", "pairing { id }", input).await, "pairing")
    }

    /// Raises an alert of a rule by hand: its id.
    pub async fn alert(&self, pairing: &str, rule_number: i32) -> String {
        let rule = self.rule(rule_number).await;
        let input = json!({ "pairingId": pairing, "ruleId": rule });
        id(&self.mutate("alertCreate", "alert { id }", input).await, "alert")
    }

    /// Switches all rules off: what a test counts then, it has made itself.
    pub async fn switch_rules_off(&self) {
        self.switch_rules_off_but(0).await;
    }

    /// Switches all rules off but one.
    pub async fn switch_rules_off_but(&self, rule_number: i32) {
        let off = format!("UPDATE alert_rules SET is_enabled = (rule_number = {rule_number})");
        self.db().execute_unprepared(&off).await.expect("rules are switched off");
    }

    /// A rule by its number: its id.
    pub async fn rule(&self, rule_number: i32) -> String {
        let document = "query($number: Int!) { alertRules(filter: {ruleNumber: {eq: $number}}) { nodes { id } } }";
        let found = self.ask(document, json!({ "number": rule_number })).await;
        text(&found["alertRules"]["nodes"][0]["id"])
    }
}

/// A report of a day as a front end files it.
pub fn report(pairing: &str, date: &str) -> Value {
    json!({
        "pairingId": pairing,
        "reportDate": date,
        "workloadFeeling": "MODERATE",
        "workType": "REGULAR",
        "feelingDuringWork": "GOOD",
        "biggestWin": "Closed the books two days early",
        "whatCompleted": "Inbox, travel to Lisbon, board deck",
        "hadDailySync": true,
    })
}

/// The id of the object that a payload carries.
#[track_caller]
pub fn id(payload: &Value, object: &str) -> String {
    assert_eq!(payload["errors"], json!([]), "{payload:#}");
    text(&payload[object]["id"])
}

/// The errors of a payload as `CODE path: message`, one a line.
pub fn errors(payload: &Value) -> String {
    let errors = payload["errors"].as_array().expect("a payload has errors");
    let line = |error: &Value| {
        let path: Vec<_> = error["path"].as_array().into_iter().flatten().map(text).collect();
        format!("{} {}: {}", text(&error["code"]), path.join("."), text(&error["message"]))
    };
    errors.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// A JSON string's text.
#[track_caller]
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}
