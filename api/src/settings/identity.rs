//! How people sign in, and how they are mailed.

use {super::SettingsError, serde::Deserialize, std::path::PathBuf};

/// How mails are sent: `[mail]` of `vigil.toml`, or `VIGIL_MAIL__SMTP_URL` and so on in the
/// environment.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mail {
    /// The mail server, such as `smtps://user:password@mail.example.com`, or
    /// `smtp://mail.example.com:587?tls=required`.
    pub smtp_url: Option<String>,
    /// Whom mails are from.
    pub from: String,
    /// The folder that mails go to when no mail server is set; on an embedded database with demo
    /// data `mails`, or else none.
    pub folder: Option<PathBuf>,
    /// The page of a front end on which a password is chosen; `{token}` stands for the token.
    pub password_link: Option<String>,
    /// The page of a front end on which an address is confirmed; `{token}` stands for the token.
    pub verification_link: Option<String>,
}

impl Default for Mail {
    fn default() -> Self {
        Self {
            smtp_url: None,
            from: "Vigil <vigil@localhost>".to_owned(),
            folder: None,
            password_link: None,
            verification_link: None,
        }
    }
}

impl Mail {
    pub(super) fn check(&self) -> Result<(), SettingsError> {
        for (key, link) in [
            ("mail.password_link", &self.password_link),
            ("mail.verification_link", &self.verification_link),
        ] {
            if link.as_ref().is_some_and(|it| !it.contains("{token}")) {
                return Err(SettingsError::Wrong { key, wrong: "must hold {token}".to_owned() });
            }
        }
        Ok(())
    }
}

/// How much work the hash of a password takes: `[argon2]` of `vigil.toml`. Whoever signs in after
/// it was raised has the password hashed anew.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Argon2 {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Default for Argon2 {
    fn default() -> Self {
        Self { memory_kib: 19_456, passes: 2, lanes: 1 }
    }
}
