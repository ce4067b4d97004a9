//! Lists: what they can be narrowed by and ordered by, and how a page of one is read.
//!
//! One mechanism serves every list of the API, alone or under each of many parents. A table says
//! with [`list!`] which filters and orders it offers; the test bench then explains each of them on a
//! filled database and fails on one that no index serves.

pub mod cursor;
pub mod lean;
pub mod operators;
pub mod predicate;
pub mod ranges;
pub mod statement;

use {
    super::{
        access::{Guarded, Viewer},
        check::Violation,
        error::{Error, Result},
    },
    cursor::Cursor,
    entity::id::Id,
    predicate::Predicate,
    ranges::Index,
    sea_orm::{EntityTrait, PrimaryKeyTrait, Value},
};

/// How many rows a page has when nobody says.
pub const PAGE_DEFAULT: i32 = 20;
/// How many rows a page may have.
pub const PAGE_MAX: i32 = 100;

/// Which way a list runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
#[graphql(name = "OrderDirection")]
pub enum Direction {
    /// From small to large, from old to new.
    Asc,
    /// From large to small, from new to old.
    Desc,
}

/// A table whose rows are found by id.
pub trait Stored:
    Guarded
    + EntityTrait<PrimaryKey: PrimaryKeyTrait<ValueType: Id>, Model: Clone + Send + Sync + 'static>
{
}

impl<E> Stored for E where
    E: Guarded
        + EntityTrait<
            PrimaryKey: PrimaryKeyTrait<ValueType: Id>,
            Model: Clone + Send + Sync + 'static,
        >
{
}

/// A table that lists are made of.
pub trait Listed: Stored {
    /// What its lists can be narrowed by, as the API takes it.
    type Filter: Narrowing;
    /// What its lists can be ordered by, as the API takes it.
    type Order: Ordering;
    /// The order of a list that nobody ordered: by column, and its direction.
    const ORDER: (&'static str, Direction);
    /// The indexes whose leading columns take few values.
    const INDEXES: &'static [Index];
}

/// A filter as the API takes it.
pub trait Narrowing: Send + Sync {
    /// The condition that it states, `depth` levels down from where it began.
    fn predicate(self, depth: usize) -> Result<Predicate, Violation>;
}

/// One entry of an `orderBy` as the API takes it.
pub trait Ordering: Send + Sync {
    /// The column and its direction.
    fn column(&self) -> (&'static str, Direction);
}

/// The arguments of a list, as the API takes them.
#[derive(Clone, Debug)]
pub struct Arguments<F, O> {
    /// How many rows from the front.
    pub first: Option<i32>,
    /// The cursor that the page begins behind.
    pub after: Option<String>,
    /// How many rows from the back.
    pub last: Option<i32>,
    /// The cursor that the page ends before.
    pub before: Option<String>,
    /// What the rows are narrowed by.
    pub filter: Option<F>,
    /// What the rows are ordered by.
    pub order_by: Option<Vec<O>>,
}

/// A page of a list of one table: which rows, in which order, from where to where.
#[derive(Clone, Debug, PartialEq)]
pub struct List {
    /// Which rows.
    pub predicate: Predicate,
    /// The column that they are ordered by; the id follows in the same direction.
    pub order: &'static str,
    /// Whether the list runs from large to small.
    pub is_descending: bool,
    /// Whether the page is cut from the end of the list.
    pub is_backwards: bool,
    /// How many rows at most.
    pub limit: u64,
    /// Where the page begins: the order's value and the id of the row before it.
    pub after: Option<[Value; 2]>,
    /// Where the page ends: the order's value and the id of the row behind it.
    pub before: Option<[Value; 2]>,
    /// What cursors of this list are sealed with, so that no other list takes them.
    pub seal: u64,
}

impl List {
    /// Reads the arguments of the list that stands at `field` of the schema.
    pub fn of<E: Listed>(field: &str, arguments: Arguments<E::Filter, E::Order>) -> Result<Self> {
        let Arguments { first, after, last, before, filter, order_by } = arguments;
        let (limit, is_backwards) = size(first, last)?;
        let predicate = filter.map(|it| it.predicate(0)).transpose()?.unwrap_or_default();
        predicate.check_texts()?;
        let (order, direction) = match order_by.unwrap_or_default().as_slice() {
            [] => E::ORDER,
            [order] => order.column(),
            _ => {
                let message = "must name one field: no index serves two; the id breaks ties";
                return Err(Violation::argument("orderBy", message).into());
            }
        };
        let is_descending = direction == Direction::Desc;
        let seal = cursor::seal(&(field, order, is_descending, &predicate));
        let read = |argument, text: Option<String>| -> Result<_> {
            let Some(text) = text else { return Ok(None) };
            let key = Cursor::read::<E>(&text, seal, order);
            let wrong = || Violation::argument(argument, "is not a cursor of this list");
            Ok(Some(key.ok_or_else(|| Error::from(wrong()))?))
        };
        let (after, before) = (read("after", after)?, read("before", before)?);
        Ok(Self { predicate, order, is_descending, is_backwards, limit, after, before, seal })
    }

    /// Refuses a list that asks for more than a viewer sees.
    pub fn check<E: Listed>(&self, viewer: Viewer) -> Result<()> {
        self.predicate.check::<E>(viewer)?;
        predicate::check_column::<E>(viewer, self.order)
    }

    /// The same list of the rows that meet another condition as well.
    #[must_use]
    pub fn and(&self, rows: Predicate) -> Self {
        Self { predicate: self.predicate.and(rows), ..self.clone() }
    }

