//! Who is told of critical alerts beside people, and where links in what is told lead.

use {
    super::{Secret, SettingsError},
    serde::Deserialize,
    service::kernel::notify::{ID, Notifier, Setup, agent::webhook::Endpoint},
    std::collections::HashSet,
};

/// What the endpoint of `webhook_url` is called.
const ONLY: &str = "default";

/// Who is told of critical alerts beside people: `[notify]` of `vigil.toml`, or `VIGIL_NOTIFY__WEBHOOK_URL` and so on
/// in the environment.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Notify {
    /// Servers that are told by webhook.
    pub webhooks: Vec<Webhook>,
    /// One that is called `default`, for those who set things by the environment.
    pub webhook_url: Option<String>,
    /// Its secret.
    pub webhook_secret: Option<Secret>,
    /// Hosts that may be told without TLS, and at addresses that are not public.
    pub allowed_hosts: Vec<String>,
    /// The page of a front end that shows an alert; `{id}` stands for its id.
    pub alert_link: Option<String>,
}

/// A server that is told by webhook.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    /// What it is called; in notifications people see the name, and not the URL.
    pub name: String,
    /// Where it is.
    pub url: String,
    /// What requests to it are signed with: `whsec_` and 24 to 64 bytes in base 64.
    pub secret: Secret,
}

impl Notify {
    /// Whoever tells people and servers, as the settings have it.
    pub fn notifier(&self) -> Result<Notifier, SettingsError> {
        let endpoints = self.endpoints()?;
        let (allowed_hosts, alert_link) = (self.allowed_hosts.clone(), self.alert_link.clone());
        Ok(Notifier::new(Setup { endpoints, allowed_hosts, alert_link, ..Setup::default() }))
    }

    pub(super) fn check(&self) -> Result<(), SettingsError> {
        if self.alert_link.as_ref().is_some_and(|it| !it.contains(ID)) {
            let wrong = format!("must hold {ID}");
            return Err(SettingsError::Wrong { key: "notify.alert_link", wrong });
        }
        self.endpoints().map(|_| ())
    }

    fn endpoints(&self) -> Result<Vec<Endpoint>, SettingsError> {
        let wrong = |key, wrong: String| SettingsError::Wrong { key, wrong };
        let mut endpoints = Vec::new();
        for Webhook { name, url, secret } in &self.webhooks {
            let endpoint = Endpoint::new(name, url, &secret.0);
            endpoints.push(endpoint.map_err(|it| wrong("notify.webhooks", it))?);
        }
        match (&self.webhook_url, &self.webhook_secret) {
            (None, None) => {}
            (Some(url), Some(secret)) => {
                let endpoint = Endpoint::new(ONLY, url, &secret.0);
                endpoints.push(endpoint.map_err(|it| wrong("notify.webhook_url", it))?);
            }
            _ => {
                let told = "and notify.webhook_secret must be set together".to_owned();
                return Err(wrong("notify.webhook_url", told));
            }
        }
        let mut names = HashSet::new();
        for endpoint in &endpoints {
            if !names.insert(endpoint.name()) {
                let told = format!("has two endpoints called {}", endpoint.name());
                return Err(wrong("notify.webhooks", told));
            }
            let is_allowed = self.allowed_hosts.iter().any(|it| it == endpoint.host());
            if !endpoint.is_encrypted() && !is_allowed {
                let name = endpoint.name();
                let told = format!(
                    "has {name}, which is not https: notify.allowed_hosts may allow its host"
                );
                return Err(wrong("notify.webhooks", told));
            }
        }
        Ok(endpoints)
    }
}

#[cfg(test)]
mod tests {
    use {super::*, std::slice};

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    fn webhook(name: &str, url: &str, secret: &str) -> Webhook {
        let secret = Secret(secret.to_owned());
        Webhook { name: name.to_owned(), url: url.to_owned(), secret }
    }

    #[track_caller]
    fn check(webhooks: &[Webhook], allowed: &[&str], told: &str) {
        let allowed_hosts = allowed.iter().map(|it| (*it).to_owned()).collect();
        let settings = Notify { webhooks: webhooks.to_vec(), allowed_hosts, ..Notify::default() };
        let checked = settings.check().map_err(|it| it.to_string());
        assert_eq!(checked.err().unwrap_or_default(), told);
    }

    #[test]
    fn an_endpoint_is_checked_when_the_server_starts() {
        let desk = webhook("desk", "https://desk.example/hook", SECRET);
        let plain = webhook("desk", "http://desk.example/hook", SECRET);
        check(&[], &[], "");
        check(slice::from_ref(&desk), &[], "");
        check(slice::from_ref(&plain), &["desk.example"], "");
        check(
            &[plain],
            &[],
            "the setting notify.webhooks has desk, which is not https: notify.allowed_hosts may allow its host",
        );
        check(
            &[desk.clone(), desk],
            &[],
            "the setting notify.webhooks has two endpoints called desk",
        );
        check(
            &[webhook("desk", "ftp://desk.example", SECRET)],
            &[],
            "the setting notify.webhooks has a URL that does not begin with https:// or http://, in desk",
        );
        check(
            &[webhook("desk", "https://me:secret@desk.example", SECRET)],
            &[],
            "the setting notify.webhooks has a URL with a password: secrets have settings of their own, in desk",
        );
        check(
            &[webhook("desk", "https://desk.example", "hush")],
            &[],
            "the setting notify.webhooks has a secret that is not whsec_ and 24 to 64 bytes in base 64, in desk",
        );
    }

    #[test]
    fn a_secret_does_not_show_itself() {
        let settings = Notify {
            webhooks: vec![webhook("desk", "https://desk.example", SECRET)],
            webhook_secret: Some(Secret(SECRET.to_owned())),
            ..Notify::default()
        };
        assert!(!format!("{settings:?}").contains("MfKQ"));
    }

    #[test]
    fn a_url_needs_a_secret() {
        let settings =
            Notify { webhook_url: Some("https://desk.example".to_owned()), ..Notify::default() };
        let told = "the setting notify.webhook_url and notify.webhook_secret must be set together";
        assert_eq!(settings.check().unwrap_err().to_string(), told);
    }
}
