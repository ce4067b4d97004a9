//! What is tried out on a database: migrations with rows in place, what becomes of rows, what is refused.

use {
    super::{Outcome, Scratch, migrations},
    crate::database,
    engine::schema::{
        Book, Trial,
        catalog::{Catalog, Engine, Index, OnDelete, Table},
        difference,
        sample::{Removal, Samples, Twice},
        source::Field,
    },
    migration::MigratorTrait,
    sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, Statement},
    service::kernel::catalog::introspect,
    std::collections::BTreeMap,
};

/// Takes each migration up, down and up again with rows in place, then all of them down and up.
pub async fn round_trips<M: MigratorTrait>(scratch: &Scratch, book: &mut Book) -> Outcome<()> {
    let names: Vec<_> = M::migrations().iter().map(|it| it.name().to_owned()).collect();
    let mut before = Catalog::default();
    for name in &names {
        let subject = format!("{name} on {}", scratch.engine.name());
        let (statements, after) = match migrations::up_one::<M>(scratch).await {
            Ok(done) => done,
            Err(failure) => {
                let fault = Some(format!("does not go up over rows: {failure}"));
                book.trials.push(Trial { check: "S12", subject, fault });
                return Ok(());
            }
        };
        if after.engine == Engine::Postgres {
            let tables = after.tables.iter().filter(|it| before.table(&it.name).is_none());
            let tables = tables.map(|it| it.name.clone()).collect();
            book.migrations.push(engine::schema::Migration {
                name: name.clone(),
                tables,
                statements,
            });
        }
        if let Some(released) = book.released.as_ref().filter(|it| it.migration == *name) {
            let fault = released.edited(&after);
            book.trials.push(Trial { check: "S16", subject: subject.clone(), fault });
        }
        let fault = round_trip::<M>(scratch, book, &before, &after).await?;
        book.trials.push(Trial { check: "S12", subject, fault });
        before = after;
    }
    database::migrate(&scratch.settings, async |db| M::down(db, None).await).await?;
    let empty = scratch.look().await?;
    let engine = before.engine.name();
    let fault = (!empty.tables.is_empty()).then(|| "tables are left when all is down".to_owned());
    book.trials.push(Trial { check: "S12", subject: format!("all down on {engine}"), fault });
    database::migrate(&scratch.settings, async |db| M::up(db, None).await).await?;
    let fault = told(&difference::between(&before, &scratch.look().await?));
    book.trials.push(Trial { check: "S12", subject: format!("all up again on {engine}"), fault });
    Ok(())
}

/// Fills what has no row yet, and takes the last migration down and up again.
async fn round_trip<M: MigratorTrait>(
    scratch: &Scratch,
    book: &Book,
    before: &Catalog,
    after: &Catalog,
) -> Outcome<Option<String>> {
    if let Some(fault) = fill(scratch, book, after).await? {
        return Ok(Some(fault));
    }
    let down = database::migrate(&scratch.settings, async |db| M::down(db, Some(1)).await);
    if let Err(failure) = down.await {
        return Ok(Some(format!("does not go down over rows: {failure}")));
    }
    let left = difference::between(before, &scratch.look().await?);
    if let Some(fault) = told(&left) {
        return Ok(Some(format!("going down leaves something behind: {fault}")));
    }
    let up = database::migrate(&scratch.settings, async |db| M::up(db, Some(1)).await);
    if let Err(failure) = up.await {
        return Ok(Some(format!("does not go up over rows: {failure}")));
    }
    if let Some(fault) = told(&difference::between(after, &scratch.look().await?)) {
        return Ok(Some(format!("is not the same the second time: {fault}")));
    }
    fill(scratch, book, after).await
}

/// Adds a row to each table that has none; every table then answers it.
async fn fill(scratch: &Scratch, book: &Book, catalog: &Catalog) -> Outcome<Option<String>> {
    let samples = Samples { catalog, annotations: &book.annotations };
    let db = scratch.connect(1).await?;
    let mut fault = None;
    for (table, insert) in samples.all() {
        let look = format!("SELECT 1 FROM {} LIMIT 1", engine::schema::sql::name(&table));
        if is_there(&db, &look).await? {
            continue;
        }
        if let Err(failure) = db.execute_unprepared(&insert).await {
            fault = Some(format!(
                "{table} takes no sample row ([tables.{table}.sample] may help): {failure}"
            ));
            break;
        }
        if !is_there(&db, &look).await? {
            fault = Some(format!("{table} does not answer its sample row"));
        }
    }
    db.close().await?;
    Ok(fault)
}

fn told(lines: &[String]) -> Option<String> {
    (!lines.is_empty()).then(|| lines.join("; "))
}

/// Removes what each foreign key refers to, and looks what becomes of the row.
pub async fn on_delete(db: &DatabaseConnection, catalog: &Catalog, book: &mut Book) -> Outcome<()> {
    for (table, reference) in catalog.references() {
        let samples = Samples { catalog, annotations: &book.annotations };
        let fault = match samples.removal(table, reference) {
            Some(removal) => within(db, async || remove(db, &removal).await).await?,
            None => Some("refers by more than one column: no trial is made for that".to_owned()),
        };
        let subject = format!("{} on {}", reference.name, catalog.engine.name());
        book.trials.push(Trial { check: "S14", subject, fault });
    }
    Ok(())
}

