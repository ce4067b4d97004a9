//! `vigil schema`: the GraphQL schema as text; the book of the database's schema; its checks.

use {
    super::{Outcome, say},
    crate::{
        Schema,
        book::{Files, Sources, gather, machine, read_notes, record},
        settings::Settings,
    },
    clap::{Args, Subcommand},
    engine::schema::{
        Book, Trial,
        check::{self, Report, Verdict},
    },
    std::{
        io::Write,
        path::{Path, PathBuf},
    },
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    task: Option<Task>,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Print the GraphQL schema (the default).
    Print,
    /// Write the book of the database's schema, from two fresh databases; fails when a check does.
    Book {
        /// Where to.
        #[arg(long, value_name = "FOLDER", default_value = "docs")]
        out: PathBuf,
        /// The short edition alone.
        #[arg(long)]
        essentials: bool,
        /// Write nothing; fail when a file is not what would be written.
        #[arg(long, conflicts_with = "measure")]
        check: bool,
        /// Time each statement too, and write the times into schema-measured.md, which is no part of
        /// the book.
        #[arg(long)]
        measure: bool,
        #[command(flatten)]
        server: Server,
    },
    /// Record the schema as that of a release, once it is sound: what comes later is held to it.
    Release {
        /// The folder of the book.
        #[arg(long, value_name = "FOLDER", default_value = "docs")]
        book: PathBuf,
        #[command(flatten)]
        server: Server,
    },
    /// Look whether the database's schema is sound, on two fresh databases.
    Check {
        /// Print the reports as JSON.
        #[arg(long)]
        json: bool,
        /// The folder of the book, to see whether it is current.
        #[arg(long, value_name = "FOLDER", default_value = "docs")]
        book: PathBuf,
        #[command(flatten)]
        server: Server,
    },
}

#[derive(Debug, Args)]
pub(super) struct Server {
    /// A PostgreSQL server whose user may make databases; the configured one when left out.
    #[arg(long, value_name = "URL")]
    postgres: Option<String>,
}

impl Server {
    /// The server's URL.
    pub(super) fn url(&self, settings: &Settings) -> Outcome<String> {
        let configured = (!settings.is_embedded()).then(|| settings.database_url.clone());
        let missing = "the book is of SQLite and of PostgreSQL, and there is no PostgreSQL: name a server whose \
                       user may make databases with --postgres postgres://USER@HOST/DATABASE, or DATABASE_URL";
        self.postgres.clone().or(configured).ok_or_else(|| missing.into())
    }
}

impl Arguments {
    /// Whether only the GraphQL schema is asked for, which takes no settings.
    pub(super) fn is_print(&self) -> bool {
        matches!(self.task, None | Some(Task::Print))
    }
}

pub(super) fn print() -> Outcome {
    Ok(std::io::stdout().lock().write_all(Schema::new().sdl().as_bytes())?)
}

pub(super) async fn run(settings: &Settings, arguments: Arguments) -> Outcome {
    match arguments.task {
        None | Some(Task::Print) => print(),
        Some(Task::Book { out, essentials, check, measure, server }) => {
            let server = server.url(settings)?;
            let mut book = gathered(settings, &server, measure).await?;
            let files = Files::of(&book, essentials);
            if measure {
                let measured = engine::schema::page::measured(&book, &machine(&server).await?);
                std::fs::create_dir_all(&out)?;
                std::fs::write(out.join("schema-measured.md"), measured)?;
            }
            if check {
                regenerated(&mut book, &files, &out);
            }
            // What fails is written as well, with its box open: so it can be seen why.
            for name in if check { Vec::new() } else { files.write(&out)? } {
                say(format!("{}: written", out.join(name).display()))?;
            }
            if !check {
                regenerated(&mut book, &files, &out);
            }
            fail_unless_sound(&check::check(&book))?;
            say("the schema is as the book says")
        }
        Some(Task::Release { book: folder, server }) => {
            let mut book = gathered(settings, &server.url(settings)?, false).await?;
            let files = Files::of(&book, false);
            regenerated(&mut book, &files, &folder);
            fail_unless_sound(&check::check(&book))?;
            say(format!("{}: written", record(&book, &folder)?.display()))
        }
        Some(Task::Check { json, book: folder, server }) => {
            let mut book = gathered(settings, &server.url(settings)?, false).await?;
            let files = Files::of(&book, false);
            regenerated(&mut book, &files, &folder);
            let reports = check::check(&book);
            if json {
                say(serde_json::to_string_pretty(&reports)?)?;
            } else {
                for report in &reports {
                    say(report.told())?;
                }
            }
            let open = reports.iter().filter(|it| it.verdict != Verdict::Passed).count();
            if open == 0 { Ok(()) } else { Err(format!("{open} checks did not pass").into()) }
        }
    }
}

/// The checks that fail once every migration is applied.
pub(super) async fn failing(settings: &Settings, postgres: &str) -> Outcome<Vec<Report>> {
    let reports = check::check(&gathered(settings, postgres, false).await?);
    Ok(reports.into_iter().filter(|it| it.verdict == Verdict::Failed).collect())
}

async fn gathered(settings: &Settings, postgres: &str, is_timed: bool) -> Outcome<Book> {
    let sources = Sources { settings, postgres, notes: read_notes()?, is_timed };
    gather(sources, &|step| tracing::info!("{step}")).await
}

/// Notes whether the files that are there are what would be written.
fn regenerated(book: &mut Book, files: &Files, folder: &Path) {
    let stale = files.stale(folder);
    let fault = (!stale.is_empty()).then(|| {
        format!("{} is not what would be written: run `cargo xtask generate`", stale.join(", "))
    });
    let subject = folder.display().to_string();
    book.trials.push(Trial { check: "S17", subject, fault });
}

fn fail_unless_sound(reports: &[Report]) -> Outcome {
    let open = reports.iter().filter(|it| it.verdict != Verdict::Passed);
    let told: Vec<_> = open.map(Report::told).collect();
    if told.is_empty() {
        Ok(())
    } else {
        Err(format!("the schema is not sound\n{}", told.join("\n")).into())
    }
}
