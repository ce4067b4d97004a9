//! People.

use {
    crate::kernel::list::{
        list,
        operators::{Choice, Search},
    },
    entity::kernel::user::{self, Role},
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
