//! People.

use {
    super::{
        access::{Viewer, guarded},
        check::{Check, NAME, REASON, Violation},
        conflict::{self, Unique},
        ctx::Ctx,
        edit,
        error::{ErrorCode, Result},
        given::Given,
        identity::{
            post::{self, Errand},
            sessions, sign_in,
        },
        list::{
            list,
            operators::{Choice, Search},
            predicate::Predicate,
        },
    },
    crate::wiring,
    async_graphql::{InputObject, MaybeUndefined},
    entity::{
        id::UserId,
        kernel::{
            capability::Capability,
            user::{self, Role},
            user_profile,
        },
        scalar::{Json, TimeZone},
    },
    sea_orm::{
        ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    },
};

list! {
    user;
    /// Narrows a list of people.
    filter UserFilter {
        /// By what they may do.
        role: Choice<Role>,
        /// By whether they may sign in.
        is_active: Choice<bool>,
        /// By name.
        name: Search,
        /// By e-mail address, which is stored in lower case.
        email: Search,
    }
    /// The order of a list of people.
    order UserOrder by UserOrderField {
        /// By name, by code point.
        Name = "name",
        /// By when they were added.
        CreatedAt = "created_at",
    }
    default "name" Asc;
    indexes { ["role": Role, "is_active"] "name"; }
}

guarded! {
    user: PeopleRead;
    // A person sees itself, and whom it works with.
    own(person) {
        let known = wiring::acquaintances(person).into_iter();
        let known = known.map(|it| Predicate::Among("id", Box::new(it)));
        Predicate::Any([Predicate::is("id", person.id)].into_iter().chain(known).collect())
    }
    owned(row, person) {
        row.id == person.id
    }
    shown { Id, Name, Role, Image }
    to PeopleDetails {
        Email, IsActive, EmailVerified, MustResetPassword, Version, CreatedAt, UpdatedAt,
    }
    never { PasswordHash }
}

guarded! {
    user_profile: PeopleDetails;
    own(person) {
        Predicate::is("user_id", person.id)
    }
    shown { Id, UserId, DisplayName, Timezone, Preferences, Version, CreatedAt, UpdatedAt }
}

/// Held by whoever may take an administrator away.
const ADMINISTRATORS: i64 = 0x5649_4749_4c03;
/// One address, one person.
const EMAIL_TAKEN: Unique = Unique {
    table: "users",
    columns: &["email"],
    field: "email",
    message: "belongs to somebody else already",
};

/// A person to add.
#[derive(Clone, Debug, InputObject)]
pub struct UserCreateInput {
    /// The address to sign in with; its case does not matter.
    pub email: String,
    /// The full name, 1 to 200 characters.
    pub name: String,
    /// What the person may see and do.
    pub role: Role,
    /// The address of a picture.
    pub image: Option<String>,
}

/// Changes to a person. What is left out stays as it is.
#[derive(Clone, Debug, InputObject)]
pub struct UserUpdateInput {
    /// Who.
    pub id: Given<UserId>,
    /// The version that the changes were made from.
    pub expected_version: i32,
    /// The address to sign in with; its case does not matter.
    pub email: MaybeUndefined<String>,
    /// The full name, 1 to 200 characters.
    pub name: MaybeUndefined<String>,
    /// What the person may see and do.
    pub role: MaybeUndefined<Role>,
    /// Whether the person may sign in and be given work.
    pub is_active: MaybeUndefined<bool>,
    /// The address of a picture; null for none.
    pub image: MaybeUndefined<String>,
}

/// How somebody likes to be shown and told things.
#[derive(Clone, Debug, InputObject)]
pub struct UserProfileSetInput {
    /// Whose profile.
    pub user_id: Given<UserId>,
    /// The name that others see, 1 to 200 characters.
    pub display_name: String,
    /// Where the person lives.
    pub timezone: Given<TimeZone>,
    /// What the front end remembers for the person: an object; empty when left out.
    pub preferences: Option<Json>,
}

