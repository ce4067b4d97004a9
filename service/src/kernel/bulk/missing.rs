//! Many rows of one table in one statement of a transaction, without those that are there already.

use {
    super::given::{columns, select},
    sea_orm::{
        ConnectionTrait, DbBackend, DbErr, EntityName, IdenStatic, ModelTrait,
        prelude::Uuid,
        sea_query::{Alias, InsertStatement, OnConflict, Query},
    },
    std::collections::HashSet,
};

/// Inserts the rows that collide with none in any unique index, and tells the ids of those.
///
/// A collision with a transaction that is still open waits for its end.
pub(crate) async fn insert<M: ModelTrait>(
    db: &impl ConnectionTrait,
    rows: &[&M],
) -> Result<HashSet<Uuid>, DbErr> {
    if rows.is_empty() {
        return Ok(HashSet::new());
    }
    let there = OnConflict::new().do_nothing().to_owned();
    let mut insert = statement(db.get_database_backend(), rows)?;
    let stored = db.query_all(insert.on_conflict(there).returning_col("id")).await?;
    stored.iter().map(|row| row.try_get("", "id")).collect()
}

/// Inserts all of the rows, or fails.
pub(crate) async fn insert_all<M: ModelTrait>(
    db: &impl ConnectionTrait,
    rows: &[&M],
) -> Result<(), DbErr> {
    if !rows.is_empty() {
        db.execute(&statement(db.get_database_backend(), rows)?).await?;
    }
    Ok(())
}

fn statement<M: ModelTrait>(backend: DbBackend, rows: &[&M]) -> Result<InsertStatement, DbErr> {
    let columns: Vec<_> = columns::<M>().collect();
    let mut insert = Query::insert();
    insert
        .into_table(Alias::new(M::Entity::default().table_name()))
        .columns(columns.iter().map(|it| Alias::new(it.as_str())))
        .select_from(select(backend, rows, &columns)?)
        .map_err(|wrong| DbErr::Type(wrong.to_string()))?;
    Ok(insert)
}

#[cfg(test)]
mod tests {
    use {
        super::{super::changed, *},
        entity::{
            coaching::pairing::{self, HealthStatus},
            id::PairingId,
            scalar,
        },
        migration::{Migrator, MigratorTrait},
        sea_orm::{
            ConnectOptions, Database, DatabaseConnection, EntityTrait, IntoActiveModel, Iterable,
            QueryOrder, QueryTrait, sea_query::Expr,
        },
    };

    async fn database() -> DatabaseConnection {
        let mut options = ConnectOptions::new("sqlite::memory:");
        options.max_connections(1).sqlx_logging(false);
        // Only the row matters here, not what it refers to.
        options.map_sqlx_sqlite_opts(|sqlite| sqlite.foreign_keys(false));
        let db = Database::connect(options).await.unwrap();
        Migrator::up(&db, None).await.unwrap();
        db
    }

    fn pairing(id: u128) -> pairing::Model {
        let at = "2026-03-02T09:00:00.120Z".parse().unwrap();
        pairing::Model {
            id: PairingId(Uuid::from_u128(id)),
            ea_id: Uuid::from_u128(id).into(),
            client_id: Uuid::from_u128(3).into(),
            start_date: "2026-03-02".parse().unwrap(),
            health_status: HealthStatus::Red,
            health_status_override: true,
            health_override_by: Some(Uuid::from_u128(4).into()),
            health_override_at: Some(at),
            health_override_reason: Some("it's \"so\"\n\\ ü".to_owned()),
            health_override_expires_at: Some("2026-03-09T00:00:00Z".parse().unwrap()),
            auto_health_status: HealthStatus::Green,
            health_override_stale: false,
            health_score: 100,
            health_reasons: scalar::Json(serde_json::json!([{ "code": "é\"", "n": 1.5 }])),
            health_computed_at: at,
            accelerator_enabled: false,
            accelerator_week: None,
            accelerator_week_since: None,
            accelerator_week1_goals: Some("0123".to_owned()),
            accelerator_week2_goals: Some("null".to_owned()),
            accelerator_week3_goals: None,
            accelerator_week4_goals: None,
            version: 7,
            created_at: at,
            updated_at: at,
        }
    }

    /// Each column as SQLite stores it, with its type.
    async fn stored(db: &DatabaseConnection) -> Vec<(&'static str, String)> {
        let mut query = pairing::Entity::find().order_by_asc(pairing::Column::Id).into_query();
        query.clear_selects();
        for column in pairing::Column::iter().map(|it| it.as_str()) {
            query.expr_as(Expr::cust(format!("quote({column})")), column);
        }
        let row = db.query_one(&query).await.unwrap().unwrap();
        let columns = pairing::Column::iter().map(|it| it.as_str());
        columns.map(|it| (it, row.try_get("", it).unwrap())).collect()
    }

    #[tokio::test]
    async fn a_row_is_stored_as_if_it_came_alone() {
        let (alone, among) = (database().await, database().await);

        let row = pairing(1).into_active_model();
        pairing::Entity::insert(row).exec_without_returning(&alone).await.unwrap();
        let ids = insert(&among, &[&pairing(1)]).await.unwrap();

        assert_eq!(ids, HashSet::from([Uuid::from_u128(1)]));
        assert_eq!(stored(&among).await, stored(&alone).await);
    }

    #[tokio::test]
    async fn only_rows_that_are_missing_are_inserted() {
        let db = database().await;
        insert(&db, &[&pairing(1)]).await.unwrap();

        let ids = insert(&db, &[&pairing(1), &pairing(2), &pairing(2)]).await.unwrap();

        assert_eq!(ids, HashSet::from([Uuid::from_u128(2)]));
    }

    #[tokio::test]
    async fn a_row_that_breaks_a_check_is_a_failure() {
        let db = database().await;
        let broken = pairing::Model { accelerator_week: Some(5), ..pairing(1) };

        assert!(insert(&db, &[&broken]).await.is_err());
    }

    #[tokio::test]
    async fn a_row_is_changed_as_if_it_came_alone() {
        let (alone, among) = (database().await, database().await);
        let after = pairing::Model {
            accelerator_week2_goals: None,
            health_reasons: scalar::Json(serde_json::json!(["ü"])),
            start_date: "2026-03-03".parse().unwrap(),
            client_id: Uuid::from_u128(9).into(),
            version: 8,
            ..pairing(1)
        };
        insert(&alone, &[&after]).await.unwrap();
        insert(&among, &[&pairing(1), &pairing(2)]).await.unwrap();

        let (first, second) = (pairing(1), pairing(2));
        let same = pairing::Model { version: 8, ..pairing(2) };
        changed::update(&among, &[(&first, &after), (&second, &same)]).await.unwrap();

        assert_eq!(stored(&among).await, stored(&alone).await);
    }
}
