//! Changes of rows: made whole, found and locked, edited from the version that a person saw.

use {
    super::{
        access::Guarded,
        audit,
        bulk::{changed, missing},
        check::Violation,
        conflict,
        error::Result,
        given::Given,
        list::statement::Table,
        txn::{Change, Txn, key},
    },
    entity::id::Id,
    sea_orm::{
        ActiveModelBehavior, ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait,
        FromQueryResult, Iden, IntoActiveModel, Iterable, ModelTrait, PrimaryKeyTrait, QueryFilter,
        Value,
        sea_query::{LockType, OnConflict},
    },
    std::collections::HashSet,
    uuid::Uuid,
};

/// Inserts a row as it is.
pub async fn insert<M, A>(txn: &Txn, row: M) -> Result<M, DbErr>
where
    M: ModelTrait<Entity: Guarded + EntityTrait<Model = M, ActiveModel = A>>
        + IntoActiveModel<A>
        + Clone,
    A: ActiveModelTrait<Entity = M::Entity> + Send,
{
    let new = row.clone().into_active_model().reset_all();
    M::Entity::insert(new).exec_without_returning(txn).await?;
    txn.note::<M::Entity>(None, Some(&row));
    Ok(row)
}

/// Inserts a row as it is, unless it collides with another in a unique index: whether it does not.
pub async fn insert_once<M, A>(txn: &Txn, row: &M) -> Result<bool, DbErr>
where
    M: ModelTrait<Entity: Guarded + EntityTrait<Model = M, ActiveModel = A>>
        + IntoActiveModel<A>
        + Clone,
    A: ActiveModelTrait<Entity = M::Entity> + Send,
{
    let new = row.clone().into_active_model().reset_all();
    let there = OnConflict::new().do_nothing().to_owned();
    let insert = M::Entity::insert(new).on_conflict(there);
    let is_new = insert.exec_without_returning(txn).await? == 1;
    if is_new {
        txn.note::<M::Entity>(None, Some(row));
    }
    Ok(is_new)
}

/// Inserts the rows that collide with none in any unique index, and tells the ids of those: at most as
/// many as [go into a statement](super::bulk::given::ROWS_MAX).
///
/// They are written into the audit trail at once, so that memory does not grow with the
/// transaction; no event tells of them, which would be more than anybody could listen to.
pub(crate) async fn insert_missing<M>(txn: &Txn, rows: &[M]) -> Result<HashSet<Uuid>>
where
    M: ModelTrait<Entity: Guarded + EntityTrait<Model = M>>,
{
    let made = missing::insert(txn, &rows.iter().collect::<Vec<_>>()).await?;
    let changes = rows.iter().filter_map(|row| Change::of::<M::Entity>(txn.by(), None, Some(row)));
    let changes: Vec<_> = changes.filter(|change| made.contains(&change.id)).collect();
    audit::record(txn, &changes).await?;
    Ok(made)
}

/// Inserts rows as they are by one statement, each as a part of the transaction.
pub(crate) async fn insert_each<M>(rows: &[(&Txn, &M)]) -> Result<(), DbErr>
where
    M: ModelTrait<Entity: Guarded + EntityTrait<Model = M>>,
{
    let Some((txn, _)) = rows.first() else { return Ok(()) };
    missing::insert_all(*txn, &rows.iter().map(|it| it.1).collect::<Vec<_>>()).await?;
    for (part, row) in rows {
        part.note::<M::Entity>(None, Some(row));
    }
    Ok(())
}

/// The same for the rows that collide with none in a unique index: their ids.
pub(crate) async fn insert_each_once<M>(rows: &[(&Txn, &M)]) -> Result<HashSet<Uuid>, DbErr>
where
    M: ModelTrait<Entity: Guarded + EntityTrait<Model = M>>,
{
    let Some((txn, _)) = rows.first() else { return Ok(HashSet::new()) };
    let made = missing::insert(*txn, &rows.iter().map(|it| it.1).collect::<Vec<_>>()).await?;
    for (part, row) in rows.iter().filter(|it| made.contains(&key::<M::Entity>(it.1))) {
        part.note::<M::Entity>(None, Some(row));
    }
    Ok(made)
}

/// The row with an id, locked until the transaction ends; `field` names the id in the input. One
/// that is out of the transaction's reach is not there.
///
/// Others may begin to refer to it meanwhile, as every entry of the audit trail does to a person.
pub async fn find<E, I>(txn: &Txn, field: &str, id: Given<I>) -> Result<E::Model>
where
    E: Guarded + EntityTrait<PrimaryKey: PrimaryKeyTrait<ValueType = I>>,
    I: Id,
{
    look_up::<E, I>(txn, field, id, Some(LockType::NoKeyUpdate)).await
}

/// The same, for a row that is to be deleted with all that refers to it: nobody begins to refer to
/// it meanwhile.
pub async fn find_whole<E, I>(txn: &Txn, field: &str, id: Given<I>) -> Result<E::Model>
where
    E: Guarded + EntityTrait<PrimaryKey: PrimaryKeyTrait<ValueType = I>>,
    I: Id,
{
    look_up::<E, I>(txn, field, id, Some(LockType::Update)).await
}

/// The same, for a row that is only read or referred to: two transactions do not wait for each
/// other, and a reference that is checked keeps the row there.
pub async fn read<E, I>(txn: &Txn, field: &str, id: Given<I>) -> Result<E::Model>
where
    E: Guarded + EntityTrait<PrimaryKey: PrimaryKeyTrait<ValueType = I>>,
    I: Id,
{
    look_up::<E, I>(txn, field, id, None).await
}

