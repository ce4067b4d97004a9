//! The command line of `vigil-bench`, which is also that of `vigil bench`.

use {
    crate::{
        Contestant, Document, Growth, Kind, Outcome, Programs, Report, Request, grow, measure,
    },
    clap::{Args, Parser, Subcommand, ValueEnum},
    serde::{Deserialize, Serialize},
    std::{
        env, fs,
        io::Write,
        net::SocketAddr,
        path::{Path, PathBuf},
        pin::Pin,
        time::Duration,
    },
    tokio::{
        net::TcpListener,
        signal::unix::{SignalKind, signal},
    },
};

/// How long Vigil is watched at rest.
const REST: Duration = Duration::from_secs(5);

/// Measure how fast Vigil answers, beside a floor and a stock server on the same data.
///
/// Three servers answer the five documents of the front ends on databases that are made for it,
/// filled by `vigil seed`, and removed again: `vigil serve`, with a key, trusted documents and all
/// limits; a floor, which is written by hand for these answers and has no GraphQL; and a stock
/// server of async-graphql and SeaORM with stock data loaders. Their answers are compared, then they
/// take turns, round by round. What counts is the ratio to the floor of the same round: the figures
/// themselves are those of your machine, and of whatever else it does.
#[derive(Debug, Parser)]
#[command(name = "vigil bench", bin_name = "vigil bench", version)]
struct Cli {
    #[command(flatten)]
    arguments: Arguments,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Args)]
struct Arguments {
    /// A PostgreSQL server whose user may create databases, such as
    /// `postgres://postgres@127.0.0.1:5432/postgres`. Without one only SQLite is measured. It is
    /// best on this machine: else the CPU time that it takes is not told. It has to take 200
    /// connections (`max_connections`).
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// About how many reports each database holds.
    #[arg(long, value_name = "N", default_value_t = 250_000, value_parser = clap::value_parser!(u32).range(250..=10_000_000))]
    rows: u32,
    /// Measure Vigil alone on databases of several sizes, commas between: how many times the first
    /// one's time, and its blocks, a request takes on the others. 10,000,000 reports take some ten
    /// minutes to fill in, and 10 GB.
    #[arg(long, value_name = "N", value_delimiter = ',', conflicts_with_all = ["rows", "connections"], value_parser = clap::value_parser!(u32).range(250..=10_000_000))]
    grow: Vec<u32>,
    /// The seed of the company that `vigil seed` invents.
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// How many connections ask at once, commas between several numbers.
    #[arg(long, value_name = "N", value_delimiter = ',', default_value = "1,16,64")]
    connections: Vec<usize>,
    /// How long a server's turn takes.
    #[arg(long, value_name = "S", default_value_t = 2.0, value_parser = seconds)]
    seconds: f64,
    /// How many turns each server gets.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = 1..=1_000)]
    rounds: i64,
    /// Only this, commas between several: documents (dashboard, alert-queue, history, lookup,
    /// submit), databases (postgres, sqlite), servers (vigil, floor, floor-rows, stock; the floor
    /// is always there).
    #[arg(long, value_name = "NAME", value_delimiter = ',', value_parser = only)]
    only: Vec<Only>,
    /// Print JSON instead of a table: every round's figures, and the ratios.
    #[arg(long)]
    json: bool,
    /// Write a page in Markdown too.
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
    /// Measure nothing, but tell of what an earlier run printed as JSON.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["url", "only", "vigil", "grow"])]
    from: Option<PathBuf>,
    /// The program that is measured; the `vigil` beside this one when left out.
    #[arg(long, value_name = "FILE")]
    vigil: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run one of the servers that Vigil is compared with.
    #[command(hide = true)]
    Serve { contestant: Contestant, database_url: String, listen: SocketAddr },
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Only {
    Document(Document),
    Database(Kind),
    Server(Contestant),
}

/// Runs the command line of this process.
///
/// Boxed, so that all of it is compiled here, and not once more with each program that runs it.
pub fn run() -> Pin<Box<dyn Future<Output = Outcome>>> {
    Box::pin(obey())
}

async fn obey() -> Outcome {
    let Cli { arguments, command } = Cli::parse();
    if let Some(Command::Serve { contestant, database_url, listen }) = command {
        return contestant.serve(&database_url, TcpListener::bind(listen).await?).await;
    }
    let (json, write) = (arguments.json, arguments.write.clone());
    let told = match &arguments.from {
        Some(file) => serde_json::from_str(&fs::read_to_string(file)?)?,
        None if arguments.grow.is_empty() => Told::Contest(measure(&request(arguments)?).await?),
        None => {
            let sizes = arguments.grow.clone();
            Told::Growth(grow(&request(arguments)?, &sizes).await?)
        }
    };
    if let Some(file) = write {
        fs::write(file, told.markdown())?;
    }
    let told = if json { serde_json::to_string_pretty(&told)? } else { told.table() };
    Ok(writeln!(std::io::stdout().lock(), "{}", told.trim_end())?)
}

/// What was measured, now or by an earlier run.
#[derive(Deserialize, Serialize)]
#[serde(untagged)]
enum Told {
    Contest(Report),
    Growth(Growth),
}

impl Told {
    fn table(&self) -> String {
        match self {
            Self::Contest(report) => report.table(),
            Self::Growth(growth) => growth.table(),
        }
    }

