//! A second factor: codes that a device computes, and recovery codes for when it is lost.

use {
    super::{
        callers::Credential,
        sessions, sign_in,
        token::{base32, hash},
        totp,
    },
    crate::kernel::{
        access::guarded,
        check::Violation,
        ctx::Ctx,
        edit,
        error::{ErrorCode, Result},
        list::predicate::Predicate,
        sealed::{self, Place},
        users,
    },
    async_graphql::InputObject,
    entity::{
        id::{TwoFactorId, UserId},
        kernel::{capability::Capability, recovery_code, two_factor, user},
    },
    sea_orm::{
        ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait,
        IntoActiveModel, QueryFilter, Value, sea_query::Expr,
    },
};

/// How many recovery codes there are, and how many random bytes one has.
const RECOVERY_CODES: usize = 10;
const RECOVERY_BYTES: usize = 10;
const ISSUER: &str = "Vigil";

guarded! {
    two_factor: Account;
    own(person) {
        Predicate::is("user_id", person.id)
    }
    shown { Id, UserId, ConfirmedAt, CreatedAt, UpdatedAt }
    never { Secret, LastStep }
}

/// The begin of a second factor.
#[derive(Clone, InputObject)]
pub struct SecondFactorStartInput {
    /// The person's password.
    pub password: String,
}

/// The proof that a device computes the right codes.
#[derive(Clone, InputObject)]
pub struct SecondFactorConfirmInput {
    /// The code that it shows.
    pub code: String,
}

/// The end of a second factor.
#[derive(Clone, InputObject)]
pub struct SecondFactorDisableInput {
    /// The person's password.
    pub password: String,
}

/// What a device is told, this once.
#[derive(Clone)]
pub struct Started {
    /// The secret, in base 32.
    pub secret: String,
    /// The same as a URI, for a QR code.
    pub uri: String,
}

/// A second factor that is asked for from now on.
#[derive(Clone)]
pub struct Confirmed {
    /// The second factor.
    pub second_factor: two_factor::Model,
    /// The recovery codes, told this once.
    pub recovery_codes: Vec<String>,
}

/// Makes a secret for a device. Nothing is asked for until [`confirm`].
pub async fn start(ctx: &Ctx, input: SecondFactorStartInput) -> Result<Started> {
    let user = by_hand(ctx).await?;
    sign_in::prove(ctx, &user, &input.password, "password").await?;
    let identity = ctx.identity();
    let secret = identity.entropy.bytes::<{ totp::SECRET_BYTES }>().to_vec();
    let (id, now) = (ctx.new_id(), ctx.now());
    let row = two_factor::Model {
        id,
        user_id: user.id,
        secret: identity.keyring.seal(&identity.entropy, place(&sealed::row(id)), &secret)?,
        confirmed_at: None,
        last_step: 0,
        created_at: now,
        updated_at: now,
    };
    let txn = ctx.begin(ctx.may(Capability::Account)?).await?;
    if let Some(before) = of(&txn, user.id).await? {
        if before.confirmed_at.is_some() {
            let message = "there is one already: disable it first";
            return Err(Violation::conflict("password", message).into());
        }
        edit::delete::<two_factor::Entity>(&txn, before, "is still in use").await?;
    }
    edit::insert(&txn, row).await?;
    txn.commit().await?;
    let secret = base32(&secret).to_uppercase();
    let uri = format!(
        "otpauth://totp/{ISSUER}:{}?secret={secret}&issuer={ISSUER}",
        user.email.replace('@', "%40").replace('+', "%2B")
    );
    Ok(Started { secret, uri })
}

/// Asks for codes from now on: the device computes the right ones. Everywhere else the person must
/// sign in again.
pub async fn confirm(ctx: &Ctx, input: SecondFactorConfirmInput) -> Result<Confirmed> {
    let user = by_hand(ctx).await?;
    let identity = ctx.identity();
    let attempt = identity.throttle.attempt(&user.email, ctx.origin().address, ctx.now())?;
    let txn = ctx.begin(ctx.may(Capability::Account)?).await?;
    let Some(found) = of(&txn, user.id).await?.filter(|it| it.confirmed_at.is_none()) else {
        attempt.was_not_made();
        return Err(Violation::conflict("code", "no second factor has been started").into());
    };
    let secret = identity.keyring.open(place(&sealed::row(found.id)), &found.secret)?;
    let Some(step) = totp::step_of(&secret, input.code.trim(), ctx.now()) else {
        return Err(not_the_code(ErrorCode::BadUserInput, "code"));
    };
    attempt.was_right();
    let mut row = found.clone().into_active_model();
    (row.confirmed_at, row.updated_at) = (Set(Some(ctx.now())), Set(ctx.now()));
    row.last_step = Set(step);
    let second_factor = edit::amend::<two_factor::Entity, _>(&txn, &found, row).await?;
    let recovery_codes = recovery_codes(ctx, &txn, user.id).await?;
    sessions::end_all(&txn, user.id, ctx.credential()).await?;
    txn.commit().await?;
    identity.callers.forget();
    Ok(Confirmed { second_factor, recovery_codes })
}

/// Asks for codes no more.
pub async fn disable(ctx: &Ctx, input: SecondFactorDisableInput) -> Result<user::Model> {
    let user = by_hand(ctx).await?;
    sign_in::prove(ctx, &user, &input.password, "password").await?;
    let txn = ctx.begin(ctx.may(Capability::Account)?).await?;
    let found = of(&txn, user.id).await?.ok_or_else(|| Violation::not_found("password"))?;
    edit::delete::<two_factor::Entity>(&txn, found, "is still in use").await?;
    forget_recovery_codes(&txn, user.id).await?;
    txn.commit().await?;
    Ok(user)
}