    /// The first rows of a list that nobody narrowed or ordered.
    pub fn first<E: Listed>(limit: u64) -> Self {
        let (order, direction) = E::ORDER;
        Self {
            predicate: Predicate::default(),
            order,
            is_descending: direction == Direction::Desc,
            is_backwards: false,
            limit,
            after: None,
            before: None,
            seal: 0,
        }
    }
}

/// How many rows, and whether they are counted from the back.
fn size(first: Option<i32>, last: Option<i32>) -> Result<(u64, bool)> {
    let (argument, size) = match (first, last) {
        (Some(_), Some(_)) => {
            return Err(Violation::argument("last", "must not stand beside first").into());
        }
        (None, Some(last)) => ("last", last),
        (first, None) => ("first", first.unwrap_or(PAGE_DEFAULT)),
    };
    if !(1..=PAGE_MAX).contains(&size) {
        let message = format!("must be 1 to {PAGE_MAX}, not {size}");
        return Err(Violation::argument(argument, message).into());
    }
    Ok((u64::from(size.unsigned_abs()), argument == "last"))
}

/// A page of rows.
#[derive(Clone, Debug)]
pub struct Page<M> {
    /// The rows, in the order of the list.
    pub rows: Vec<M>,
    /// Whether there are rows behind the page.
    pub has_next: bool,
    /// Whether there are rows before the page.
    pub has_previous: bool,
}

impl<M> Page<M> {
    /// Makes a page of the rows that were read: one more than asked for when there are more.
    pub fn of(list: &List, mut rows: Vec<M>) -> Self {
        let limit = usize::try_from(list.limit).unwrap_or(usize::MAX);
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        if list.is_backwards {
            rows.reverse();
            return Self { rows, has_next: list.before.is_some(), has_previous: has_more };
        }
        Self { rows, has_next: has_more, has_previous: list.after.is_some() }
    }

    /// The page of what becomes of each row.
    pub fn map<T>(self, of: impl FnMut(M) -> Result<T>) -> Result<Page<T>> {
        let Self { rows, has_next, has_previous } = self;
        Ok(Page { rows: rows.into_iter().map(of).collect::<Result<_>>()?, has_next, has_previous })
    }
}

/// Declares the filter and the orders of a table's lists.
///
/// # Adding one
///
/// A filter is a line: the column's name, and the operators that it takes (see [`operators`]). A
/// filter on anything else than a column names a function behind `via` that makes its
/// [`Predicate`]. An order is a line: its name, and its column, which is never null. Both want an
/// index, and a test says so if there is none.
macro_rules! list {
    (
        $entity:ident;
        $(#[$filter_doc:meta])*
        filter $filter:ident {
            $($(#[$doc:meta])* $column:ident: $operators:ty $(= $via:path)?,)+
        }
        $(#[$order_doc:meta])*
        order $order:ident by $field:ident {
            $($(#[$by_doc:meta])* $by:ident = $by_column:literal,)+
        }
        default $default:literal $direction:ident;
        indexes { $([$($lead:literal $(: $set:ty)?),+] $then:literal;)* }
    ) => {
        $(#[$filter_doc])*
        #[derive(Clone, Debug, Default, async_graphql::InputObject)]
        pub struct $filter {
            /// All of these must hold.
            pub and: Option<Vec<$filter>>,
            /// At least one of these must hold.
            pub or: Option<Vec<$filter>>,
            /// This must not hold.
            pub not: Option<Box<$filter>>,
            $($(#[$doc])* pub $column: Option<$operators>,)+
        }

        impl $crate::kernel::list::Narrowing for $filter {
            fn predicate(
                self,
                depth: usize,
            ) -> Result<$crate::kernel::list::predicate::Predicate, $crate::Violation> {
                use $crate::kernel::list::{operators::Tested, predicate::Combination};
                let mut all = Combination::at(depth)?;
                $(if let Some(operators) = self.$column {
                    all.add($crate::kernel::list::list!(@test operators, $column $(, $via)?));
                })+
                all.combine(self.and, self.or, self.not)
            }
        }

        #[doc = concat!("What a list is ordered by, for `", stringify!($order), "`.")]
        $(#[$order_doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
        pub enum $field {
            $($(#[$by_doc])* $by,)+
        }

        $(#[$order_doc])*
        #[derive(Clone, Debug, async_graphql::InputObject)]
        pub struct $order {
            /// What to order by.
            pub field: $field,
            /// Which way.
            pub direction: $crate::kernel::list::Direction,
        }

        impl $crate::kernel::list::Ordering for $order {
            fn column(&self) -> (&'static str, $crate::kernel::list::Direction) {
                let column = match self.field {
                    $($field::$by => $by_column,)+
                };
                (column, self.direction)
            }
        }

        impl $crate::kernel::list::Listed for $entity::Entity {
            type Filter = $filter;
            type Order = $order;
            const ORDER: (&'static str, $crate::kernel::list::Direction) =
                ($default, $crate::kernel::list::Direction::$direction);
            const INDEXES: &'static [$crate::kernel::list::ranges::Index] = &[
                $($crate::kernel::list::ranges::Index {
                    leads: &[$($crate::kernel::list::list!(@lead $lead $(, $set)?)),+],
                    then: $then,
                },)*
            ];
        }
    };
    (@test $operators:ident, $column:ident) => {
        $operators.tests(stringify!($column))
    };
    (@test $operators:ident, $column:ident, $via:path) => {
        Ok($via($operators))
    };
    (@lead $lead:literal) => {
        $crate::kernel::list::ranges::Lead { column: $lead, values: None }
    };
    (@lead $lead:literal, $set:ty) => {
        $crate::kernel::list::ranges::Lead {
            column: $lead,
            values: Some(<$set as entity::ClosedSet>::stored),
        }
    };
}

pub(crate) use list;
