//! `User` and `UserProfile`: people.

use {
    crate::{
        coaching::{alerts::Alert, eas::ExecutiveAssistant},
        graphql::{
            error::public,
            loads::Loads,
            mutation::mutations,
            object::{object, roots},
        },
    },
    async_graphql::{Context, Result},
    entity::kernel::{user, user_profile},
    service::kernel::users::{self, UserCreateInput, UserProfileSetInput, UserUpdateInput},
};

object! {
    /// A person who works with Vigil.
    User: user;
    sole {
        /// The person as an assistant, if it is one.
        ea("id"): ExecutiveAssistant;
        /// How the person likes to be shown and told things, once that was said.
        profile("user_id"): UserProfile;
    }
    many {
        /// The alerts that the person deals with, newest first.
        assigned_alerts("assigned_to"): Alert;
    }
}

object! {
    /// How a person likes to be shown and told things.
    UserProfile: user_profile;
    one {
        /// Whose profile it is.
        user(user_id): User;
    }
}

roots! {
    UserQuery: User;
    one {
        /// The person with an id.
        user;
    }
    many {
        /// People, by name unless ordered otherwise.
        users;
    }
    and {
        /// Whom the request acts for; until there is sign-in, the first active administrator.
        async fn viewer(&self, ctx: &Context<'_>) -> Option<Result<User>> {
            let user = users::viewer(Loads::of(ctx).reader().ctx()).await.transpose()?;
            Some(user.map(User::from).map_err(|it| public(&it)))
        }
    }
}

mutations! {
    UserMutation;
    /// Adds a person.
    user_create(UserCreateInput) -> UserCreatePayload {
        /// The person.
        user: User
    } = users::create;
    /// Changes a person, or deactivates it: whoever has a history is never deleted. The last
    /// active administrator stays one (`CONFLICT`).
    user_update(UserUpdateInput) -> UserUpdatePayload {
        /// The person as it is now.
        user: User
    } = users::update;
    /// Says how a person likes to be shown and told things.
    user_profile_set(UserProfileSetInput) -> UserProfileSetPayload {
        /// The profile as it is now.
        profile: UserProfile
    } = users::set_profile;
}
