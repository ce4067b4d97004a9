//! The databases that are measured on: made, filled by `vigil seed`, and removed again.

use {
    crate::{Outcome, document::Document, usage},
    chrono::{DateTime, Days, NaiveDate, Utc},
    rusqlite::Connection,
    serde_json::{Value, json},
    std::{
        fmt,
        path::{Path, PathBuf},
        time::Duration,
    },
    tokio::{task::JoinSet, time::sleep},
    tokio_postgres::{Client, NoTls},
    uuid::Uuid,
};

/// How many connections a server has to take: those of all that are compared, and once more of those behind the proxy.
const CONNECTIONS_MIN: i32 = 200;
/// How many days are reported on anew, up to yesterday: as long as it is yesterday somewhere.
const DAYS: u64 = 10;
const LOCK_TIMEOUT: Duration = Duration::from_secs(10);
const LOOK: Duration = Duration::from_millis(10);

/// The processes of PostgreSQL that serve others in our database.
const OTHERS: &str = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() \
    AND backend_type = 'client backend' AND pid <> pg_backend_pid()";
/// Requests ask for so many different rows.
const SAMPLE: &str = "SELECT id FROM %TABLE% ORDER BY id LIMIT 200";
/// The days that can be reported on: all that are no day off, of pairings that had begun.
const UNREPORTED: &str = "SELECT p.id FROM pairings p WHERE p.start_date <= '%DAY%' AND NOT EXISTS \
    (SELECT 1 FROM pto_records r WHERE r.ea_id = p.ea_id AND '%DAY%' BETWEEN r.start_date AND r.end_date) \
    ORDER BY p.id";

/// A database of our own.
pub(crate) enum Database {
    /// On a server that was named.
    Postgres {
        /// The server's URL, with the database that was named.
        server: String,
        /// Our database.
        name: String,
        client: Client,
        driver: JoinSet<()>,
    },
    /// In a file.
    Sqlite { file: PathBuf },
}

/// Which kind of database.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize, clap::ValueEnum,
)]
pub enum Kind {
    /// PostgreSQL, over a socket.
    Postgres,
    /// SQLite, embedded.
    Sqlite,
}

impl Kind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Postgres, Self::Sqlite];
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Postgres => "PostgreSQL",
            Self::Sqlite => "SQLite",
        })
    }
}

impl Database {
    /// A new database on a server.
    pub(crate) async fn on(server: &str, name: String) -> Outcome<Self> {
        let (client, _driver) = connect(server).await?;
        let most = "SELECT current_setting('max_connections')::int";
        let most: i32 = client.query_one(most, &[]).await?.try_get(0)?;
        if most < CONNECTIONS_MIN {
            let told =
                format!("the server takes {most} connections, and what is compared needs more");
            return Err(format!("{told}: set its max_connections to {CONNECTIONS_MIN}").into());
        }
        client.batch_execute(&format!("CREATE DATABASE {name}")).await?;
        let (client, driver) = connect(&with_database(server, &name)).await?;
        Ok(Self::Postgres { server: server.to_owned(), name, client, driver })
    }

