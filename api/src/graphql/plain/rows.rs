//! Reads what a plan asks for: the statements of a level at once, then those below.

use {
    super::{
        plan::{Block, Connection, Rooting, Under},
        shape::{Read, Rows},
    },
    crate::graphql::asked::Asked,
    async_graphql::Name,
    futures_util::{
        FutureExt, TryFutureExt,
        future::{BoxFuture, try_join, try_join_all},
    },
    sea_orm::prelude::Uuid,
    service::{
        Result,
        kernel::{reader::Reader, reads::row::Row},
    },
    std::collections::{BTreeSet, HashMap},
};

/// What was found for a field of the root.
pub(super) enum Root {
    Typename,
    One(Row, Vec<Found>),
    Many(Found),
}

/// What was found of a list, by parent; the list of all rows has the nil parent.
#[derive(Default)]
pub(super) struct Found {
    pub(super) pages: HashMap<Uuid, Rows>,
    pub(super) counts: HashMap<Uuid, i64>,
    /// The lists under the objects of the rows.
    pub(super) lists: Vec<Self>,
}

/// Reads a field of the root; none when the row that it names is not there, or what names it is no id.
pub(super) async fn read(reader: &Reader, asked: &Asked, root: &Rooting) -> Result<Option<Root>> {
    Ok(Some(match root {
        Rooting::Typename => Root::Typename,
        Rooting::One { shape, id, block, fields: _ } => {
            let id = asked.value(id).and_then(|it| shape.id(&[(Name::new("id"), it)]));
            let Some(id) = id else { return Ok(None) };
            let Some(row) = shape.row(reader, id, &block.lean).await? else { return Ok(None) };
            let lists = lists(reader, block, std::slice::from_ref(&row)).await?;
            Root::One(row, lists)
        }
        Rooting::Many(connection) => {
            let Connection { listing, list, peek, is_counted, block, .. } = &**connection;
            let (rows, count) = try_join(
                async {
                    let Some(block) = block else { return Ok(None) };
                    let read = Read { list, peek: *peek, lean: &block.lean };
                    let rows = listing.page(reader, read).await?;
                    let lists = lists(reader, block, &rows.rows).await?;
                    Ok(Some((rows, lists)))
                },
                async {
                    if *is_counted { listing.count(reader, list).await.map(Some) } else { Ok(None) }
                },
            )
            .await?;
            let (rows, lists) = rows.unzip();
            let pages = rows.into_iter().map(|it| (Uuid::nil(), it)).collect();
            let counts = count.into_iter().map(|it| (Uuid::nil(), it)).collect();
            Root::Many(Found { pages, counts, lists: lists.unwrap_or_default() })
        }
    }))
}

/// Reads the lists under the objects of rows.
fn lists<'a, 'r: 'a>(
    reader: &'a Reader,
    block: &'a Block,
    rows: impl IntoIterator<Item = &'r Row> + Clone + Send + 'a,
) -> BoxFuture<'a, Result<Vec<Found>>> {
    let read = block.lists.iter().map(move |under| {
        let parents = rows.clone().into_iter().map(|row| row.id(block.place(under.parent)));
        let parents = parents.filter_map(Result::transpose).collect::<Result<BTreeSet<_>>>();
        async move { self::under(reader, under, parents?.into_iter().collect()).await }
    });
    try_join_all(read.collect::<Vec<_>>()).boxed()
}

async fn under(reader: &Reader, under: &Under, parents: Vec<Uuid>) -> Result<Found> {
    if parents.is_empty() {
        return Ok(Found { lists: none(under.connection.block.as_ref()), ..Found::default() });
    }
    let Connection { listing, list, peek, is_counted, block, .. } = &under.connection;
    let of = (under.column, parents.as_slice());
    let pages = async {
        let Some(block) = block else { return Ok((HashMap::new(), Vec::new())) };
        let read = Read { list, peek: *peek, lean: &block.lean };
        let pages = listing.pages(reader, of, read).await?;
        let rows: Vec<_> = pages.values().flat_map(|it| &it.rows).collect();
        let lists =
            if block.lists.is_empty() { Vec::new() } else { lists(reader, block, rows).await? };
        Ok((pages, lists))
    };
    let counts = async {
        if *is_counted { listing.counts(reader, of, list).await } else { Ok(HashMap::new()) }
    };
    let found = try_join(pages, counts);
    found.map_ok(|((pages, lists), counts)| Found { pages, counts, lists }).await
}

/// Nothing, for each list below rows of which there are none.
fn none(block: Option<&Block>) -> Vec<Found> {
    let lists = block.into_iter().flat_map(|it| &it.lists);
    lists
        .map(|it| Found { lists: none(it.connection.block.as_ref()), ..Found::default() })
        .collect()
}
