//! Objects: a row, and the edges to other rows.
//!
//! # Adding an edge
//!
//! It is a line in the object's [`object!`]: under `one` when a column of the row refers to the
//! other, under `optional` when that column may be empty, under `perhaps` when it may not, but whoever reads
//! the row does not always see the other, under `sole` when a column of the other,
//! in which each id stands once, refers here, and under `many` when it may stand there often. The
//! line says the edge's name, the column that refers, and the type. Loading, batching and riding
//! along in one statement follow from it.
//!
//! What may be null is `Option<Result<_>>`, never `Result<Option<_>>`: the executor nulls the field
//! of the one, but everything up to the next field that may be null, or all data, with the other.

use {
    super::{
        error::{Shared, public},
        loads::Loads,
        plain::{Shape, ToMany},
    },
    async_graphql::{Context, Lookahead, ObjectType, OutputType, Result},
    sea_orm::{EntityTrait, prelude::Uuid},
    service::{
        Given, Violation,
        coaching::standings::Computed,
        kernel::{
            list::{
                List, Listed, Stored,
                statement::{Join, Target},
            },
            reader::RowId,
        },
    },
};

/// How many rows ride along with another at most; further ones are read by statements of their own.
pub(crate) const JOINS_MAX: usize = 12;

/// An object of the schema that is a row.
pub(crate) trait Node: ObjectType + OutputType + From<Row<Self>> + 'static {
    /// The table.
    type Entity: Stored;
    /// The edges along which another row can ride along.
    const TO_ONE: &'static [ToOne];
    /// The edges to lists.
    const TO_MANY: &'static [ToMany];

    /// The column behind a field.
    fn column(field: &str) -> Option<<Self::Entity as EntityTrait>::Column>;

    /// The row.
    fn row(&self) -> &Row<Self>;
}

/// The row of an object.
pub(crate) type Row<N> = <<N as Node>::Entity as EntityTrait>::Model;

/// An edge to the row that a column refers to.
pub(crate) struct ToOne {
    /// The name of the edge, in snake case.
    pub(crate) field: &'static str,
    /// The column that refers.
    pub(crate) column: &'static str,
    /// The table that it refers to.
    pub(crate) target: fn() -> Target,
    /// The edges of the other row.
    pub(crate) edges: fn() -> &'static [Self],
    /// The object that the other row is.
    pub(crate) shape: fn() -> &'static dyn Shape,
}

/// What rides along with a row, by what a document asks of it.
pub(crate) fn joins(asked: &[Lookahead<'_>], edges: &'static [ToOne]) -> Vec<Join> {
    let mut left = JOINS_MAX;
    joins_within(asked, edges, &mut left)
}

fn joins_within(asked: &[Lookahead<'_>], edges: &'static [ToOne], left: &mut usize) -> Vec<Join> {
    let mut joins = Vec::new();
    for ToOne { field, column, target, edges, shape: _ } in edges {
        let asked: Vec<_> = asked.iter().map(|it| it.field(&camel(field))).collect();
        if *left > 0 && asked.iter().any(Lookahead::exists) {
            *left -= 1;
            let further = joins_within(&asked, edges(), left);
            joins.push(Join { column, target: target(), columns: None, joins: further });
        }
    }
    joins
}

/// A name as GraphQL writes it.
pub(crate) fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| {
        let mut letters = word.chars();
        let head = letters.next().map(|it| it.to_ascii_uppercase());
        name + &head.into_iter().chain(letters).collect::<String>()
    })
}

/// The row whose column has an id.
pub(crate) async fn load<N: Node>(
    ctx: &Context<'_>,
    column: &'static str,
    id: impl Into<Uuid>,
) -> Result<Option<N>> {
    let joins = || joins(&[ctx.look_ahead()], N::TO_ONE);
    let row = Loads::of(ctx).row::<N::Entity>(column, id.into(), joins).await.shared()?;
    Ok(row.map(N::from))
}

