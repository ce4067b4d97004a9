//! `vigil user`: people.

use {
    super::{Outcome, context, say},
    crate::settings::Settings,
    clap::{Args, Subcommand},
    entity::kernel::user::Role,
    sea_orm::{ActiveEnum, Iterable},
    service::kernel::users::{self, UserCreateInput},
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Add a person.
    Create {
        /// The e-mail address.
        #[arg(long)]
        email: String,
        /// The full name.
        #[arg(long)]
        name: String,
        /// What the person may do.
        #[arg(long, default_value = "admin", value_parser = role)]
        role: Role,
    },
}

pub(super) async fn run(settings: &Settings, arguments: Arguments) -> Outcome {
    let Task::Create { email, name, role } = arguments.task;
    let input = UserCreateInput { email, name, role, image: None };
    let user = users::create(&context(settings).await?, input).await?;
    say(format!("{} {}", user.id, user.email))
}

fn role(text: &str) -> Result<Role, String> {
    let wanted = text.to_uppercase().replace('-', "_");
    let known: Vec<_> = Role::iter().map(|role| role.to_value()).collect();
    Role::try_from_value(&wanted).map_err(|_| format!("must be one of {}", known.join(", ")))
}
