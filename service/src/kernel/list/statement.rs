//! The statements behind lists: a page, the pages of many parents at once, counts, rows by id.
//!
//! All of them read by index and only what they answer. Their text does not depend on how many
//! parents or ids they are asked for, so that each is parsed and planned once.

mod known;

pub(crate) use known::{Kind, Shape, statement};
use {
    super::{
        List, Listed,
        predicate::{Predicate, ROW},
        ranges::{self, Index},
    },
    crate::kernel::{
        access::{Guarded, Viewer},
        error::Result,
    },
    sea_orm::{
        Condition, ConnectionTrait, DbBackend, DbErr, EntityTrait, FromQueryResult, IdenStatic,
        Iterable, Order, QueryResult, Value,
        prelude::Uuid,
        sea_query::{
            Alias, ArrayType, Asterisk, Expr, ExprTrait, Func, JoinType, LockType, Query,
            SelectStatement, UnionType, extension::postgres::PgFunc,
        },
    },
    std::{any::Any, collections::HashMap},
};

/// The name of the column that tells whose child a row is.
pub const PARENT: &str = "parent_of_row";

const PARENTS: &str = "p";

/// What stands in a statement for each of the parents that it is run for: no list is narrowed by a letter.
pub(crate) const EACH: Value = Value::Char(Some('#'));

/// A table that lists are read from.
#[derive(Clone, Debug)]
pub struct Table {
    name: &'static str,
    columns: Vec<&'static str>,
    indexes: &'static [Index],
}

impl Table {
    /// The table of an entity whose rows are found by id.
    pub fn of<E: EntityTrait>() -> Self {
        Self { name: name::<E>(), columns: columns::<E>(), indexes: &[] }
    }

    /// The table of an entity that lists are made of.
    pub fn listed<E: Listed>() -> Self {
        Self { indexes: E::INDEXES, ..Self::of::<E>() }
    }

    /// The same table, of which only some columns are read.
    #[must_use]
    pub fn narrowed(self, columns: &[&'static str]) -> Self {
        Self { columns: columns.to_vec(), ..self }
    }

    /// The row with an id, if it meets a condition.
    pub fn row(&self, id: Uuid, condition: &Predicate, lock: Option<LockType>) -> SelectStatement {
        let mut query = Query::select();
        query
            .columns(of_row(&self.columns))
            .from_as(self.name, ROW)
            .and_where(Expr::col((ROW, "id")).eq(id))
            .cond_where(condition.condition());
        if let Some(lock) = lock {
            query.lock_with_tables(lock, [ROW]);
        }
        query
    }
}

/// A row that rides along with another that refers to it.
#[derive(Clone, Debug)]
pub struct Join {
    /// The column that refers.
    pub column: &'static str,
    /// The table that it refers to.
    pub target: Target,
    /// The columns that are read of that row, or none for all.
    pub columns: Option<Vec<&'static str>>,
    /// What rides along with that row in turn.
    pub joins: Vec<Self>,
}

impl PartialEq for Join {
    fn eq(&self, other: &Self) -> bool {
        (self.column, &self.columns, &self.joins) == (other.column, &other.columns, &other.joins)
    }
}

/// A table whose rows can ride along.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    name: fn() -> &'static str,
    columns: fn() -> Vec<&'static str>,
    keep: fn(&QueryResult, &str, &mut Seen) -> Result<(), DbErr>,
    is_open_to: fn(Viewer) -> bool,
    shows: fn(Viewer, &[&str]) -> Result<()>,
}

/// Rows that are here already, by table and id.
pub type Seen = HashMap<(&'static str, Uuid), Box<dyn Any + Send>>;

impl Target {
    /// The table of an entity.
    pub fn of<E: Guarded>() -> Self
    where
        E::Model: Send + 'static,
    {
        let is_open_to = |viewer: Viewer| viewer.sees_all::<E>();
        let (keep, shows) = (keep::<E>, shows::<E>);
        Self { name: name::<E>, columns: columns::<E>, keep, is_open_to, shows }
    }

    /// Refuses columns that a viewer does not see of every row, whatever it is.
    pub(super) fn shows(&self, viewer: Viewer, columns: &[&str]) -> Result<()> {
        (self.shows)(viewer, columns)
    }
}

fn shows<E: Guarded>(viewer: Viewer, shown: &[&str]) -> Result<()> {
    viewer.may_all(E::READ)?;
    let mut columns = E::Column::iter().filter(|it| shown.contains(&it.as_str()));
    columns.try_for_each(|it| viewer.shows_all::<E>(it))
}

fn name<E: EntityTrait>() -> &'static str {
    E::default().table_name()
}

