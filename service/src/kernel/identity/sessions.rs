//! Sessions: where people are signed in, for how long, and how they sign out.

use {
    super::{callers::Credential, token::Token},
    crate::kernel::{
        access::{Person, Viewer, guarded},
        check::Violation,
        ctx::{Ctx, Origin},
        edit,
        error::Result,
        given::Given,
        list::{list, operators::Span, predicate::Predicate},
        txn::Txn,
        users,
    },
    async_graphql::InputObject,
    chrono::TimeDelta,
    entity::{
        id::{SessionId, UserId},
        kernel::{
            capability::Capability,
            session,
            user::{self, Role},
        },
        scalar::DateTime,
    },
    sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, Value, sea_query::Expr},
};

/// How often the last use of a session or a key is stored at most.
pub(crate) const TOUCH: TimeDelta = TimeDelta::minutes(1);
/// How much of what a program calls itself is stored, in characters.
const AGENT_MAX: usize = 500;
/// What the playground of a demo calls itself.
const PLAYGROUND: &str = "the playground of this demo";

list! {
    session;
    /// Narrows a list of sessions.
    filter SessionFilter {
        /// By when they began.
        created_at: Span<DateTime>,
    }
    /// The order of a list of sessions.
    order SessionOrder by SessionOrderField {
        /// By when they began.
        CreatedAt = "created_at",
    }
    default "created_at" Desc;
    indexes {}
}

guarded! {
    session: Account;
    own(person) {
        Predicate::is("user_id", person.id)
    }
    shown {
        Id, UserId, ExpiresAt, EndsAt, LastSeenAt, IpAddress, UserAgent, CreatedAt, UpdatedAt,
    }
    never { TokenHash }
}

/// A session to end.
#[derive(Clone, Debug, InputObject)]
pub struct SessionRevokeInput {
    /// Which; the one that asks when left out.
    pub id: Option<Given<SessionId>>,
}

/// Sessions to end.
#[derive(Clone, Debug, InputObject)]
pub struct SessionRevokeAllInput {
    /// Whether the session that asks stays.
    pub keep_this_one: bool,
}

/// A session that has just begun.
#[derive(Debug)]
pub struct Begun {
    /// The session.
    pub session: session::Model,
    /// Its token, told this once.
    pub token: Token,
}

/// For how long somebody stays signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lasting {
    /// Without asking anything.
    pub idle: TimeDelta,
    /// Whatever is asked.
    pub absolute: TimeDelta,
}

impl Lasting {
    /// The less the more one may do.
    pub fn of(role: Role) -> Self {
        let (idle, absolute) = match role {
            Role::Admin => (TimeDelta::hours(12), TimeDelta::days(7)),
            Role::Client | Role::Ea | Role::HeadEas | Role::HeadClientSuccess => {
                (TimeDelta::days(30), TimeDelta::days(90))
            }
            Role::Pending | Role::User | Role::Manager => (TimeDelta::days(7), TimeDelta::days(30)),
        };
        Self { idle, absolute }
    }
}

/// Begins a session of somebody whose identity was proved.
pub async fn begin(ctx: &Ctx, user: &user::Model) -> Result<Begun> {
    let token = Token::session(&ctx.identity().entropy);
    let (now, Lasting { idle, absolute }) = (ctx.now(), Lasting::of(user.role));
    let (ip_address, user_agent) = seen_from(ctx);
    let session = session::Model {
        id: ctx.new_id(),
        user_id: user.id,
        token_hash: token.hash(),
        expires_at: (*now + idle).into(),
        ends_at: (*now + absolute).into(),
        last_seen_at: now,
        ip_address,
        user_agent,
        created_at: now,
        updated_at: now,
    };
    let ctx = &acting(ctx, user);
    let txn = ctx.begin(ctx.may(Capability::Account)?).await?;
    let over = Condition::any()
        .add(session::Column::ExpiresAt.lte(now))
        .add(session::Column::EndsAt.lte(now));
    let of_user = session::Column::UserId.eq(user.id);
    session::Entity::delete_many().filter(of_user).filter(over).exec(&txn).await?;
    let session = edit::insert(&txn, session).await?;
    txn.commit().await?;
    Ok(Begun { session, token })
}

