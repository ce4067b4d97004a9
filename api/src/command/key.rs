//! `vigil key`: keys for programs.

use {
    super::{Outcome, context, say, user::named},
    crate::settings::Settings,
    chrono::NaiveDate,
    clap::{Args, Subcommand},
    entity::{kernel::capability::Capability, scalar::DateTime},
    sea_orm::{ActiveEnum, Iterable},
    service::kernel::{
        identity::api_keys::{self, ApiKeyCreateInput},
        users,
    },
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Make a key, and print it: it is shown this once.
    Create {
        /// On behalf of whom: the e-mail address.
        #[arg(long, value_name = "EMAIL", required_unless_present = "admin")]
        user: Option<String>,
        /// On behalf of the first active administrator, by name.
        #[arg(long, conflicts_with = "user")]
        admin: bool,
        /// What to call it.
        #[arg(long, default_value = "command line")]
        name: String,
        /// What it may be used for, commas between several; everything when left out.
        #[arg(long, value_delimiter = ',', value_parser = scope)]
        scopes: Option<Vec<Capability>>,
        /// The last day on which it is good, in UTC; it does not end when left out.
        #[arg(long, value_name = "YYYY-MM-DD")]
        expires: Option<NaiveDate>,
        /// Let it ask trusted documents alone.
        #[arg(long)]
        trusted_only: bool,
    },
}

pub(super) async fn run(settings: &Settings, arguments: Arguments) -> Outcome {
    let Task::Create { user, admin: _, name, scopes, expires, trusted_only } = arguments.task;
    let ctx = context(settings).await?;
    let user = match user {
        Some(email) => named(&ctx, &email).await?,
        None => users::first_administrator(&ctx)
            .await?
            .ok_or("there is no active administrator: `vigil user create` adds one")?,
    };
    let end = |day: NaiveDate| day.succ_opt()?.and_hms_opt(0, 0, 0);
    let expires_at = expires.and_then(end).map(|it| DateTime::from(it.and_utc()).into());
    let input = ApiKeyCreateInput { name, scopes, expires_at, trusted_only };
    let made = api_keys::create_for(&ctx, user.id, input).await?;
    say(made.key.reveal())
}

fn scope(text: &str) -> Result<Capability, String> {
    let wanted = text.trim().to_uppercase().replace('-', "_");
    let known: Vec<_> = Capability::iter().map(|it| it.to_value()).collect();
    Capability::try_from_value(&wanted).map_err(|_| format!("must be among {}", known.join(", ")))
}
