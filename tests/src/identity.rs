//! Signing in, in tests: cheap passwords, mails that are read here, and a key that everybody knows.

use {
    crate::TestApp,
    async_trait::async_trait,
    serde_json::json,
    service::Viewer,
    service::kernel::{
        identity::{
            Identity, Setup,
            links::Links,
            mail::{Mail, Mailer},
            password::Work,
            passwords,
            token::Entropy,
        },
        sealed::Keyring,
        users,
    },
    std::{
        collections::HashMap,
        fs, io,
        path::Path,
        sync::{Arc, Mutex},
    },
};

/// A password that may be chosen.
pub const PASSWORD: &str = "kettle and thyme";
/// The key of sealed columns.
pub const KEYS: &str = "1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

/// Mails that were sent, for tests to read.
#[derive(Default)]
pub(crate) struct Mails(Mutex<Vec<Mail>>);

impl Mails {
    pub(crate) fn take(&self) -> Vec<Mail> {
        std::mem::take(&mut self.0.lock().expect("no test panics with the lock"))
    }
}

#[async_trait]
impl Mailer for Mails {
    async fn send(&self, mail: &Mail) -> io::Result<()> {
        self.0.lock().expect("no test panics with the lock").push(mail.clone());
        Ok(())
    }
}

pub(crate) fn identity(mailer: Arc<dyn Mailer>, keys: &str) -> Identity {
    let setup = Setup {
        entropy: Entropy::random(),
        work: Work { memory_kib: 8, passes: 1, lanes: 1 },
        keyring: Keyring::parse(keys).expect("keys"),
        mailer,
        links: Links {
            password: Some("https://front.example/password?{token}".to_owned()),
            verification: Some("https://front.example/address?{token}".to_owned()),
        },
    };
    Identity::new(setup).expect("argon2 takes the figures")
}

impl TestApp {
    /// The mails that were sent since the last look.
    pub async fn mails(&self) -> Vec<Mail> {
        self.work_as_server().await;
        self.mails.take()
    }

    /// The token of the administrator's session.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Adds a person with [`PASSWORD`]: its id, and its address.
    pub async fn person(&self, name: &str, role: &str) -> (String, String) {
        let id = self.user(name, role).await;
        let email = format!("{}@example.test", name.to_lowercase().replace(' ', "."));
        let user =
            users::named(self.ctx(), &email).await.expect("it is read").expect("it is there");
        let ctx = self.ctx().seen_by(Viewer::System);
        passwords::set(&ctx, &user, PASSWORD, false).await.expect("a password");
        self.mails().await;
        (id, email)
    }

    /// Signs somebody in with [`PASSWORD`]: the token.
    pub async fn sign_in(&self, email: &str) -> String {
        let input = json!({ "email": email, "password": PASSWORD });
        let payload = self.mutate("sessionCreate", "token", input).await;
        assert_eq!(payload["errors"], json!([]), "{payload:#}");
        crate::coaching::text(&payload["token"])
    }
}

/// The keys of the mails in a folder by which somebody is to choose a password, by address. A file that its writer did
/// not finish is no mail.
pub fn mails_in(folder: &Path) -> HashMap<String, Vec<String>> {
    let mut keys: HashMap<String, Vec<String>> = HashMap::new();
    for file in fs::read_dir(folder).into_iter().flatten() {
        let text = fs::read_to_string(file.expect("a file").path()).expect("a text");
        let line = |name: &str| text.lines().find_map(|it| it.strip_prefix(name));
        if let (Some(to), Some(key), true) =
            (line("To: "), line("Message-ID: "), text.contains("Choose your password"))
        {
            keys.entry(to.to_owned()).or_default().push(key.to_owned());
        }
    }
    keys
}

/// The token in a mail.
pub fn token_of(mail: &Mail) -> String {
    let at = mail.text.find("vgm_").expect("a mail has a token");
    mail.text[at..].chars().take_while(|it| it.is_ascii_alphanumeric() || *it == '_').collect()
}
