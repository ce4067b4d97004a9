//! `vigil migrate`: the database's schema.

use {
    super::{Outcome, say},
    crate::{
        database::{self, Purpose},
        settings::Settings,
    },
    clap::{Args, Subcommand},
    migration::{Migrator, MigratorTrait},
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Apply what has not been applied yet.
    Up {
        /// How many migrations; all when left out.
        #[arg(long, short, value_name = "N")]
        steps: Option<u32>,
    },
    /// Take back what was applied last. Data in the tables that go is lost.
    Down {
        /// How many migrations.
        #[arg(long, short, value_name = "N", default_value_t = 1)]
        steps: u32,
    },
    /// Tell which migrations have been applied.
    Status,
    /// Drop everything and apply all migrations anew. All data is lost.
    Fresh {
        /// Do it; without this, it only says what would be lost.
        #[arg(long)]
        yes: bool,
    },
}

pub(super) async fn run(settings: &Settings, arguments: Arguments) -> Outcome {
    let db = database::connect(settings, Purpose::Commands).await?;
    let before = database::pending(&db).await?.len();
    match arguments.task {
        Task::Up { steps } => {
            database::migrate(settings, async |db| Migrator::up(db, steps).await).await?;
            let after = database::pending(&db).await?.len();
            say(format!("applied {} migrations; {after} are left", before - after))
        }
        Task::Down { steps } => {
            database::migrate(settings, async |db| Migrator::down(db, Some(steps)).await).await?;
            let after = database::pending(&db).await?.len();
            say(format!("took back {} migrations", after - before))
        }
        Task::Status => {
            for migration in Migrator::get_migration_with_status_read_only(&db).await? {
                say(format!("{:<8} {}", migration.status().to_string(), migration.name()))?;
            }
            Ok(())
        }
        Task::Fresh { yes: false } => Err(format!(
            "all data in {} would be lost; say --yes if that is meant",
            shown(settings)
        )
        .into()),
        Task::Fresh { yes: true } => {
            database::migrate(settings, async |db| Migrator::fresh(db).await).await?;
            say("dropped everything and applied all migrations")
        }
    }
}

/// The database's address without its password.
fn shown(settings: &Settings) -> &str {
    settings.database_url.rsplit('@').next().unwrap_or_default()
}