    /// A new file in a folder.
    pub(crate) fn in_folder(folder: &Path) -> Self {
        Self::Sqlite { file: folder.join("bench.db") }
    }

    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Postgres { .. } => Kind::Postgres,
            Self::Sqlite { .. } => Kind::Sqlite,
        }
    }

    /// Where it is.
    pub(crate) fn url(&self) -> String {
        match self {
            Self::Postgres { server, name, .. } => with_database(server, name),
            Self::Sqlite { file } => format!("sqlite://{}?mode=rwc", file.display()),
        }
    }

    /// Removes it. A file goes with its folder.
    pub(crate) async fn remove(self) -> Outcome<()> {
        let Self::Postgres { server, name, client, driver } = self else { return Ok(()) };
        drop((client, driver));
        let (client, _driver) = connect(&server).await?;
        Ok(client.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")).await?)
    }

    /// The version of the database.
    pub(crate) async fn version(&self) -> Outcome<String> {
        match self {
            Self::Postgres { client, .. } => {
                Ok(client.query_one("SHOW server_version", &[]).await?.try_get(0)?)
            }
            Self::Sqlite { .. } => Ok(rusqlite::version().to_owned()),
        }
    }

    /// Takes statistics, as a database does that has been there for longer than ours.
    pub(crate) async fn settle(&self) -> Outcome<()> {
        match self {
            Self::Postgres { client, .. } => Ok(client.batch_execute("VACUUM ANALYZE").await?),
            Self::Sqlite { file } => Ok(open(file)?.execute_batch("ANALYZE")?),
        }
    }

    /// How many rows a table has.
    pub(crate) async fn count(&self, table: &str) -> Outcome<i64> {
        let text = format!("SELECT count(*) FROM {table}");
        match self {
            Self::Postgres { client, .. } => Ok(client.query_one(&text, &[]).await?.try_get(0)?),
            Self::Sqlite { file } => Ok(open(file)?.query_row(&text, [], |row| row.get(0))?),
        }
    }

    /// How many pairings were judged before an instant, most recently.
    pub(crate) async fn judged_before(&self, at: DateTime<Utc>) -> Outcome<i64> {
        match self {
            Self::Postgres { client, .. } => {
                let text = "SELECT count(*) FROM pairings WHERE health_computed_at < $1";
                Ok(client.query_one(text, &[&at]).await?.try_get(0)?)
            }
            Self::Sqlite { file } => {
                let text = "SELECT count(*) FROM pairings WHERE health_computed_at < ?1";
                Ok(open(file)?.query_row(text, [at.to_rfc3339()], |row| row.get(0))?)
            }
        }
    }

    /// The variables of many requests for a document.
    pub(crate) async fn variables(&self, document: Document) -> Outcome<Vec<Value>> {
        let by_id = |ids: Vec<Uuid>| ids.into_iter().map(|id| json!({ "id": id })).collect();
        Ok(match document {
            Document::Dashboard | Document::AlertQueue => vec![json!({})],
            Document::History => by_id(self.ids(&SAMPLE.replace("%TABLE%", "pairings")).await?),
            Document::Lookup => by_id(self.ids(&SAMPLE.replace("%TABLE%", "alerts")).await?),
            Document::Submit => {
                let mut all = Vec::new();
                for day in days() {
                    let ids = UNREPORTED.replace("%DAY%", &day.to_string());
                    all.extend(self.ids(&ids).await?.into_iter().map(|id| report(id, day)));
                }
                all
            }
        })
    }

    /// How many blocks of tables and indexes all sessions that have ended, and this one, have touched, once none is
    /// left but this one. None where nobody tells.
    pub(crate) async fn blocks(&self) -> Outcome<Option<i64>> {
        let Self::Postgres { client, .. } = self else { return Ok(None) };
        while !client.query(OTHERS, &[]).await?.is_empty() {
            sleep(LOOK).await;
        }
        // It is counted when the session is at rest.
        client.execute("SELECT pg_stat_force_next_flush()", &[]).await?;
        let touched = "SELECT coalesce(sum(coalesce(heap_blks_hit, 0) + coalesce(heap_blks_read, 0) \
            + coalesce(idx_blks_hit, 0) + coalesce(idx_blks_read, 0) + coalesce(toast_blks_hit, 0) \
            + coalesce(toast_blks_read, 0) + coalesce(tidx_blks_hit, 0) + coalesce(tidx_blks_read, 0)), 0)::bigint \
            FROM pg_statio_user_tables";
        Ok(Some(client.query_one(touched, &[]).await?.try_get(0)?))
    }

    /// Takes back the reports of the last days, so that they can be filed; answers how many.
    pub(crate) async fn take_reports_back(&self) -> Outcome<u64> {
        let since = days().next().unwrap_or_default();
        let text = format!("DELETE FROM end_of_day_reports WHERE report_date >= '{since}'");
        match self {
            Self::Postgres { client, .. } => Ok(client.execute(&text, &[]).await?),
            Self::Sqlite { file } => Ok(open(file)?.execute(&text, [])? as u64),
        }
    }

    /// The CPU time that the connections of the servers have taken in PostgreSQL, in seconds. None
    /// when its processes cannot be seen from here.
    pub(crate) async fn cpu_seconds(&self) -> Outcome<Option<f64>> {
        let Self::Postgres { client, .. } = self else { return Ok(None) };
        let mut sum = None;
        for row in client.query(OTHERS, &[]).await? {
            let pid = u32::try_from(row.try_get::<_, i32>(0)?)?;
            if usage::name(pid).is_some_and(|it| it.starts_with("postgres")) {
                sum = Some(sum.unwrap_or_default() + usage::cpu_seconds(pid).unwrap_or_default());
            }
        }
        Ok(sum)
    }

    async fn ids(&self, text: &str) -> Outcome<Vec<Uuid>> {
        match self {
            Self::Postgres { client, .. } => {
                let rows = client.query(text, &[]).await?;
                Ok(rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?)
            }
            Self::Sqlite { file } => {
                let connection = open(file)?;
                let mut statement = connection.prepare(text)?;
                let ids = statement.query_map([], |row| row.get(0).map(Uuid::from_bytes))?;
                Ok(ids.collect::<Result<_, _>>()?)
            }
        }
    }
}

