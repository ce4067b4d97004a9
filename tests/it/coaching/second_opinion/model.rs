//! A small server that speaks as language models do, and says what it is told to say.

use {
    crate::stub::{Heard, Stub},
    axum::{
        Router,
        body::Bytes,
        extract::State,
        http::{HeaderMap, StatusCode, Uri},
    },
    serde_json::{Value, json},
    service::kernel::language_model::Setup,
    std::{
        future::pending,
        sync::{Arc, Mutex},
        time::Duration,
    },
};

/// How a model answers.
#[derive(Clone, Debug)]
pub(super) enum Manner {
    /// With a message.
    Says(String),
    /// With a status, and a body that is no message.
    Sends(u16, String),
    /// Not at all.
    Hangs,
}

impl Heard {
    /// What it is asked, as it reads it.
    pub(super) fn data(&self) -> Value {
        let body: Value = serde_json::from_str(&self.body).unwrap();
        serde_json::from_str(body["messages"][1]["content"].as_str().unwrap()).unwrap()
    }
}

struct Desk {
    heard: Mutex<Vec<Heard>>,
    manner: Mutex<Manner>,
}

/// The server. It goes with its value.
pub(super) struct Model {
    desk: Arc<Desk>,
    stub: Stub,
}

impl Model {
    /// Begins to listen.
    pub(super) async fn start(manner: Manner) -> Self {
        let desk = Arc::new(Desk { heard: Mutex::default(), manner: Mutex::new(manner) });
        let stub = Stub::start(Router::new().fallback(hear).with_state(desk.clone())).await;
        Self { desk, stub }
    }

    /// The same, that has a verdict and says why.
    pub(super) async fn thinks(verdict: &str, reason: &str) -> Self {
        let said = json!({ "verdict": verdict, "reason": reason }).to_string();
        Self::start(Manner::Says(said)).await
    }

    /// Settings that have it asked, under a name.
    pub(super) fn setup(&self, name: &str) -> Setup {
        Setup {
            url: format!("http://127.0.0.1:{}/v1", self.stub.port),
            name: name.to_owned(),
            key: Some("sk-secret".to_owned()),
            allowed_hosts: vec!["127.0.0.1".to_owned()],
            timeout: Duration::from_mins(1),
        }
    }

    /// Answers in another manner from now on.
    pub(super) fn answer(&self, manner: Manner) {
        *self.desk.manner.lock().unwrap() = manner;
    }

    /// What it has got so far.
    pub(super) fn heard(&self) -> Vec<Heard> {
        self.desk.heard.lock().unwrap().clone()
    }
}

async fn hear(
    State(desk): State<Arc<Desk>>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, String) {
    desk.heard.lock().unwrap().push(Heard::new(&uri, headers, &body));
    let manner = desk.manner.lock().unwrap().clone();
    match manner {
        Manner::Hangs => pending().await,
        Manner::Sends(status, body) => (StatusCode::from_u16(status).unwrap(), body),
        Manner::Says(content) => {
            let message = json!({ "role": "assistant", "content": content });
            let answer = json!({ "id": "1", "choices": [{ "index": 0, "message": message }] });
            (StatusCode::OK, answer.to_string())
        }
    }
}
