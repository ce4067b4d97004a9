//! Settings: read once, checked, and passed on.
//!
//! Each has a default; `vigil.toml` overrides it, then the environment (`VIGIL_LISTEN` for
//! `listen`, `VIGIL_LIMITS__COST_MAX` for `cost_max` of `[limits]`, and `DATABASE_URL`), then the
//! flags of the command line.

mod http;
mod identity;
mod jobs;
mod limits;
mod llm;
mod notify;
mod secret;

use {
    config::{Config, ConfigError, Environment, File},
    serde::Deserialize,
    std::{net::SocketAddr, ops::RangeInclusive, path::PathBuf},
};
pub use {
    http::Http,
    identity::{Argon2, Mail},
    jobs::{Jobs, Kept},
    limits::Limits,
    llm::Llm,
    notify::{Notify, Webhook},
    secret::Secret,
};

/// The file that settings are read from when no other is named.
const FILE: &str = "vigil.toml";
/// Where data goes when nobody says.
const EMBEDDED: &str = "sqlite://vigil.db?mode=rwc";
/// How many connections to a database are kept at most when nobody says, and how many to an embedded one.
const CONNECTIONS: u32 = 16;
const EMBEDDED_CONNECTIONS: u32 = 4;
/// How many database connections may be asked for.
const CONNECTIONS_MAX: u32 = 500;

/// What can be set.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The database: `sqlite://FILE` or `postgres://USER:PASSWORD@HOST/DATABASE`.
    pub database_url: String,
    /// How many connections to the database are kept at most; as many again for reads. 16 when left out, and 4 to an
    /// embedded one, where one writes at a time and each takes some megabytes.
    pub database_connections: Option<u32>,
    /// Where to listen.
    pub listen: SocketAddr,
    /// Whether an empty embedded database is filled with demo data when the server starts.
    pub demo: bool,
    /// Where people find the server, such as `https://vigil.example.com`; the address that it
    /// listens on when left out. Cookies are safe only behind `https`.
    #[serde(default)]
    pub public_url: Option<String>,
    /// The file of the keys that columns are sealed with.
    #[serde(default)]
    pub keys_file: Option<PathBuf>,
    /// The same keys, instead of a file: a number and 32 bytes in base 64, `;` between several.
    #[serde(default)]
    pub keys: Option<String>,
    /// How mails are sent.
    #[serde(default)]
    pub mail: Mail,
    /// How much work the hash of a password takes.
    #[serde(default)]
    pub argon2: Argon2,
    /// How jobs are worked on.
    #[serde(default)]
    pub jobs: Jobs,
    /// Who is told of critical alerts beside people.
    #[serde(default)]
    pub notify: Notify,
    /// Which language model is asked for second opinions.
    #[serde(default)]
    pub llm: Llm,
    /// How long is kept what nobody needs for ever.
    #[serde(default)]
    pub retention: Kept,
    /// What the HTTP server shows, and to whom.
    #[serde(default)]
    pub http: Http,
    /// How much one request, one caller and one server may take.
    #[serde(default)]
    pub limits: Limits,
    /// What is logged, in the notation of `tracing`: `info`, or `info,service=debug`.
    pub log: String,
}

/// What the command line sets.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    /// The file to read instead of `vigil.toml`; it must be there.
    pub file: Option<PathBuf>,
    /// See [`Settings::database_url`].
    pub database_url: Option<String>,
    /// See [`Settings::listen`].
    pub listen: Option<String>,
    /// See [`Jobs::listen`].
    pub work_listen: Option<String>,
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// One could not be read; the cause names it.
    #[error("the settings cannot be read: {0}")]
    Unreadable(#[from] ConfigError),
    /// One has a value that cannot be.
    #[error("the setting {key} {wrong}")]
    Wrong {
        /// Which.
        key: &'static str,
        /// What is wrong with it.
        wrong: String,
    },
}

