//! The schema book: it is current and sound, and what only a database can tell is found out when it is broken.

use {
    api::book::{Files, Scratch, Sources, gather, read_notes, sources, trials},
    async_trait::async_trait,
    engine::schema::{
        Book, Released, Trial,
        catalog::{Catalog, Engine, OnDelete},
        check::{self, Verdict},
    },
    migration::{
        Alias, ColumnDef, DbErr, MigrationName, MigrationTrait, MigratorTrait, SchemaManager, Table,
    },
    sea_orm::{ConnectionTrait, DatabaseConnection},
    serde_json::{Value, json},
    service::kernel::catalog::introspect,
    std::{fs, path::Path},
    tests::{TestApp, on_both, postgres_server},
};

#[tokio::test]
async fn the_schema_is_sound_and_its_book_is_current() {
    let app = TestApp::start(sea_orm::DbBackend::Sqlite).await;
    let (notes, server) = (read_notes().unwrap(), postgres_server());
    let sources = Sources { settings: app.settings(), postgres: &server, notes, is_timed: false };

    let book = gather(sources, &|_| {}).await.unwrap();

    let reports = check::check(&book);
    // Whether it is current is looked at below.
    let tried = reports.iter().filter(|it| it.id != "S17");
    let wrong = tried.filter(|it| it.verdict != Verdict::Passed);
    assert_eq!(wrong.map(check::Report::told).collect::<Vec<_>>(), Vec::<String>::new());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    let stale = Files::of(&book, false).stale(&folder);
    assert!(stale.is_empty(), "{stale:?} of docs/: run `cargo xtask generate` and commit it");
    let alternatives = book.annotations.alternative.len();
    assert!(alternatives >= 3 && book.trials.len() > 150, "{} trials", book.trials.len());
    for link in book.annotations.test.iter().chain(&book.annotations.reference) {
        assert!(folder.join("..").join(&link.path).exists(), "{} is not there", link.path);
    }
    for column in book.annotations.types.iter().flat_map(|it| &it.columns) {
        let (table, column) = column.split_once('.').unwrap();
        assert!(book.postgres.table(table).unwrap().column(column).is_some(), "{table}.{column}");
    }
    app.stop().await;
}

#[tokio::test]
async fn a_file_that_was_changed_by_hand_is_stale() {
    let folder = std::env::temp_dir().join(format!("vigil-book-{}", std::process::id()));
    let files = Files::of(&empty_book(), true);

    let written = files.write(&folder).unwrap();
    let well = files.stale(&folder);
    fs::write(folder.join("schema-essentials.md"), "by hand").unwrap();
    let ill = files.stale(&folder);

    fs::remove_dir_all(&folder).unwrap();
    assert_eq!(
        (written, well, ill),
        (vec!["schema-essentials.md".to_owned()], vec![], vec!["schema-essentials.md".to_owned()])
    );
}

fn empty_book() -> Book {
    Book {
        annotations: read_notes().unwrap(),
        sqlite: Catalog::default(),
        postgres: Catalog::default(),
        sources: sources(),
        objects: vec![],
        queries: vec![],
        migrations: vec![],
        released: None,
        trials: vec![],
        sizes: vec![],
    }
}

/// A scratch database with all tables, a connection to it, and what it says of itself.
async fn migrated(app: &TestApp) -> (Scratch, DatabaseConnection, Catalog) {
    let scratch = scratch(app).await;
    scratch.migrate().await.unwrap();
    let db = scratch.connect(1).await.unwrap();
    let catalog = introspect(&db).await.unwrap();
    (scratch, db, catalog)
}

/// What went wrong, as `check subject`.
fn faults(trials: &[Trial]) -> Vec<String> {
    let faults = trials.iter().filter(|it| it.fault.is_some());
    faults.map(|it| format!("{} {}", it.check, it.subject)).collect()
}

