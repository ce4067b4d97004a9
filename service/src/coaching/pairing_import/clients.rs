//! The clients: those that are there, and those that a file takes.

use {
    super::chunk::Chunk,
    crate::kernel::{ctx::Ctx, edit, error::Result, txn::Txn},
    engine::text::folded_name,
    entity::{
        coaching::client::{self, Column},
        id::ClientId,
    },
    sea_orm::{
        ConnectionTrait, DbBackend, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
        QueryTrait, Value,
        prelude::Uuid,
        sea_query::{Condition, Expr},
    },
    sha2::{Digest, Sha256},
    std::collections::{BTreeMap, btree_map::Entry},
};

/// Where in the order of reading a client stands.
const PLACE: &str = "place";
/// How many clients are read at once.
const PAGE_ROWS: u64 = 10_000;

/// Every client by its folded name; of those that share one, the oldest.
///
/// No index finds a client by a folded name, so all are read once: some 50 MB for a million.
#[derive(Default)]
pub(super) struct Clients {
    ids: BTreeMap<u128, ClientId>,
    /// Where reading goes on.
    after: Option<Value>,
}

impl Clients {
    /// Reads the clients that were made since it did so last, by the primary key.
    ///
    /// On SQLite these are the ones with a higher `rowid`, with certainty. On PostgreSQL, where no
    /// other import runs, they are those with a later id.
    pub(super) async fn catch_up(&mut self, txn: &Txn) -> Result<()> {
        let is_sqlite = txn.get_database_backend() == DbBackend::Sqlite;
        let place = Expr::cust(if is_sqlite { "rowid" } else { "id" });
        loop {
            let clients = client::Entity::find().select_only().columns([Column::Id, Column::Name]);
            let clients = clients.expr_as(place.clone(), PLACE).order_by_asc(place.clone());
            let after = self.after.clone().map(|after| place.clone().gt(after));
            let clients = clients.limit(PAGE_ROWS).filter(Condition::all().add_option(after));
            let clients = txn.query_all(&clients.into_query()).await?;
            let Some(last) = clients.last() else { return Ok(()) };
            self.after = Some(if is_sqlite {
                last.try_get::<i64>("", PLACE)?.into()
            } else {
                last.try_get::<Uuid>("", PLACE)?.into()
            });
            for client in &clients {
                let name: String = client.try_get("", "name")?;
                self.ids.entry(key(&name)).or_insert(client.try_get("", "id")?);
            }
        }
    }

    /// The client of each good row, and how many had to be made for them.
    pub(super) async fn find_or_create(
        &mut self,
        ctx: &Ctx,
        txn: &Txn,
        chunk: &Chunk,
    ) -> Result<(Vec<ClientId>, u64)> {
        let (mut ids, mut missing) = (Vec::new(), Vec::new());
        for row in chunk.good() {
            let id = match self.ids.entry(key(&row.client_name)) {
                Entry::Occupied(there) => *there.get(),
                Entry::Vacant(vacant) => {
                    let client = new_client(ctx, row.client_name.clone());
                    let id = *vacant.insert(client.id);
                    missing.push(client);
                    id
                }
            };
            ids.push(id);
        }
        let made = edit::insert_missing(txn, &missing).await?;
        Ok((ids, made.len() as u64))
    }
}

fn new_client(ctx: &Ctx, name: String) -> client::Model {
    let now = ctx.now();
    client::Model { id: ctx.new_id(), name, version: 1, created_at: now, updated_at: now }
}

/// The beginning of a hash: of a million names, the chance that any two share one is below 10⁻²⁶.
fn key(name: &str) -> u128 {
    let hash: [u8; 32] = Sha256::digest(folded_name(name)).into();
    hash[..16].iter().fold(0, |key, byte| key << 8 | u128::from(*byte))
}
