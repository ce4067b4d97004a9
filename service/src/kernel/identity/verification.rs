//! Verification: that an address is somebody's, proved by a token that was mailed to it.

use {
    super::{
        post::{self, Delivery, Errand},
        sessions,
        token::{Token, hash},
    },
    crate::kernel::{
        access::{Viewer, guarded},
        check::Violation,
        ctx::Ctx,
        edit,
        error::{ErrorCode, Result},
        given::Given,
        list::predicate::Predicate,
        txn::Txn,
    },
    async_graphql::InputObject,
    chrono::TimeDelta,
    entity::{
        id::UserId,
        kernel::{capability::Capability, user, verification},
    },
    sea_orm::{
        ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    },
};

/// How long a token is good for.
const LASTS: TimeDelta = TimeDelta::days(1);
/// How many are good at once.
const MAILS_MAX: u64 = 5;

guarded! {
    verification: Account;
    own(person) {
        Predicate::is("user_id", person.id)
    }
    shown { Id, UserId, Identifier, ExpiresAt, CreatedAt, UpdatedAt }
    never { Value }
}

/// The proof that an address is somebody's.
#[derive(Clone, InputObject)]
pub struct EmailVerifyInput {
    /// The token in the mail.
    pub token: String,
}

/// A mail to confirm an address.
#[derive(Clone, Debug, InputObject)]
pub struct EmailVerificationRequestInput {
    /// Whose address.
    pub user_id: Given<UserId>,
}

/// Mails a token to somebody's address, unless it is verified: one's own, or anybody's for who
/// manages people.
pub async fn request(ctx: &Ctx, input: EmailVerificationRequestInput) -> Result<()> {
    ctx.may(Capability::Account)?;
    let is_anybodys = ctx.may(Capability::PeopleManage).is_ok();
    let id = input.user_id.0.ok().filter(|it| is_anybodys || ctx.viewer().user_id() == Some(*it));
    let id = id.ok_or_else(|| Violation::not_found("userId"))?;
    ctx.identity().throttle.request(ctx.origin().address, ctx.now())?;
    let server = ctx.seen_by(Viewer::System);
    let txn = server.begin(server.may_as_server()?).await?;
    post::ask(&txn, Errand::Verify(id.0)).await?;
    txn.commit().await
}

/// Takes the proof that an address is somebody's. The token is good once, and for the address that
/// it was mailed to.
pub async fn verify(ctx: &Ctx, input: EmailVerifyInput) -> Result<user::Model> {
    let value = hash(&input.token);
    let found = verification::Entity::find()
        .filter(verification::Column::Value.eq(&value))
        .find_also_related(user::Entity)
        .one(ctx.db())
        .await?;
    let Some((proof, Some(user))) = found else { return Err(not_good()) };
    if proof.expires_at <= ctx.now() {
        return Err(not_good());
    }
    let ctx = &sessions::acting(ctx, &user);
    let txn = ctx.begin(ctx.may(Capability::Account)?).await?;
    let before = edit::find::<user::Entity, _>(&txn, "token", proof.user_id.into()).await?;
    if before.email != proof.identifier || !before.is_active {
        return Err(not_good());
    }
    let taken = verification::Entity::delete_many()
        .filter(verification::Column::UserId.eq(before.id))
        .exec(&txn)
        .await?;
    if taken.rows_affected == 0 {
        return Err(not_good());
    }
    let mut row = before.clone().into_active_model();
    row.email_verified = Set(true);
    let user = edit::save::<user::Entity, _>(&txn, &before, row).await?;
    txn.commit().await?;
    Ok(user)
}

/// The mail that asks whether an address is the person's, unless too many were sent.
pub(super) async fn mail(txn: &Txn, user: &user::Model) -> Result<Option<Delivery>> {
    let ctx = txn.ctx();
    let (token, now) = (Token::mailed(&ctx.identity().entropy), ctx.now());
    let proof = verification::Model {
        id: ctx.new_id(),
        user_id: user.id,
        identifier: user.email.clone(),
        value: token.hash(),
        expires_at: (*now + LASTS).into(),
        created_at: now,
        updated_at: now,
    };
    let of_user = verification::Column::UserId.eq(user.id);
    verification::Entity::delete_many()
        .filter(of_user.clone())
        .filter(verification::Column::ExpiresAt.lte(now))
        .exec(txn)
        .await?;
    if verification::Entity::find().filter(of_user).count(txn).await? >= MAILS_MAX {
        return Ok(None);
    }
    edit::insert(txn, proof).await?;
    let text = format!(
        "Hello {},\n\nis this your address? Then confirm it within a day:\n\n    {}\n",
        user.name,
        ctx.identity().links.verification(&token)
    );
    Ok(Some(Delivery::new(&user.email, "Your address at Vigil", text)))
}

fn not_good() -> crate::Error {
    let message = "is not good, or not any more: ask for a new one";
    Violation::field(ErrorCode::BadUserInput, "token", message).into()
}
