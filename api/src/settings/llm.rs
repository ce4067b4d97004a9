//! Which language model is asked for second opinions, if any.

use {
    super::{Secret, SettingsError, within},
    serde::Deserialize,
    service::kernel::language_model::{LanguageModel, Setup},
    std::{ops::RangeInclusive, time::Duration},
};

/// How long an answer may take, in milliseconds: less than a job may.
const TIMEOUT_MS: RangeInclusive<u64> = 100..=240_000;

/// Which language model is asked what it thinks of texts that rules quote: `[llm]` of `vigil.toml`, or `VIGIL_LLM__URL`
/// and so on in the environment. None, unless it is set: these texts leave the server then.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Llm {
    /// The URL of an API as OpenAI has it, such as `https://api.example.com/v1`.
    pub url: Option<String>,
    /// What the model is called there.
    pub model: Option<String>,
    /// What requests show who they are by; local servers need none.
    pub key: Option<Secret>,
    /// Hosts that may be asked without TLS, and at addresses that are not public.
    pub allowed_hosts: Vec<String>,
    /// How long an answer may take.
    pub timeout_ms: u64,
}

impl Default for Llm {
    fn default() -> Self {
        let (url, model, key) = (None, None, None);
        Self { url, model, key, allowed_hosts: Vec::new(), timeout_ms: 30_000 }
    }
}

impl Llm {
    /// The model, if one is set.
    pub fn language_model(&self) -> Result<Option<LanguageModel>, SettingsError> {
        let wrong = |key, wrong: String| Err(SettingsError::Wrong { key, wrong });
        let Self { url, model, key, allowed_hosts, timeout_ms } = self;
        let (url, name) = match (url, model) {
            (Some(url), Some(model)) => (url.clone(), model.clone()),
            (None, None) if key.is_none() => return Ok(None),
            (None, None) => return wrong("llm.key", "must not stand without llm.url".to_owned()),
            _ => return wrong("llm.url", "and llm.model must be set together".to_owned()),
        };
        let (key, allowed_hosts) = (key.as_ref().map(|it| it.0.clone()), allowed_hosts.clone());
        let timeout = Duration::from_millis(*timeout_ms);
        let model = LanguageModel::new(Setup { url, name, key, allowed_hosts, timeout });
        model.map(Some).or_else(|it| wrong("llm", it))
    }

    pub(super) fn check(&self) -> Result<(), SettingsError> {
        within("llm.timeout_ms", self.timeout_ms, &TIMEOUT_MS)?;
        self.language_model().map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://api.example.com/v1";

    fn llm(url: &str, model: &str, key: Option<&str>) -> Llm {
        let set = |it: &str| Some(it.to_owned()).filter(|it| !it.is_empty());
        let key = key.map(|it| Secret(it.to_owned()));
        Llm { url: set(url), model: set(model), key, ..Llm::default() }
    }

    #[track_caller]
    fn check(settings: &Llm, told: &str) {
        let checked = settings.check().map_err(|it| it.to_string());
        assert_eq!(checked.err().unwrap_or_default(), told);
    }

    #[test]
    fn none_is_asked_unless_one_is_set() {
        assert!(Llm::default().language_model().unwrap().is_none());
        let model = llm(URL, "a-model", Some("sk-1")).language_model().unwrap().unwrap();
        assert_eq!((model.name(), model.host()), ("a-model", "api.example.com"));
    }

    #[test]
    fn a_model_is_checked_when_the_server_starts() {
        check(&Llm::default(), "");
        check(&llm(URL, "a-model", None), "");
        check(&llm(URL, "", None), "the setting llm.url and llm.model must be set together");
        check(&llm("", "m", None), "the setting llm.url and llm.model must be set together");
        check(&llm("", "", Some("sk-1")), "the setting llm.key must not stand without llm.url");
        check(&llm("api.example.com", "m", None), "the setting llm has a URL that cannot be read");
        check(
            &llm("ftp://api.example.com", "m", None),
            "the setting llm has a URL that does not begin with https:// or http://",
        );
        check(
            &llm("https://me:secret@api.example.com", "m", None),
            "the setting llm has a URL with a password: secrets have settings of their own",
        );
        check(
            &llm(URL, &"m".repeat(201), None),
            "the setting llm has a model whose name is not 1 to 200 characters",
        );
        check(
            &llm(URL, "m", Some("two words")),
            "the setting llm has a key that is not 1 to 1000 characters of ASCII",
        );
        check(
            &Llm { timeout_ms: 0, ..Llm::default() },
            "the setting llm.timeout_ms must be 100 to 240000",
        );
    }

    #[test]
    fn only_a_host_that_is_allowed_is_asked_without_tls() {
        let local = llm("http://127.0.0.1:11434/v1", "m", None);
        let told = "the setting llm has a URL that is not https: allowed_hosts may allow its host";
        check(&local, told);
        check(&Llm { allowed_hosts: vec!["127.0.0.1".to_owned()], ..local }, "");
    }

    #[test]
    fn the_key_does_not_show_itself() {
        assert!(!format!("{:?}", llm(URL, "m", Some("sk-1"))).contains("sk-1"));
    }
}
