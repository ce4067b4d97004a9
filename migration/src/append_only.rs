//! Tables of which rows are added, and nothing else: the database refuses to change or delete them.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// Refuses every change of a table but new rows; `keys` are the columns that tell rows apart.
pub(crate) async fn protect(
    manager: &SchemaManager<'_>,
    table: &str,
    keys: &[&str],
) -> Result<(), DbErr> {
    let db = manager.get_connection();
    if manager.get_database_backend() == DbBackend::Sqlite {
        // INSERT OR REPLACE takes the old row away without a word to the triggers of DELETE.
        let keys = ["rowid"].iter().chain(keys).map(|key| format!("{key} = NEW.{key}"));
        let is_there = keys.collect::<Vec<_>>().join(" OR ");
        let sql = format!(
            "CREATE TRIGGER tr_{table}_insert BEFORE INSERT ON {table} \
             WHEN EXISTS (SELECT 1 FROM {table} WHERE {is_there}) \
             BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        );
        db.execute_unprepared(&sql).await?;
        for deed in ["UPDATE", "DELETE"] {
            let name = format!("tr_{table}_{}", deed.to_lowercase());
            let sql = format!(
                "CREATE TRIGGER {name} BEFORE {deed} ON {table} \
                 BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            );
            db.execute_unprepared(&sql).await?;
        }
        return Ok(());
    }
    let function = format!(
        "CREATE FUNCTION refuse_change_of_{table}() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    );
    db.execute_unprepared(&function).await?;
    let trigger = format!(
        "CREATE TRIGGER tr_{table}_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} \
         FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_{table}()"
    );
    db.execute_unprepared(&trigger).await?;
    Ok(())
}

/// Undoes it, once the table is gone.
pub(crate) async fn unprotect(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    if manager.get_database_backend() == DbBackend::Postgres {
        let sql = format!("DROP FUNCTION refuse_change_of_{table}()");
        manager.get_connection().execute_unprepared(&sql).await?;
    }
    Ok(())
}
