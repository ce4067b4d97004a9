//! `Client`: whom the work is done for.

use {
    super::{client_members::ClientMember, pairings::Pairing},
    crate::graphql::{
        mutation::mutations,
        object::{computed, object, roots},
    },
    async_graphql::{Context, Result},
    entity::coaching::client,
    service::coaching::clients::{self, ClientCreateInput, ClientDeleteInput, ClientUpdateInput},
    service::coaching::standings::ClientStanding,
};

object! {
    /// Somebody an assistant works for.
    Client: client;
    many {
        /// The client's pairings, newest first unless ordered otherwise.
        pairings("client_id"): Pairing;
        /// Who signs in for the client, newest first unless ordered otherwise.
        members("client_id"): ClientMember;
    }
    and {
        /// How the client stands today.
        async fn standing(&self, ctx: &Context<'_>) -> Result<ClientStanding> {
            computed(ctx, (), self.row.id).await
        }
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

mutations! {
    ClientMutation;
    /// Adds a client.
    client_create(ClientCreateInput) -> ClientCreatePayload {
        /// The client.
        client: Client
    } = clients::create;
    /// Changes a client.
    client_update(ClientUpdateInput) -> ClientUpdatePayload {
        /// The client as it is now.
        client: Client
    } = clients::update;
    /// Deletes a client that has no pairings, and with it who signs in for it; `CONFLICT` otherwise.
    client_delete(ClientDeleteInput) -> ClientDeletePayload {
        /// The client as it was.
        client: Client
    } = clients::delete;
}
