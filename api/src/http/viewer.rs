//! Whom a connection that stays open acts for, at its beginning and from then on.

use {
    super::{Edge, refusal::Refusal},
    axum::http::{HeaderMap, StatusCode},
    serde_json::{Map, Value},
    service::{Ctx, ErrorCode, kernel::users},
};

/// What the client of a WebSocket says of itself: the `payload` of `connection_init`.
pub(crate) type Introduction = Map<String, Value>;

impl Edge {
    /// The context that the operations of a WebSocket run in: that of whom it acts for, by the
    /// headers of its upgrade and what its client said of itself.
    pub(crate) async fn introduced(
        &self,
        _headers: &HeaderMap,
        _introduction: &Introduction,
    ) -> Result<Ctx, Refusal> {
        let ctx = self.context().await?;
        if self.is_current(&ctx).await {
            return Ok(ctx);
        }
        let told = "you may not be here any more";
        Err(Refusal::new(StatusCode::FORBIDDEN, ErrorCode::Forbidden, told))
    }

    /// Whether whom a context acts for may still be here. A database that does not answer takes
    /// nobody's rights away.
    pub(crate) async fn is_current(&self, ctx: &Ctx) -> bool {
        users::is_current(ctx).await.unwrap_or_else(|failure| {
            tracing::warn!(%failure, "nobody knows whether a viewer may still be here");
            true
        })
    }
}
