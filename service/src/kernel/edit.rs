//! Edits of rows by people: found, locked, and made from the version that the person saw.

use {
    super::{check::Violation, error::Result},
    entity::id::Id,
    sea_orm::{DatabaseTransaction, EntityTrait, FromQueryResult, PrimaryKeyTrait, QuerySelect},
};

/// A table whose rows carry the version that edits are checked against.
pub trait Versioned {
    /// How often the row was edited, from 1.
    fn version(&self) -> i32;
}

macro_rules! versioned {
    ($($entity:path),+ $(,)?) => { $(
        impl Versioned for $entity {
            fn version(&self) -> i32 {
                self.version
            }
        }
    )+ };
}

versioned!(
    entity::coaching::alert::Model,
    entity::coaching::alert_rule::Model,
    entity::coaching::client::Model,
    entity::coaching::coaching_note::Model,
    entity::coaching::company_announcement::Model,
    entity::coaching::ea::Model,
    entity::coaching::end_of_day_report::Model,
    entity::coaching::pairing::Model,
    entity::coaching::pto_record::Model,
    entity::kernel::holiday::Model,
    entity::kernel::user::Model,
    entity::kernel::user_profile::Model,
);

/// The row with an id, locked until the transaction ends; `field` names the id in the input.
pub async fn find<E, I>(txn: &DatabaseTransaction, field: &str, id: Option<I>) -> Result<E::Model>
where
    E: EntityTrait<PrimaryKey: PrimaryKeyTrait<ValueType = I>>,
    E::Model: FromQueryResult,
    I: Id,
{
    // An id that could not be read is nobody's: it answers as a stranger's does.
    let Some(id) = id else { return Err(Violation::not_found(field).into()) };
    let row = E::find_by_id(id).lock_exclusive().one(txn).await?;
    row.ok_or_else(|| Violation::not_found(field).into())
}

/// Refuses an edit that was made from another version than the present one.
pub fn expect(row: &impl Versioned, expected: i32) -> Result<()> {
    if row.version() == expected {
        return Ok(());
    }
    let message = format!("was edited meanwhile: it is at version {} now", row.version());
    Err(Violation::conflict("expectedVersion", message).into())
}
