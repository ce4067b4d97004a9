//! `Session`: where people are signed in; signing in and out.

use {
    super::users::User,
    crate::graphql::{
        cookie::{Change, CookieJar},
        error::UserError,
        mutation,
        object::object,
    },
    async_graphql::{Context, Object, Result, SimpleObject},
    entity::{id::SessionId, kernel::session, scalar::DateTime},
    service::{
        ErrorCode, Violation,
        kernel::identity::{
            callers::Credential,
            sessions::{self, Begun, SessionRevokeAllInput, SessionRevokeInput},
            sign_in::{self, SessionCreateInput},
        },
    },
};

object! {
    /// Where a person is signed in.
    Session: session;
    one {
        /// Who is signed in.
        user(user_id): User;
    }
    and {
        /// Whether it is the session that asks.
        async fn is_current(&self, ctx: &Context<'_>) -> bool {
            let asking = crate::graphql::loads::Loads::of(ctx).reader().ctx().credential();
            asking == Some(Credential::Session(self.row.id))
        }
    }
}

/// What came of `sessionCreate`.
#[derive(SimpleObject)]
pub(crate) struct SessionCreatePayload {
    /// The session's id, by which `sessionRevoke` ends it.
    session_id: Option<SessionId>,
    /// When it ends unless it is used; each use puts that off.
    expires_at: Option<DateTime>,
    /// When it ends in any case.
    ends_at: Option<DateTime>,
    /// What to send from now on, as `Authorization: Bearer …`; told this once, and not at all when
    /// it was wanted as a cookie.
    token: Option<String>,
    /// What is wrong with the input; empty exactly when it was done.
    errors: Vec<UserError>,
}

/// What came of `sessionRevoke`.
#[derive(SimpleObject)]
pub(crate) struct SessionRevokePayload {
    /// The session as it was.
    session: Option<Session>,
    /// What is wrong with the input; empty exactly when it was done.
    errors: Vec<UserError>,
}

/// What came of `sessionRevokeAll`.
#[derive(SimpleObject)]
pub(crate) struct SessionRevokeAllPayload {
    /// How many sessions were ended.
    ended: Option<i64>,
    /// What is wrong with the input; empty exactly when it was done.
    errors: Vec<UserError>,
}

#[derive(Default)]
pub(crate) struct SessionMutation;

#[Object]
impl SessionMutation {
    /// Signs somebody in. An address that nobody has, a wrong password and somebody who may not sign
    /// in are told in the same words (`UNAUTHENTICATED`). After five wrong tries an account is closed
    /// for 1, 2, 4 … 60 seconds (`RATE_LIMITED`).
    async fn session_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What it takes.")] input: SessionCreateInput,
    ) -> Result<SessionCreatePayload> {
        let jar = if input.as_cookie { Some(CookieJar::of(ctx)) } else { None };
        let sign_in = async |ctx: &service::Ctx| {
            if matches!(jar, Some(None)) {
                let told = "needs https, or a server on this machine, and a request by HTTP";
                return Err(Violation::field(ErrorCode::BadUserInput, "asCookie", told).into());
            }
            sign_in::sign_in(ctx, input).await
        };
        let (begun, errors) = mutation::run::<_, Begun>(ctx, "session_create", sign_in).await?;
        let Some(Begun { session, token }) = begun else {
            let (session_id, expires_at, ends_at, token) = (None, None, None, None);
            return Ok(SessionCreatePayload { session_id, expires_at, ends_at, token, errors });
        };
        let told = (jar.is_none()).then(|| token.reveal().to_owned());
        if let Some(jar) = jar.flatten() {
            jar.leave(Change::Set { token, ends_at: session.ends_at });
        }
        Ok(SessionCreatePayload {
            session_id: Some(session.id),
            expires_at: Some(session.expires_at),
            ends_at: Some(session.ends_at),
            token: told,
            errors,
        })
    }

    /// Signs out: ends a session of one's own, the one that asks unless another is named.
    async fn session_revoke(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What it takes.")] input: SessionRevokeInput,
    ) -> Result<SessionRevokePayload> {
        let asking = crate::graphql::loads::Loads::of(ctx).reader().ctx().credential();
        let revoke = async |ctx: &service::Ctx| sessions::revoke(ctx, input).await;
        let (session, errors) =
            mutation::run::<_, session::Model>(ctx, "session_revoke", revoke).await?;
        let is_own = session.as_ref().is_some_and(|it| asking == Some(Credential::Session(it.id)));
        if is_own && let Some(jar) = CookieJar::of(ctx) {
            jar.leave(Change::Clear);
        }
        Ok(SessionRevokePayload { session: session.map(Session::from), errors })
    }

    /// Signs out everywhere, or everywhere else.
    async fn session_revoke_all(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What it takes.")] input: SessionRevokeAllInput,
    ) -> Result<SessionRevokeAllPayload> {
        let is_own = !input.keep_this_one;
        let revoke = async |ctx: &service::Ctx| sessions::revoke_all(ctx, input).await;
        let (ended, errors) = mutation::run::<_, i64>(ctx, "session_revoke_all", revoke).await?;
        if is_own && let Some(jar) = CookieJar::of(ctx) {
            jar.leave(Change::Clear);
        }
        Ok(SessionRevokeAllPayload { ended, errors })
    }
}