#[tokio::test]
async fn a_reference_that_does_other_than_it_says_is_found() {
    on_both(async |app| {
        let (scratch, db, mut catalog) = migrated(app).await;
        let mut book = empty_book();

        trials::on_delete(&db, &catalog, &mut book).await.unwrap();
        let well = faults(&book.trials);
        let sessions = catalog.tables.iter_mut().find(|it| it.name == "sessions").unwrap();
        sessions.references[0].on_delete = OnDelete::Restrict;
        book.trials.clear();
        trials::on_delete(&db, &catalog, &mut book).await.unwrap();

        db.close().await.unwrap();
        scratch.remove().await.unwrap();
        assert_eq!(well, Vec::<String>::new());
        assert_eq!(
            faults(&book.trials),
            [format!("S14 fk_sessions_user_id on {}", catalog.engine.name())]
        );
    })
    .await;
}

#[tokio::test]
async fn a_closed_set_that_the_database_does_not_hold_is_found() {
    on_both(async |app| {
        let (scratch, db, catalog) = migrated(app).await;
        let mut book = empty_book();

        trials::closed_sets(&db, &catalog, &mut book).await.unwrap();
        let well = faults(&book.trials);
        let name = catalog.engine.name();
        let loosen = match catalog.engine {
            Engine::Sqlite => "PRAGMA ignore_check_constraints = ON",
            Engine::Postgres => "ALTER TABLE users DROP CONSTRAINT ck_users_role",
        };
        db.execute_unprepared(loosen).await.unwrap();
        book.trials.clear();
        trials::closed_sets(&db, &catalog, &mut book).await.unwrap();

        db.close().await.unwrap();
        scratch.remove().await.unwrap();
        assert_eq!(well, Vec::<String>::new());
        assert!(faults(&book.trials).contains(&format!("S09 users.role on {name}")), "{book:?}");
    })
    .await;
}

#[tokio::test]
async fn an_index_that_takes_an_entry_twice_is_found() {
    on_both(async |app| {
        let (scratch, db, catalog) = migrated(app).await;
        let mut book = empty_book();

        trials::twice(&db, &catalog, &mut book).await.unwrap();
        let well = faults(&book.trials);
        let tried = book.trials.len();
        db.execute_unprepared("DROP INDEX idx_users_email").await.unwrap();
        book.trials.clear();
        trials::twice(&db, &catalog, &mut book).await.unwrap();

        db.close().await.unwrap();
        scratch.remove().await.unwrap();
        assert_eq!(well, Vec::<String>::new());
        assert_eq!(tried, catalog.indexes().filter(|it| it.1.is_unique).count());
        assert_eq!(
            faults(&book.trials),
            [format!("S20 idx_users_email on {}", catalog.engine.name())]
        );
    })
    .await;
}

/// Two migrations: a table, and a column that rows cannot take, or that stays behind.
struct Broken<const STAYS: bool>;

struct Tasks;

struct Colour<const STAYS: bool>;

impl MigrationName for Tasks {
    fn name(&self) -> &'static str {
        "m1_tasks"
    }
}

impl<const STAYS: bool> MigrationName for Colour<STAYS> {
    fn name(&self) -> &'static str {
        "m2_colour"
    }
}

#[async_trait]
impl MigrationTrait for Tasks {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let id = ColumnDef::new(Alias::new("id")).uuid().primary_key().take();
        manager.create_table(Table::create().table("tasks").col(id).take()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("tasks").take()).await
    }
}

#[async_trait]
impl<const STAYS: bool> MigrationTrait for Colour<STAYS> {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut colour = ColumnDef::new(Alias::new("colour"));
        let colour = if STAYS { colour.text().null() } else { colour.text().not_null() };
        manager.alter_table(Table::alter().table("tasks").add_column(colour.take()).take()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if STAYS {
            return Ok(());
        }
        manager
            .alter_table(Table::alter().table("tasks").drop_column(Alias::new("colour")).take())
            .await
    }
}

