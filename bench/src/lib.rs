//! How fast Vigil is, beside two servers that give the same answers: the floor, written by hand for
//! these answers alone, and a stock one, written the way people write their first.
//!
//! `vigil-bench` is the program; `vigil bench` and `cargo xtask bench` run it.

mod child;
mod command;
mod contest;
mod contestant;
mod database;
mod document;
mod figures;
mod floor;
mod growth;
mod load;
mod proxy;
mod report;
mod stock;
mod table;
mod usage;

use {
    chrono::Utc,
    contestant::Stage,
    database::Database,
    std::{
        env,
        error::Error,
        fs,
        path::{Path, PathBuf},
        process::{self, Command},
        sync::atomic::{AtomicUsize, Ordering},
        time::Duration,
    },
};
pub use {
    command::run as run_command,
    contestant::{Contestant, Programs},
    database::Kind,
    document::Document,
    figures::Spread,
    floor::Floor,
    growth::{Asked, Growth, Size, grow},
    report::{AtRest, Cell, Measured, Ratios, Report, Round, Wire},
};

/// How something ends: well, or with something to tell.
pub type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// How many reports make a company of scale 1, as `vigil seed` counts.
const REPORTS_OF_SCALE_1: f64 = 250_000.0;

/// The scale of a company of so many reports.
fn scale(reports: u32) -> f64 {
    f64::from(reports) / REPORTS_OF_SCALE_1
}

/// What is to be measured.
#[derive(Clone, Debug)]
pub struct Request {
    /// How servers are started.
    pub programs: Programs,
    /// A PostgreSQL server whose user may create databases.
    pub url: Option<String>,
    /// About how many reports the databases hold.
    pub rows: u32,
    /// The seed of the invented company.
    pub seed: u64,
    /// The numbers of connections.
    pub connections: Vec<usize>,
    /// How long a turn takes.
    pub seconds: f64,
    /// How many turns each server gets.
    pub rounds: usize,
    /// How long Vigil is watched at rest; not at all when zero.
    pub rest: Duration,
    /// Which documents.
    pub documents: Vec<Document>,
    /// Which databases.
    pub databases: Vec<Kind>,
    /// Which servers; the floor is always among them.
    pub contestants: Vec<Contestant>,
    /// The command line, as it is told in the report.
    pub command: String,
}

/// Measures. Databases, files and processes are gone afterwards, whatever came of it.
pub async fn measure(request: &Request) -> Outcome<Report> {
    let mut report = Report {
        machine: contest::machine(),
        command: request.command.clone(),
        at: now(),
        program_bytes: fs::metadata(&request.programs.vigil)?.len(),
        stripped_bytes: stripped(&request.programs.vigil).await,
        databases: Vec::new(),
        at_rest: Vec::new(),
        cells: Vec::new(),
    };
    for kind in &request.databases {
        let folder = Folder::new()?;
        let database = request.database(*kind, &folder).await?;
        let mut stage = Stage::new(&request.programs, &folder.0);
        let outcome = tokio::select! {
            outcome = contest::run(request, &mut stage, &database, &mut report) => outcome,
            () = command::interrupted() => Err("interrupted".into()),
        };
        database.remove().await?;
        outcome?;
    }
    report.compare();
    Ok(report)
}

impl Request {
    /// A new database for what lies in a folder.
    async fn database(&self, kind: Kind, folder: &Folder) -> Outcome<Database> {
        match (kind, &self.url) {
            (Kind::Postgres, Some(url)) => Database::on(url, folder.name()).await,
            (Kind::Postgres, None) => Err("PostgreSQL needs a server: name one by --url".into()),
            (Kind::Sqlite, _) => Ok(Database::in_folder(&folder.0)),
        }
    }

    fn time(&self) -> Duration {
        Duration::from_secs_f64(self.seconds)
    }

    fn asks_for(&self, contestant: Contestant) -> bool {
        contestant == Contestant::Floor || self.contestants.contains(&contestant)
    }
}

/// How large a program is without its symbols.
async fn stripped(program: &Path) -> Option<u64> {
    let folder = Folder::new().ok()?;
    let file = folder.0.join("stripped");
    let mut strip = Command::new("strip");
    strip.arg("-o").args([&file, program]);
    child::run(strip, &folder.0).await.ok()?;
    Some(fs::metadata(file).ok()?.len())
}

#[expect(clippy::disallowed_methods, reason = "a report says when it was made")]
fn now() -> String {
    Utc::now().format("%Y-%m-%d %H:%M").to_string()
}

/// How many folders this process has made.
static FOLDERS: AtomicUsize = AtomicUsize::new(0);

/// A folder that goes when this is dropped.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Outcome<Self> {
        let (process, number) = (process::id(), FOLDERS.fetch_add(1, Ordering::Relaxed));
        let path = env::temp_dir().join(format!("vigil-bench-{process}-{number}"));
        fs::create_dir_all(&path)?;
        Ok(Self(path))
    }

    /// What a database is called that goes with it.
    fn name(&self) -> String {
        let name = self.0.file_name().unwrap_or_default().to_string_lossy();
        name.replace('-', "_")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What stays behind lies in the folder for temporary files.
        drop(fs::remove_dir_all(&self.0));
    }
}
