//! `vigil keys`: the keys of sealed columns.

use {
    super::{Outcome, context, say},
    crate::{identity, settings::Settings},
    clap::{Args, Subcommand},
    service::kernel::{
        identity::token::Entropy,
        sealed::{self, Keyring},
    },
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Make the key file that `keys_file` names, with a first key, unless it is there.
    Make,
    /// Add a key to the key file, and seal everything with it; older keys stay, to read backups.
    /// It can run beside servers that read the same file.
    Rotate,
}

pub(super) async fn run(settings: &Settings, arguments: Arguments) -> Outcome {
    match arguments.task {
        Task::Make => make(settings),
        Task::Rotate => rotate(settings).await,
    }
}

fn make(settings: &Settings) -> Outcome {
    let file = identity::keys_file(settings).ok_or("no file is named: set keys_file")?;
    let (_, is_new) = Keyring::read_or_make(&file, &Entropy::random())?;
    let file = file.display();
    say(if is_new {
        format!("{file} was made; keep a copy, without it what is sealed is lost")
    } else {
        format!("{file} is there already")
    })
}

async fn rotate(settings: &Settings) -> Outcome {
    let ctx = context(settings).await?;
    let (keyring, entropy) = (ctx.identity().keyring(), ctx.identity().entropy());
    if keyring.is_file() {
        let id = keyring.add(entropy)?;
        say(format!("key {id} was added; keep a copy of the file"))?;
    } else if keyring.is_empty() {
        return Err("there are no keys: set keys_file, and `vigil keys make`".into());
    }
    // Keys that a setting holds are added there: what is left is to seal with the newest.
    let sealed = sealed::rotate(&ctx, keyring).await?;
    say(format!("{sealed} values were sealed anew"))
}
