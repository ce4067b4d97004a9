//! `Client`: whom the work is done for.

use {
    super::pairings::Pairing,
    crate::graphql::object::{object, roots},
    entity::coaching::client,
};

object! {
    /// Somebody an assistant works for.
    Client: client;
    many {
        /// The client's pairings, newest first unless ordered otherwise.
        pairings("client_id"): Pairing;
    }
}

roots! {
    ClientQuery: Client;
    one {
        /// The client with an id.
        client;
    }
    many {
        /// Clients, by name unless ordered otherwise.
        clients;
    }
}
