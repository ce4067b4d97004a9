//! The cookie that a mutation sets or takes back, on its way to whoever writes headers.

use {
    async_graphql::Context,
    entity::scalar::DateTime,
    service::kernel::identity::token::Token,
    std::sync::{Arc, Mutex, PoisonError},
};

/// What becomes of the cookie of a session.
pub(crate) enum Change {
    /// It holds this token.
    Set {
        /// The token.
        token: Token,
        /// When the session ends.
        ends_at: DateTime,
    },
    /// It goes.
    Clear,
}

/// Where a request's mutations leave the change; a request that cannot set cookies has none.
#[derive(Clone, Default)]
pub(crate) struct CookieJar(Arc<Mutex<Option<Change>>>);

impl CookieJar {
    /// The jar of a request, if it can set cookies.
    pub(crate) fn of<'a>(ctx: &Context<'a>) -> Option<&'a Self> {
        ctx.data_opt()
    }

    /// Leaves a change; the last one counts.
    pub(crate) fn leave(&self, change: Change) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(change);
    }

    /// Takes the change.
    pub(crate) fn take(&self) -> Option<Change> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