fn columns<E: EntityTrait>() -> Vec<&'static str> {
    E::Column::iter().map(|column| column.as_str()).collect()
}

fn keep<E: EntityTrait>(row: &QueryResult, prefix: &str, seen: &mut Seen) -> Result<(), DbErr>
where
    E::Model: Send + 'static,
{
    if let Some(model) = E::Model::from_query_result_optional(row, prefix)? {
        seen.insert((name::<E>(), row.try_get(prefix, "id")?), Box::new(model));
    }
    Ok(())
}

/// Those joins whose rows a viewer sees whatever they are; it reads the others one kind a statement,
/// narrowed to what it may see.
pub fn open_to(viewer: Viewer, joins: &[Join]) -> Vec<Join> {
    let open = joins.iter().filter(|it| (it.target.is_open_to)(viewer));
    open.map(|it| Join { joins: open_to(viewer, &it.joins), ..it.clone() }).collect()
}

/// Keeps the rows that rode along with one.
pub fn keep_joined(row: &QueryResult, joins: &[Join], seen: &mut Seen) -> Result<(), DbErr> {
    for (prefix, join) in numbered(joins) {
        (join.target.keep)(row, &format!("{prefix}_"), seen)?;
    }
    Ok(())
}

/// The first `take` rows of a list, in the order in which they are cut from it.
pub fn page(
    backend: DbBackend,
    table: &Table,
    list: (&List, u64),
    joins: &[Join],
) -> SelectStatement {
    page_under(backend, table, None, list, joins)
}

/// The same of the list of whichever parent stands in it for [`EACH`].
pub(crate) fn page_of_each(
    backend: DbBackend,
    table: &Table,
    column: &'static str,
    list: (&List, u64),
    joins: &[Join],
) -> SelectStatement {
    page_under(backend, table, Some((column, &Expr::value(EACH))), list, joins)
}

