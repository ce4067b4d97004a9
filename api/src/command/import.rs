//! `vigil import`: tables that people keep elsewhere.

mod rejects;

use {
    super::{Outcome, context, say},
    crate::settings::Settings,
    clap::{Args, Subcommand},
    indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle},
    rejects::Rejects,
    service::{
        Error,
        coaching::pairing_import::{
            self, Column, Mode, Observer, Reader, Rejected, RowError, Summary,
        },
    },
    std::{
        fmt::Display,
        fs::File,
        io::{self, Write},
        path::{Path, PathBuf},
    },
};

/// How many faults are printed; all of them are in the file of rejects.
const FAULTS_MAX: usize = 20;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Import who assists whom, with the assistants and clients that it takes.
    ///
    /// The first line names the columns: EA Email, EA Name, Client Name, Start Date (YYYY-MM-DD),
    /// and, if wanted, Accelerator Enabled (Y or N) and Week 1 Goals to Week 4 Goals. Commas,
    /// semicolons or tabs separate them; the text is UTF-8, or UTF-16 as spreadsheets save it.
    ///
    /// Assistants are known by their address, clients by their name in any case and spacing. Those
    /// that are there already stay as they are. Rows that cannot be stored are written to
    /// FILE.rejects.csv, each with what is wrong with it, to be mended and imported in turn.
    Pairings(Pairings),
}

#[derive(Debug, Args)]
struct Pairings {
    /// The file.
    #[arg(value_name = "FILE.csv")]
    file: PathBuf,
    /// Store nothing; tell what would be stored and what is wrong.
    #[arg(long)]
    dry_run: bool,
    /// Store the good rows, as they come, although others are wrong.
    #[arg(long)]
    partial: bool,
}

pub(super) async fn run(settings: &Settings, arguments: Arguments) -> Outcome {
    let Task::Pairings(Pairings { file, dry_run, partial }) = arguments.task;
    let mode = match (dry_run, partial) {
        (true, _) => Mode::DryRun,
        (false, true) => Mode::Partial,
        (false, false) => Mode::AllOrNothing,
    };
    let source = File::open(&file).map_err(|it| told(&file, it.into()))?;
    let bytes = source.metadata()?.len();
    let mut reader = pairing_import::open(source).map_err(|it| told(&file, it))?;
    let ctx = context(settings).await?;
    let mut listener = Listener::new(&file, bytes, &reader);
    listener.warn_of(reader.ignored())?;
    let summary = pairing_import::run(&ctx, &mut reader, mode, &mut listener).await;
    let so_far = listener.so_far;
    let kept = listener.finish();
    if summary.is_err() && mode == Mode::Partial && so_far.rows > 0 {
        report(&Summary { committed: true, ..so_far }, mode)?;
    }
    let summary = summary.map_err(|it| told(&file, it))?;
    kept?;
    report(&summary, mode)?;
    if summary.rejected > 0 && !partial {
        let Summary { rejected, rows, .. } = summary;
        return Err(format!("{rejected} of {rows} rows were rejected; nothing was stored").into());
    }
    Ok(())
}

fn report(summary: &Summary, mode: Mode) -> Outcome {
    let Summary { rows, pairings, users, eas, clients, rejected, committed } = *summary;
    say(match mode {
        Mode::DryRun => "would be stored:",
        Mode::AllOrNothing | Mode::Partial if committed => "stored:",
        Mode::AllOrNothing | Mode::Partial => "would have been stored:",
    })?;
    for (what, count) in
        [("pairings", pairings), ("people", users), ("assistants", eas), ("clients", clients)]
    {
        say(format!("{count:>10} {what}"))?;
    }
    say("rejected:")?;
    say(format!("{rejected:>10} of {rows} rows"))
}

/// What is printed of a failure; the cause of a failing database is logged.
fn told(file: &Path, failure: Error) -> String {
    let causes = match failure {
        Error::Refused(violations) => {
            violations.into_iter().map(|it| it.message).collect::<Vec<_>>().join("; ")
        }
        Error::File(cause) => cause.to_string(),
        Error::Sealed(cause) => cause.to_string(),
        Error::Busy(passing, cause) => {
            tracing::warn!(%cause, "{passing}");
            passing.to_string()
        }
        Error::Database(cause) => {
            tracing::error!(%cause, "the database failed");
            "the database failed".to_owned()
        }
    };
    format!("cannot import {}: {causes}", file.display())
}

/// Prints what goes on to the terminal, and keeps the rejects.
struct Listener<'a> {
    file: &'a Path,
    bar: ProgressBar,
    rejects: Rejects,
    so_far: Summary,
    /// The first ones, to be printed at the end.
    faults: Vec<RowError>,
    faults_more: u64,
}

impl<'a> Listener<'a> {
    fn new<R: io::Read>(file: &'a Path, bytes: u64, reader: &Reader<R>) -> Self {
        // Draws nothing where nobody looks: only on a terminal.
        let bar = ProgressBar::with_draw_target(Some(bytes), ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("{bar:40} {percent:>3} % of {total_bytes}, {eta}");
        bar.set_style(style.expect("the template is well formed"));
        let rejects = Rejects::beside(file, reader);
        let so_far = Summary::default();
        Self { file, bar, rejects, so_far, faults: Vec::new(), faults_more: 0 }
    }

    fn warn_of(&self, ignored: &[Column]) -> io::Result<()> {
        for column in ignored.iter().filter(|it| !rejects::is_errors(it)) {
            print(format_args!("{}: {} is not read", self.file.display(), place(column)))?;
        }
        Ok(())
    }

    fn finish(self) -> io::Result<()> {
        self.bar.finish_and_clear();
        let file = self.file.display();
        for RowError { line, column, kind } in &self.faults {
            match column {
                Some(column) => print(format_args!("{file}:{line}: {}: {kind}", place(column)))?,
                None => print(format_args!("{file}:{line}: the row {kind}"))?,
            }
        }
        let rejects = self.rejects.path().display();
        match (self.faults.is_empty(), self.faults_more) {
            (true, _) => {}
            (false, 0) => print(format_args!("the rejected rows are in {rejects}"))?,
            (false, more) => print(format_args!("and {more} more, all in {rejects}"))?,
        }
        self.rejects.finish()
    }
}

impl Observer for Listener<'_> {
    fn rejected(&mut self, rejected: &Rejected) -> io::Result<()> {
        for error in &rejected.errors {
            if self.faults.len() < FAULTS_MAX {
                self.faults.push(error.clone());
            } else {
                self.faults_more += 1;
            }
        }
        self.rejects.write(rejected)
    }

    fn progress(&mut self, bytes_read: u64, so_far: &Summary) {
        self.bar.set_position(bytes_read);
        self.so_far = *so_far;
    }
}

/// A column as people find it: by its name, quoted, or by its place.
fn place(column: &Column) -> String {
    match column.name.as_str() {
        "" => column.to_string(),
        name => format!("column {name:?} ({})", column.number),
    }
}

fn print(line: impl Display) -> io::Result<()> {
    writeln!(io::stderr().lock(), "{line}")
}