/// The row that a column refers to, which a foreign key keeps there.
pub(crate) async fn referred<N: Node>(ctx: &Context<'_>, id: impl Into<Uuid>) -> Result<N> {
    let found = load(ctx, "id", id).await?;
    found.ok_or_else(|| public(&Violation::not_found("id").into()))
}

/// The first row of the usual list of a parent: the newest, where lists begin with that.
pub(crate) async fn newest<N: Node<Entity: Listed>>(
    ctx: &Context<'_>,
    column: &'static str,
    parent: impl Into<Uuid>,
) -> Result<Option<N>> {
    let list = List::first::<N::Entity>(1);
    let joins = joins(&[ctx.look_ahead()], N::TO_ONE);
    let parent = (column, parent.into());
    let page = Loads::of(ctx).page::<N::Entity>(parent, list, false, joins).await.shared()?;
    Ok(page.rows.into_iter().next().map(N::from))
}

/// Refuses what follows from a column that the viewer may not see of a row.
pub(crate) fn shown<N: Node>(
    ctx: &Context<'_>,
    node: &N,
    column: <N::Entity as EntityTrait>::Column,
) -> Result<()> {
    let viewer = Loads::of(ctx).reader().ctx().viewer();
    viewer.shows::<N::Entity>(column, node.row()).map_err(|it| public(&it))
}

/// What is computed for a row.
pub(crate) async fn computed<C: Computed>(
    ctx: &Context<'_>,
    asked: C::Asked,
    id: impl Into<Uuid>,
) -> Result<C> {
    let computed = Loads::of(ctx).computed(asked, id.into()).await.shared()?;
    computed.ok_or_else(|| public(&Violation::not_found("id").into()))
}

/// The row that a caller names.
pub(crate) async fn named<N: Node>(ctx: &Context<'_>, id: Given<RowId<N::Entity>>) -> Result<N> {
    // An id that cannot be read is nobody's: it answers as a stranger's does.
    let not_found =
        || public(&Violation { path: vec!["id".into()], ..Violation::not_found("id") }.into());
    let id = id.0.map_err(|_| not_found())?;
    let joins = joins(&[ctx.look_ahead()], N::TO_ONE);
    let row = Loads::of(ctx).reader().row::<N::Entity>(id, &joins).await;
    row.map_err(|it| public(&it))?.map(N::from).ok_or_else(not_found)
}