    fn markdown(&self) -> String {
        match self {
            Self::Contest(report) => report.markdown(),
            Self::Growth(growth) => growth.markdown(),
        }
    }
}

fn request(arguments: Arguments) -> Outcome<Request> {
    let Arguments {
        url,
        rows,
        grow: _,
        seed,
        connections,
        seconds,
        rounds,
        only,
        json: _,
        from: _,
        write: _,
        vigil,
    } = arguments;
    let bench = env::current_exe()?;
    let vigil = vigil.unwrap_or_else(|| bench.with_file_name("vigil"));
    if !vigil.is_file() {
        let told = format!("there is no {}: build it, or name it by --vigil", vigil.display());
        return Err(told.into());
    }
    if connections.iter().any(|it| !(1..=1_000).contains(it)) {
        return Err("--connections must be 1 to 1000".into());
    }
    let mut databases = chosen(&only, &Kind::ALL, |it| Only::Database(*it));
    // Who did not ask for PostgreSQL by name gets what there is.
    if url.is_none() && !only.contains(&Only::Database(Kind::Postgres)) {
        databases.retain(|it| *it == Kind::Sqlite);
    }
    Ok(Request {
        programs: Programs { vigil: absolute(&vigil)?, bench: Some(bench) },
        url,
        rows,
        seed,
        connections,
        seconds,
        rounds: usize::try_from(rounds)?,
        rest: REST,
        documents: chosen(&only, &Document::ALL, |it| Only::Document(*it)),
        databases,
        contestants: chosen(&only, Contestant::value_variants(), |it| Only::Server(*it)),
        command: spelled(),
    })
}

/// Those that were named, or all when none of the kind was.
fn chosen<T: Copy>(only: &[Only], all: &[T], name: fn(&T) -> Only) -> Vec<T> {
    let named: Vec<T> = all.iter().filter(|it| only.contains(&name(it))).copied().collect();
    if named.is_empty() { all.to_vec() } else { named }
}

fn only(text: &str) -> Result<Only, String> {
    let document = Document::from_str(text, true).map(Only::Document);
    let database = Kind::from_str(text, true).map(Only::Database);
    let server = Contestant::from_str(text, true).map(Only::Server);
    document.or(database).or(server).map_err(|_| "no document, database or server".to_owned())
}

fn seconds(text: &str) -> Result<f64, String> {
    let seconds = text.parse().ok().filter(|it| (0.05..=600.0).contains(it));
    seconds.ok_or_else(|| "must be 0.05 to 600".to_owned())
}

fn absolute(path: &Path) -> Outcome<PathBuf> {
    Ok(fs::canonicalize(path)?)
}

/// The command line without what is secret or of one machine only.
fn spelled() -> String {
    let mut words = vec!["vigil bench".to_owned()];
    let mut given = env::args().skip(1);
    while let Some(word) = given.next() {
        match word.split_once('=').map_or(word.as_str(), |it| it.0) {
            "--url" | "--vigil" | "--write" => {
                if !word.contains('=') {
                    given.next();
                }
                if word.starts_with("--url") {
                    words.push("--url …".to_owned());
                }
            }
            _ => words.push(word),
        }
    }
    words.join(" ")
}

/// Waits until somebody would like this to end.
pub(crate) async fn interrupted() {
    let (Ok(mut interrupt), Ok(mut terminate)) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_holds_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn what_is_named_narrows_its_own_kind() {
        let named = ["history", "sqlite", "submit"].map(|it| only(it).unwrap());

        let documents = chosen(&named, &Document::ALL, |it| Only::Document(*it));
        let servers = chosen(&named, Contestant::value_variants(), |it| Only::Server(*it));

        assert_eq!(documents, [Document::History, Document::Submit]);
        assert_eq!(servers, Contestant::value_variants());
        assert!(only("mongodb").is_err());
    }
}
