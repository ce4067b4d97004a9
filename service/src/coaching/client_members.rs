//! People who sign in for clients.

use {
    super::{clients, pairings},
    crate::kernel::{
        access::guarded,
        check::Check,
        conflict::{self, Unique},
        ctx::Ctx,
        edit,
        error::Result,
        given::Given,
        list::{list, operators::Choice, predicate::Predicate},
    },
    async_graphql::InputObject,
    entity::{
        coaching::{client, client_member},
        id::{AnyId, ClientId, ClientMemberId, UserId},
        kernel::{
            capability::Capability,
            user::{self, Role},
        },
    },
};

list! {
    client_member;
    /// Narrows a list of people who sign in for clients.
    filter ClientMemberFilter {
        /// By client.
        client_id: Choice<AnyId>,
        /// By person.
        user_id: Choice<AnyId>,
    }
    /// The order of a list of people who sign in for clients.
    order ClientMemberOrder by ClientMemberOrderField {
        /// By when they were named.
        CreatedAt = "created_at",
    }
    default "created_at" Desc;
    indexes { ["client_id"] "created_at"; }
}

guarded! {
    client_member: ClientsRead;
    own(person) {
        match person.role {
            Role::Ea => {
                Predicate::Among("client_id", Box::new(pairings::own("client_id", person)))
            }
            Role::Client => Predicate::Among("client_id", Box::new(clients::served(person))),
            _ => Predicate::none(),
        }
    }
    shown { Id, ClientId, UserId, CreatedAt, UpdatedAt }
}

/// A person signs in for a client once.
const MEMBER_TAKEN: Unique = Unique {
    table: "client_members",
    columns: &["user_id", "client_id"],
    field: "userId",
    message: "signs in for this client already",
};

/// A person who is to sign in for a client.
#[derive(Clone, Debug, InputObject)]
pub struct ClientMemberAddInput {
    /// The client.
    pub client_id: Given<ClientId>,
    /// The person: active, with the role CLIENT.
    pub user_id: Given<UserId>,
}

/// A person who is to sign in for a client no more.
#[derive(Clone, Debug, InputObject)]
pub struct ClientMemberRemoveInput {
    /// Which.
    pub id: Given<ClientMemberId>,
}

/// Lets a person sign in for a client.
pub async fn add(ctx: &Ctx, input: ClientMemberAddInput) -> Result<client_member::Model> {
    let permit = ctx.may(Capability::ClientsManage)?;
    let ClientMemberAddInput { client_id, user_id } = input;
    let txn = ctx.begin(permit).await?;
    let client = edit::read::<client::Entity, _>(&txn, "clientId", client_id).await?;
    // Locked, so that nobody gives the person another role meanwhile.
    let user = edit::find::<user::Entity, _>(&txn, "userId", user_id).await?;
    let mut check = Check::new();
    let fits = user.is_active && user.role == Role::Client;
    check.require(fits, "userId", "must be an active person with the role CLIENT");
    check.done()?;
    let (id, now) = (ctx.new_id(), ctx.now());
    let (client_id, user_id) = (client.id, user.id);
    let row = client_member::Model { id, client_id, user_id, created_at: now, updated_at: now };
    let row = edit::insert(&txn, row).await.map_err(|it| conflict::told(it, &[MEMBER_TAKEN]))?;
    txn.commit().await?;
    Ok(row)
}

/// Lets a person sign in for a client no more.
pub async fn remove(ctx: &Ctx, input: ClientMemberRemoveInput) -> Result<client_member::Model> {
    let permit = ctx.may(Capability::ClientsManage)?;
    let txn = ctx.begin(permit).await?;
    let row = edit::find::<client_member::Entity, _>(&txn, "id", input.id).await?;
    let row = edit::delete::<client_member::Entity>(&txn, row, "is still in use").await?;
    txn.commit().await?;
    Ok(row)
}
