//! How people choose a password: with the one they have, or with a token that was mailed.

use {
    super::{
        password::{self, Owner},
        post::{self, Delivery, Errand},
        second_factor::{self, by_hand},
        sessions, sign_in,
        token::{Token, hash},
    },
    crate::kernel::{
        access::{Viewer, guarded},
        check::{Check, Violation},
        ctx::Ctx,
        edit,
        error::{ErrorCode, Result},
        list::predicate::Predicate,
        txn::Txn,
    },
    async_graphql::InputObject,
    chrono::TimeDelta,
    entity::kernel::{capability::Capability, password_reset, user},
    sea_orm::{
        ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
        PaginatorTrait, QueryFilter,
    },
};

/// How long a mailed token is good for: to who has forgotten a password, and to who is new.
const RESET_LASTS: TimeDelta = TimeDelta::hours(1);
const INVITATION_LASTS: TimeDelta = TimeDelta::days(7);
/// How many mails somebody gets in an hour at most.
const RESETS_MAX: u64 = 3;

guarded! {
    password_reset: Account;
    own(person) {
        Predicate::is("user_id", person.id)
    }
    shown { Id, UserId, ExpiresAt, CreatedAt }
    never { TokenHash }
}

/// A new password, from somebody who is signed in.
#[derive(Clone, InputObject)]
pub struct PasswordChangeInput {
    /// The password until now.
    pub current_password: String,
    /// The new one: 15 to 1,024 bytes, or at least 8 beside a second factor.
    pub new_password: String,
}

/// Somebody who has forgotten a password.
#[derive(Clone, Debug, InputObject)]
pub struct PasswordResetRequestInput {
    /// The e-mail address; its case does not matter.
    pub email: String,
}

/// A new password, from somebody who got a mail.
#[derive(Clone, InputObject)]
pub struct PasswordResetCompleteInput {
    /// The token in the mail.
    pub token: String,
    /// The new password: 15 to 1,024 bytes, or at least 8 beside a second factor.
    pub new_password: String,
}

/// Changes the password of the person that asks, and ends all other sessions.
pub async fn change(ctx: &Ctx, input: PasswordChangeInput) -> Result<user::Model> {
    let PasswordChangeInput { current_password, new_password } = input;
    let user = by_hand(ctx).await?;
    sign_in::prove(ctx, &user, &current_password, "currentPassword").await?;
    if current_password == new_password {
        let message = "must be another one than before";
        let wrong = Violation::field(ErrorCode::BadUserInput, "newPassword", message);
        return Err(wrong.into());
    }
    let hash = hash_of_new(ctx, &user, &new_password).await?;
    let txn = ctx.begin(ctx.may(Capability::Account)?).await?;
    let before = edit::find::<user::Entity, _>(&txn, "id", user.id.into()).await?;
    let mut row = before.clone().into_active_model();
    (row.password_hash, row.must_reset_password) = (Set(Some(hash)), Set(false));
    let user = edit::save::<user::Entity, _>(&txn, &before, row).await?;
    sessions::end_all(&txn, user.id, ctx.credential()).await?;
    forget_tokens(&txn, &user).await?;
    txn.commit().await?;
    ctx.identity().callers.forget();
    Ok(user)
}

/// Mails a token to whoever has an address, if anybody has: the answer does not tell.
pub async fn request_reset(ctx: &Ctx, input: &PasswordResetRequestInput) -> Result<()> {
    let mut check = Check::new();
    let email = check.email("email", &input.email);
    check.done()?;
    ctx.identity().throttle.request(ctx.origin().address, ctx.now())?;
    let server = ctx.seen_by(Viewer::System);
    let txn = server.begin(server.may_as_server()?).await?;
    post::ask(&txn, Errand::Reset(email)).await?;
    txn.commit().await
}

/// Sets a password by a mailed token, which is good once, and ends all sessions. Whoever has read
/// the mail has the address.
pub async fn complete_reset(ctx: &Ctx, input: PasswordResetCompleteInput) -> Result<user::Model> {
    let PasswordResetCompleteInput { token, new_password } = input;
    let token_hash = hash(&token);
    let found = password_reset::Entity::find()
        .filter(password_reset::Column::TokenHash.eq(&token_hash))
        .find_also_related(user::Entity)
        .one(ctx.db())
        .await?;
    let Some((leave, Some(user))) = found else { return Err(not_good()) };
    if leave.expires_at <= ctx.now() || !user.is_active {
        return Err(not_good());
    }
    let hash = hash_of_new(ctx, &user, &new_password).await?;
    let ctx = &sessions::acting(ctx, &user);
    let txn = ctx.begin(ctx.may(Capability::Account)?).await?;
    // Of two who come with the same token, one is let in.
    let taken = password_reset::Entity::delete_many()
        .filter(password_reset::Column::TokenHash.eq(token_hash))
        .exec(&txn)
        .await?;
    if taken.rows_affected == 0 {
        return Err(not_good());
    }
    let before = edit::find::<user::Entity, _>(&txn, "token", user.id.into()).await?;
    let mut row = before.clone().into_active_model();
    (row.password_hash, row.must_reset_password) = (Set(Some(hash)), Set(false));
    row.email_verified = Set(true);
    let user = edit::save::<user::Entity, _>(&txn, &before, row).await?;
    sessions::end_all(&txn, user.id, None).await?;
    forget_tokens(&txn, &user).await?;
    txn.commit().await?;
    ctx.identity().callers.forget();
    Ok(user)
}

