//! Clients.

use {
    crate::kernel::list::{
        list,
        operators::{Choice, Search},
    },
    entity::{coaching::client, id::ClientId},
};

list! {
    client;
    /// Narrows a list of clients.
    filter ClientFilter {
        /// By id.
        id: Choice<ClientId>,
        /// By name.
        name: Search,
    }
    /// The order of a list of clients.
    order ClientOrder by ClientOrderField {
        /// By name, by code point.
        Name = "name",
        /// By when they were added.
        CreatedAt = "created_at",
    }
    default "name" Asc;
    indexes {}
}
