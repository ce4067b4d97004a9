//! A PostgreSQL server for the tests: one that is given, or one of our own that leaves no trace.

mod binaries;
mod container;

use std::{net::TcpListener, ops::Range, path::Path, process};

use self::binaries::Binaries;
use crate::{
    command::{answer, run, variable, words},
    tether::Tether,
};

/// The oldest major version that Vigil supports.
const VERSION_MIN: u32 = 15;
/// Below the range from which systems take the ports of outgoing connections.
const PORTS: Range<u16> = 20_000..30_000;

const NOT_FOUND: &str = "\
no PostgreSQL 15 or later for the tests. Any one of these will do:
  - install its server: `apt-get install postgresql`, `dnf install postgresql-server`,
    `brew install postgresql@17` or postgresapp.com. It need not run: each test run starts a
    throw-away server of its own
  - start a Docker engine with compose
  - name a server whose user may create databases:
    VIGIL_TEST_POSTGRES=postgres://postgres@127.0.0.1:5432/postgres cargo xtask test";

/// A server that answers until this is dropped.
pub(crate) struct Server {
    /// Of a user who may create databases.
    pub(crate) url: String,
    /// Its version and origin.
    pub(crate) description: String,
    /// Present if the server is ours.
    _tether: Option<Tether>,
}

/// The given server, or one started from what this machine has.
pub(crate) fn find() -> Result<Server, String> {
    if let Some(url) = variable("VIGIL_TEST_POSTGRES") {
        return Ok(given(url));
    }
    if let Some(binaries) = Binaries::find() {
        return binaries.start();
    }
    if let Err(reason) = install() {
        eprintln!("not installed: {reason}");
    } else if let Some(binaries) = Binaries::find() {
        return binaries.start();
    }
    if container::engine_answers() {
        return container::start();
    }
    Err(NOT_FOUND.to_owned())
}

fn given(url: String) -> Server {
    let ask = "--no-psqlrc --no-align --tuples-only --command";
    let mut psql = words(&format!("psql {ask}"));
    let version = answer(psql.args(["SHOW server_version", &url]));
    let version = version.as_deref().unwrap_or("of unknown version");
    Server { description: format!("{version} (VIGIL_TEST_POSTGRES)"), url, _tether: None }
}

/// Installs Debian's package, where that needs no question. Its own cluster is left alone.
fn install() -> Result<(), String> {
    let answers = |line| answer(&mut words(line)).is_some();
    if !answers("apt-get --version") || !Path::new("/etc/debian_version").exists() {
        return Err("this is no Debian or Ubuntu".to_owned());
    }
    let prefix = match answer(&mut words("id -u")).as_deref() {
        Some("0") => "env",
        _ if answers("sudo -n true") => "sudo -n env",
        _ => return Err("that would need a password".to_owned()),
    };
    eprintln!("PostgreSQL's server is not installed: installing Debian's package `postgresql`");
    let apt = format!("{prefix} DEBIAN_FRONTEND=noninteractive apt-get --quiet --yes");
    run(&mut words(&format!("{apt} update")))?;
    run(&mut words(&format!("{apt} --no-install-recommends install postgresql")))
}

/// A port that is free now, and that no outgoing connection will take meanwhile.
fn free_port() -> Result<u16, String> {
    let count = PORTS.len();
    let start = process::id() as usize % count;
    PORTS
        .cycle()
        .skip(start)
        .take(count)
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .ok_or_else(|| "no port is free".to_owned())
}