async fn remove(db: &DatabaseConnection, removal: &Removal) -> Result<Option<String>, DbErr> {
    for add in &removal.add {
        if let Err(failure) = db.execute_unprepared(add).await {
            return Ok(Some(format!("the rows to try it with are refused: {failure}")));
        }
    }
    let removed = db.execute_unprepared(&removal.remove).await;
    let is_refused = removed.is_err();
    let fault = match (removal.on_delete, is_refused) {
        (OnDelete::Restrict | OnDelete::NoAction, true) => None,
        (OnDelete::Restrict | OnDelete::NoAction, false) => {
            Some("lets the other row go".to_owned())
        }
        (_, true) => Some(format!(
            "keeps the other row: {}",
            removed.err().map_or(String::new(), |it| it.to_string())
        )),
        (OnDelete::Cascade, false) => is_there(db, &removal.is_there)
            .await?
            .then(|| "stays when the other row goes".to_owned()),
        (OnDelete::SetNull | OnDelete::SetDefault, false) => (!is_there(db, &removal.is_forgotten)
            .await?)
            .then(|| "does not forget the other row".to_owned()),
    };
    Ok(fault)
}

/// Offers each column of a closed set a value that is not in it.
pub async fn closed_sets(
    db: &DatabaseConnection,
    catalog: &Catalog,
    book: &mut Book,
) -> Outcome<()> {
    let columns: Vec<(String, Field)> = book
        .sources
        .iter()
        .flat_map(|source| source.fields.iter().map(|it| (source.table.clone(), it.clone())))
        .filter(|(_, it)| {
            book.sources.iter().any(|other| other.closed_sets.contains_key(&it.rust_type))
        })
        .collect();
    for (name, field) in columns {
        let Some(table) = catalog.table(&name) else { continue };
        let samples = Samples { catalog, annotations: &book.annotations };
        let fault = within(db, async || refuse(db, &samples, table, &field.name).await).await?;
        let subject = format!("{name}.{} on {}", field.name, catalog.engine.name());
        book.trials.push(Trial { check: "S09", subject, fault });
    }
    Ok(())
}

/// Whether a row is refused for a value alone that is in no closed set.
async fn refuse(
    db: &DatabaseConnection,
    samples: &Samples<'_>,
    table: &Table,
    column: &str,
) -> Result<Option<String>, DbErr> {
    let nonsense = BTreeMap::from([(column.to_owned(), "'no such value'".to_owned())]);
    let (mut well, mut ill) = (samples.row(table, &BTreeMap::new()), samples.row(table, &nonsense));
    let (Some(well), Some(ill)) = (well.pop().map(|it| (well, it)), ill.pop()) else {
        return Ok(None);
    };
    for parent in well.0 {
        db.execute_unprepared(&parent).await?;
    }
    db.execute_unprepared("SAVEPOINT nonsense").await?;
    let refused = db.execute_unprepared(&ill).await;
    db.execute_unprepared("ROLLBACK TO nonsense").await?;
    let fault = match refused {
        Ok(_) => Some("takes a value that is in no closed set".to_owned()),
        Err(why) if !why.to_string().contains("ck_") => {
            Some(format!("is refused for something else: {why}"))
        }
        Err(_) => None,
    };
    if let Err(why) = db.execute_unprepared(&well.1).await {
        return Ok(Some(format!("refuses a row without fault: {why}")));
    }
    Ok(fault)
}

/// Adds to each unique index an entry that it has already.
pub async fn twice(db: &DatabaseConnection, catalog: &Catalog, book: &mut Book) -> Outcome<()> {
    for (table, index) in catalog.indexes().filter(|(_, it)| it.is_unique) {
        let samples = Samples { catalog, annotations: &book.annotations };
        let twice = samples.twice(table, index);
        let fault = within(db, async || add_twice(db, &twice, (table, index)).await).await?;
        let subject = format!("{} on {}", index.name, catalog.engine.name());
        book.trials.push(Trial { check: "S20", subject, fault });
    }
    Ok(())
}

/// By which SQLite says that a trigger has refused something.
const SQLITE_TRIGGER: &str = "(code: 1811)";

async fn add_twice(
    db: &DatabaseConnection,
    twice: &Twice,
    (table, index): (&Table, &Index),
) -> Result<Option<String>, DbErr> {
    for add in &twice.add {
        if let Err(failure) = db.execute_unprepared(add).await {
            return Ok(Some(format!("the row to try it with is refused: {failure}")));
        }
    }
    // SQLite names the columns, PostgreSQL the index.
    let columns = index.columns.iter().map(|it| format!("{}.{it}", table.name));
    let columns = columns.collect::<Vec<_>>().join(", ");
    let refused = db.execute_unprepared(&twice.again).await.err().map(|it| it.to_string());
    Ok(match refused {
        None => Some("takes the same entry twice".to_owned()),
        Some(why) if why.contains(&index.name) || why.ends_with(&columns) => None,
        // Where rows are only added, SQLite asks a trigger first, which looks for the same entry.
        Some(why) if !table.triggers.is_empty() && why.contains(SQLITE_TRIGGER) => None,
        Some(why) => Some(format!("another rule refuses the second row: {why}")),
    })
}

/// Does something that leaves no trace, on a database of one connection.
async fn within(
    db: &DatabaseConnection,
    run: impl AsyncFnOnce() -> Result<Option<String>, DbErr>,
) -> Outcome<Option<String>> {
    db.execute_unprepared("BEGIN").await?;
    let done = run().await;
    db.execute_unprepared("ROLLBACK").await?;
    Ok(done?)
}

async fn is_there(db: &DatabaseConnection, sql: &str) -> Result<bool, DbErr> {
    let statement = Statement::from_string(db.get_database_backend(), sql);
    Ok(db.query_one_raw(statement).await?.is_some())
}

impl Scratch {
    async fn look(&self) -> Outcome<Catalog> {
        let db = self.connect(1).await?;
        let catalog = introspect(&db).await?;
        db.close().await?;
        Ok(catalog)
    }
}
