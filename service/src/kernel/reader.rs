//! Reads for one request: rows and lists, batched by whoever asks, narrowed to what one viewer may
//! see.

use {
    super::{
        ctx::Ctx,
        error::Result,
        list::{
            List, Listed, Page, Stored,
            lean::{Cell, Kind, Lean},
            predicate::{Predicate, Test},
            statement::{self, Join, Kind as Asked, Seen, Shape, Table},
        },
        reads::row::Row,
    },
    sea_orm::{
        DbBackend, FromQueryResult, PrimaryKeyTrait, QueryResult, Statement, Value, prelude::Uuid,
        sea_query::SelectStatement,
    },
    std::{
        borrow::Cow,
        collections::HashMap,
        sync::{Mutex, PoisonError},
    },
};

/// A row, in one of the forms in which rows are read.
trait Read: Sized + Send {
    /// The rows that a statement answers with.
    fn read(ctx: &Ctx, statement: Statement) -> impl Future<Output = Result<Vec<Self>>> + Send;
    /// The rows that many parents have, each behind its parent, by a statement for one way to read them.
    fn under(
        ctx: &Ctx,
        parents: &[Uuid],
        statement: impl FnOnce(Way) -> Statement + Send,
    ) -> impl Future<Output = Result<Vec<Self>>> + Send;
    /// The parent that a row begins with, where it was read for one.
    fn parent(&self) -> Result<Uuid>;
}

/// How what many parents have is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// By one statement about all of them.
    Together,
    /// By a statement that is run for each: [`EACH`](statement::EACH) stands for the parent.
    Each,
}

/// For models.
impl Read for QueryResult {
    async fn read(ctx: &Ctx, statement: Statement) -> Result<Vec<Self>> {
        ctx.read(statement).await
    }

    async fn under(
        ctx: &Ctx,
        _: &[Uuid],
        statement: impl FnOnce(Way) -> Statement + Send,
    ) -> Result<Vec<Self>> {
        ctx.read(statement(Way::Together)).await
    }

    fn parent(&self) -> Result<Uuid> {
        Ok(self.try_get_by_index(0)?)
    }
}

/// As it is.
impl Read for Row {
    async fn read(ctx: &Ctx, statement: Statement) -> Result<Vec<Self>> {
        ctx.read_lean(statement).await
    }

    /// SQLite is in this process: to run a statement once more costs it less than to sort what one statement
    /// found for all.
    async fn under(
        ctx: &Ctx,
        parents: &[Uuid],
        statement: impl FnOnce(Way) -> Statement + Send,
    ) -> Result<Vec<Self>> {
        match ctx.backend() {
            DbBackend::Sqlite => ctx.read_each(statement(Way::Each), parents).await,
            _ => ctx.read_lean(statement(Way::Together)).await,
        }
    }

    fn parent(&self) -> Result<Uuid> {
        Ok(self.id(0)?.unwrap_or_default())
    }
}

/// How many there are, as a row tells it at a place.
fn size(row: &Row, place: usize) -> Result<i64> {
    Ok(match row.cell(place, Kind::BigInteger)? {
        Cell::Integer(count) => count,
        _ => 0,
    })
}