/// Whether a row that was found by its id alone is in the transaction's reach.
pub(crate) async fn is_reached<E: Guarded>(txn: &Txn, row: &E::Model) -> Result<bool> {
    let rows = txn.permit().rows::<E>();
    let is_among = if let Some(is_told) = rows.holds(row) {
        is_told
    } else {
        let query = Table::of::<E>().narrowed(&["id"]).row(key::<E>(row), &rows, None);
        txn.query_one(&query).await?.is_some()
    };
    Ok(is_among && txn.permit().reaches::<E>(row))
}

async fn look_up<E, I>(
    txn: &Txn,
    field: &str,
    id: Given<I>,
    lock: Option<LockType>,
) -> Result<E::Model>
where
    E: Guarded + EntityTrait<PrimaryKey: PrimaryKeyTrait<ValueType = I>>,
    I: Id,
{
    // An id that cannot be read is nobody's: it answers as a stranger's does.
    let Ok(id) = id.0 else { return Err(Violation::not_found(field).into()) };
    let query = Table::of::<E>().row(id.into(), &txn.permit().rows::<E>(), lock);
    let row = txn.query_one(&query).await?;
    let row = row.map(|it| E::Model::from_query_result(&it, "")).transpose()?;
    let row = row.filter(|it| txn.permit().reaches::<E>(it));
    row.ok_or_else(|| Violation::not_found(field).into())
}

/// The same, unless it was edited since the version that the edit was made from.
pub async fn find_at<E, I>(txn: &Txn, id: Given<I>, expected_version: i32) -> Result<E::Model>
where
    E: Guarded + EntityTrait<PrimaryKey: PrimaryKeyTrait<ValueType = I>>,
    I: Id,
{
    let row = find::<E, I>(txn, "id", id).await?;
    let version = version::<E>(&row);
    if version == expected_version {
        return Ok(row);
    }
    let message = format!("was edited meanwhile: it is at version {version} now");
    Err(Violation::conflict("expectedVersion", message).into())
}

/// Stores an edit of a row, as its next version.
pub async fn save<E, A>(txn: &Txn, before: &E::Model, mut edited: A) -> Result<E::Model, DbErr>
where
    E: Guarded + EntityTrait<ActiveModel = A, Model: IntoActiveModel<A>>,
    A: ActiveModelTrait<Entity = E> + ActiveModelBehavior + Send,
{
    if !edited.is_changed() {
        return Ok(before.clone());
    }
    edited.set(column::<E>("version"), (version::<E>(before) + 1).into());
    edited.set(column::<E>("updated_at"), txn.ctx().now().into());
    let after = edited.update(txn).await?;
    txn.note::<E>(Some(before), Some(&after));
    Ok(after)
}

/// Stores what rows are to be by one statement, each as a part of the transaction.
pub(crate) async fn amend_each<M>(rows: &[(&Txn, &M, &M)]) -> Result<(), DbErr>
where
    M: ModelTrait<Entity: Guarded + EntityTrait<Model = M>>,
{
    let Some((txn, ..)) = rows.first() else { return Ok(()) };
    touch_each(txn, &rows.iter().map(|it| (it.1, it.2)).collect::<Vec<_>>()).await?;
    for (part, before, after) in rows {
        part.note::<M::Entity>(Some(before), Some(after));
    }
    Ok(())
}

/// The same for what nobody is told of.
pub(crate) async fn touch_each<M>(txn: &Txn, rows: &[(&M, &M)]) -> Result<(), DbErr>
where
    M: ModelTrait<Entity: Guarded + EntityTrait<Model = M>>,
{
    changed::update(txn, rows).await
}

/// Stores a change of a row that people do not edit, and that has no versions.
pub async fn amend<E, A>(txn: &Txn, before: &E::Model, changed: A) -> Result<E::Model, DbErr>
where
    E: Guarded + EntityTrait<ActiveModel = A, Model: IntoActiveModel<A>>,
    A: ActiveModelTrait<Entity = E> + ActiveModelBehavior + Send,
{
    let after = changed.update(txn).await?;
    txn.note::<E>(Some(before), Some(&after));
    Ok(after)
}

/// Deletes a row; `held` is said when others still refer to it.
pub async fn delete<E: Guarded>(txn: &Txn, row: E::Model, held: &str) -> Result<E::Model>
where
    E::Model: IntoActiveModel<E::ActiveModel>,
{
    let gone = E::delete(row.clone().into_active_model()).exec(txn).await;
    match gone {
        Ok(_) => {
            txn.note::<E>(Some(&row), None);
            Ok(row)
        }
        Err(failure) if conflict::breaks_reference(&failure) => {
            Err(Violation::conflict("id", held).into())
        }
        Err(failure) => Err(failure.into()),
    }
}

/// Deletes the rows that refer to one that is to be deleted as well, by a column: the database
/// would do so too, but leave nothing of it in the audit trail.
pub async fn delete_with<E>(txn: &Txn, column: E::Column, id: impl Into<Uuid>) -> Result<()>
where
    E: Guarded,
{
    let refers = column.eq(id.into());
    let rows = E::find().filter(refers.clone()).all(txn).await?;
    E::delete_many().filter(refers).exec(txn).await?;
    for row in &rows {
        txn.note::<E>(Some(row), None);
    }
    Ok(())
}

fn version<E: EntityTrait>(row: &E::Model) -> i32 {
    match row.get(column::<E>("version")) {
        Value::Int(Some(version)) => version,
        other => unreachable!("versions are integers, not {other:?}"),
    }
}

fn column<E: EntityTrait>(name: &str) -> E::Column {
    let column = E::Column::iter().find(|column| column.to_string() == name);
    column.expect("rows that people edit have a version and the time of their last change")
}
