//! What the HTTP server shows, and to whom.

use {super::SettingsError, serde::Deserialize, std::path::PathBuf};

/// What the HTTP server shows, and to whom: `[http]` of `vigil.toml`, or `VIGIL_HTTP__METRICS` and
/// so on in the environment.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Http {
    /// The origins whose pages may read answers in a browser, such as `https://app.example.com`.
    /// None: no page of another origin may.
    pub cors_origins: Vec<String>,
    /// Whether the schema can be asked for: by introspection, and at `/schema.graphql`.
    pub introspection: bool,
    /// Whether `/metrics` is answered.
    pub metrics: bool,
    /// Whether answers say in `extensions.cost` what they cost.
    pub cost_in_extensions: bool,
    /// Whether answers say in `Server-Timing` what took how long.
    pub server_timing: bool,
    /// Whether callers on this machine have a budget as well. Off, because behind a reverse proxy
    /// every caller seems to be one of them.
    pub budget_on_loopback: bool,
    /// The file of trusted documents that graphql-codegen's client preset writes: an object of
    /// hashes and documents.
    pub trusted_documents: Option<PathBuf>,
    /// Whether only trusted documents are run.
    pub trusted_only: bool,
    /// Where spans are sent by OTLP over HTTP, such as `http://localhost:4318/v1/traces`; needs a
    /// server built with the feature `otlp`.
    pub otlp_endpoint: Option<String>,
}

impl Default for Http {
    fn default() -> Self {
        Self {
            cors_origins: Vec::new(),
            introspection: true,
            metrics: true,
            cost_in_extensions: true,
            server_timing: false,
            budget_on_loopback: false,
            trusted_documents: None,
            trusted_only: false,
            otlp_endpoint: None,
        }
    }
}

impl Http {
    pub(super) fn check(&self) -> Result<(), SettingsError> {
        let wrong = |key, wrong: String| Err(SettingsError::Wrong { key, wrong });
        if let Some(origin) = self.cors_origins.iter().find(|it| !is_origin(it)) {
            let told = format!("has {origin}, which is not an origin such as https://example.com");
            return wrong("http.cors_origins", told);
        }
        if self.trusted_only && self.trusted_documents.is_none() {
            return wrong("http.trusted_only", "needs http.trusted_documents".to_owned());
        }
        if self.otlp_endpoint.as_ref().is_some_and(|it| !it.starts_with("http://")) {
            let told = "must begin with http://: let a collector beside the server encrypt";
            return wrong("http.otlp_endpoint", told.to_owned());
        }
        if self.otlp_endpoint.is_some() && !cfg!(feature = "otlp") {
            let told = "needs a server built with `--features otlp`".to_owned();
            return wrong("http.otlp_endpoint", told);
        }
        Ok(())
    }
}

/// Whether a text is a scheme and a host, as browsers write an origin. `*` is none: a page of
/// any origin could then read what the browser's user may.
fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| {
        !host.is_empty()
            && host.bytes().all(|it| it.is_ascii_alphanumeric() || b"-.:[]".contains(&it))
            && !host.bytes().any(|it| it.is_ascii_uppercase())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_written_as_browsers_write_them() {
        for origin in ["https://app.example.com", "http://localhost:3000", "http://[::1]:80"] {
            assert!(is_origin(origin), "{origin}");
        }
        for other in ["*", "null", "example.com", "https://example.com/", "https://", "HTTPS://a"] {
            assert!(!is_origin(other), "{other}");
        }
    }

    #[test]
    fn only_trusted_documents_need_trusted_documents() {
        let settings = Http { trusted_only: true, ..Http::default() };

        let wrong = settings.check().unwrap_err().to_string();

        assert_eq!(wrong, "the setting http.trusted_only needs http.trusted_documents");
    }
}
