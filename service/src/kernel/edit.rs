//! Changes of rows: made whole, found and locked, edited from the version that a person saw.

use {
    super::{check::Violation, conflict, ctx::Ctx, error::Result, given::Given},
    entity::id::Id,
    sea_orm::{
        ActiveModelBehavior, ActiveModelTrait, DatabaseTransaction, DbErr, EntityTrait, Iden,
        IntoActiveModel, Iterable, ModelTrait, PrimaryKeyTrait, QuerySelect, Value,
    },
};

/// Inserts a row as it is.
pub async fn insert<M, A>(txn: &DatabaseTransaction, row: M) -> Result<M, DbErr>
where
    M: ModelTrait<Entity: EntityTrait<Model = M, ActiveModel = A>> + IntoActiveModel<A> + Clone,
    A: ActiveModelTrait<Entity = M::Entity> + Send,
{
    let new = row.clone().into_active_model().reset_all();
    M::Entity::insert(new).exec_without_returning(txn).await?;
    Ok(row)
}

/// The row with an id, locked until the transaction ends; `field` names the id in the input.
pub async fn find<E, I>(txn: &DatabaseTransaction, field: &str, id: Given<I>) -> Result<E::Model>
where
    E: EntityTrait<PrimaryKey: PrimaryKeyTrait<ValueType = I>>,
    I: Id,
{
    // An id that cannot be read is nobody's: it answers as a stranger's does.
    let Ok(id) = id.0 else { return Err(Violation::not_found(field).into()) };
    let row = E::find_by_id(id).lock_exclusive().one(txn).await?;
    row.ok_or_else(|| Violation::not_found(field).into())
}

/// The same, unless it was edited since the version that the edit was made from.
pub async fn find_at<E, I>(
    txn: &DatabaseTransaction,
    id: Given<I>,
    expected_version: i32,
) -> Result<E::Model>
where
    E: EntityTrait<PrimaryKey: PrimaryKeyTrait<ValueType = I>>,
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
pub async fn save<E, A>(
    ctx: &Ctx,
    txn: &DatabaseTransaction,
    before: &E::Model,
    mut edited: A,
) -> Result<E::Model, DbErr>
where
    E: EntityTrait<ActiveModel = A, Model: IntoActiveModel<A>>,
    A: ActiveModelTrait<Entity = E> + ActiveModelBehavior + Send,
{
    if !edited.is_changed() {
        return Ok(before.clone());
    }
    edited.set(column::<E>("version"), (version::<E>(before) + 1).into());
    edited.set(column::<E>("updated_at"), ctx.now().into());
    edited.update(txn).await
}

/// Deletes a row; `held` is said when others still refer to it.
pub async fn delete<E: EntityTrait>(
    txn: &DatabaseTransaction,
    row: E::Model,
    held: &str,
) -> Result<E::Model>
where
    E::Model: IntoActiveModel<E::ActiveModel>,
{
    let gone = E::delete(row.clone().into_active_model()).exec(txn).await;
    match gone {
        Ok(_) => Ok(row),
        Err(failure) if conflict::breaks_reference(&failure) => {
            Err(Violation::conflict("id", held).into())
        }
        Err(failure) => Err(failure.into()),
    }
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
