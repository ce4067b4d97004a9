//! Who people are: passwords, sessions, keys for programs, second factors, and what is mailed.
//!
//! [`sign_in`] makes a [session](sessions) of a password; [`callers`] recognises whom a request
//! comes from by the [token](token) that it carries. Neither knows of HTTP.

pub mod api_keys;
pub mod callers;
pub mod links;
pub mod mail;
pub mod password;
pub mod passwords;
pub mod post;
pub mod pruning;
pub mod second_factor;
pub mod sessions;
pub mod sign_in;
pub mod throttle;
pub mod token;
pub mod totp;
pub mod verification;

use {
    super::{error::Result, sealed::Keyring},
    callers::Callers,
    links::Links,
    mail::{Mailer, NoMail},
    password::{Passwords, Work},
    std::sync::Arc,
    throttle::Throttle,
    token::Entropy,
};

/// What signing in leans on, shared by all requests.
pub struct Identity {
    pub(crate) entropy: Entropy,
    pub(crate) passwords: Passwords,
    pub(crate) throttle: Throttle,
    pub(crate) callers: Callers,
    pub(crate) keyring: Keyring,
    pub(crate) mailer: Arc<dyn Mailer>,
    pub(crate) links: Links,
}

/// What can be set about it.
pub struct Setup {
    /// Where secrets come from.
    pub entropy: Entropy,
    /// How much work the hash of a password takes.
    pub work: Work,
    /// The keys of sealed columns.
    pub keyring: Keyring,
    /// Who carries mails.
    pub mailer: Arc<dyn Mailer>,
    /// Where links in mails lead.
    pub links: Links,
}

impl Default for Setup {
    /// For commands: real passwords, no mails, no sealed columns.
    fn default() -> Self {
        Self {
            entropy: Entropy::random(),
            work: Work::default(),
            keyring: Keyring::default(),
            mailer: Arc::new(NoMail),
            links: Links::default(),
        }
    }
}

impl Identity {
    /// Sets it up. Fails when argon2 does not take the figures.
    pub fn new(setup: Setup) -> Result<Self, String> {
        let Setup { entropy, work, keyring, mailer, links } = setup;
        Ok(Self {
            entropy,
            passwords: Passwords::new(work)?,
            throttle: Throttle::default(),
            callers: Callers::default(),
            keyring,
            mailer,
            links,
        })
    }

    /// Where secrets come from.
    pub fn entropy(&self) -> &Entropy {
        &self.entropy
    }

    /// The keys of sealed columns.
    pub fn keyring(&self) -> &Keyring {
        &self.keyring
    }

    /// Where links in mails lead.
    pub fn links(&self) -> &Links {
        &self.links
    }
}

impl Default for Identity {
    fn default() -> Self {
        Self::new(Setup::default()).expect("argon2 takes the default figures")
    }
}