/// Gives somebody a password that an operator chose; it must be changed at the first sign-in if
/// `is_initial`.
pub async fn set(ctx: &Ctx, user: &user::Model, password: &str, is_initial: bool) -> Result<()> {
    let permit = ctx.may_as_server()?;
    let hash = hash_of_new(ctx, user, password).await?;
    let txn = ctx.begin(permit).await?;
    let before = edit::find::<user::Entity, _>(&txn, "id", user.id.into()).await?;
    let mut row = before.clone().into_active_model();
    (row.password_hash, row.must_reset_password) = (Set(Some(hash)), Set(is_initial));
    edit::save::<user::Entity, _>(&txn, &before, row).await?;
    sessions::end_all(&txn, user.id, None).await?;
    txn.commit().await?;
    ctx.identity().callers.forget();
    Ok(())
}

/// A token with which somebody new chooses a password, once and within a week.
pub async fn invite(ctx: &Ctx, user: &user::Model) -> Result<Token> {
    let txn = ctx.begin(ctx.may_as_server()?).await?;
    let token = make_token(&txn, user, INVITATION_LASTS).await?;
    txn.commit().await?;
    Ok(token)
}

/// The mail to somebody new.
pub(super) async fn invitation(txn: &Txn, user: &user::Model) -> Result<Delivery> {
    let token = make_token(txn, user, INVITATION_LASTS).await?;
    let text = format!(
        "Hello {},\n\nyou were added to Vigil. Choose your password within a week:\n\n    {}\n",
        user.name,
        txn.ctx().identity().links.password(&token)
    );
    Ok(Delivery::new(&user.email, "Your account at Vigil", text))
}

/// The mail to somebody who has forgotten a password, unless too many were sent.
pub(super) async fn reset_mail(txn: &Txn, user: &user::Model) -> Result<Option<Delivery>> {
    let lately = password_reset::Entity::find()
        .filter(password_reset::Column::UserId.eq(user.id))
        .filter(password_reset::Column::CreatedAt.gt(*txn.ctx().now() - RESET_LASTS));
    if lately.count(txn).await? >= RESETS_MAX {
        return Ok(None);
    }
    let token = make_token(txn, user, RESET_LASTS).await?;
    let text = format!(
        "Hello {},\n\nsomebody, we hope you, has forgotten your password at Vigil. Choose a new one \
         within an hour:\n\n    {}\n\nIf it was not you, nothing needs to be done.\n",
        user.name,
        txn.ctx().identity().links.password(&token)
    );
    Ok(Some(Delivery::new(&user.email, "A new password for Vigil", text)))
}

async fn make_token(txn: &Txn, user: &user::Model, lasts: TimeDelta) -> Result<Token> {
    let ctx = txn.ctx();
    let (token, now) = (Token::mailed(&ctx.identity().entropy), ctx.now());
    let reset = password_reset::Model {
        id: ctx.new_id(),
        user_id: user.id,
        token_hash: token.hash(),
        expires_at: (*now + lasts).into(),
        created_at: now,
    };
    password_reset::Entity::delete_many()
        .filter(password_reset::Column::UserId.eq(user.id))
        .filter(password_reset::Column::ExpiresAt.lte(now))
        .exec(txn)
        .await?;
    edit::insert(txn, reset).await?;
    Ok(token)
}

async fn hash_of_new(ctx: &Ctx, user: &user::Model, password: &str) -> Result<String> {
    let has_second_factor = second_factor::is_asked_for(ctx.db(), user.id).await?;
    let owner = Owner { email: &user.email, name: &user.name, has_second_factor };
    let mut check = Check::new();
    password::check(&mut check, "newPassword", password, owner);
    check.done()?;
    ctx.identity().passwords.hash(&ctx.identity().entropy, password).await
}

async fn forget_tokens(txn: &impl ConnectionTrait, user: &user::Model) -> Result<()> {
    let of_user = password_reset::Column::UserId.eq(user.id);
    password_reset::Entity::delete_many().filter(of_user).exec(txn).await?;
    Ok(())
}

fn not_good() -> crate::Error {
    let message = "is not good, or not any more: ask for a new one";
    Violation::field(ErrorCode::BadUserInput, "token", message).into()
}
