//! Keys: what programs ask with on behalf of people.

use {
    super::{second_factor::by_hand, token::Token},
    crate::kernel::{
        access::guarded,
        check::{Check, NAME, Violation},
        ctx::Ctx,
        edit,
        error::Result,
        given::Given,
        list::{list, operators::Span, predicate::Predicate},
    },
    async_graphql::InputObject,
    entity::{
        id::{ApiKeyId, UserId},
        kernel::{
            api_key::{self, Scopes},
            capability::Capability,
        },
        scalar::DateTime,
    },
    sea_orm::{
        ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    },
};

/// How many keys of a person are good at once.
const KEYS_MAX: u64 = 50;

list! {
    api_key;
    /// Narrows a list of keys.
    filter ApiKeyFilter {
        /// By when they were made.
        created_at: Span<DateTime>,
    }
    /// The order of a list of keys.
    order ApiKeyOrder by ApiKeyOrderField {
        /// By when they were made.
        CreatedAt = "created_at",
    }
    default "created_at" Desc;
    indexes {}
}

guarded! {
    api_key: Account;
    own(person) {
        Predicate::is("user_id", person.id)
    }
    shown {
        Id, UserId, Name, KeyPrefix, Scopes, TrustedOnly, LastUsedAt, LastUsedIp, LastUsedAgent,
        ExpiresAt, RevokedAt, CreatedAt,
    }
    never { KeyHash }
}

/// A key to make.
#[derive(Clone, Debug, InputObject)]
pub struct ApiKeyCreateInput {
    /// What to call it, 1 to 200 characters.
    pub name: String,
    /// What it may be used for, as far as the person may do it; everything when left out.
    pub scopes: Option<Vec<Capability>>,
    /// When it ends; never when left out.
    pub expires_at: Option<Given<DateTime>>,
    /// Whether it may ask trusted documents alone.
    #[graphql(default)]
    pub trusted_only: bool,
}

/// A key to revoke.
#[derive(Clone, Debug, InputObject)]
pub struct ApiKeyRevokeInput {
    /// Which.
    pub id: Given<ApiKeyId>,
}

/// A key that was just made.
#[derive(Debug)]
pub struct Made {
    /// The key, as it is stored.
    pub api_key: api_key::Model,
    /// The key itself, told this once.
    pub key: Token,
}

/// Makes a key for the person that asks.
pub async fn create(ctx: &Ctx, input: ApiKeyCreateInput) -> Result<Made> {
    let user = by_hand(ctx).await?;
    create_for(ctx, user.id, input).await
}

/// Makes a key for somebody.
pub async fn create_for(ctx: &Ctx, user_id: UserId, input: ApiKeyCreateInput) -> Result<Made> {
    let permit = ctx.may(Capability::Account)?;
    let ApiKeyCreateInput { name, scopes, expires_at, trusted_only } = input;
    let mut check = Check::new();
    let name = check.text("name", &name, NAME);
    let now = ctx.now();
    let expires_at = check.given_or_none("expiresAt", expires_at);
    check.require(expires_at.is_none_or(|it| it > now), "expiresAt", "must lie ahead");
    check.require(
        scopes.as_ref().is_none_or(|it| !it.is_empty()),
        "scopes",
        "must not be empty: leave it out for everything",
    );
    check.done()?;
    let (key, key_prefix) = Token::key(&ctx.identity().entropy);
    let api_key = api_key::Model {
        id: ctx.new_id(),
        user_id,
        name,
        key_hash: key.hash(),
        key_prefix,
        scopes: scopes.map(Scopes),
        trusted_only,
        last_used_at: None,
        last_used_ip: None,
        last_used_agent: None,
        expires_at,
        revoked_at: None,
        created_at: now,
    };
    let txn = ctx.begin(permit).await?;
    let good = api_key::Entity::find()
        .filter(api_key::Column::UserId.eq(user_id))
        .filter(api_key::Column::RevokedAt.is_null());
    if good.count(&txn).await? >= KEYS_MAX {
        let message = format!("there are {KEYS_MAX} keys already: revoke one first");
        return Err(Violation::conflict("name", message).into());
    }
    let api_key = edit::insert(&txn, api_key).await?;
    txn.commit().await?;
    Ok(Made { api_key, key })
}

/// Revokes a key of the person that asks. It stays on the list, with its last use.
pub async fn revoke(ctx: &Ctx, input: ApiKeyRevokeInput) -> Result<api_key::Model> {
    let permit = ctx.may(Capability::Account)?;
    let txn = ctx.begin(permit).await?;
    let key = edit::find::<api_key::Entity, _>(&txn, "id", input.id).await?;
    if key.revoked_at.is_some() {
        return Ok(key);
    }
    let mut row = key.clone().into_active_model();
    row.revoked_at = Set(Some(ctx.now()));
    let key = edit::amend::<api_key::Entity, _>(&txn, &key, row).await?;
    txn.commit().await?;
    ctx.identity().callers.forget();
    Ok(key)
}
