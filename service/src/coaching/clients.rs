//! Clients.

use {
    super::pairings,
    crate::kernel::{
        access::{Person, guarded},
        check::{Check, NAME},
        ctx::Ctx,
        edit,
        error::Result,
        given::Given,
        list::{
            list,
            operators::{Choice, Search},
            predicate::Predicate,
        },
    },
    async_graphql::{InputObject, MaybeUndefined},
    entity::{
        coaching::{client, client_member},
        id::{AnyId, ClientId},
        kernel::{capability::Capability, user::Role},
    },
    sea_orm::{
        IntoActiveModel,
        sea_query::{Expr, ExprTrait, Query, SelectStatement},
    },
};

list! {
    client;
    /// Narrows a list of clients.
    filter ClientFilter {
        /// By id.
        id: Choice<AnyId>,
        /// By name.
        name: Search,
        /// By whether they have a pairing that is not GREEN or has an open alert.
        has_issues: bool = has_issues,
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

guarded! {
    client: ClientsRead;
    own(person) {
        match person.role {
            Role::Ea => Predicate::Among("id", Box::new(pairings::own("client_id", person))),
            Role::Client => Predicate::Among("id", Box::new(served(person))),
            _ => Predicate::none(),
        }
    }
    shown { Id, Name, Version, CreatedAt, UpdatedAt }
}

/// The ids of the clients that a person signs in for.
pub(crate) fn served(person: Person) -> SelectStatement {
    let mut clients = Query::select();
    clients
        .column(("client_members", "client_id"))
        .from("client_members")
        .and_where(Expr::col(("client_members", "user_id")).eq(person.id));
    clients
}

fn has_issues(has: bool) -> Predicate {
    pairings::has_issues("client_id", has)
}

/// A client to add.
#[derive(Clone, Debug, InputObject)]
pub struct ClientCreateInput {
    /// The client's name, 1 to 200 characters.
    pub name: String,
}

/// Changes to a client. What is left out stays as it is.
#[derive(Clone, Debug, InputObject)]
pub struct ClientUpdateInput {
    /// Which.
    pub id: Given<ClientId>,
    /// The version that the changes were made from.
    pub expected_version: i32,
    /// The client's name, 1 to 200 characters.
    pub name: MaybeUndefined<String>,
}

/// A client to delete.
#[derive(Clone, Debug, InputObject)]
pub struct ClientDeleteInput {
    /// Which.
    pub id: Given<ClientId>,
}

/// Adds a client.
pub async fn create(ctx: &Ctx, input: ClientCreateInput) -> Result<client::Model> {
    let permit = ctx.may(Capability::ClientsManage)?;
    let ClientCreateInput { name } = input;
    let mut check = Check::new();
    let name = check.text("name", &name, NAME);
    check.done()?;
    let (id, now) = (ctx.new_id(), ctx.now());
    let row = client::Model { id, name, version: 1, created_at: now, updated_at: now };
    let txn = ctx.begin(permit).await?;
    let row = edit::insert(&txn, row).await?;
    txn.commit().await?;
    Ok(row)
}

/// Changes a client.
pub async fn update(ctx: &Ctx, input: ClientUpdateInput) -> Result<client::Model> {
    let permit = ctx.may(Capability::ClientsManage)?;
    let ClientUpdateInput { id, expected_version, name } = input;
    let txn = ctx.begin(permit).await?;
    let before = edit::find_at::<client::Entity, _>(&txn, id, expected_version).await?;
    let mut row = before.clone().into_active_model();
    let mut check = Check::new();
    check.patch("name", name, &mut row.name, |check, it| Some(check.text("name", &it, NAME)));
    check.done()?;
    let row = edit::save::<client::Entity, _>(&txn, &before, row).await?;
    txn.commit().await?;
    Ok(row)
}

/// Deletes a client that was never worked for, and with it who signs in for it; the people stay.
pub async fn delete(ctx: &Ctx, input: ClientDeleteInput) -> Result<client::Model> {
    let permit = ctx.may(Capability::ClientsManage)?;
    let txn = ctx.begin(permit).await?;
    let row = edit::find_whole::<client::Entity, _>(&txn, "id", input.id).await?;
    let of_client = client_member::Column::ClientId;
    edit::delete_with::<client_member::Entity>(&txn, of_client, row.id).await?;
    let row = edit::delete::<client::Entity>(&txn, row, "has pairings").await?;
    txn.commit().await?;
    Ok(row)
}
