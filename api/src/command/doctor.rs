//! `vigil doctor`: whether all is well.

use {
    super::{Outcome, say},
    crate::{
        database::{self, Purpose},
        identity,
        settings::Settings,
    },
    clap::Args,
    service::{
        Ctx, Ids, SystemClock,
        coaching::{evaluation, second_opinion},
        kernel::jobs::auditor,
    },
    std::{sync::Arc, time::Duration},
    tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpStream,
        time::timeout,
    },
};

/// How long a server may take to say that it is ready.
const READY_TIMEOUT: Duration = Duration::from_secs(3);

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Ask the server at the configured address whether it is ready, and nothing else.
    #[arg(long)]
    ready: bool,
}

pub(super) async fn run(settings: &Settings, arguments: &Arguments) -> Outcome {
    if arguments.ready {
        return ready(settings).await;
    }
    say(format!("settings    fine: listen on {}", settings.listen))?;
    let db = database::connect(settings, Purpose::Commands).await?;
    db.ping().await?;
    say(format!("database    {:?} answers", db.get_database_backend()))?;
    let pending = database::pending(&db).await?;
    if !pending.is_empty() {
        let told = pending.join(", ");
        return Err(format!("the schema lacks {told}: run `vigil migrate up`").into());
    }
    say("schema      up to date")?;
    let ctx = Ctx::new(db, Arc::new(SystemClock), Arc::new(Ids::random()));
    let broken: Vec<_> = auditor::look(&ctx).await?.into_iter().filter(|it| it.1 > 0).collect();
    if broken.is_empty() {
        say("jobs        none is overdue, left or dead")?;
    }
    for (rule, jobs) in broken {
        say(format!("jobs        {jobs}: {}", rule.means))?;
    }
    let faulty = evaluation::faulty(&ctx).await?;
    let identity = identity::of(settings, false)?;
    let (keys, file) = (identity.keyring().len(), identity::keys_file(settings));
    match (keys, file) {
        (0, Some(file)) => {
            say(format!("keys        none yet: the server makes {}", file.display()))
        }
        (0, None) => {
            say("keys        none, so that nobody can have a second factor: set keys_file")
        }
        (_, Some(file)) => say(format!("keys        {keys} in {}", file.display())),
        (_, None) => say(format!("keys        {keys} in the settings")),
    }?;
    match identity::way_of_mails(settings) {
        Ok(way) => say(format!("mails       {way}")),
        Err(lacking) => say(format!("mails       cannot be sent: {lacking}")),
    }?;
    say(format!("opinions    {}", opinions(settings, &ctx).await?))?;
    for (number, fault) in &faulty {
        say(format!("rules       {number} cannot be read, and is not asked: {fault}"))?;
    }
    match faulty.len() {
        0 => say("rules       all that are switched on can be read"),
        many => Err(format!("{many} rules cannot be read: mend or reset them").into()),
    }
}

/// Whether texts go to a language model, where, and what came of it.
async fn opinions(settings: &Settings, ctx: &Ctx) -> Outcome<String> {
    let Some(model) = settings.llm.language_model()? else {
        return Ok("are nobody's: no text goes to a language model".to_owned());
    };
    let (count, last) = second_opinion::given(ctx).await?;
    let last = last.map_or_else(|| "none".to_owned(), |it| it.to_string());
    let (name, host) = (model.name(), model.host());
    Ok(format!("texts that rules quote go to {name} at {host}: {count} so far, the last: {last}"))
}

async fn ready(settings: &Settings) -> Outcome {
    let mut address = settings.listen;
    if address.ip().is_unspecified() {
        address.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
    }
    let answer = timeout(READY_TIMEOUT, async {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(b"GET /readyz HTTP/1.0\r\nHost: localhost\r\n\r\n").await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        Ok::<_, std::io::Error>(answer)
    });
    let answer = answer.await.map_err(|_| format!("{address} does not answer"))??;
    let status = answer.lines().next().unwrap_or_default();
    if status.contains(" 200 ") { say("ready") } else { Err(format!("not ready: {status}").into()) }
}
