//! Signing in: a password, perhaps a code, and then a session.

use {
    super::{
        password::Verdict,
        second_factor,
        sessions::{self, Begun},
    },
    crate::kernel::{
        check::Violation,
        ctx::Ctx,
        error::{Error, ErrorCode, Result},
    },
    async_graphql::InputObject,
    entity::kernel::user,
    sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Value, sea_query::Expr},
};

/// Who wants to sign in.
#[derive(Clone, InputObject)]
pub struct SessionCreateInput {
    /// The e-mail address; its case does not matter.
    pub email: String,
    /// The password, exactly as it was chosen.
    pub password: String,
    /// A code of the second factor, or a recovery code, if the person has one.
    pub code: Option<String>,
    /// Whether the token is wanted as a cookie: then the payload does not tell it.
    #[graphql(default)]
    pub as_cookie: bool,
}

/// Signs somebody in. Whatever is wrong, but for a code that is asked for beside the right
/// password, is told in the same words and takes as long.
pub async fn sign_in(ctx: &Ctx, input: SessionCreateInput) -> Result<Begun> {
    let SessionCreateInput { email, password, code, as_cookie: _ } = input;
    let (identity, email) = (ctx.identity(), email.trim().to_lowercase());
    let attempt = identity.throttle.attempt(&email, ctx.origin().address, ctx.now())?;
    let user = by_email(ctx.db(), &email).await?.filter(|it| it.is_active);
    let hash = user.as_ref().and_then(|it| it.password_hash.clone());
    let verdict = match identity.passwords.verify(&password, hash).await {
        Ok(verdict) => verdict,
        Err(overloaded) => {
            attempt.was_not_made();
            return Err(overloaded);
        }
    };
    let Some(user) = user.filter(|_| verdict.is_right) else { return Err(wrong()) };
    second_factor::require(ctx, &user, code.as_deref()).await?;
    attempt.was_right();
    if verdict.is_weak {
        rehash(ctx, &user, &password).await;
    }
    sessions::begin(ctx, &user).await
}

/// Whether a password is that of somebody who has signed in, told at a path of the input.
pub(crate) async fn prove(
    ctx: &Ctx,
    user: &user::Model,
    password: &str,
    field: &str,
) -> Result<()> {
    let identity = ctx.identity();
    let attempt = identity.throttle.attempt(&user.email, ctx.origin().address, ctx.now())?;
    match identity.passwords.verify(password, user.password_hash.clone()).await {
        Ok(Verdict { is_right: true, is_weak: _ }) => {
            attempt.was_right();
            Ok(())
        }
        Ok(_) => {
            let message = "is not your password";
            Err(Violation::field(ErrorCode::BadUserInput, field, message).into())
        }
        Err(overloaded) => {
            attempt.was_not_made();
            Err(overloaded)
        }
    }
}

/// The person with an address.
pub(crate) async fn by_email(
    db: &impl ConnectionTrait,
    email: &str,
) -> Result<Option<user::Model>> {
    // Neither database stores a NUL, and PostgreSQL does not even look for one.
    if email.contains('\0') {
        return Ok(None);
    }
    Ok(user::Entity::find().filter(user::Column::Email.eq(email)).one(db).await?)
}

fn wrong() -> Error {
    let message = "the e-mail address or the password is wrong".to_owned();
    Violation { code: ErrorCode::Unauthenticated, path: vec!["input".to_owned()], message }.into()
}

/// Stores a password anew, with the work that is asked for by now. The password itself stays as it
/// is, and so does the version that edits are checked against.
async fn rehash(ctx: &Ctx, user: &user::Model, password: &str) {
    let identity = ctx.identity();
    let stored = async {
        let hash = identity.passwords.hash(&identity.entropy, password).await?;
        user::Entity::update_many()
            .col_expr(user::Column::PasswordHash, Expr::val(Value::from(hash)))
            .filter(user::Column::Id.eq(user.id))
            .filter(user::Column::PasswordHash.eq(user.password_hash.clone()))
            .exec(ctx.db())
            .await?;
        Ok::<_, Error>(())
    };
    if let Err(failure) = stored.await {
        tracing::warn!(%failure, "a password was not hashed anew; the next sign-in will try again");
    }
}
