//! The command line, as an operator uses it: the real binary, in a folder of its own.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use {
    migration::{Migrator, MigratorTrait},
    sea_orm::DbBackend,
    std::{
        env, fs,
        os::unix::fs::PermissionsExt,
        path::PathBuf,
        process::{Command, Output},
    },
    tests::{TestApp, identity::KEYS},
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

    assert!(first.is_fine && first.out.contains(" ada@example.com\n"), "{first:?}");
    assert!(first.out.contains("passwordResetComplete(input: {token: \"vgm_"), "{first:?}");
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
        ("VIGIL_PUBLIC_URL", "vigil.example.com", "public_url"),
        ("VIGIL_MAIL__PASSWORD_LINK", "https://app.example.com/password", "mail.password_link"),
        ("VIGIL_DATABASE_CONNECTIONS", "0", "database_connections"),
        ("VIGIL_DEMO", "perhaps", "demo"),
        ("VIGIL_LISTENN", "127.0.0.1:1", "listenn"),
        ("DATABASE_URL", "mysql://localhost/vigil", "database_url"),
        ("VIGIL_LLM__URL", "https://api.example.com/v1", "llm.model"),
        ("VIGIL_RETENTION__OPINIONS_DAYS", "0", "retention.opinions_days"),
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

#[test]
fn the_doctor_says_which_way_mails_go_and_what_they_lack() {
    let folder = Folder::new("mails");
    folder.vigil(&["migrate", "up"], &[]);
    let no_demo = ("VIGIL_DEMO", "false");
    let server = ("VIGIL_MAIL__SMTP_URL", "smtps://ada:secret@mail.example.com");
    for (variables, told) in [
        (vec![], "mails       are files in the folder mails\n"),
        (
            vec![no_demo],
            "mails       cannot be sent: there is no mail server, so set mail.smtp_url\n",
        ),
        (vec![no_demo, server], "mails       go to the mail server\n"),
    ] {
        let doctor = folder.vigil(&["doctor"], &variables);
        assert!(doctor.is_fine && doctor.out.contains(told), "{told}{doctor:?}");
    }
}

#[test]
fn the_doctor_says_whether_texts_go_anywhere() {
    let folder = Folder::new("opinions");
    folder.vigil(&["migrate", "up"], &[]);
    let local = [
        ("VIGIL_LLM__URL", "http://127.0.0.1:11434/v1"),
        ("VIGIL_LLM__MODEL", "llama3.1:8b"),
        ("VIGIL_LLM__KEY", "12345"),
        ("VIGIL_LLM__ALLOWED_HOSTS", "localhost,127.0.0.1"),
    ];

    let none = folder.vigil(&["doctor"], &[]);
    let refused = folder.vigil(&["doctor"], &local[..3]);
    let asked = folder.vigil(&["doctor"], &local);

    let told = "opinions    are nobody's: no text goes to a language model\n";
    assert!(none.is_fine && none.out.contains(told), "{none:?}");
    assert!(!refused.is_fine && refused.error.contains("allowed_hosts"), "{refused:?}");
    let told = "opinions    texts that rules quote go to llama3.1:8b at 127.0.0.1: 0 so far, the last: none\n";
    assert!(asked.is_fine && asked.out.contains(told), "{asked:?}");
    assert!(!asked.out.contains("12345"), "{asked:?}");
}

#[tokio::test]
async fn on_postgresql_mails_take_keys() {
    let folder = Folder::new("mails-postgres");
    let app = TestApp::start(DbBackend::Postgres).await;
    let database = ("DATABASE_URL", app.database_url());
    let server = ("VIGIL_MAIL__SMTP_URL", "smtps://ada:secret@mail.example.com");

    let without = folder.vigil(&["doctor"], &[database, server]);
    let with = folder.vigil(&["doctor"], &[database, server, ("VIGIL_KEYS", KEYS)]);

    let told = "mails       cannot be sent: they are sealed while they wait, so set keys_file\n";
    assert!(without.out.contains(told), "{without:?}");
    assert!(with.out.contains("mails       go to the mail server\n"), "{with:?}");
    app.stop().await;
}

