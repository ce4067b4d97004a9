//! Files against a database: what is stored, what is refused, and that nothing is left behind.

use {
    super::*,
    crate::{Clock, Ids},
    entity::{
        coaching::{client, ea, pairing, pairing_health_change},
        id::UserId,
        kernel::{
            user::{self, Role},
            user_profile,
        },
        scalar::{DateTime, Json, TimeZone},
    },
    migration::{Migrator, MigratorTrait},
    sea_orm::{ConnectOptions, Database, EntityTrait, IntoActiveModel, PaginatorTrait, QueryOrder},
    std::{fmt::Write, sync::Arc},
};

const HEADER: &str = "EA Email,EA Name,Client Name,Start Date,Accelerator Enabled,Week 1 Goals\n";

struct Stopped;

impl Clock for Stopped {
    fn now(&self) -> DateTime {
        "2026-03-02T09:00:00Z".parse().unwrap()
    }
}

async fn database() -> Ctx {
    let mut options = ConnectOptions::new("sqlite::memory:");
    options.max_connections(1).sqlx_logging(false);
    let db = Database::connect(options).await.unwrap();
    Migrator::up(&db, None).await.unwrap();
    Ctx::new(db, Arc::new(Stopped), Arc::new(Ids::seeded(1)))
}

/// Keeps what it is told: `line: messages`.
#[derive(Default)]
struct Notes {
    rejected: Vec<String>,
    bytes_read: u64,
    is_full: bool,
}