/// Asks somebody for codes no more, as an operator wishes: the device and the codes are lost.
pub async fn forget(ctx: &Ctx, user: &user::Model) -> Result<()> {
    let txn = ctx.begin(ctx.may_as_server()?).await?;
    if let Some(found) = of(&txn, user.id).await? {
        edit::delete::<two_factor::Entity>(&txn, found, "is still in use").await?;
    }
    forget_recovery_codes(&txn, user.id).await?;
    txn.commit().await
}

/// Refuses to sign somebody in without a code, if the person has a second factor. Each code is
/// good once.
pub(super) async fn require(ctx: &Ctx, user: &user::Model, code: Option<&str>) -> Result<()> {
    let Some(found) = of(ctx.db(), user.id).await?.filter(|it| it.confirmed_at.is_some()) else {
        return Ok(());
    };
    let Some(code) = code.map(str::trim).filter(|it| !it.is_empty()) else {
        let message = "is asked for: this person has a second factor";
        return Err(Violation::field(ErrorCode::Unauthenticated, "code", message).into());
    };
    let keyring = &ctx.identity().keyring;
    let secret = keyring.open(place(&sealed::row(found.id)), &found.secret)?;
    let is_taken = match totp::step_of(&secret, code, ctx.now()) {
        Some(step) => use_step(ctx, found.id, step).await?,
        None => use_recovery_code(ctx, user.id, code).await?,
    };
    if is_taken { Ok(()) } else { Err(not_the_code(ErrorCode::Unauthenticated, "code")) }
}

/// Whether somebody is asked for codes.
pub(crate) async fn is_asked_for(db: &impl ConnectionTrait, user_id: UserId) -> Result<bool> {
    Ok(of(db, user_id).await?.is_some_and(|it| it.confirmed_at.is_some()))
}

/// Uses up a step: of two who come with the same code, one is let in.
async fn use_step(ctx: &Ctx, id: TwoFactorId, step: i64) -> Result<bool> {
    let used = two_factor::Entity::update_many()
        .col_expr(two_factor::Column::LastStep, Expr::val(Value::from(step)))
        .filter(two_factor::Column::Id.eq(id))
        .filter(two_factor::Column::LastStep.lt(step))
        .exec(ctx.db())
        .await?;
    Ok(used.rows_affected == 1)
}

async fn use_recovery_code(ctx: &Ctx, user_id: UserId, code: &str) -> Result<bool> {
    let code: String = code.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    let is_it = Condition::all()
        .add(recovery_code::Column::UserId.eq(user_id))
        .add(recovery_code::Column::CodeHash.eq(hash(&code)));
    let used = recovery_code::Entity::delete_many().filter(is_it).exec(ctx.db()).await?;
    Ok(used.rows_affected == 1)
}

/// Makes new recovery codes; older ones are good no more.
async fn recovery_codes(
    ctx: &Ctx,
    txn: &impl ConnectionTrait,
    user_id: UserId,
) -> Result<Vec<String>> {
    forget_recovery_codes(txn, user_id).await?;
    let make = || base32(&ctx.identity().entropy.bytes::<RECOVERY_BYTES>());
    let codes: Vec<_> = (0..RECOVERY_CODES).map(|_| make()).collect();
    let rows = codes.iter().map(|code| {
        let (id, code_hash, created_at) = (ctx.new_id(), hash(code), ctx.now());
        recovery_code::Model { id, user_id, code_hash, created_at }
    });
    let rows = rows.map(|it| it.into_active_model().reset_all());
    recovery_code::Entity::insert_many(rows).exec_without_returning(txn).await?;
    // In groups of four they are easier to copy.
    let grouped = |code: &String| [&code[..4], &code[4..8], &code[8..12], &code[12..]].join("-");
    Ok(codes.iter().map(grouped).collect())
}

async fn forget_recovery_codes(txn: &impl ConnectionTrait, user_id: UserId) -> Result<()> {
    let of_user = recovery_code::Column::UserId.eq(user_id);
    recovery_code::Entity::delete_many().filter(of_user).exec(txn).await?;
    Ok(())
}

async fn of(db: &impl ConnectionTrait, user_id: UserId) -> Result<Option<two_factor::Model>> {
    Ok(two_factor::Entity::find().filter(two_factor::Column::UserId.eq(user_id)).one(db).await?)
}

/// The person that asks, unless a key asks for it: a key that leaked must not lock its person out.
pub(crate) async fn by_hand(ctx: &Ctx) -> Result<user::Model> {
    if matches!(ctx.credential(), Some(Credential::Key(_))) {
        let (code, path) = (ErrorCode::Forbidden, vec!["input".to_owned()]);
        let message = "a key may not do this: sign in with the password".to_owned();
        return Err(Violation { code, path, message }.into());
    }
    ctx.may(Capability::Account)?;
    let id = users::author(ctx)?;
    let found = user::Entity::find_by_id(id).one(ctx.db()).await?;
    found.ok_or_else(|| Violation::not_found("id").into())
}

fn place(row: &str) -> Place<'_> {
    Place { table: "two_factors", column: "secret", row }
}

fn not_the_code(code: ErrorCode, field: &str) -> crate::Error {
    let message = "is not the code that the device shows now, or was used before";
    Violation::field(code, field, message).into()
}