/// Begins the session of the playground of a demo; that of the last start ends.
pub async fn begin_for_playground(ctx: &Ctx, user: &user::Model) -> Result<Token> {
    let agent = Some(PLAYGROUND.to_owned());
    let ctx = ctx.asked_from(Origin { address: None, agent, request: None });
    session::Entity::delete_many()
        .filter(session::Column::UserId.eq(user.id))
        .filter(session::Column::UserAgent.eq(PLAYGROUND))
        .exec(ctx.db())
        .await?;
    Ok(begin(&ctx, user).await?.token)
}

/// Ends a session: the token is nobody's any more.
pub async fn revoke(ctx: &Ctx, input: SessionRevokeInput) -> Result<session::Model> {
    let permit = ctx.may(Capability::Account)?;
    let id = match (input.id, ctx.credential()) {
        (Some(id), _) => id,
        (None, Some(Credential::Session(id))) => id.into(),
        (None, _) => return Err(Violation::not_found("id").into()),
    };
    let txn = ctx.begin(permit).await?;
    let session = edit::find::<session::Entity, _>(&txn, "id", id).await?;
    let session = edit::delete::<session::Entity>(&txn, session, "is still in use").await?;
    txn.commit().await?;
    ctx.identity().callers.forget();
    Ok(session)
}

/// Ends all sessions of the person that asks: how many.
pub async fn revoke_all(ctx: &Ctx, input: SessionRevokeAllInput) -> Result<i64> {
    let (permit, user_id) = (ctx.may(Capability::Account)?, users::author(ctx)?);
    let txn = ctx.begin(permit).await?;
    let but = ctx.credential().filter(|_| input.keep_this_one);
    let ended = end_all(&txn, user_id, but).await?;
    txn.commit().await?;
    ctx.identity().callers.forget();
    Ok(ended)
}

/// Ends all sessions of somebody but one: how many.
pub(crate) async fn end_all(txn: &Txn, user_id: UserId, but: Option<Credential>) -> Result<i64> {
    let mut of_user = Condition::all().add(session::Column::UserId.eq(user_id));
    if let Some(Credential::Session(id)) = but {
        of_user = of_user.add(session::Column::Id.ne(id));
    }
    let ended = session::Entity::find().filter(of_user.clone()).all(txn).await?;
    session::Entity::delete_many().filter(of_user).exec(txn).await?;
    for session in &ended {
        txn.note::<session::Entity>(Some(session), None);
    }
    Ok(i64::try_from(ended.len()).unwrap_or(i64::MAX))
}

/// Whether a session still holds, for somebody of a role: also of one that was given since.
pub(crate) fn is_alive(session: &session::Model, role: Role, now: DateTime) -> bool {
    let Lasting { idle, absolute } = Lasting::of(role);
    let idle_end = session.expires_at.min((*session.last_seen_at + idle).into());
    let end = session.ends_at.min((*session.created_at + absolute).into());
    now < idle_end && now < end
}

/// Moves on the end of a session that was used.
pub(crate) async fn touch(ctx: &Ctx, session: &session::Model, role: Role) -> Result<()> {
    let now = ctx.now();
    let expires_at = session.ends_at.min((*now + Lasting::of(role).idle).into());
    session::Entity::update_many()
        .col_expr(session::Column::LastSeenAt, Expr::val(Value::from(now)))
        .col_expr(session::Column::ExpiresAt, Expr::val(Value::from(expires_at)))
        .col_expr(session::Column::UpdatedAt, Expr::val(Value::from(now)))
        .filter(session::Column::Id.eq(session.id))
        .exec(ctx.db())
        .await?;
    Ok(())
}

/// The same context, on behalf of somebody whose identity was just proved.
pub(crate) fn acting(ctx: &Ctx, user: &user::Model) -> Ctx {
    ctx.seen_by(Viewer::Person(Person::new(user.id, user.role)))
}

/// The address and the program that a request comes from, as they are stored.
pub(crate) fn seen_from(ctx: &Ctx) -> (Option<String>, Option<String>) {
    let origin = ctx.origin();
    let agent = origin.agent.as_deref().map(|it| it.chars().take(AGENT_MAX).collect::<String>());
    let agent = agent.filter(|it| !it.is_empty() && !it.contains('\0'));
    (origin.address.map(|it| it.to_string()), agent)
}
