//! What is inserted in bulk must be stored as a single insert would have stored it.

use {
    super::*,
    crate::{Ids, SystemClock},
    entity::{
        coaching::{client, ea, pairing},
        kernel::{holiday, user, user_profile},
        scalar::{Json, LocalDate},
    },
    migration::{Migrator, MigratorTrait},
    sea_orm::{ActiveModelBehavior, ConnectOptions, Database, IntoActiveModel},
    std::sync::Arc,
    uuid::Uuid,
};

/// Hard cases for whatever escapes, quotes or separates.
const AWKWARD: &str = "tab\there, line\r\nbreak, \\N, \\., \"quoted\", 'single', {}, naïve 👍";

async fn empty() -> Ctx {
    let mut options = ConnectOptions::new("sqlite::memory:");
    let db = Database::connect(options.max_connections(1).clone()).await.unwrap();
    Migrator::up(&db, None).await.unwrap();
    Ctx::new(db, Arc::new(SystemClock), Arc::new(Ids::seeded(1)))
}

/// Every value of a table with its type, in the order of the primary key.
async fn stored<E: EntityTrait>(ctx: &Ctx) -> Vec<String> {
    let names = names::<E>();
    let columns = names.iter().map(|it| format!(r#"typeof("{it}") || quote("{it}")"#));
    let columns = columns.collect::<Vec<_>>().join(" || ', ' || ");
    let table = E::default().table_name().to_owned();
    let sql = format!(r#"SELECT {columns} AS "row" FROM "{table}" ORDER BY 1"#);
    let rows = ctx.db().query_all_raw(Statement::from_string(DbBackend::Sqlite, sql)).await;
    rows.unwrap().iter().map(|row| row.try_get("", "row").unwrap()).collect()
}

/// Inserts the same rows in both ways into databases that hold the rows that they refer to.
async fn check<E>(one_by_one: &Ctx, at_once: &Ctx, rows: Vec<E::Model>)
where
    E: EntityTrait<Model: IntoActiveModel<E::ActiveModel>>,
    E::ActiveModel: ActiveModelBehavior + Send,
{
    let count = rows.len() as u64;
    for row in rows.clone() {
        E::insert(row.into_active_model()).exec_without_returning(one_by_one.db()).await.unwrap();
    }
    assert_eq!(insert::<E>(at_once, rows).await.unwrap(), count);
    let (left, right) = (stored::<E>(one_by_one).await, stored::<E>(at_once).await);
    assert_eq!(left.len() as u64, count);
    assert_eq!(left, right);
}

fn id<I: entity::id::Id>(number: usize) -> I {
    Uuid::from_u128(number as u128).into()
}

fn person(number: usize) -> user::Model {
    let at = "2026-03-02T09:00:00.120Z".parse().unwrap();
    user::Model {
        id: id(number),
        email: format!("ada{number}@example.com"),
        name: AWKWARD.to_owned(),
        role: user::Role::HeadEas,
        is_active: number.is_multiple_of(2),
        email_verified: true,
        image: number.is_multiple_of(3).then(|| "https://example.com/ada.png".to_owned()),
        must_reset_password: false,
        password_hash: None,
        version: 7,
        created_at: at,
        updated_at: "2026-03-02T09:00:00Z".parse().unwrap(),
    }
}

fn client(number: usize) -> client::Model {
    let at = "2026-03-02T09:00:00Z".parse().unwrap();
    client::Model {
        id: id(number),
        name: AWKWARD.to_owned(),
        version: 1,
        created_at: at,
        updated_at: at,
    }
}

fn assistant(number: usize) -> ea::Model {
    let at = "2026-03-02T09:00:00Z".parse().unwrap();
    ea::Model {
        id: id(number),
        expected_show_up_time: "08:30".parse().unwrap(),
        timezone: "America/Argentina/Buenos_Aires".parse().unwrap(),
        work_week: 31,
        healthcare_eligibility_date: None,
        version: 1,
        created_at: at,
        updated_at: at,
    }
}

fn pairing(number: usize) -> pairing::Model {
    let at = "2026-03-02T09:00:00.001Z".parse().unwrap();
    let overridden = number.is_multiple_of(2);
    pairing::Model {
        id: id(number),
        ea_id: id(number),
        client_id: id(number),
        start_date: LocalDate("1969-12-31".parse().unwrap()),
        health_status: pairing::HealthStatus::Red,
        health_status_override: overridden,
        health_override_by: overridden.then(|| id(number)),
        health_override_at: overridden.then_some(at),
        health_override_reason: overridden.then(|| AWKWARD.to_owned()),
        health_override_expires_at: overridden.then_some(at),
        auto_health_status: pairing::HealthStatus::Green,
        health_override_stale: false,
        health_score: 100,
        health_reasons: Json(serde_json::json!([{ "code": AWKWARD, "since": null, "n": 1.5 }])),
        health_computed_at: at,
        accelerator_enabled: true,
        accelerator_week: overridden.then_some(4),
        accelerator_week_since: None,
        accelerator_week1_goals: Some(AWKWARD.to_owned()),
        accelerator_week2_goals: None,
        accelerator_week3_goals: None,
        accelerator_week4_goals: None,
        version: 1,
        created_at: at,
        updated_at: at,
    }
}

fn profile(number: usize) -> user_profile::Model {
    let at = "2026-03-02T09:00:00.999Z".parse().unwrap();
    user_profile::Model {
        id: id(number),
        user_id: id(number),
        display_name: AWKWARD.to_owned(),
        timezone: "UTC".parse().unwrap(),
        preferences: Json(serde_json::json!({ "z": [1, 2], "a": AWKWARD })),
        version: 1,
        created_at: at,
        updated_at: at,
    }
}

#[tokio::test]
async fn rows_are_stored_as_single_inserts_store_them() {
    let (left, right) = (empty().await, empty().await);

    check::<user::Entity>(&left, &right, (1..=120).map(person).collect()).await;
    check::<user_profile::Entity>(&left, &right, (1..=3).map(profile).collect()).await;
    check::<client::Entity>(&left, &right, (1..=50).map(client).collect()).await;
    check::<ea::Entity>(&left, &right, (1..=51).map(assistant).collect()).await;
    check::<pairing::Entity>(&left, &right, (1..=50).map(pairing).collect()).await;
}

#[tokio::test]
async fn no_rows_are_none() {
    assert_eq!(insert::<holiday::Entity>(&empty().await, []).await.unwrap(), 0);
}

#[tokio::test]
async fn one_row_that_is_refused_takes_all_others_with_it() {
    let ctx = empty().await;
    let mut rows: Vec<_> = (1..=120).map(person).collect();
    rows[119].email = rows[0].email.clone();

    assert!(insert::<user::Entity>(&ctx, rows).await.is_err());

    assert_eq!(stored::<user::Entity>(&ctx).await, Vec::<String>::new());
}
