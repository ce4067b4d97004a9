//! Puts together what signing in leans on, from the settings.

use {
    crate::settings::{Argon2, Settings},
    service::kernel::{
        identity::{
            Identity, Setup,
            links::Links,
            mail::{MailFolder, Mailer, NoMail, Smtp},
            password::Work,
            token::Entropy,
        },
        sealed::{Keyring, KeyringError},
    },
    std::{path::PathBuf, sync::Arc},
};

/// Where mails of a demo go.
const MAILS: &str = "mails";

/// What signing in leans on. The key file of an embedded database is made when it is not there,
/// if `makes_keys`.
pub(crate) fn of(settings: &Settings, makes_keys: bool) -> Result<Identity, String> {
    let Argon2 { memory_kib, passes, lanes } = settings.argon2;
    let mail = &settings.mail;
    let entropy = Entropy::random();
    let setup = Setup {
        work: Work { memory_kib, passes, lanes },
        keyring: keyring(settings, &entropy, makes_keys).map_err(|it| it.to_string())?,
        mailer: mailer(settings)?,
        links: Links {
            password: mail.password_link.clone(),
            verification: mail.verification_link.clone(),
        },
        entropy,
    };
    Identity::new(setup).map_err(|wrong| format!("the settings of argon2 cannot be used: {wrong}"))
}

/// The file that keys are in, if they are in a file.
pub(crate) fn keys_file(settings: &Settings) -> Option<PathBuf> {
    let beside = || Some(settings.embedded_file()?.with_extension("keys"));
    settings.keys_file.clone().or_else(beside).filter(|_| settings.keys.is_none())
}

/// Which way mails go, or what they lack.
pub(crate) fn way_of_mails(settings: &Settings) -> Result<String, &'static str> {
    if settings.keys.is_none() && keys_file(settings).is_none() {
        return Err("they are sealed while they wait, so set keys_file");
    }
    if settings.mail.smtp_url.is_some() {
        return Ok("go to the mail server".to_owned());
    }
    let folder = mail_folder(settings).ok_or("there is no mail server, so set mail.smtp_url")?;
    Ok(format!("are files in the folder {}", folder.display()))
}

/// Where mails go when there is no mail server.
fn mail_folder(settings: &Settings) -> Option<PathBuf> {
    let demo = || (settings.demo && settings.is_embedded()).then(|| PathBuf::from(MAILS));
    settings.mail.folder.clone().or_else(demo)
}

fn keyring(
    settings: &Settings,
    entropy: &Entropy,
    makes_keys: bool,
) -> Result<Keyring, KeyringError> {
    if let Some(keys) = &settings.keys {
        return Keyring::parse(keys);
    }
    let Some(path) = keys_file(settings) else { return Ok(Keyring::default()) };
    let is_ours = settings.keys_file.is_none();
    if is_ours && !makes_keys && !path.exists() {
        return Ok(Keyring::default());
    }
    if !is_ours {
        return Keyring::read(&path);
    }
    let (keyring, is_new) = Keyring::read_or_make(&path, entropy)?;
    if is_new {
        let path = path.display();
        tracing::warn!(%path, "made the keys of sealed columns: keep a copy, without it they are lost");
    }
    Ok(keyring)
}

fn mailer(settings: &Settings) -> Result<Arc<dyn Mailer>, String> {
    let mail = &settings.mail;
    if let Some(url) = &mail.smtp_url {
        let smtp = Smtp::new(url, &mail.from);
        return Ok(Arc::new(
            smtp.map_err(|it| format!("the setting mail.smtp_url or mail.from: {it}"))?,
        ));
    }
    Ok(match mail_folder(settings) {
        Some(folder) => Arc::new(MailFolder::new(folder, &mail.from)),
        None => Arc::new(NoMail),
    })
}
