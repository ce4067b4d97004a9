//! `vigil user`: people.

use {
    super::{Outcome, context, say},
    crate::settings::Settings,
    clap::{Args, Subcommand},
    entity::kernel::user::{self, Role},
    sea_orm::{ActiveEnum, Iterable},
    service::{
        Ctx,
        kernel::{
            identity::{passwords, second_factor},
            users::{self, UserCreateInput},
        },
    },
    std::io::Read,
};

/// How much is read as a password; what is longer is refused anyway.
const PASSWORD_BYTES_MAX: u64 = 4_096;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Add a person, and print how the person chooses a password.
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
        /// Read the password from the standard input, up to the end of the line, instead.
        #[arg(long)]
        password_stdin: bool,
    },
    /// Let a person choose a new password: prints how, once and within a week.
    Invite {
        /// The e-mail address.
        #[arg(long)]
        email: String,
        /// Ask for no second factor any more: the device and the recovery codes are lost.
        #[arg(long)]
        forget_second_factor: bool,
    },
}

pub(super) async fn run(settings: &Settings, arguments: Arguments) -> Outcome {
    let ctx = context(settings).await?;
    match arguments.task {
        Task::Create { email, name, role, password_stdin } => {
            let password = password_stdin.then(read_password).transpose()?;
            let input = UserCreateInput { email, name, role, image: None };
            let user = users::create(&ctx, input).await?;
            say(format!("{} {}", user.id, user.email))?;
            match password {
                Some(password) => Ok(passwords::set(&ctx, &user, &password, false).await?),
                None => invite(&ctx, &user).await,
            }
        }
        Task::Invite { email, forget_second_factor } => {
            let user = named(&ctx, &email).await?;
            if forget_second_factor {
                second_factor::forget(&ctx, &user).await?;
            }
            invite(&ctx, &user).await
        }
    }
}

/// The person with an address.
pub(super) async fn named(ctx: &Ctx, email: &str) -> Outcome<user::Model> {
    let found = users::named(ctx, email).await?;
    found.ok_or_else(|| format!("nobody has the address {email}").into())
}

async fn invite(ctx: &Ctx, user: &user::Model) -> Outcome {
    let token = passwords::invite(ctx, user).await?;
    say("To choose a password, once and within a week:")?;
    say(ctx.identity().links().password(&token))
}

fn read_password() -> Outcome<String> {
    let mut text = String::new();
    std::io::stdin().lock().take(PASSWORD_BYTES_MAX).read_to_string(&mut text)?;
    let line = text.split('\n').next().unwrap_or_default();
    Ok(line.strip_suffix('\r').unwrap_or(line).to_owned())
}

fn role(text: &str) -> Result<Role, String> {
    let wanted = text.to_uppercase().replace('-', "_");
    let known: Vec<_> = Role::iter().map(|role| role.to_value()).collect();
    Role::try_from_value(&wanted).map_err(|_| format!("must be one of {}", known.join(", ")))
}
