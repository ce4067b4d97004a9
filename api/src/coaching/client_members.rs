//! `ClientMember`: a person who signs in for a client.

use {
    super::clients::Client,
    crate::{
        graphql::{
            mutation::mutations,
            object::{object, roots},
        },
        kernel::users::User,
    },
    entity::coaching::client_member,
    service::coaching::client_members::{self, ClientMemberAddInput, ClientMemberRemoveInput},
};

object! {
    /// A person who signs in for a client, and sees its pairings.
    ClientMember: client_member;
    one {
        /// The client.
        client(client_id): Client;
    }
    perhaps {
        /// The person; null for a reader who does not see that person.
        user(user_id): User;
    }
}

roots! {
    ClientMemberQuery: ClientMember;
    one {
        /// Who signs in for a client, by the id of the membership.
        client_member;
    }
    many {
        /// Who signs in for clients, newest first unless ordered otherwise.
        client_members;
    }
}

mutations! {
    ClientMemberMutation;
    /// Lets a person sign in for a client; `CONFLICT` when it does already.
    client_member_add(ClientMemberAddInput) -> ClientMemberAddPayload {
        /// The membership.
        client_member: ClientMember
    } = client_members::add;
    /// Lets a person sign in for a client no more.
    client_member_remove(ClientMemberRemoveInput) -> ClientMemberRemovePayload {
        /// The membership as it was.
        client_member: ClientMember
    } = client_members::remove;
}