/// The statement about a list. One for a list that is narrowed to what a viewer may see, or that begins behind a row or ends
/// before one, is built for itself: others hardly ask the same.
fn statement_of(
    shape: Shape<'_>,
    (list, take): (&Cow<'_, List>, u64),
    ids: Option<Value>,
    build: impl FnOnce() -> SelectStatement,
) -> Statement {
    match list {
        Cow::Borrowed(list) if list.after.is_none() && list.before.is_none() => {
            statement::statement(shape.of(list, take), ids, build)
        }
        _ => shape.backend().build(&build()),
    }
}

/// The id of a row.
pub type RowId<E> = <<E as sea_orm::EntityTrait>::PrimaryKey as PrimaryKeyTrait>::ValueType;

/// Reads rows, and remembers those that rode along with others.
pub struct Reader {
    ctx: Ctx,
    seen: Mutex<Seen>,
    /// Which rows of a table the viewer sees, once that was asked.
    scopes: Mutex<HashMap<&'static str, Predicate>>,
}

impl Reader {
    /// A reader for one request.
    pub fn new(ctx: Ctx) -> Self {
        Self { ctx, seen: Mutex::default(), scopes: Mutex::default() }
    }

    /// What it reads on behalf of.
    pub fn ctx(&self) -> &Ctx {
        &self.ctx
    }

    /// Forgets what it has seen: a change is about to be made.
    pub fn forget(&self) {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.scopes.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Which rows of a table the viewer sees.
    ///
    /// Ids that another statement yields are read here, once for each table, and stand in the
    /// condition as they are: with a subquery in their place, the databases walk the order of the
    /// whole table and look whose each row is.
    async fn scope<E: Stored>(&self) -> Result<Predicate> {
        let rows = self.ctx.viewer().rows::<E>()?;
        if rows == Predicate::default() {
            return Ok(rows);
        }
        let table = E::default().table_name();
        let known = || self.scopes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(scope) = known().get(table) {
            return Ok(scope.clone());
        }
        let scope = self.resolved(rows).await?;
        known().insert(table, scope.clone());
        Ok(scope)
    }

    /// A condition with the ids themselves instead of statements that yield them.
    async fn resolved(&self, rows: Predicate) -> Result<Predicate> {
        Ok(match rows {
            Predicate::Among(column, ids) => {
                let rows = self.ctx.read_lean(self.ctx.backend().build(&*ids)).await?;
                let ids = rows.iter().map(|row| Ok(row.id(0)?.into()));
                Predicate::Column(column, Test::In(ids.collect::<Result<_>>()?))
            }
            Predicate::Any(any) => {
                let mut resolved = Vec::with_capacity(any.len());
                for one in any {
                    resolved.push(Box::pin(self.resolved(one)).await?);
                }
                Predicate::Any(resolved)
            }
            other => other,
        })
    }

    /// A list of the rows that the viewer sees; refused when it asks for more than that.
    async fn list<'l, E: Listed>(&self, list: &'l List) -> Result<Cow<'l, List>> {
        let scope = self.scope::<E>().await?;
        list.check::<E>(self.ctx.viewer())?;
        let is_all = scope == Predicate::default();
        Ok(if is_all { Cow::Borrowed(list) } else { Cow::Owned(list.and(scope)) })
    }

    /// The row with an id, if it is here already.
    pub fn seen<E: Stored>(&self, id: Uuid) -> Option<E::Model> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let row = seen.get(&(E::default().table_name(), id))?;
        row.downcast_ref::<E::Model>().cloned()
    }

    /// The row with an id, and what rides along with it.
    pub async fn row<E: Stored>(&self, id: RowId<E>, joins: &[Join]) -> Result<Option<E::Model>> {
        let rows = self.rows::<E>("id", &[id.into()], joins).await?;
        Ok(rows.into_iter().map(|(_, row)| row).next())
    }

    /// The rows whose column has one of these ids, each with that id.
    pub async fn rows<E: Stored>(
        &self,
        column: &'static str,
        ids: &[Uuid],
        joins: &[Join],
    ) -> Result<Vec<(Uuid, E::Model)>> {
        let joins = &statement::open_to(self.ctx.viewer(), joins);
        let rows: Vec<QueryResult> =
            self.stored_rows::<E, _>(&Table::of::<E>(), (column, ids), joins).await?;
        rows.iter().map(|row| Ok((row.try_get("", column)?, self.take::<E>(row, joins)?))).collect()
    }

    /// A page of a list. Unless `peek`, nobody asks whether there is more.
    pub async fn page<E: Listed>(
        &self,
        list: &List,
        peek: bool,
        joins: &[Join],
    ) -> Result<Page<E::Model>> {
        let joins = &statement::open_to(self.ctx.viewer(), joins);
        let page = self.stored_page::<E, _>(&Table::listed::<E>(), (list, peek), joins).await?;
        page.map(|row| self.take::<E>(&row, joins))
    }

    /// A page of the list of each of many parents, in one statement.
    pub async fn pages<E: Listed>(
        &self,
        of: (&'static str, &[Uuid]),
        list: &List,
        peek: bool,
        joins: &[Join],
    ) -> Result<HashMap<Uuid, Page<E::Model>>> {
        let joins = &statement::open_to(self.ctx.viewer(), joins);
        let pages =
            self.stored_pages::<E, _>(&Table::listed::<E>(), of, (list, peek), joins).await?;
        let taken = pages
            .into_iter()
            .map(|(parent, page)| Ok((parent, page.map(|row| self.take::<E>(&row, joins))?)));
        taken.collect()
    }

    /// Some columns of the row with an id, as the database sent them. Refused like every lean read
    /// when the viewer does not see all of what is asked for of every row.
    pub async fn lean_row<E: Stored>(&self, id: Uuid, lean: &Lean) -> Result<Option<Row>> {
        lean.check::<E>(self.ctx.viewer())?;
        let table = Table::of::<E>().narrowed(&lean.columns);
        let rows = self.stored_rows::<E, _>(&table, ("id", &[id]), &lean.joins).await?;
        Ok(rows.into_iter().next())
    }

    /// Some columns of a page of a list.
    pub async fn lean_page<E: Listed>(
        &self,
        list: &List,
        peek: bool,
        lean: &Lean,
    ) -> Result<Page<Row>> {
        lean.check::<E>(self.ctx.viewer())?;
        let table = Table::listed::<E>().narrowed(&lean.columns);
        self.stored_page::<E, _>(&table, (list, peek), &lean.joins).await
    }

    /// Some columns of a page of the list of each of many parents. Each row begins with its parent.
    pub async fn lean_pages<E: Listed>(
        &self,
        of: (&'static str, &[Uuid]),
        list: &List,
        peek: bool,
        lean: &Lean,
    ) -> Result<HashMap<Uuid, Page<Row>>> {
        lean.check::<E>(self.ctx.viewer())?;
        let table = Table::listed::<E>().narrowed(&lean.columns);
        self.stored_pages::<E, _>(&table, of, (list, peek), &lean.joins).await
    }

    async fn stored_rows<E: Stored, R: Read>(
        &self,
        table: &Table,
        of: (&'static str, &[Uuid]),
        joins: &[Join],
    ) -> Result<Vec<R>> {
        let (backend, seen) = (self.ctx.backend(), self.scope::<E>().await?);
        let build = || statement::rows(backend, table, of, &seen, joins);
        let statement = match of {
            (column, [id]) if seen == Predicate::default() => {
                let shape = Shape::new(backend, Asked::Rows(column), table, joins);
                statement::statement(shape, Some((*id).into()), build)
            }
            _ => backend.build(&build()),
        };
        R::read(&self.ctx, statement).await
    }

    async fn stored_page<E: Listed, R: Read>(
        &self,
        table: &Table,
        (list, peek): (&List, bool),
        joins: &[Join],
    ) -> Result<Page<R>> {
        let (backend, list) = (self.ctx.backend(), self.list::<E>(list).await?);
        let take = list.limit + u64::from(peek);
        let shape = Shape::new(backend, Asked::Page, table, joins);
        let build = || statement::page(backend, table, (&list, take), joins);
        let statement = statement_of(shape, (&list, take), None, build);
        Ok(Page::of(&list, R::read(&self.ctx, statement).await?))
    }

    async fn stored_pages<E: Listed, R: Read>(
        &self,
        table: &Table,
        of: (&'static str, &[Uuid]),
        (list, peek): (&List, bool),
        joins: &[Join],
    ) -> Result<HashMap<Uuid, Page<R>>> {
        let (backend, (column, parents)) = (self.ctx.backend(), of);
        let list = self.list::<E>(list).await?;
        let first = (&list, list.limit + u64::from(peek));
        let statement = |way| {
            let shape = |kind| Shape::new(backend, kind, table, joins);
            let listed = (&*list, first.1);
            match way {
                Way::Together => {
                    let ids = statement::given(backend, parents);
                    let build = || statement::pages(backend, table, of, listed, joins);
                    statement_of(shape(Asked::Pages(column)), first, Some(ids), build)
                }
                Way::Each => {
                    let build = || statement::page_of_each(backend, table, column, listed, joins);
                    statement_of(shape(Asked::PageOfEach(column)), first, None, build)
                }
            }
        };
        let mut rows: HashMap<Uuid, Vec<R>> = HashMap::new();
        for row in R::under(&self.ctx, parents, statement).await? {
            rows.entry(row.parent()?).or_default().push(row);
        }
        Ok(rows.into_iter().map(|(parent, rows)| (parent, Page::of(&list, rows))).collect())
    }

    /// How many rows a list has.
    pub async fn count<E: Listed>(&self, list: &List) -> Result<i64> {
        let (table, list) = (Table::listed::<E>().narrowed(&[]), self.list::<E>(list).await?);
        let shape = Shape::new(self.ctx.backend(), Asked::Count, &table, &[]);
        let build = || statement::count(&table, &list.predicate);
        let statement = statement_of(shape, (&list, 0), None, build);
        self.ctx.read_lean(statement).await?.first().map_or(Ok(0), |row| size(row, 0))
    }

    /// How many rows the list of each of many parents has; one that has none may be left out.
    pub async fn counts<E: Listed>(
        &self,
        of: (&'static str, &[Uuid]),
        list: &List,
    ) -> Result<HashMap<Uuid, i64>> {
        let (table, list) = (Table::listed::<E>().narrowed(&[]), self.list::<E>(list).await?);
        let (backend, (column, parents)) = (self.ctx.backend(), of);
        let statement = |way| {
            let shape = |kind| Shape::new(backend, kind, &table, &[]);
            match way {
                Way::Together => {
                    let ids = statement::given(backend, parents);
                    let build = || statement::counts(&table, of, &list.predicate);
                    statement_of(shape(Asked::Counts(column)), (&list, 0), Some(ids), build)
                }
                Way::Each => {
                    let build = || statement::count_of_each(&table, column, &list.predicate);
                    statement_of(shape(Asked::CountOfEach(column)), (&list, 0), None, build)
                }
            }
        };
        let rows = Row::under(&self.ctx, parents, statement).await?;
        rows.iter().map(|row| Ok((row.parent()?, size(row, 1)?))).collect()
    }

    fn take<E: Stored>(&self, row: &QueryResult, joins: &[Join]) -> Result<E::Model> {
        if !joins.is_empty() {
            let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            statement::keep_joined(row, joins, &mut seen)?;
        }
        Ok(E::Model::from_query_result(row, "")?)
    }
}
