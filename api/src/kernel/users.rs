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
        kernel::{api_keys::ApiKey, second_factors::SecondFactor, sessions::Session},
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
        /// The second factor, once one was started; shown to the person alone.
        second_factor("user_id"): SecondFactor;
    }
    many {
        /// Where the person is signed in, newest first; shown to the person alone.
        sessions("user_id"): Session;
        /// The keys of the person's programs, newest first; shown to the person alone.
        api_keys("user_id"): ApiKey;
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
        /// Who has signed in; null when nobody has.
        async fn viewer(&self, ctx: &Context<'_>) -> Option<Result<User>> {
            let user = users::viewer(Loads::of(ctx).reader().ctx()).await.transpose()?;
            Some(user.map(User::from).map_err(|it| public(&it)))
        }
    }
}

mutations! {
    UserMutation;
    /// Adds a person, who is mailed how to choose a password.
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
