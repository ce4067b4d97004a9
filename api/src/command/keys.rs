//! `vigil keys`: the keys of sealed columns.

use {
    super::{Outcome, context, say},
    crate::settings::Settings,
    clap::{Args, Subcommand},
    service::kernel::sealed,
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Add a key to the key file, and seal everything with it; older keys stay, to read backups.
    /// It can run beside servers that read the same file.
    Rotate,
}

pub(super) async fn run(settings: &Settings, arguments: Arguments) -> Outcome {
    let Task::Rotate = arguments.task;
    let ctx = context(settings).await?;
    let (keyring, entropy) = (ctx.identity().keyring(), ctx.identity().entropy());
    if keyring.is_file() {
        let id = keyring.add(entropy)?;
        say(format!("key {id} was added; keep a copy of the file"))?;
    } else if keyring.is_empty() {
        return Err("there are no keys: set keys_file, or start the server once".into());
    }
    // Keys that a setting holds are added there: what is left is to seal with the newest.
    let sealed = sealed::rotate(&ctx, keyring).await?;
    say(format!("{sealed} values were sealed anew"))
}