#[async_trait]
impl<const STAYS: bool> MigratorTrait for Broken<STAYS> {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(Tasks), Box::new(Colour::<STAYS>)]
    }
}

#[tokio::test]
async fn a_migration_that_leaves_something_behind_is_found() {
    on_both(async |app| {
        let scratch = scratch(app).await;
        let mut book = empty_book();

        let done = trials::round_trips::<Broken<true>>(&scratch, &mut book).await;

        scratch.remove().await.unwrap();
        let found = faults(&book.trials);
        assert!(
            found.first().is_some_and(|it| it.starts_with("S12 m2_colour")),
            "{done:?} {found:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_migration_that_rows_stand_in_the_way_of_is_found() {
    on_both(async |app| {
        let scratch = scratch(app).await;
        let mut book = empty_book();

        trials::round_trips::<Broken<false>>(&scratch, &mut book).await.unwrap();

        scratch.remove().await.unwrap();
        let last = book.trials.last().and_then(|it| it.fault.clone()).unwrap_or_default();
        assert!(last.contains("does not go up over rows"), "{:?}", book.trials);
    })
    .await;
}

#[tokio::test]
async fn a_migration_of_a_release_that_was_edited_is_found() {
    on_both(async |app| {
        let mut book = empty_book();
        for migration in ["m1_tasks", "m2_colour"] {
            let scratch = scratch(app).await;
            book.released = Some(Released {
                migration: migration.to_owned(),
                sqlite: book.sqlite.clone(),
                postgres: book.postgres.clone(),
            });
            trials::round_trips::<Broken<true>>(&scratch, &mut book).await.unwrap();
            scratch.remove().await.unwrap();
        }

        let edited = |it: &&Trial| it.check == "S16";
        let found: Vec<_> = book.trials.iter().filter(edited).collect();
        let told = |place: usize| found[place].fault.clone().unwrap_or_default();
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(told(0).contains("+ table tasks") && !told(0).contains("colour"), "{found:?}");
        assert!(found[1].subject.starts_with("m2_colour"), "{found:?}");
    })
    .await;
}

async fn scratch(app: &TestApp) -> Scratch {
    let engine = match app.ctx().backend() {
        sea_orm::DbBackend::Postgres => Engine::Postgres,
        _ => Engine::Sqlite,
    };
    Scratch::make(app.settings(), engine, &postgres_server()).await.unwrap()
}

const BOOK: &str = "{ schemaBook { database differences tables { name rowCount indexes { name queries keeps } } \
     queries { name statements { sql } } checks { id verdict } diagrams { name svg mermaid } } }";

#[tokio::test]
async fn administrators_see_how_the_data_is_stored() {
    on_both(async |app| {
        app.client("Acme").await;

        let book = app.ask(BOOK, json!({})).await["schemaBook"].take();

        assert_eq!(book["differences"], json!([]));
        let tables = book["tables"].as_array().unwrap();
        let clients = tables.iter().find(|it| it["name"] == "clients").unwrap();
        assert_eq!(clients["rowCount"], 1);
        let is_explained = |it: &Value| it["keeps"] != Value::Null || it["queries"] != json!([]);
        let mut indexes = tables.iter().flat_map(|it| it["indexes"].as_array().unwrap());
        assert!(indexes.all(is_explained), "every index says who reads by it");
        assert!(book["checks"].as_array().unwrap().iter().all(|it| it["verdict"] == "PASSED"));
        assert!(book["diagrams"][0]["svg"].as_str().unwrap().contains("data-table=\"pairings\""));
    })
    .await;
}

#[tokio::test]
async fn a_schema_that_was_changed_by_hand_is_told() {
    on_both(async |app| {
        app.db().execute_unprepared("DROP INDEX idx_clients_name_id").await.unwrap();

        let book = app.ask("{ schemaBook { differences } }", json!({})).await;

        assert_eq!(
            book["schemaBook"]["differences"],
            json!(["- index idx_clients_name_id (name, id)"])
        );
    })
    .await;
}
