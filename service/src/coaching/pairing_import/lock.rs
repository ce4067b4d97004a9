//! One import at a time.
//!
//! Nothing keeps two clients from having one name, so two imports that do not see each other would
//! both make the clients that they share.

use {
    super::clash,
    crate::kernel::{access::Permit, ctx::Ctx, error::Result, txn::Txn},
    sea_orm::DbBackend,
};

/// Held by the one import that runs, and lost with its connection.
const KEY: i64 = 0x5649_4749_4c01;

/// A lock of PostgreSQL in a transaction of its own, which stays open while others come and go.
///
/// SQLite needs none: it has one writer at a time, who sees what others have written before.
#[must_use = "dropped, it is released"]
pub(super) struct Lock(Option<Txn>);

/// Takes the lock, unless another import has it.
pub(super) async fn take(ctx: &Ctx, permit: Permit) -> Result<Lock> {
    if ctx.backend() != DbBackend::Postgres {
        return Ok(Lock(None));
    }
    let txn = ctx.begin(permit).await?;
    if txn.try_lock(KEY).await? {
        return Ok(Lock(Some(txn)));
    }
    Err(clash("another import is running: try again when it has ended"))
}

impl Lock {
    pub(super) async fn release(self) -> Result<()> {
        match self.0 {
            Some(txn) => Ok(txn.rollback().await?),
            None => Ok(()),
        }
    }
}
