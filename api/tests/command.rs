//! The command line, as an operator uses it: the real binary, in a folder of its own.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use {
    migration::{Migrator, MigratorTrait},
    std::{
        env, fs,
        path::PathBuf,
        process::{Command, Output},
    },
};

/// A folder that goes with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = env::temp_dir().join(format!("vigil-command-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// Runs `vigil` here, with nothing of this process's environment that concerns it.
    fn vigil(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Told {
        let output = Command::new(env!("CARGO_BIN_EXE_vigil"))
            .args(arguments)
            .current_dir(&self.0)
            .env_remove("DATABASE_URL")
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        Told::from(output)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What stays behind lies in the folder for temporary files.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What a command said.
#[derive(Debug)]
struct Told {
    is_fine: bool,
    out: String,
    error: String,
}

impl From<Output> for Told {
    fn from(output: Output) -> Self {
        Self {
            is_fine: output.status.success(),
            out: String::from_utf8(output.stdout).unwrap(),
            error: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

#[test]
fn migrations_go_up_and_down_and_tell_where_they_stand() {
    let folder = Folder::new("migrate");

    let up = folder.vigil(&["migrate", "up"], &[]);
    let down = folder.vigil(&["migrate", "down", "--steps", "2"], &[]);
    let status = folder.vigil(&["migrate", "status"], &[]);
    let doctor = folder.vigil(&["doctor"], &[]);
    let refused = folder.vigil(&["migrate", "fresh"], &[]);
    let fresh = folder.vigil(&["migrate", "fresh", "--yes"], &[]);
    let well = folder.vigil(&["doctor"], &[]);

    let all = Migrator::migrations().len();
    assert_eq!(up.out, format!("applied {all} migrations; 0 are left\n"), "{up:?}");
    assert_eq!(down.out, "took back 2 migrations\n", "{down:?}");
    assert_eq!(status.out.matches("Applied").count(), all - 2, "{status:?}");
    assert_eq!(status.out.matches("Pending").count(), 2, "{status:?}");
    assert!(!doctor.is_fine && doctor.error.contains("run `vigil migrate up`"), "{doctor:?}");
    assert!(!refused.is_fine && refused.error.contains("would be lost"), "{refused:?}");
    assert!(fresh.is_fine, "{fresh:?}");
    assert!(well.is_fine && well.out.contains("up to date"), "{well:?}");
}

#[test]
fn a_person_is_added_once() {
    let folder = Folder::new("user");
    folder.vigil(&["migrate", "up"], &[]);
    let add =
        ["user", "create", "--email", "Ada@Example.com", "--name", "Ada", "--role", "head-eas"];

    let first = folder.vigil(&add, &[]);
    let second = folder.vigil(&add, &[]);

    assert!(first.is_fine && first.out.ends_with(" ada@example.com\n"), "{first:?}");
    assert!(!second.is_fine, "{second:?}");
    assert!(second.error.contains("belongs to somebody else already"), "{second:?}");
}

#[test]
fn the_schema_is_printed_without_a_database() {
    let folder = Folder::new("schema");
    let told = folder.vigil(&["schema"], &[]);
    assert!(told.is_fine && told.out.contains("type EndOfDayReport {"), "{}", told.error);
    assert!(!folder.0.join("vigil.db").exists());
}

#[test]
fn a_wrong_setting_is_named() {
    let folder = Folder::new("settings");
    for (variable, value, named) in [
        ("VIGIL_LISTEN", "nowhere", "listen"),
        ("VIGIL_LISTEN", "0.0.0.0:8000", "listen"),
        ("VIGIL_DATABASE_CONNECTIONS", "0", "database_connections"),
        ("VIGIL_DEMO", "perhaps", "demo"),
        ("VIGIL_LISTENN", "127.0.0.1:1", "listenn"),
        ("DATABASE_URL", "mysql://localhost/vigil", "database_url"),
    ] {
        let told = folder.vigil(&["doctor"], &[(variable, value)]);
        assert!(!told.is_fine && told.error.contains(named), "{variable}={value}: {told:?}");
    }
    fs::write(folder.0.join("vigil.toml"), "listen = 7\n").unwrap();
    let told = folder.vigil(&["doctor"], &[]);
    assert!(!told.is_fine && told.error.contains("listen"), "{told:?}");
}

#[test]
fn a_database_that_lacks_migrations_is_not_worked_on() {
    let folder = Folder::new("behind");
    folder.vigil(&["migrate", "up", "--steps", "3"], &[]);
    let told = folder.vigil(&["user", "create", "--email", "a@example.com", "--name", "A"], &[]);
    assert!(!told.is_fine, "{told:?}");
    let lacking = Migrator::migrations().len() - 3;
    let expected = format!("lacks {lacking} migrations: run `vigil migrate up` first");
    assert!(told.error.contains(&expected), "{told:?}");
}