#[test]
fn a_key_is_made_for_a_script() {
    let folder = Folder::new("key");
    folder.vigil(&["migrate", "up"], &[]);
    let nobody = folder.vigil(&["key", "create", "--admin"], &[]);
    folder.vigil(&["user", "create", "--email", "ada@example.com", "--name", "Ada"], &[]);

    let admin = folder.vigil(&["key", "create", "--admin"], &[]);
    let narrow = ["key", "create", "--user", "ADA@example.com", "--scopes", "reports-read,account"];
    let narrow = folder.vigil(&narrow, &[]);
    let wrong = folder.vigil(&["key", "create", "--admin", "--scopes", "everything"], &[]);
    let stranger = folder.vigil(&["key", "create", "--user", "eve@example.com"], &[]);

    assert!(!nobody.is_fine && nobody.error.contains("vigil user create"), "{nobody:?}");
    for made in [&admin, &narrow] {
        assert!(made.is_fine && made.out.starts_with("vgl_") && made.out.len() == 73, "{made:?}");
    }
    assert!(!wrong.is_fine && wrong.error.contains("must be among ACCOUNT,"), "{wrong:?}");
    assert!(!stranger.is_fine && stranger.error.contains("nobody has the address"), "{stranger:?}");
}

#[test]
fn the_keys_of_sealed_columns_are_kept_to_their_owner_and_rotated() {
    let folder = Folder::new("keys");
    let key = "1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    folder.vigil(&["migrate", "up"], &[]);
    let none = folder.vigil(&["keys", "rotate"], &[]);
    let path = folder.0.join("vigil.keys");
    fs::write(&path, key).unwrap();
    fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).unwrap();
    let open = folder.vigil(&["doctor"], &[]);
    fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).unwrap();

    let doctor = folder.vigil(&["doctor"], &[]);
    let rotated = folder.vigil(&["keys", "rotate"], &[]);
    let missing = folder.vigil(&["doctor"], &[("VIGIL_KEYS_FILE", "elsewhere.keys")]);
    let given = folder.vigil(&["doctor"], &[("VIGIL_KEYS", key)]);

    let made = [("VIGIL_KEYS_FILE", "made.keys")];
    let first = folder.vigil(&["keys", "make"], &made);
    let second = folder.vigil(&["keys", "make"], &made);
    let counted = folder.vigil(&["doctor"], &made);

    assert!(first.out.starts_with("made.keys was made"), "{first:?}");
    assert!(second.out.contains("is there already"), "{second:?}");
    assert!(counted.out.contains("keys        1 in made.keys"), "{counted:?}");
    assert!(!none.is_fine && none.error.contains("there are no keys"), "{none:?}");
    assert!(!open.is_fine && open.error.contains("`chmod 600` it"), "{open:?}");
    assert!(doctor.is_fine && doctor.out.contains("keys        1 in vigil.keys"), "{doctor:?}");
    assert!(rotated.out.starts_with("key 2 was added"), "{rotated:?}");
    assert_eq!(fs::read_to_string(&path).unwrap().matches('=').count(), 2);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(!missing.is_fine && missing.error.contains("elsewhere.keys"), "{missing:?}");
    assert!(given.out.contains("keys        1 in the settings"), "{given:?}");
}

#[test]
fn a_migration_begins_as_a_skeleton_that_is_listed() {
    let folder = Folder::new("new");
    let list = concat!(env!("CARGO_MANIFEST_DIR"), "/../migration/src/lib.rs");
    fs::copy(list, folder.0.join("lib.rs")).unwrap();

    let told = folder.vigil(&["migrate", "new", "add_colour", "--folder", "."], &[]);
    let again = folder.vigil(&["migrate", "new", "Add Colour", "--folder", "."], &[]);

    assert!(told.is_fine, "{told:?}");
    let list = fs::read_to_string(folder.0.join("lib.rs")).unwrap();
    let module = list.lines().filter_map(|it| it.strip_prefix("mod ")).next_back().unwrap();
    let module = module.trim_end_matches(';');
    assert!(module.starts_with('m') && module.ends_with("_add_colour"), "{module}");
    assert!(
        list.contains(&format!("            Box::new({module}::Migration),\n        ]")),
        "{list}"
    );
    let text = fs::read_to_string(folder.0.join(format!("{module}.rs"))).unwrap();
    assert!(
        text.starts_with("//! Add colour.\n") && !text.contains('{'.to_string().repeat(2).as_str())
    );
    assert!(!again.is_fine && again.error.contains("lower-case words"), "{again:?}");
}

#[test]
fn what_takes_both_databases_says_which_is_missing() {
    let folder = Folder::new("book");
    for task in [&["schema", "book"][..], &["schema", "check"], &["migrate", "diff"]] {
        let told = folder.vigil(task, &[]);
        assert!(
            !told.is_fine && told.error.contains("--postgres postgres://"),
            "{task:?} {told:?}"
        );
    }
    assert!(!folder.0.join("docs").exists());
}

#[test]
fn the_schema_is_printed_with_and_without_being_named() {
    let folder = Folder::new("print");
    let (bare, named) = (folder.vigil(&["schema"], &[]), folder.vigil(&["schema", "print"], &[]));
    assert!(bare.is_fine && bare.out == named.out && bare.out.contains("type Query"), "{bare:?}");
}
