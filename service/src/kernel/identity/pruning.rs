//! Pruning: sessions and mailed tokens that have ended are forgotten.

use {
    crate::kernel::{ctx::Ctx, error::Result, jobs::chore::chore},
    entity::kernel::{password_reset, session, verification},
    sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect},
};

/// How many sessions are deleted at once.
const BATCH: u64 = 500;

chore! {
    /// Forgets sessions and mailed tokens that have ended.
    Prune = "identity.prune" by prune
}

/// Forgets what has ended: how many sessions. They leave their entries in the audit trail, as when a person ends them.
pub async fn prune(ctx: &Ctx) -> Result<usize> {
    let (permit, now) = (ctx.may_as_server()?, ctx.now());
    password_reset::Entity::delete_many()
        .filter(password_reset::Column::ExpiresAt.lte(now))
        .exec(ctx.db())
        .await?;
    verification::Entity::delete_many()
        .filter(verification::Column::ExpiresAt.lte(now))
        .exec(ctx.db())
        .await?;
    let mut pruned = 0;
    loop {
        let txn = ctx.begin(permit).await?;
        let ended = Condition::any()
            .add(session::Column::ExpiresAt.lte(now))
            .add(session::Column::EndsAt.lte(now));
        let ended = session::Entity::find().filter(ended).limit(BATCH).all(&txn).await?;
        if ended.is_empty() {
            return Ok(pruned);
        }
        let ids = ended.iter().map(|it| it.id);
        session::Entity::delete_many().filter(session::Column::Id.is_in(ids)).exec(&txn).await?;
        for session in &ended {
            txn.note::<session::Entity>(Some(session), None);
        }
        txn.commit().await?;
        pruned += ended.len();
    }
}
