//! A throw-away server from the PostgreSQL that is installed, in a temporary folder.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{Server, VERSION_MIN, free_port};
use crate::{
    command::{answer, words},
    tether::Tether,
};

/// Where packages put the server, which few of them put on the `PATH`. `*` stands within a name.
const FOLDERS: [&str; 6] = [
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/local/pgsql/bin",
    "/usr/local/opt/postgresql*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
];

const SCRIPT: &str = include_str!("cluster.sh");

/// One installed version.
#[derive(Debug, PartialEq)]
pub(super) struct Binaries {
    folder: PathBuf,
    version: String,
}

impl Binaries {
    /// What the `PATH` says, else the newest of the standard places.
    pub(super) fn find() -> Option<Self> {
        let path = env::split_paths(&env::var_os("PATH").unwrap_or_default()).find_map(Self::at);
        path.or_else(|| {
            let found = FOLDERS.iter().flat_map(|it| expand(it)).filter_map(Self::at);
            found.max_by_key(|it| major(&it.version))
        })
    }

    /// The server in a folder, if it is complete and new enough.
    fn at(folder: PathBuf) -> Option<Self> {
        let is_here = |name| folder.join(name).is_file();
        if !["initdb", "postgres"].into_iter().all(is_here) {
            return None;
        }
        // `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`
        let words = answer(Command::new(folder.join("postgres")).arg("--version"))?;
        let version = words.split_whitespace().nth(2)?.to_owned();
        (major(&version) >= VERSION_MIN).then_some(Self { folder, version })
    }

    pub(super) fn start(&self) -> Result<Server, String> {
        let port = free_port()?;
        let mut shell = as_ordinary_user(SCRIPT)?;
        shell.env("BINARIES", &self.folder).env("PORT", port.to_string());
        // Wherever we stand, that user might not be let in.
        shell.current_dir("/");
        let folder = self.folder.display();
        let tether = Tether::start(&mut shell)
            .map_err(|error| format!("PostgreSQL {} ({folder}): {error}", self.version))?;
        Ok(Server {
            url: format!("postgres://postgres@127.0.0.1:{port}/postgres"),
            description: format!("{} ({folder})", self.version),
            _tether: Some(tether),
        })
    }
}

/// A shell for a script; PostgreSQL refuses to run as root, so for root it is somebody else's.
fn as_ordinary_user(script: &str) -> Result<Command, String> {
    let id = |arguments: &str| answer(&mut words(&format!("id {arguments}")));
    if id("-u").as_deref() != Some("0") {
        let mut shell = Command::new("sh");
        shell.args(["-c", script]);
        return Ok(shell);
    }
    let name = ["postgres", "nobody"].into_iter().find(|name| id(name).is_some());
    let name = name.ok_or("PostgreSQL refuses to run as root, and there is no user `nobody`")?;
    let ids = id(&format!("-u {name}")).zip(id(&format!("-g {name}")));
    let (user, group) = ids.ok_or_else(|| format!("`id {name}` failed"))?;
    // Busybox has a setpriv that cannot do this; its su can.
    let setpriv = format!("setpriv --reuid={user} --regid={group} --clear-groups");
    let mut shell = if answer(&mut words(&format!("{setpriv} true"))).is_some() {
        words(&format!("{setpriv} sh"))
    } else {
        words(&format!("su -s /bin/sh {name}"))
    };
    shell.args(["-c", script]);
    Ok(shell)
}

fn major(version: &str) -> u32 {
    let digits = version.find(|it: char| !it.is_ascii_digit()).unwrap_or(version.len());
    version[..digits].parse().unwrap_or(0)
}

/// The folders that a pattern stands for.
fn expand(pattern: &str) -> Vec<PathBuf> {
    let mut folders = vec![PathBuf::from("/")];
    for part in Path::new(pattern).strip_prefix("/").unwrap_or(Path::new(pattern)) {
        let part = part.to_string_lossy();
        folders = match part.split_once('*') {
            None => folders.into_iter().map(|folder| folder.join(part.as_ref())).collect(),
            Some((start, end)) => {
                folders.iter().flat_map(|folder| entries(folder, start, end)).collect()
            }
        };
    }
    folders
}

fn entries(folder: &Path, start: &str, end: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let fits = |name: &str| name.starts_with(start) && name.ends_with(end);
    entries.filter(|it| fits(&it.file_name().to_string_lossy())).map(|it| it.path()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_their_first_number() {
        let cases = [("15.18", 15), ("9.6.24", 9), ("18beta1", 18), ("17", 17), ("devel", 0)];
        for (version, expected) in cases {
            assert_eq!(major(version), expected, "{version}");
        }
    }

    #[test]
    fn a_star_stands_for_what_is_there() {
        let this = concat!(env!("CARGO_MANIFEST_DIR"), "/src/post*es");

        assert_eq!(expand(this), [Path::new(env!("CARGO_MANIFEST_DIR")).join("src/postgres")]);
    }

    #[test]
    fn a_folder_without_a_server_holds_none() {
        assert_eq!(Binaries::at(PathBuf::from(env!("CARGO_MANIFEST_DIR"))), None);
    }
}
