//! Rotation: everything that is sealed with an older key is sealed anew.

use {
    super::{Content, Keyring, Place, key_id, row},
    crate::kernel::{ctx::Ctx, error::Result, identity::token::Entropy, jobs},
    entity::{
        kernel::{job, system_setting, two_factor},
        sealed::Sealed,
    },
    sea_orm::{
        ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Value, sea_query::Expr,
    },
};

/// How many rows are read at once.
const BATCH: u64 = 500;

/// Seals everything with the newest key: how many values that took. It can run beside servers, and
/// again after it was interrupted.
pub async fn rotate(ctx: &Ctx, keyring: &Keyring) -> Result<u64> {
    let entropy = &ctx.identity().entropy;
    Ok(second_factors(ctx, keyring, entropy).await?
        + settings(ctx, keyring, entropy).await?
        + jobs(ctx, keyring, entropy).await?)
}

async fn second_factors(ctx: &Ctx, keyring: &Keyring, entropy: &Entropy) -> Result<u64> {
    let (mut sealed, mut after) = (0, None);
    loop {
        let mut query =
            two_factor::Entity::find().order_by_asc(two_factor::Column::Id).limit(BATCH);
        if let Some(after) = after {
            query = query.filter(two_factor::Column::Id.gt(after));
        }
        let rows = query.all(ctx.db()).await?;
        let Some(last) = rows.last() else { return Ok(sealed) };
        after = Some(last.id);
        for found in rows {
            let place = Place { table: "two_factors", column: "secret", row: &row(found.id) };
            let Some(anew) = again(keyring, entropy, place, &found.secret)? else { continue };
            // What was changed meanwhile is sealed with the newest key already.
            two_factor::Entity::update_many()
                .col_expr(two_factor::Column::Secret, Expr::val(Value::from(anew)))
                .filter(two_factor::Column::Id.eq(found.id))
                .filter(two_factor::Column::Secret.eq(found.secret))
                .exec(ctx.db())
                .await?;
            sealed += 1;
        }
    }
}

async fn settings(ctx: &Ctx, keyring: &Keyring, entropy: &Entropy) -> Result<u64> {
    let mut sealed = 0;
    // There are as many as somebody has thought of: a few.
    for found in system_setting::Entity::find().all(ctx.db()).await? {
        let Some(value) = found.sealed_value else { continue };
        let place = Place { table: "system_settings", column: "sealed_value", row: &found.key };
        let Some(anew) = again(keyring, entropy, place, &value)? else { continue };
        system_setting::Entity::update_many()
            .col_expr(system_setting::Column::SealedValue, Expr::val(Value::from(anew)))
            .filter(system_setting::Column::Key.eq(&found.key))
            .filter(system_setting::Column::SealedValue.eq(value))
            .exec(ctx.db())
            .await?;
        sealed += 1;
    }
    Ok(sealed)
}

async fn jobs(ctx: &Ctx, keyring: &Keyring, entropy: &Entropy) -> Result<u64> {
    let (mut sealed, mut after) = (0, None);
    loop {
        let mut query = job::Entity::find().order_by_asc(job::Column::Id).limit(BATCH);
        query = query.filter(job::Column::Secret.is_not_null());
        if let Some(after) = after {
            query = query.filter(job::Column::Id.gt(after));
        }
        let rows = query.all(ctx.db()).await?;
        let Some(last) = rows.last() else { return Ok(sealed) };
        after = Some(last.id);
        for found in rows {
            let Some(secret) = found.secret else { continue };
            let row = row(found.id);
            let Some(anew) = again(keyring, entropy, jobs::place(&row), &secret)? else { continue };
            job::Entity::update_many()
                .col_expr(job::Column::Secret, Expr::val(Value::from(anew)))
                .filter(job::Column::Id.eq(found.id))
                .filter(job::Column::Secret.eq(secret))
                .exec(ctx.db())
                .await?;
            sealed += 1;
        }
    }
}

/// A value sealed with the newest key, unless it is.
fn again<T: Content>(
    keyring: &Keyring,
    entropy: &Entropy,
    place: Place<'_>,
    sealed: &Sealed<T>,
) -> Result<Option<Sealed<T>>> {
    if keyring.newest().is_some_and(|it| key_id(sealed.as_bytes()) == Some(it.id)) {
        return Ok(None);
    }
    let content = keyring.open(place, sealed)?;
    Ok(Some(keyring.seal(entropy, place, &content)?))
}
