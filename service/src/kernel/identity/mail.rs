//! Mails: what they say, and who carries them.

use {
    async_trait::async_trait,
    lettre::{
        AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
        message::{Mailbox, header::ContentType},
    },
    std::{
        fs, io,
        path::PathBuf,
        sync::atomic::{AtomicU32, Ordering},
        time::Duration,
    },
    tokio::task::spawn_blocking,
    uuid::Uuid,
};

/// How long a mail server may take.
const SMTP_TIMEOUT: Duration = Duration::from_secs(20);

/// A mail.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// What it goes by, the same however often it is sent.
    pub key: Uuid,
    /// The address that it goes to.
    pub to: String,
    /// What it is about.
    pub subject: String,
    /// What it says; secrets among it, so that it does not show itself in a log.
    pub text: String,
}

/// Who carries mails.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Takes a mail; it may arrive later.
    async fn send(&self, mail: &Mail) -> io::Result<()>;

    /// Whether there is anybody: what nobody would carry need not be written.
    fn is_there(&self) -> bool {
        true
    }
}

/// Nobody: what would be mailed is lost, and the log says so.
#[derive(Clone, Copy, Debug)]
pub struct NoMail;

/// A folder of mails, a file each, to be read by whoever tries Vigil.
#[derive(Debug)]
pub struct MailFolder {
    folder: PathBuf,
    from: String,
    count: AtomicU32,
}

/// A mail server.
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

#[async_trait]
impl Mailer for NoMail {
    async fn send(&self, mail: &Mail) -> io::Result<()> {
        let told = format!("no mail server is set, so that nobody mails {:?}", mail.subject);
        Err(io::Error::other(told))
    }

    fn is_there(&self) -> bool {
        false
    }
}

impl MailFolder {
    /// A folder, made when it is not there.
    pub fn new(folder: PathBuf, from: &str) -> Self {
        Self { folder, from: from.to_owned(), count: AtomicU32::new(1) }
    }
}

#[async_trait]
impl Mailer for MailFolder {
    async fn send(&self, mail: &Mail) -> io::Result<()> {
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        let Mail { key, to, subject, text } = mail;
        let (from, key) = (&self.from, message_id(*key));
        let content =
            format!("From: {from}\nTo: {to}\nMessage-ID: {key}\nSubject: {subject}\n\n{text}");
        let (folder, process) = (self.folder.clone(), std::process::id());
        let write = move || {
            fs::create_dir_all(&folder)?;
            fs::write(folder.join(format!("{process}-{count:04}.txt")), content)
        };
        spawn_blocking(write).await.map_err(io::Error::other)?
    }
}

impl Smtp {
    /// A mail server by its URL, `smtps://user:password@host` or `smtp://…?tls=required`, and the
    /// sender's address. Fails when one of them cannot be read.
    pub fn new(url: &str, from: &str) -> Result<Self, String> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url);
        let transport = transport.map_err(|it| it.to_string())?.timeout(Some(SMTP_TIMEOUT)).build();
        Ok(Self { transport, from: from.parse().map_err(|_| format!("{from} is no address"))? })
    }
}

#[async_trait]
impl Mailer for Smtp {
    async fn send(&self, mail: &Mail) -> io::Result<()> {
        let Mail { key, to, subject, text } = mail;
        let to: Mailbox = to.parse().map_err(io::Error::other)?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .message_id(Some(message_id(*key)))
            .subject(subject)
            .header(ContentType::TEXT_PLAIN)
            .body(text.clone());
        let message = message.map_err(io::Error::other)?;
        self.transport.send(message).await.map_err(io::Error::other)?;
        Ok(())
    }
}

/// By which mail servers tell a mail that is sent twice.
fn message_id(key: Uuid) -> String {
    format!("<{key}@vigil>")
}