fn open(file: &Path) -> Outcome<Connection> {
    let connection = Connection::open(file)?;
    connection.busy_timeout(LOCK_TIMEOUT)?;
    Ok(connection)
}

async fn connect(url: &str) -> Outcome<(Client, JoinSet<()>)> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    let mut driver = JoinSet::new();
    driver.spawn(async move { drop(connection.await) });
    Ok((client, driver))
}

/// The days that are reported on, in order.
#[expect(clippy::disallowed_methods, reason = "the servers that are measured have today's clock")]
fn days() -> impl Iterator<Item = NaiveDate> {
    let today = Utc::now().date_naive();
    (1..=DAYS).rev().filter_map(move |it| today.checked_sub_days(Days::new(it)))
}

/// The variables of `Submit`: an ordinary day.
fn report(pairing: Uuid, day: NaiveDate) -> Value {
    json!({ "input": {
        "pairingId": pairing,
        "reportDate": day,
        "workloadFeeling": "MODERATE",
        "workType": "REGULAR",
        "feelingDuringWork": "GOOD",
        "biggestWin": "The quarterly travel plan is booked, a day early",
        "whatCompleted": "Inbox to zero, two board meetings scheduled, expenses of the month filed",
        "pendingTasks": "The visa letter waits for the embassy",
        "hadDailySync": true,
    } })
}

/// A URL with another database.
fn with_database(url: &str, name: &str) -> String {
    let (start, rest) = url.split_once("://").unwrap_or(("postgres", url));
    let (rest, parameters) = rest.split_once('?').map_or((rest, ""), |(rest, it)| (rest, it));
    let authority = rest.split('/').next().unwrap_or_default();
    let mark = if parameters.is_empty() { "" } else { "?" };
    format!("{start}://{authority}/{name}{mark}{parameters}")
}

/// The `host:port` that a URL names, and the URL with another.
pub(crate) fn with_address(url: &str, address: &str) -> Option<(String, String)> {
    let (start, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?']).next()?;
    let host = authority.rsplit('@').next()?;
    let user = &authority[..authority.len() - host.len()];
    let tail = &rest[authority.len()..];
    let named = if host.contains(':') { host.to_owned() } else { format!("{host}:5432") };
    Some((named, format!("{start}://{user}{address}{tail}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_database_of_a_url_is_replaced() {
        let cases = [
            ("postgres://u:p@h:5/old", "postgres://u:p@h:5/new"),
            ("postgres://h", "postgres://h/new"),
            ("postgres://h/old?sslmode=disable", "postgres://h/new?sslmode=disable"),
        ];
        for (url, expected) in cases {
            assert_eq!(with_database(url, "new"), expected);
        }
    }

    #[test]
    fn the_address_of_a_url_is_replaced() {
        let cases = [
            ("postgres://u:p@h:5/d", "h:5", "postgres://u:p@x:1/d"),
            ("postgres://h/d?a=b", "h:5432", "postgres://x:1/d?a=b"),
        ];
        for (url, address, expected) in cases {
            let replaced = with_address(url, "x:1");
            assert_eq!(replaced, Some((address.to_owned(), expected.to_owned())));
        }
    }
}