/// Adds a person, who is mailed how to choose a password.
pub async fn create(ctx: &Ctx, input: UserCreateInput) -> Result<user::Model> {
    let permit = ctx.may(Capability::PeopleManage)?;
    let UserCreateInput { email, name, role, image } = input;
    let mut check = Check::new();
    let email = check.email("email", &email);
    let name = check.text("name", &name, NAME);
    let image = check.text_or_none("image", image, REASON);
    check.done()?;
    let (id, now) = (ctx.new_id(), ctx.now());
    let row = user::Model {
        id,
        email,
        name,
        role,
        is_active: true,
        email_verified: false,
        image,
        must_reset_password: false,
        password_hash: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let txn = ctx.begin(permit).await?;
    let row = edit::insert(&txn, row).await.map_err(|it| conflict::told(it, &[EMAIL_TAKEN]))?;
    // Who adds somebody from the command line is told how the person chooses a password.
    if ctx.viewer() != Viewer::System {
        post::ask(&txn, Errand::Invite(row.id.0)).await?;
    }
    txn.commit().await?;
    Ok(row)
}

/// Changes a person. The last active administrator stays one.
pub async fn update(ctx: &Ctx, input: UserUpdateInput) -> Result<user::Model> {
    let permit = ctx.may(Capability::PeopleManage)?;
    let UserUpdateInput { id, expected_version, email, name, role, is_active, image } = input;
    let txn = ctx.begin(permit).await?;
    if !role.is_undefined() || !is_active.is_undefined() {
        // Of two administrators who demote each other, the second sees what the first did.
        txn.lock(ADMINISTRATORS).await?;
    }
    let before = edit::find_at::<user::Entity, _>(&txn, id, expected_version).await?;
    let mut row = before.clone().into_active_model();
    let mut check = Check::new();
    check.patch("email", email, &mut row.email, |check, it| Some(check.email("email", &it)));
    check.patch("name", name, &mut row.name, |check, it| Some(check.text("name", &it, NAME)));
    check.patch("role", role, &mut row.role, |_, it| Some(it));
    check.patch("isActive", is_active, &mut row.is_active, |_, it| Some(it));
    check.patch_or_clear(image, &mut row.image, |check, it| {
        check.text_or_none("image", Some(it), REASON)
    });
    check.done()?;
    let is_moved = row.email.is_set() && row.email.as_ref() != &before.email;
    if is_moved {
        row.email_verified.set_if_not_equals(false);
    }
    let told = |failure| conflict::told(failure, &[EMAIL_TAKEN]);
    let after = edit::save::<user::Entity, _>(&txn, &before, row).await.map_err(told)?;
    if is_administrator(&before)
        && !is_administrator(&after)
        && administrator(&txn).await?.is_none()
    {
        return Err(Violation::conflict("id", "is the last active administrator").into());
    }
    if !after.is_active {
        sessions::end_all(&txn, after.id, None).await?;
    }
    if is_moved {
        post::ask(&txn, Errand::Verify(after.id.0)).await?;
    }
    txn.commit().await?;
    ctx.identity().callers.forget();
    Ok(after)
}

/// Says how somebody likes to be shown and told things.
pub async fn set_profile(ctx: &Ctx, input: UserProfileSetInput) -> Result<user_profile::Model> {
    let permit = ctx.may(Capability::PeopleManage).or_else(|_| ctx.may(Capability::Account))?;
    let UserProfileSetInput { user_id, display_name, timezone, preferences } = input;
    let mut check = Check::new();
    let display_name = check.text("displayName", &display_name, NAME);
    let timezone = check.given("timezone", timezone);
    let preferences = preferences.unwrap_or_else(|| Json(serde_json::json!({})));
    check.require(preferences.0.is_object(), "preferences", "must be an object");
    check.json("preferences", &preferences);
    let timezone = check.done_with(timezone)?;
    let txn = ctx.begin(permit).await?;
    // Holding the person's row, nobody else makes its profile meanwhile.
    let user = edit::find::<user::Entity, _>(&txn, "userId", user_id).await?;
    let of_user = user_profile::Column::UserId.eq(user.id);
    let before = user_profile::Entity::find().filter(of_user).one(&txn).await?;
    let row = if let Some(before) = before {
        let mut row = before.clone().into_active_model();
        row.display_name.set_if_not_equals(display_name);
        row.timezone.set_if_not_equals(timezone);
        row.preferences.set_if_not_equals(preferences);
        edit::save::<user_profile::Entity, _>(&txn, &before, row).await?
    } else {
        let (id, user_id, now) = (ctx.new_id(), user.id, ctx.now());
        let (version, created_at, updated_at) = (1, now, now);
        let row = user_profile::Model {
            id,
            user_id,
            display_name,
            timezone,
            preferences,
            version,
            created_at,
            updated_at,
        };
        edit::insert(&txn, row).await?
    };
    txn.commit().await?;
    Ok(row)
}

/// The person that the context acts for.
pub async fn viewer(ctx: &Ctx) -> Result<Option<user::Model>> {
    let Some(id) = ctx.viewer().user_id() else { return Ok(None) };
    Ok(user::Entity::find_by_id(id).one(ctx.db()).await?)
}

/// The first active administrator, by name, if there is one.
pub async fn first_administrator(ctx: &Ctx) -> Result<Option<user::Model>> {
    administrator(ctx.db()).await
}

/// The person with an e-mail address.
pub async fn named(ctx: &Ctx, email: &str) -> Result<Option<user::Model>> {
    sign_in::by_email(ctx.db(), &email.trim().to_lowercase()).await
}

/// The person that the context acts for, as the author of something.
pub(crate) fn author(ctx: &Ctx) -> Result<UserId> {
    ctx.viewer().user_id().ok_or_else(|| {
        let message = "sign in first";
        Violation {
            code: ErrorCode::Unauthenticated,
            path: vec!["input".into()],
            message: message.into(),
        }
        .into()
    })
}

fn is_administrator(user: &user::Model) -> bool {
    user.is_active && user.role == Role::Admin
}

async fn administrator(db: &impl ConnectionTrait) -> Result<Option<user::Model>> {
    let active = user::Entity::find()
        .filter(user::Column::Role.eq(Role::Admin))
        .filter(user::Column::IsActive.eq(true))
        .order_by_asc(user::Column::Name)
        .order_by_asc(user::Column::Id);
    Ok(active.one(db).await?)
}
