//! Objects and lists as plain queries know them, whatever their tables.

use {
    crate::graphql::{
        connection::{Filter, Order},
        object::{Node, ToOne, camel},
    },
    async_graphql::{InputType, Name, OutputType, Value},
    futures_util::future::BoxFuture,
    sea_orm::prelude::Uuid,
    service::{
        Given, Result,
        kernel::{
            list::{
                Arguments, List, Listed, Page,
                lean::{Column, Lean},
            },
            reader::{Reader, RowId},
            reads::row::Row,
        },
    },
    std::{borrow::Cow, collections::HashMap, marker::PhantomData},
};

/// An edge to the list of the rows that refer to an object.
pub(crate) struct ToMany {
    /// The name of the edge, in snake case.
    pub(crate) field: &'static str,
    /// Where the edge stands in the schema, as its cursors have it.
    pub(crate) place: &'static str,
    /// The column that refers.
    pub(crate) column: &'static str,
    /// The list.
    pub(crate) list: fn() -> &'static dyn Listing,
}

/// What can be asked for from the root.
#[derive(Clone, Copy)]
pub(crate) enum Root {
    /// A row by its id.
    One(fn() -> &'static dyn Shape),
    /// The list of all rows, and its place in the schema.
    Many(fn() -> &'static dyn Listing, &'static str),
}

/// A part of the root that may hold such fields, by their names in snake case.
pub(crate) trait Rooted {
    /// The fields.
    fn roots() -> Vec<(&'static str, Root)> {
        Vec::new()
    }
}

/// Arguments as they were given, without those that were not.
pub(crate) type Asked<'a> = &'a [(Name, Value)];

/// An object of the schema that is a row.
pub(crate) trait Shape: Sync {
    /// The name of its type.
    fn name(&self) -> Cow<'static, str>;
    /// The column behind a field.
    fn column(&self, field: &str) -> Option<Column>;
    /// The edge to one row behind a field.
    fn to_one(&self, field: &str) -> Option<&'static ToOne>;
    /// The edge to a list behind a field.
    fn to_many(&self, field: &str) -> Option<&'static ToMany>;
    /// The id that was given for a row.
    fn id(&self, given: Asked<'_>) -> Option<Uuid>;
    /// Some columns of the row with an id.
    fn row<'a>(
        &self,
        reader: &'a Reader,
        id: Uuid,
        lean: &'a Lean,
    ) -> BoxFuture<'a, Result<Option<Row>>>;
}

/// The rows whose columns have these ids: the column and the ids.
pub(crate) type Parents<'a> = (&'static str, &'a [Uuid]);

/// A list of such objects.
pub(crate) trait Listing: Sync {
    /// Its objects.
    fn shape(&self) -> &'static dyn Shape;
    /// The column with a name.
    fn column(&self, name: &str) -> Option<Column>;
    /// The list that the arguments of a field ask for, unless they are refused.
    fn list(&self, place: &str, given: Asked<'_>) -> Option<List>;
    /// Some columns of a page.
    fn page<'a>(&self, reader: &'a Reader, read: Read<'a>) -> BoxFuture<'a, Result<Rows>>;
    /// Some columns of the page of each parent.
    fn pages<'a>(
        &self,
        reader: &'a Reader,
        parents: Parents<'a>,
        read: Read<'a>,
    ) -> BoxFuture<'a, Result<HashMap<Uuid, Rows>>>;
    /// How many rows it has.
    fn count<'a>(&self, reader: &'a Reader, list: &'a List) -> BoxFuture<'a, Result<i64>>;
    /// How many rows the list of each parent has.
    fn counts<'a>(
        &self,
        reader: &'a Reader,
        parents: Parents<'a>,
        list: &'a List,
    ) -> BoxFuture<'a, Result<HashMap<Uuid, i64>>>;
}

/// A page of rows as the database sent them.
pub(crate) type Rows = Page<Row>;

/// What is read of a list.
#[derive(Clone, Copy)]
pub(crate) struct Read<'a> {
    /// The list.
    pub(crate) list: &'a List,
    /// Whether somebody asks if there is more.
    pub(crate) peek: bool,
    /// The columns.
    pub(crate) lean: &'a Lean,
}

/// The objects of a type, and their lists.
pub(crate) struct Of<N>(PhantomData<fn() -> N>);

impl<N> Of<N> {
    /// The type.
    pub(crate) const TYPE: Self = Self(PhantomData);
}

impl<N: Node> Shape for Of<N>
where
    RowId<N::Entity>: InputType,
{
    fn name(&self) -> Cow<'static, str> {
        <N as OutputType>::type_name()
    }

    fn column(&self, field: &str) -> Option<Column> {
        N::column(field).and_then(Column::of)
    }

    fn to_one(&self, field: &str) -> Option<&'static ToOne> {
        N::TO_ONE.iter().find(|it| camel(it.field) == field)
    }

    fn to_many(&self, field: &str) -> Option<&'static ToMany> {
        N::TO_MANY.iter().find(|it| camel(it.field) == field)
    }

    fn id(&self, given: Asked<'_>) -> Option<Uuid> {
        let id: Given<RowId<N::Entity>> = argument(given, "id")?;
        id.0.ok().map(Into::into)
    }

    fn row<'a>(
        &self,
        reader: &'a Reader,
        id: Uuid,
        lean: &'a Lean,
    ) -> BoxFuture<'a, Result<Option<Row>>> {
        Box::pin(reader.lean_row::<N::Entity>(id, lean))
    }
}

impl<N: Node<Entity: Listed<Filter: InputType, Order: InputType>>> Listing for Of<N>
where
    RowId<N::Entity>: InputType,
{
    fn shape(&self) -> &'static dyn Shape {
        const { &Self::TYPE }
    }

    fn column(&self, name: &str) -> Option<Column> {
        Column::named::<N::Entity>(name)
    }

    fn list(&self, place: &str, given: Asked<'_>) -> Option<List> {
        let arguments = Arguments::<Filter<N>, Order<N>> {
            first: argument(given, "first")?,
            after: argument(given, "after")?,
            last: argument(given, "last")?,
            before: argument(given, "before")?,
            filter: argument(given, "filter")?,
            order_by: argument(given, "orderBy")?,
        };
        List::of::<N::Entity>(place, arguments).ok()
    }

    fn page<'a>(&self, reader: &'a Reader, read: Read<'a>) -> BoxFuture<'a, Result<Rows>> {
        Box::pin(reader.lean_page::<N::Entity>(read.list, read.peek, read.lean))
    }

    fn pages<'a>(
        &self,
        reader: &'a Reader,
        parents: Parents<'a>,
        read: Read<'a>,
    ) -> BoxFuture<'a, Result<HashMap<Uuid, Rows>>> {
        Box::pin(reader.lean_pages::<N::Entity>(parents, read.list, read.peek, read.lean))
    }

    fn count<'a>(&self, reader: &'a Reader, list: &'a List) -> BoxFuture<'a, Result<i64>> {
        Box::pin(reader.count::<N::Entity>(list))
    }

    fn counts<'a>(
        &self,
        reader: &'a Reader,
        parents: Parents<'a>,
        list: &'a List,
    ) -> BoxFuture<'a, Result<HashMap<Uuid, i64>>> {
        Box::pin(reader.counts::<N::Entity>(parents, list))
    }
}

/// An argument, read as its type; none when it cannot be.
fn argument<T: InputType>(given: Asked<'_>, name: &str) -> Option<T> {
    let value = given.iter().find(|(it, _)| it == name).map(|(_, value)| value.clone());
    T::parse(value).ok()
}