impl Observer for Notes {
    fn rejected(&mut self, rejected: &Rejected) -> io::Result<()> {
        if self.is_full {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.rejected.push(format!("{}: {}", rejected.record.line(), rejected.summary()));
        Ok(())
    }

    fn progress(&mut self, bytes_read: u64, so_far: &Summary) {
        assert!(!so_far.committed);
        self.bytes_read = bytes_read;
    }
}

async fn import(ctx: &Ctx, rows: &str, mode: Mode) -> (Summary, Vec<String>) {
    let (file, mut notes) = (format!("{HEADER}{rows}"), Notes::default());
    let mut reader = open(file.as_bytes()).unwrap();
    let summary = run(ctx, &mut reader, mode, &mut notes).await.unwrap();
    assert_eq!(notes.bytes_read, file.len() as u64);
    (summary, notes.rejected)
}

/// Each pairing as `address name > client`.
async fn pairings(ctx: &Ctx) -> Vec<String> {
    let mut told = Vec::new();
    for pairing in
        pairing::Entity::find().order_by_asc(pairing::Column::Id).all(ctx.db()).await.unwrap()
    {
        let user = user::Entity::find_by_id(UserId::from(pairing.ea_id))
            .one(ctx.db())
            .await
            .unwrap()
            .unwrap();
        let client =
            client::Entity::find_by_id(pairing.client_id).one(ctx.db()).await.unwrap().unwrap();
        told.push(format!("{} {} > {}", user.email, user.name, client.name));
    }
    told
}

async fn counts(ctx: &Ctx) -> [u64; 5] {
    [
        user::Entity::find().count(ctx.db()).await.unwrap(),
        ea::Entity::find().count(ctx.db()).await.unwrap(),
        client::Entity::find().count(ctx.db()).await.unwrap(),
        pairing::Entity::find().count(ctx.db()).await.unwrap(),
        pairing_health_change::Entity::find().count(ctx.db()).await.unwrap(),
    ]
}

async fn person(ctx: &Ctx, email: &str, role: Role, is_active: bool) -> UserId {
    let (id, now) = (ctx.new_id(), ctx.now());
    let user = user::Model {
        id,
        email: email.to_owned(),
        name: "Stored".to_owned(),
        role,
        is_active,
        email_verified: true,
        image: None,
        must_reset_password: false,
        password_hash: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    user::Entity::insert(user.into_active_model()).exec(ctx.db()).await.unwrap();
    id
}

/// So many rows, of ten assistants, each with a client of its own.
fn many(rows: usize) -> String {
    (0..rows).fold(String::new(), |mut file, row| {
        writeln!(file, "ea{}@example.com,Ea,Client {row},2026-03-02,N,", row % 10).unwrap();
        file
    })
}

#[tokio::test]
async fn a_pairing_brings_its_assistant_and_its_client() {
    let ctx = database().await;

    let (summary, rejected) =
        import(&ctx, "Ada@Example.com,Ada,Acme,2026-03-02,Y,inbox\n", Mode::AllOrNothing).await;

    let expected = Summary {
        rows: 1,
        pairings: 1,
        users: 1,
        eas: 1,
        clients: 1,
        rejected: 0,
        committed: true,
    };
    assert_eq!((summary, rejected), (expected, vec![]));
    let pairing = pairing::Entity::find().one(ctx.db()).await.unwrap().unwrap();
    let change = pairing_health_change::Entity::find().one(ctx.db()).await.unwrap().unwrap();
    assert_eq!(pairing.accelerator_week, Some(1));
    assert_eq!(pairing.accelerator_week1_goals.as_deref(), Some("inbox"));
    assert_eq!(pairing.accelerator_week2_goals, None);
    assert_eq!(pairing.start_date.to_string(), "2026-03-02");
    assert_eq!(pairing.health_reasons.0[0]["code"], "NEW_PAIRING");
    assert_eq!((change.pairing_id, &change.reasons), (pairing.id, &pairing.health_reasons));
    let user = user::Entity::find().one(ctx.db()).await.unwrap().unwrap();
    assert_eq!(
        (user.email.as_str(), user.role, user.email_verified),
        ("ada@example.com", Role::Ea, false)
    );
    let ea = ea::Entity::find().one(ctx.db()).await.unwrap().unwrap();
    assert_eq!(ea.expected_show_up_time.to_string(), "09:00:00");
    assert_eq!((ea.timezone.to_string().as_str(), ea.work_week), ("America/New_York", 31));
}

#[tokio::test]
async fn who_and_what_is_there_is_not_made_again() {
    let ctx = database().await;
    import(&ctx, "ada@example.com,Ada,Acme  Ltd,2026-03-02,N,\n", Mode::AllOrNothing).await;

    let rows = "ADA@example.com,Somebody Else,Bmce,2026-03-02,N,\n\
                bob@example.com,Bob,ACME\u{a0}ltd,2026-03-02,N,\n\
                bob@example.com,Robert,bmce,2026-03-02,N,\n";
    let (summary, rejected) = import(&ctx, rows, Mode::AllOrNothing).await;

    assert_eq!(rejected, Vec::<String>::new());
    assert_eq!((summary.pairings, summary.users, summary.clients), (3, 1, 1));
    let expected = [
        "ada@example.com Ada > Acme  Ltd",
        "ada@example.com Ada > Bmce",
        "bob@example.com Bob > Acme  Ltd",
        "bob@example.com Bob > Bmce",
    ];
    assert_eq!(pairings(&ctx).await, expected);
}

#[tokio::test]
async fn a_pairing_that_is_there_is_refused() {
    let ctx = database().await;
    import(&ctx, "ada@example.com,Ada,Acme,2026-03-02,N,\n", Mode::AllOrNothing).await;

    let rows = "ada@example.com,Ada,ACME,2026-03-03,N,\nada@example.com,Ada,Bmce,2026-03-02,N,\n";
    let (summary, rejected) = import(&ctx, rows, Mode::Partial).await;

    assert_eq!(rejected, ["2: the row is there already: the two are paired"]);
    assert_eq!((summary.rows, summary.pairings, summary.rejected), (2, 1, 1));
    assert!(summary.committed);
    assert_eq!(counts(&ctx).await, [1, 1, 2, 2, 2]);
}

#[tokio::test]
async fn an_address_must_be_an_active_assistants() {
    let ctx = database().await;
    person(&ctx, "boss@example.com", Role::HeadEas, true).await;
    person(&ctx, "gone@example.com", Role::Ea, false).await;

    let rows = "boss@example.com,Boss,Acme,2026-03-02,N,\n\
                gone@example.com,Gone,Acme,2026-03-02,N,\n\
                new@example.com,New,Bmce,2026-03-02,N,\n";
    let (summary, rejected) = import(&ctx, rows, Mode::Partial).await;

    let expected = [
        "2: EA Email belongs to somebody whose role is not EA",
        "3: EA Email belongs to somebody who is not active",
    ];
    assert_eq!(rejected, expected);
    assert_eq!((summary.pairings, summary.rejected), (1, 2));
    // The client of the refused rows is not made either.
    assert_eq!(counts(&ctx).await, [3, 1, 1, 1, 1]);
}

#[tokio::test]
async fn a_person_with_the_role_becomes_an_assistant_where_it_lives() {
    let ctx = database().await;
    let id = person(&ctx, "ada@example.com", Role::Ea, true).await;
    let now = ctx.now();
    let profile = user_profile::Model {
        id: ctx.new_id(),
        user_id: id,
        display_name: "Ada".to_owned(),
        timezone: TimeZone(chrono_tz::Europe::London),
        preferences: Json(serde_json::json!({})),
        version: 1,
        created_at: now,
        updated_at: now,
    };
    user_profile::Entity::insert(profile.into_active_model()).exec(ctx.db()).await.unwrap();

    let (summary, _) =
        import(&ctx, "ada@example.com,Ada,Acme,2026-03-02,N,\n", Mode::AllOrNothing).await;

    assert_eq!((summary.users, summary.eas), (0, 1));
    let ea = ea::Entity::find().one(ctx.db()).await.unwrap().unwrap();
    assert_eq!(ea.timezone.to_string(), "Europe/London");
    assert_eq!(pairings(&ctx).await, ["ada@example.com Stored > Acme"]);
}

#[tokio::test]
async fn one_bad_row_keeps_all_others_out() {
    let ctx = database().await;
    let rows = many(2_500) + "nobody,Nobody,Acme,2026-02-30,N,\n";

    let (summary, rejected) = import(&ctx, &rows, Mode::AllOrNothing).await;

    let expected = "2502: EA Email must be one e-mail address like ada@example.com; \
                    Start Date must be an existing date like 2026-01-31";
    assert_eq!(rejected, [expected]);
    assert_eq!((summary.rows, summary.pairings, summary.rejected), (2_501, 2_500, 1));
    assert!(!summary.committed);
    assert_eq!(counts(&ctx).await, [0; 5]);
}

#[tokio::test]
async fn a_partial_import_skips_bad_rows() {
    let ctx = database().await;
    let rows = many(1_500) + ",Nobody,Acme,2026-03-02,N,\n" + &many(1_502);

    let (summary, rejected) = import(&ctx, &rows, Mode::Partial).await;

    assert_eq!(rejected.len(), 1_501);
    assert_eq!(rejected[0], "1502: EA Email must not be empty");
    assert_eq!(rejected[1_500], "3002: the row repeats line 1501");
    let expected = Summary {
        rows: 3_003,
        pairings: 1_502,
        users: 10,
        eas: 10,
        clients: 1_502,
        rejected: 1_501,
        committed: true,
    };
    assert_eq!(summary, expected);
    assert_eq!(counts(&ctx).await, [10, 10, 1_502, 1_502, 1_502]);
}

#[tokio::test]
async fn a_dry_run_tells_what_would_be_and_leaves_nothing() {
    let ctx = database().await;

    let (summary, _) = import(&ctx, &many(1_001), Mode::DryRun).await;

    let expected = Summary {
        rows: 1_001,
        pairings: 1_001,
        users: 10,
        eas: 10,
        clients: 1_001,
        rejected: 0,
        committed: false,
    };
    assert_eq!(summary, expected);
    assert_eq!(counts(&ctx).await, [0; 5]);
}

#[tokio::test]
async fn a_file_of_nothing_but_a_header_is_fine() {
    let ctx = database().await;

    let file = HEADER.to_owned();
    let mut reader = open(file.as_bytes()).unwrap();
    let summary = run(&ctx, &mut reader, Mode::AllOrNothing, &mut Notes::default()).await.unwrap();

    assert_eq!(summary, Summary { committed: true, ..Summary::default() });
}

#[tokio::test]
async fn a_file_without_the_columns_is_refused() {
    let refused = open("EA Email,Client Name\n".as_bytes()).err().unwrap();

    assert_eq!(refused.to_string(), "file: missing from the header: EA Name, Start Date");
}

#[tokio::test]
async fn rejects_that_cannot_be_kept_end_the_import() {
    let ctx = database().await;
    let file = format!("{HEADER}{},Nobody,Acme,2026-03-02,N,\n", many(3));
    let mut notes = Notes { is_full: true, ..Notes::default() };

    let mut reader = open(file.as_bytes()).unwrap();
    let failure = run(&ctx, &mut reader, Mode::Partial, &mut notes).await.unwrap_err();

    assert!(matches!(failure, Error::File(_)));
    assert_eq!(counts(&ctx).await, [0; 5]);
}

#[tokio::test]
async fn texts_arrive_as_they_are() {
    let ctx = database().await;
    let goals = "line one\nline \"two\" \\ 'three' ; \u{1F600} \u{FFFD}";
    let row = format!(
        "ada@example.com,O'Brien Ü,Ac\"\"me,2026-03-02,Y,\"{}\"\n",
        goals.replace('"', "\"\"")
    );
    let row = row.replace("Ac\"\"me", "\"Ac\"\"me\"");

    import(&ctx, &row, Mode::AllOrNothing).await;

    assert_eq!(pairings(&ctx).await, ["ada@example.com O'Brien Ü > Ac\"me"]);
    let pairing = pairing::Entity::find().one(ctx.db()).await.unwrap().unwrap();
    assert_eq!(pairing.accelerator_week1_goals.as_deref(), Some(goals));
}

#[tokio::test]
async fn a_client_made_by_somebody_else_meanwhile_is_met() {
    let ctx = database().await;
    import(&ctx, &many(2), Mode::AllOrNothing).await;
    let mut clients = Clients::default();
    let txn = ctx.begin(ctx.may_as_server().unwrap()).await.unwrap();
    clients.catch_up(&txn).await.unwrap();
    let (id, now) = (ctx.new_id(), ctx.now());
    let name = "Meanwhile Ltd".to_owned();
    let client = client::Model { id, name, version: 1, created_at: now, updated_at: now };
    client::Entity::insert(client.into_active_model()).exec(&txn).await.unwrap();

    clients.catch_up(&txn).await.unwrap();

    let file = format!("{HEADER}a@example.com,A,MEANWHILE ltd,2026-03-02,N,\n");
    let chunk = Chunk::read(&mut open(file.as_bytes()).unwrap()).unwrap().unwrap();
    assert_eq!(clients.find_or_create(&ctx, &txn, &chunk).await.unwrap(), (vec![id], 0));
}
