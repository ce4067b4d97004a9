//! `User` and `UserProfile`: people.

use {
    crate::{
        coaching::{alerts::Alert, eas::ExecutiveAssistant},
        graphql::object::{object, roots},
    },
    entity::kernel::{user, user_profile},
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
}