impl Settings {
    /// Reads the settings of this process.
    pub fn read(flags: Flags) -> Result<Self, SettingsError> {
        let Flags { file, database_url, listen, work_listen } = flags;
        let file = match file {
            Some(file) => File::from(file).required(true),
            None => File::with_name(FILE).required(false),
        };
        let settings = Config::builder()
            .set_default("database_url", EMBEDDED)?
            .set_default("listen", "127.0.0.1:8000")?
            .set_default("demo", true)?
            .set_default("log", "info,sqlx=warn,sea_orm=warn,sea_orm_migration=warn")?
            .add_source(file)
            .add_source(variables())
            .set_override_option("database_url", environment("DATABASE_URL"))?
            .set_override_option("database_url", database_url)?
            .set_override_option("listen", listen)?
            .set_override_option("jobs.listen", work_listen)?
            .build()?;
        let settings: Self = settings.try_deserialize()?;
        settings.check()?;
        Ok(settings)
    }

    /// Whether the database is a file that only this server uses.
    pub fn is_embedded(&self) -> bool {
        self.database_url.starts_with("sqlite:")
    }

    /// Where people find the server.
    pub fn public_url(&self) -> String {
        self.public_url.clone().unwrap_or_else(|| format!("http://{}", self.listen))
    }

    /// How many connections to the database are kept at most.
    pub fn database_connections(&self) -> u32 {
        let unless_said = if self.is_embedded() { EMBEDDED_CONNECTIONS } else { CONNECTIONS };
        self.database_connections.unwrap_or(unless_said)
    }

    /// The file of an embedded database, if there is one.
    pub fn embedded_file(&self) -> Option<PathBuf> {
        let path = self.database_url.strip_prefix("sqlite:")?;
        let path = path.strip_prefix("//").unwrap_or(path).split('?').next()?;
        (!path.is_empty() && path != ":memory:").then(|| PathBuf::from(path))
    }

    fn check(&self) -> Result<(), SettingsError> {
        let wrong = |key, wrong: &str| Err(SettingsError::Wrong { key, wrong: wrong.to_owned() });
        let schemes = ["sqlite:", "postgres:", "postgresql:"];
        if !schemes.iter().any(|scheme| self.database_url.starts_with(scheme)) {
            return wrong("database_url", "must begin with sqlite: or postgres:");
        }
        if !(1..=CONNECTIONS_MAX).contains(&self.database_connections()) {
            return wrong("database_connections", &format!("must be 1 to {CONNECTIONS_MAX}"));
        }
        let is_url = |it: &String| it.starts_with("https://") || it.starts_with("http://");
        if !self.public_url.as_ref().is_none_or(is_url) {
            return wrong("public_url", "must begin with https:// or http://");
        }
        if self.keys.is_some() && self.keys_file.is_some() {
            return wrong("keys", "must not stand beside keys_file");
        }
        self.mail.check()?;
        self.jobs.check()?;
        self.notify.check()?;
        self.llm.check()?;
        self.retention.check()?;
        self.http.check()?;
        self.limits.check()
    }
}

fn within(key: &'static str, value: u64, range: &RangeInclusive<u64>) -> Result<(), SettingsError> {
    if range.contains(&value) {
        return Ok(());
    }
    let wrong = format!("must be {} to {}", range.start(), range.end());
    Err(SettingsError::Wrong { key, wrong })
}

/// The environment: two underscores lead into a table, commas divide a list.
fn variables() -> Environment {
    Environment::with_prefix("VIGIL")
        .prefix_separator("_")
        .separator("__")
        .try_parsing(true)
        .list_separator(",")
        .with_list_parse_key("http.cors_origins")
        .with_list_parse_key("notify.allowed_hosts")
        .with_list_parse_key("llm.allowed_hosts")
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_reaches_into_tables() {
        let given = [
            ("VIGIL_LISTEN", "127.0.0.1:9000"),
            ("VIGIL_LIMITS__COST_MAX", "7"),
            ("VIGIL_HTTP__CORS_ORIGINS", "https://a.example,https://b.example"),
            ("VIGIL_HTTP__METRICS", "false"),
        ];
        let given = given.map(|(name, value)| (name.to_owned(), value.to_owned()));

        let read =
            Config::builder().add_source(variables().source(Some(given.into()))).build().unwrap();

        let limits: Limits = read.get("limits").unwrap();
        let http: Http = read.get("http").unwrap();
        assert_eq!(read.get_string("listen").unwrap(), "127.0.0.1:9000");
        assert_eq!((limits.cost_max, limits.fields_max), (7, 2_000));
        assert_eq!(http.cors_origins, ["https://a.example", "https://b.example"]);
        assert!(!http.metrics);
    }
}
