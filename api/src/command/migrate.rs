//! `vigil migrate`: the database's schema.

mod skeleton;

use {
    super::{Outcome, say, schema},
    crate::{
        book::{Pending, Scratch, pending},
        database::{self, Purpose},
        settings::Settings,
    },
    clap::{Args, Subcommand},
    engine::schema::catalog::Engine,
    migration::{Migrator, MigratorTrait},
    sea_orm::DatabaseConnection,
    service::{Clock, SystemClock},
    std::path::PathBuf,
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
    /// Show what the migrations that have not been applied would do: their statements on both
    /// databases, what they change, what is risky about them, and which checks of `vigil schema check`
    /// would fail. Nothing is applied.
    Diff {
        #[command(flatten)]
        server: schema::Server,
    },
    /// Write the skeleton of a migration, and its lines in migration/src/lib.rs.
    New {
        /// What it does, such as `add_colour_to_clients`.
        name: String,
        /// The folder of the migrations.
        #[arg(long, value_name = "FOLDER", default_value = "migration/src")]
        folder: PathBuf,
    },
    /// Drop everything and apply all migrations anew. All data is lost.
    Fresh {
        /// Do it; without this, it only says what would be lost.
        #[arg(long)]
        yes: bool,
    },
}

pub(super) async fn run(settings: &Settings, arguments: Arguments) -> Outcome {
    if let Task::New { name, folder } = &arguments.task {
        return skeleton::write(folder, name, SystemClock.now().date_naive());
    }
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
        Task::Diff { server } => diff(settings, &db, &server).await,
        Task::New { .. } => Ok(()),
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

/// Tells what the pending migrations would do, on a scratch database that is as far as this one.
async fn diff(settings: &Settings, db: &DatabaseConnection, server: &schema::Server) -> Outcome {
    let pending_here = database::pending(db).await?;
    let all: Vec<_> = Migrator::migrations().iter().map(|it| it.name().to_owned()).collect();
    let applied = all.len() - pending_here.len();
    if all[applied..] != pending_here {
        let told = "the pending migrations are not the last ones: one was added behind others that are applied";
        return Err(told.into());
    }
    if pending_here.is_empty() {
        return say("nothing is pending");
    }
    let server = server.url(settings)?;
    let mut risks = 0;
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let scratch = Scratch::make(settings, engine, &server).await?;
        let found = pending(&scratch, applied).await;
        scratch.remove().await?;
        say(format!("-- {}", engine.name()))?;
        for migration in found? {
            risks += migration.risks.len();
            told(&migration)?;
        }
    }
    // The pending ones are the last: with them a schema is what a fresh one is.
    let failed = schema::failing(settings, &server).await?;
    say("-- checks")?;
    for report in &failed {
        say(format!("--   {}", report.told().replace('\n', "\n--   ")))?;
    }
    let (many, failed) = (pending_here.len(), failed.len());
    say(format!("{many} migrations are pending; {risks} risks; {failed} checks would fail"))
}

fn told(migration: &Pending) -> Outcome {
    let Pending { name, statements, changes, risks } = migration;
    say(format!("\n-- {name}"))?;
    for statement in statements {
        say(format!("{statement};"))?;
    }
    for change in changes {
        say(format!("--   {change}"))?;
    }
    for risk in risks {
        say(format!("--   RISK (S16): {risk}"))?;
    }
    Ok(())
}

/// The database's address without its password.
fn shown(settings: &Settings) -> &str {
    settings.database_url.rsplit('@').next().unwrap_or_default()
}
