//! Callers: who sends a request, by the token that it carries.

use {
    super::{
        sessions::{self, TOUCH},
        token::Presented,
    },
    crate::kernel::{
        access::{Person, Viewer},
        ctx::Ctx,
        error::Result,
    },
    entity::{
        id::{ApiKeyId, SessionId, UserId},
        kernel::{api_key, capability::Capability, session, user},
        scalar::DateTime,
    },
    lru::LruCache,
    sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Value, sea_query::Expr},
    std::{
        num::NonZeroUsize,
        sync::{Mutex, PoisonError},
    },
};

/// How long a caller is taken for what it was found to be, in milliseconds: so long a revoked
/// token may still be used.
const KNOWN_MS: i64 = 1_000;
/// How many callers are remembered for so long.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(10_000).expect("more than none");

/// Somebody who was recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Who.
    pub user_id: UserId,
    /// What the person may do.
    pub role: user::Role,
    /// By what.
    pub credential: Credential,
    /// What it is narrowed to, if it is.
    pub scopes: Option<Vec<Capability>>,
    /// Whether only trusted documents may be run.
    pub trusted_only: bool,
}

/// What somebody was recognised by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credential {
    /// A session.
    Session(SessionId),
    /// A key.
    Key(ApiKeyId),
}

/// Callers that were recognised a moment ago.
pub struct Callers(Mutex<LruCache<String, (DateTime, Caller)>>);

impl Default for Callers {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(REMEMBERED)))
    }
}

impl Callers {
    fn known(&self, hash: &str, now: DateTime) -> Option<Caller> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, caller) = known.get(hash)?;
        let age_ms = (*now - **at).num_milliseconds();
        (0..KNOWN_MS).contains(&age_ms).then(|| caller.clone())
    }

    fn know(&self, hash: &str, now: DateTime, caller: &Caller) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.put(hash.to_owned(), (now, caller.clone()));
    }

    /// Forgets everybody: somebody's right to call was just withdrawn. (Other servers of the same
    /// database hear of it within a second.)
    pub(crate) fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl Caller {
    /// On whose behalf the request is answered.
    pub fn viewer(&self) -> Viewer {
        let person = Person::new(self.user_id, self.role);
        let scopes = self.scopes.as_deref();
        Viewer::Person(scopes.map_or(person, |it| person.limited_to(it)))
    }

    fn of(user: &user::Model, credential: Credential) -> Self {
        // Until a new password is chosen, there is nothing else to do.
        let scopes = user.must_reset_password.then(|| vec![Capability::Account]);
        Self { user_id: user.id, role: user.role, credential, scopes, trusted_only: false }
    }
}

/// Whom a token belongs to: one statement by index, unless that was found within the last second.
/// None when it is nobody's, has ended, was revoked, or its person may not sign in any more.
pub async fn recognise(ctx: &Ctx, token: &str) -> Result<Option<Caller>> {
    let Some(presented) = Presented::read(token) else { return Ok(None) };
    let (callers, now) = (&ctx.identity().callers, ctx.now());
    if let Some(caller) = callers.known(presented.hash(), now) {
        return Ok(Some(caller));
    }
    let found = match &presented {
        Presented::Session(hash) => by_session(ctx, hash).await?,
        Presented::Key(hash) => by_key(ctx, hash).await?,
    };
    if let Some(caller) = &found {
        callers.know(presented.hash(), now, caller);
    }
    Ok(found)
}

async fn by_session(ctx: &Ctx, hash: &str) -> Result<Option<Caller>> {
    let found = session::Entity::find()
        .filter(session::Column::TokenHash.eq(hash))
        .find_also_related(user::Entity)
        .one(ctx.db())
        .await?;
    let Some((session, Some(user))) = found else { return Ok(None) };
    if !user.is_active || !sessions::is_alive(&session, user.role, ctx.now()) {
        return Ok(None);
    }
    if *ctx.now() - *session.last_seen_at >= TOUCH {
        note_use(sessions::touch(ctx, &session, user.role).await);
    }
    Ok(Some(Caller::of(&user, Credential::Session(session.id))))
}

async fn by_key(ctx: &Ctx, hash: &str) -> Result<Option<Caller>> {
    let found = api_key::Entity::find()
        .filter(api_key::Column::KeyHash.eq(hash))
        .find_also_related(user::Entity)
        .one(ctx.db())
        .await?;
    let Some((key, Some(user))) = found else { return Ok(None) };
    let now = ctx.now();
    let is_over = key.revoked_at.is_some() || key.expires_at.is_some_and(|it| it <= now);
    // A person who must choose a password can do so with a session alone.
    if !user.is_active || user.must_reset_password || is_over {
        return Ok(None);
    }
    if key.last_used_at.is_none_or(|it| *now - *it >= TOUCH) {
        note_use(touch_key(ctx, key.id).await);
    }
    let api_key::Model { id, scopes, trusted_only, .. } = key;
    let scopes = scopes.map(|it| it.0);
    Ok(Some(Caller { scopes, trusted_only, ..Caller::of(&user, Credential::Key(id)) }))
}

async fn touch_key(ctx: &Ctx, id: ApiKeyId) -> Result<()> {
    let (address, agent) = sessions::seen_from(ctx);
    api_key::Entity::update_many()
        .col_expr(api_key::Column::LastUsedAt, Expr::val(Value::from(ctx.now())))
        .col_expr(api_key::Column::LastUsedIp, Expr::val(address))
        .col_expr(api_key::Column::LastUsedAgent, Expr::val(agent))
        .filter(api_key::Column::Id.eq(id))
        .exec(ctx.db())
        .await?;
    Ok(())
}

/// That the time of a use could not be stored is no reason to turn somebody away.
fn note_use(stored: Result<()>) {
    if let Err(failure) = stored {
        tracing::warn!(%failure, "the time of a use was not stored");
    }
}