/// Declares an object: its row, its edges, and whatever else it can tell.
macro_rules! object {
    (
        $(#[$object_doc:meta])*
        $name:ident: $row:ident;
        $(one { $($(#[$one_doc:meta])* $one:ident($one_column:ident): $one_type:ty;)* })?
        $(optional {
            $($(#[$optional_doc:meta])* $optional:ident($optional_column:ident): $optional_type:ty;)*
        })?
        $(perhaps {
            $($(#[$perhaps_doc:meta])* $perhaps:ident($perhaps_column:ident): $perhaps_type:ty;)*
        })?
        $(sole { $($(#[$sole_doc:meta])* $sole:ident($sole_column:literal): $sole_type:ty;)* })?
        $(many { $($(#[$many_doc:meta])* $many:ident($many_column:literal): $many_type:ty;)* })?
        $(and { $($rest:tt)* })?
    ) => {
        $(#[$object_doc])*
        #[derive(Clone, async_graphql::SimpleObject)]
        #[graphql(complex)]
        pub(crate) struct $name {
            #[graphql(flatten)]
            row: $crate::graphql::screened::Screened<$row::Entity>,
        }

        impl From<$row::Model> for $name {
            fn from(row: $row::Model) -> Self {
                Self { row: $crate::graphql::screened::Screened::new(row) }
            }
        }

        impl $crate::graphql::screened::Screen for $row::Entity {
            fn column(field: &str) -> Option<$row::Column> {
                type Fields = std::collections::HashMap<String, $row::Column>;
                static FIELDS: std::sync::LazyLock<Fields> =
                    std::sync::LazyLock::new($crate::graphql::screened::fields::<$row::Entity>);
                FIELDS.get(field).copied()
            }
        }

        impl $crate::graphql::object::Node for $name {
            type Entity = $row::Entity;
            const TO_ONE: &'static [$crate::graphql::object::ToOne] = &[
                $($($crate::graphql::object::object!(@to_one $one, $one_column, $one_type),)*)?
                $($($crate::graphql::object::object!(
                    @to_one $optional, $optional_column, $optional_type
                ),)*)?
                $($($crate::graphql::object::object!(
                    @to_one $perhaps, $perhaps_column, $perhaps_type
                ),)*)?
            ];
            const TO_MANY: &'static [$crate::graphql::plain::ToMany] = &[
                $($($crate::graphql::plain::ToMany {
                    field: stringify!($many),
                    place: concat!(stringify!($name), ".", stringify!($many)),
                    column: $many_column,
                    list: || const { &$crate::graphql::plain::Of::<$many_type>::TYPE },
                },)*)?
            ];

            fn column(field: &str) -> Option<$row::Column> {
                <$row::Entity as $crate::graphql::screened::Screen>::column(field)
            }

            fn row(&self) -> &$row::Model {
                &self.row
            }
        }

        #[async_graphql::ComplexObject]
        impl $name {
            $($($(#[$one_doc])*
            async fn $one(
                &self,
                ctx: &async_graphql::Context<'_>,
            ) -> async_graphql::Result<$one_type> {
                $crate::graphql::object::referred(ctx, self.row.$one_column).await
            })*)?

            $($($(#[$optional_doc])*
            async fn $optional(
                &self,
                ctx: &async_graphql::Context<'_>,
            ) -> Option<async_graphql::Result<$optional_type>> {
                let id = self.row.$optional_column?;
                $crate::graphql::object::load(ctx, "id", id).await.transpose()
            })*)?

            $($($(#[$perhaps_doc])*
            async fn $perhaps(
                &self,
                ctx: &async_graphql::Context<'_>,
            ) -> Option<async_graphql::Result<$perhaps_type>> {
                $crate::graphql::object::load(ctx, "id", self.row.$perhaps_column).await.transpose()
            })*)?

            $($($(#[$sole_doc])*
            async fn $sole(
                &self,
                ctx: &async_graphql::Context<'_>,
            ) -> Option<async_graphql::Result<$sole_type>> {
                $crate::graphql::object::load(ctx, $sole_column, self.row.id).await.transpose()
            })*)?

            $($($(#[$many_doc])*
            #[expect(clippy::too_many_arguments, reason = "these are the arguments of a list")]
            async fn $many(
                &self,
                ctx: &async_graphql::Context<'_>,
                #[graphql(desc = "How many rows from the front of the list: 1 to 100, or 20.")]
                first: Option<i32>,
                #[graphql(desc = "The cursor that the page begins behind.")] after: Option<String>,
                #[graphql(desc = "How many rows from the back of the list: 1 to 100; not beside first.")]
                last: Option<i32>,
                #[graphql(desc = "The cursor that the page ends before.")] before: Option<String>,
                #[graphql(desc = "Which rows; all when left out.")] filter: Option<
                    <<$many_type as $crate::graphql::object::Node>::Entity as service::kernel::list::Listed>::Filter,
                >,
                #[graphql(desc = "In which order: one field; the id breaks ties.")] order_by: Option<Vec<
                    <<$many_type as $crate::graphql::object::Node>::Entity as service::kernel::list::Listed>::Order,
                >>,
            ) -> async_graphql::Result<$crate::graphql::connection::Connection<$many_type>> {
                let arguments = service::kernel::list::Arguments {
                    first,
                    after,
                    last,
                    before,
                    filter,
                    order_by,
                };
                let field = concat!(stringify!($name), ".", stringify!($many));
                let parent = ($many_column, self.row.id.into());
                $crate::graphql::connection::Connection::under(ctx, field, parent, arguments).await
            })*)?

            $($($rest)*)?
        }
    };
    (@to_one $field:ident, $column:ident, $type:ty) => {
        $crate::graphql::object::ToOne {
            field: stringify!($field),
            column: stringify!($column),
            target: service::kernel::list::statement::Target::of::<
                <$type as $crate::graphql::object::Node>::Entity,
            >,
            edges: || <$type as $crate::graphql::object::Node>::TO_ONE,
            shape: || const { &$crate::graphql::plain::Of::<$type>::TYPE },
        }
    };
}

/// Declares what can be asked of a table from the root: a row by id, and the list of all.
macro_rules! roots {
    (
        $query:ident: $name:ident;
        one { $(#[$one_doc:meta])* $one:ident; }
        many { $(#[$many_doc:meta])* $many:ident; }
        $(and { $($rest:tt)* })?
    ) => {
        #[derive(Default)]
        pub(crate) struct $query;

        impl $crate::graphql::plain::Rooted for $query {
            fn roots() -> Vec<(&'static str, $crate::graphql::plain::Root)> {
                use $crate::graphql::plain::{Of, Root};
                vec![
                    (stringify!($one), Root::One(|| const { &Of::<$name>::TYPE })),
                    (
                        stringify!($many),
                        Root::Many(|| const { &Of::<$name>::TYPE }, stringify!($many)),
                    ),
                ]
            }
        }

        #[async_graphql::Object]
        impl $query {
            $(#[$one_doc])*
            async fn $one(
                &self,
                ctx: &async_graphql::Context<'_>,
                #[graphql(desc = "The row's id.")] id: service::Given<
                    service::kernel::reader::RowId<<$name as $crate::graphql::object::Node>::Entity>,
                >,
            ) -> Option<async_graphql::Result<$name>> {
                // Boxed here and below: the root's own future would hold those of all tables side by side.
                Some(Box::pin($crate::graphql::object::named(ctx, id)).await)
            }

            $(#[$many_doc])*
            #[expect(clippy::too_many_arguments, reason = "these are the arguments of a list")]
            async fn $many(
                &self,
                ctx: &async_graphql::Context<'_>,
                #[graphql(desc = "How many rows from the front of the list: 1 to 100, or 20.")]
                first: Option<i32>,
                #[graphql(desc = "The cursor that the page begins behind.")] after: Option<String>,
                #[graphql(desc = "How many rows from the back of the list: 1 to 100; not beside first.")]
                last: Option<i32>,
                #[graphql(desc = "The cursor that the page ends before.")] before: Option<String>,
                #[graphql(desc = "Which rows; all when left out.")] filter: Option<
                    <<$name as $crate::graphql::object::Node>::Entity as service::kernel::list::Listed>::Filter,
                >,
                #[graphql(desc = "In which order: one field; the id breaks ties.")] order_by: Option<Vec<
                    <<$name as $crate::graphql::object::Node>::Entity as service::kernel::list::Listed>::Order,
                >>,
            ) -> async_graphql::Result<$crate::graphql::connection::Connection<$name>> {
                let arguments = service::kernel::list::Arguments {
                    first,
                    after,
                    last,
                    before,
                    filter,
                    order_by,
                };
                let rows = $crate::graphql::connection::Connection::root(ctx, stringify!($many), arguments);
                Box::pin(rows).await
            }

            $($($rest)*)?
        }
    };
}

/// Puts the parts of the root together.
macro_rules! queries {
    ($(#[$doc:meta])* $query:ident($($part:ty),+ $(,)?)) => {
        $(#[$doc])*
        #[derive(Default, async_graphql::MergedObject)]
        pub(crate) struct $query($($part),+);

        impl $crate::graphql::plain::Rooted for $query {
            fn roots() -> Vec<(&'static str, $crate::graphql::plain::Root)> {
                [$(<$part as $crate::graphql::plain::Rooted>::roots()),+].concat()
            }
        }
    };
}

pub(crate) use {object, queries, roots};
