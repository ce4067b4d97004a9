//! `vigil audit`: whether the audit trail is what was written.

use {
    super::{Outcome, context, say},
    crate::settings::Settings,
    clap::{Args, Subcommand},
    service::kernel::audit::{self, Verdict},
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Look whether every seal over the trail holds; fails when one does not.
    Verify {
        /// The hash that an earlier look has told: fails unless the trail still leads to it, or
        /// beyond it.
        #[arg(long, value_name = "HASH")]
        head: Option<String>,
    },
    /// Seal the entries that are older than five minutes, as a running server does each minute.
    Seal,
}

pub(super) async fn run(settings: &Settings, arguments: Arguments) -> Outcome {
    let ctx = context(settings).await?;
    match arguments.task {
        Task::Verify { head } => tell(audit::verify(&ctx, head.as_deref()).await?),
        Task::Seal => say(format!("sealed {} entries", audit::seal(&ctx).await?)),
    }
}

fn tell(verdict: Verdict) -> Outcome {
    let Verdict { sealed, unsealed, head, broken, is_head_known } = verdict;
    if let Some(broken) = broken {
        let told = format!(
            "the seal of {} over the entries up to {} is broken: it was put over {} entries, {} are \
             there; {sealed} entries before it are as they were",
            broken.sealed_at, broken.last_entry, broken.sealed, broken.found
        );
        return Err(told.into());
    }
    if !is_head_known {
        return Err(
            "all seals hold, but none has the hash that was given: they were made anew".into()
        );
    }
    say(format!("{sealed} entries are as they were sealed, {unsealed} are not sealed yet"))?;
    match head {
        Some(head) => say(format!("head {head}")),
        None => Ok(()),
    }
}