fn page_under(
    backend: DbBackend,
    table: &Table,
    parent: Option<(&'static str, &Expr)>,
    (list, take): (&List, u64),
    joins: &[Join],
) -> SelectStatement {
    let rows = slice(backend, table, (list, take), parent, &table.columns);
    if joins.is_empty() {
        return rows;
    }
    let mut query = Query::select();
    query.from_subquery(rows, ROW);
    finish(&mut query, table, list);
    join(backend, &mut query, joins);
    query
}

/// The first `take` rows of the lists of many parents, by as many index probes as there are.
pub fn pages(
    backend: DbBackend,
    table: &Table,
    (column, parents): (&'static str, &[Uuid]),
    (list, take): (&List, u64),
    joins: &[Join],
) -> SelectStatement {
    let mut query = Query::select();
    if backend == DbBackend::Postgres {
        let parent = Expr::col((PARENTS, PARENTS));
        let of = Some((column, &parent));
        let rows = slice(backend, table, (list, take), of, &table.columns);
        query
            .expr_as(parent, PARENT)
            .from_function(Func::cust("unnest").arg(array(parents)), PARENTS)
            .join_lateral(JoinType::InnerJoin, rows, ROW, Expr::value(true));
    } else {
        let parent = Expr::from(Func::cust("unhex").arg(Expr::col((PARENTS, "value"))));
        let found =
            Expr::col((ROW, "rowid")).in_subquery(rowids(table, list, take, (column, &parent)));
        query
            .expr_as(parent, PARENT)
            .from_function(Func::cust("json_each").arg(hex(parents)), PARENTS)
            // A cross join keeps the order: parents first, then the rows of each.
            .join_as(JoinType::CrossJoin, table.name, ROW, Condition::all())
            .and_where(found);
    }
    finish(&mut query, table, list);
    join(backend, &mut query, joins);
    query
}

/// The first rows of the lists of many parents, as they stand in a transaction: each list is read by the
/// index that begins with the parent, whatever else narrows it.
pub(crate) async fn first_of<E: Listed>(
    db: &impl ConnectionTrait,
    of: (&'static str, &[Uuid]),
    list: &List,
) -> Result<HashMap<Uuid, Vec<E::Model>>> {
    let table = Table::of::<E>();
    let query = pages(db.get_database_backend(), &table, of, (list, list.limit), &[]);
    let mut first = HashMap::<Uuid, Vec<E::Model>>::new();
    for row in db.query_all(&query).await? {
        let parent = row.try_get_by_index(0)?;
        first.entry(parent).or_default().push(E::Model::from_query_result(&row, "")?);
    }
    Ok(first)
}

/// How many rows meet a condition.
pub fn count(table: &Table, predicate: &Predicate) -> SelectStatement {
    let mut query = Query::select();
    query
        .expr_as(Func::count(Expr::col(Asterisk)), "count")
        .from_as(table.name, ROW)
        .cond_where(predicate.condition());
    query
}

/// How many rows meet a condition, of whichever parent stands in the statement for [`EACH`].
pub(crate) fn count_of_each(
    table: &Table,
    column: &'static str,
    predicate: &Predicate,
) -> SelectStatement {
    let mut query = count(table, predicate);
    query.and_where(Expr::col((ROW, column)).eq(EACH));
    query
}

/// How many rows meet a condition, for each of many parents, on PostgreSQL; one without rows is left out.
pub(crate) fn counts(
    table: &Table,
    (column, parents): (&'static str, &[Uuid]),
    predicate: &Predicate,
) -> SelectStatement {
    let mut query = Query::select();
    query
        .expr_as(Expr::col((ROW, column)), PARENT)
        .expr_as(Func::count(Expr::col(Asterisk)), "count")
        .from_as(table.name, ROW)
        .cond_where(predicate.condition())
        .and_where(Expr::col((ROW, column)).eq(PgFunc::any(array(parents))))
        .group_by_col((ROW, column));
    query
}

/// The rows whose column has one of these ids, if they meet a condition.
pub fn rows(
    backend: DbBackend,
    table: &Table,
    (column, ids): (&'static str, &[Uuid]),
    condition: &Predicate,
    joins: &[Join],
) -> SelectStatement {
    let mut query = Query::select();
    query
        .columns(of_row(&table.columns))
        .from_as(table.name, ROW)
        .and_where(among(backend, Expr::col((ROW, column)), ids))
        .cond_where(condition.condition());
    join(backend, &mut query, joins);
    query
}

/// Columns of the rows that a statement is about.
fn of_row(columns: &[&'static str]) -> impl Iterator<Item = (&'static str, &'static str)> {
    columns.iter().map(|it| (ROW, *it))
}

/// `column = ANY($1)`: one text for any number of ids. SQLite has no arrays, but it has JSON.
pub(crate) fn among(backend: DbBackend, column: Expr, ids: &[Uuid]) -> Expr {
    match (backend, ids) {
        (_, [id]) => column.eq(*id),
        (DbBackend::Postgres, ids) => column.eq(PgFunc::any(array(ids))),
        (_, ids) => {
            let mut values = Query::select();
            values
                .expr(Func::cust("unhex").arg(Expr::col((PARENTS, "value"))))
                .from_function(Func::cust("json_each").arg(hex(ids)), PARENTS);
            column.in_subquery(values)
        }
    }
}

/// The ids of parents, as statements about all of them take them.
pub(crate) fn given(backend: DbBackend, ids: &[Uuid]) -> Value {
    match (backend, ids) {
        (DbBackend::Postgres, ids) => array(ids),
        (_, ids) => hex(ids),
    }
}

fn array(ids: &[Uuid]) -> Value {
    Value::Array(ArrayType::Uuid, Some(Box::new(ids.iter().map(|id| (*id).into()).collect())))
}

fn hex(ids: &[Uuid]) -> Value {
    let ids: Vec<_> = ids.iter().map(|id| id.simple().to_string()).collect();
    serde_json::json!(ids).to_string().into()
}

/// The rows that a page is cut from, read in order from one or several ranges of an index.
fn slice(
    backend: DbBackend,
    table: &Table,
    (list, take): (&List, u64),
    parent: Option<(&'static str, &Expr)>,
    columns: &[&'static str],
) -> SelectStatement {
    let column = parent.map(|(column, _)| column);
    let parts = ranges::cut(&list.predicate, column, list.order, table.indexes);
    let is_merged = parts.len() > 1;
    let parts = parts.iter().map(|part| {
        let mut query = Query::select();
        query.columns(of_row(columns)).from_as(table.name, ROW).cond_where(part.condition());
        if let Some((column, parent)) = parent {
            query.and_where(Expr::col((ROW, column)).eq(parent.clone()));
        }
        for bound in bounds(list) {
            query.and_where(bound);
        }
        if backend == DbBackend::Postgres && is_merged {
            // PostgreSQL merges only what says itself that it is in order.
            let rows = first_in_order(query, list, take);
            return Query::select().columns(of_row(columns)).from_subquery(rows, ROW).take();
        }
        query
    });
    let merged = parts.reduce(|mut all, part| all.union(UnionType::All, part).take());
    first_in_order(merged.unwrap_or_default(), list, take)
}

fn first_in_order(mut query: SelectStatement, list: &List, take: u64) -> SelectStatement {
    let order = direction(list);
    query.order_by(list.order, order.clone()).order_by("id", order).limit(take).take()
}

/// The same for SQLite under a parent: it knows no LATERAL, but it finds rows by their place.
fn rowids(table: &Table, list: &List, take: u64, parent: (&'static str, &Expr)) -> SelectStatement {
    let columns = ["rowid", list.order, "id"];
    let rows = slice(DbBackend::Sqlite, table, (list, take), Some(parent), &columns);
    let mut query = Query::select();
    query.column((ROW, "rowid")).from_subquery(rows, ROW);
    query
}

/// Where a page begins and ends.
fn bounds(list: &List) -> impl Iterator<Item = Expr> {
    let key = |list: &List| Expr::tuple([list.order, "id"].map(|it| Expr::col((ROW, it))));
    let value = |[key, id]: &[Value; 2]| Expr::tuple([key, id].map(|it| Expr::value(it.clone())));
    let sides = [(&list.after, !list.is_descending), (&list.before, list.is_descending)];
    sides.into_iter().filter_map(move |(bound, is_above)| {
        let bound = value(bound.as_ref()?);
        Some(if is_above { key(list).gt(bound) } else { key(list).lt(bound) })
    })
}

/// Which way rows are read: a page at the end of a list is read from its end.
fn direction(list: &List) -> Order {
    if list.is_descending == list.is_backwards { Order::Asc } else { Order::Desc }
}

fn finish(query: &mut SelectStatement, table: &Table, list: &List) {
    query.columns(of_row(&table.columns));
    let order = direction(list);
    query.order_by((ROW, list.order), order.clone()).order_by((ROW, "id"), order);
}

/// Adds the rows that ride along, each column behind the name of its join.
///
/// On PostgreSQL each is a look-up of its own: left to itself, the planner reads a small table whole
/// and hashes it, and the answer then costs more the more clients there are.
fn join(backend: DbBackend, query: &mut SelectStatement, joins: &[Join]) {
    for (number, join, parent) in placed(joins) {
        let (name, alias) = ((join.target.name)(), Alias::new(&number));
        let refers = Expr::col((Alias::new(&parent), join.column));
        let found = Expr::col((alias.clone(), "id")).eq(refers);
        let columns = join.columns.clone().unwrap_or_else(join.target.columns);
        let joined = columns.iter().map(|it| (alias.clone(), *it));
        for (column, name) in joined.clone().zip(&columns) {
            query.expr_as(Expr::col(column), Alias::new(format!("{number}_{name}")));
        }
        if backend == DbBackend::Postgres {
            let mut row = Query::select();
            row.columns(joined).from_as(name, alias.clone()).and_where(found).limit(1);
            query.join_lateral(JoinType::LeftJoin, row, alias, Expr::value(true));
        } else {
            query.join_as(JoinType::LeftJoin, name, alias, found);
        }
    }
}

/// Every join with its name in the statement.
fn numbered(joins: &[Join]) -> Vec<(String, &Join)> {
    placed(joins).into_iter().map(|(number, join, _)| (number, join)).collect()
}

/// Every join with its name in the statement and that of the row that refers to it, as they are met:
/// one, what rides along with it, the next.
fn placed(joins: &[Join]) -> Vec<(String, &Join, String)> {
    fn place<'a>(joins: &'a [Join], parent: &str, placed: &mut Vec<(String, &'a Join, String)>) {
        for join in joins {
            let number = format!("j{}", placed.len());
            placed.push((number.clone(), join, parent.to_owned()));
            place(&join.joins, &number, placed);
        }
    }
    let mut all = Vec::new();
    place(joins, ROW, &mut all);
    all
}
