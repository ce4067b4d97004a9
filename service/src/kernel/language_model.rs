//! A language model that the operator has chosen: it is asked by the API that OpenAI has made common.

use {
    super::{
        calls::{Bounds, Callee, Post},
        jobs::{Failure, Running},
    },
    serde::Deserialize,
    serde_json::json,
    std::time::Duration,
};

/// How many questions are on their way at once, of those that this process asks: a local model answers one after
/// another anyway, and what was just answered need not be asked again.
const IN_FLIGHT_MAX: usize = 1;
/// Where questions go, below the URL of the API.
const PATH: [&str; 2] = ["chat", "completions"];
/// How many tokens an answer may have.
const ANSWER_TOKENS_MAX: u32 = 500;
/// How many bytes an answer may have, with what is around it.
const ANSWER_BYTES_MAX: usize = 64 * 1024;
/// How many characters a model's name may have.
const NAME_CHARS_MAX: usize = 200;
/// How many characters a key may have.
const KEY_CHARS_MAX: usize = 1_000;

/// What can be set about a language model.
#[derive(Clone)]
pub struct Setup {
    /// The URL of the API, such as `https://api.example.com/v1`.
    pub url: String,
    /// What the model is called there.
    pub name: String,
    /// What requests show who they are by, if anything.
    pub key: Option<String>,
    /// Hosts that may be asked without TLS, and at addresses that are not public.
    pub allowed_hosts: Vec<String>,
    /// How long an answer may take.
    pub timeout: Duration,
}

/// A language model.
pub struct LanguageModel {
    callee: Callee,
    bounds: Bounds,
    name: String,
    key: Option<String>,
}

/// The part of an answer that is read.
#[derive(Deserialize)]
struct Completion {
    choices: Vec<Choice>,
}

#[derive(Deserialize)]
struct Choice {
    message: Said,
}

#[derive(Deserialize)]
struct Said {
    content: Option<String>,
}

impl LanguageModel {
    /// A model that is asked so. Fails when something of it cannot be; what it says holds no secrets.
    pub fn new(setup: Setup) -> Result<Self, String> {
        let Setup { url, name, key, allowed_hosts, timeout } = setup;
        let callee = Callee::new(&url, IN_FLIGHT_MAX).map_err(|it| format!("has a URL {it}"))?;
        if !callee.is_encrypted() && !allowed_hosts.iter().any(|it| it == callee.host()) {
            return Err("has a URL that is not https: allowed_hosts may allow its host".to_owned());
        }
        if name.is_empty() || name.chars().count() > NAME_CHARS_MAX {
            return Err(format!("has a model whose name is not 1 to {NAME_CHARS_MAX} characters"));
        }
        let is_key = |it: &String| {
            (1..=KEY_CHARS_MAX).contains(&it.len()) && it.bytes().all(|it| it.is_ascii_graphic())
        };
        if !key.as_ref().is_none_or(is_key) {
            let told = format!("has a key that is not 1 to {KEY_CHARS_MAX} characters of ASCII");
            return Err(told);
        }
        let bounds = Bounds { allowed_hosts, timeout };
        Ok(Self { callee: callee.below(&PATH), bounds, name, key })
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The host that what it is asked goes to.
    pub fn host(&self) -> &str {
        self.callee.host()
    }

    /// Asks it: what it says, if it says anything. `instructions` are ours, `data` may be anybody's.
    pub(crate) async fn ask(
        &self,
        running: &Running,
        instructions: &str,
        data: &str,
    ) -> Result<Option<String>, Failure> {
        let body = json!({
            "model": self.name,
            "temperature": 0,
            "max_tokens": ANSWER_TOKENS_MAX,
            "messages": [
                { "role": "system", "content": instructions },
                { "role": "user", "content": data },
            ],
        });
        let key = self.key.iter().map(|it| ("authorization", format!("Bearer {it}")));
        let (headers, body) = (key.collect(), body.to_string());
        let post = Post { headers, body, answer_bytes_max: ANSWER_BYTES_MAX };
        let answer = self.callee.post(running, &self.bounds, post).await?;
        if !answer.status.is_success() {
            return Err(answer.refused());
        }
        // What it has answered instead may hold anything, and stays out of the log.
        let completion: Option<Completion> = serde_json::from_slice(&answer.body).ok();
        let choice = completion.and_then(|it| it.choices.into_iter().next());
        let choice = choice.ok_or_else(|| Failure::retry("answered what is no completion"))?;
        Ok(choice.message.content)
    }
}
