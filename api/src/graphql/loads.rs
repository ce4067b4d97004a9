//! Loads of one request, batched without a timer.
//!
//! A resolver that needs a row or a list asks for it here and waits. When the executor has nothing
//! left to poll, every resolver of a level has asked: what they asked for is then read, one
//! statement for each kind of load, all at once. So the number of statements depends on the shape
//! of the document alone, never on the rows or on timing.

use {
    async_graphql::Context,
    futures_util::{
        FutureExt, StreamExt,
        future::BoxFuture,
        stream::FuturesUnordered,
        task::{ArcWake, waker},
    },
    sea_orm::prelude::Uuid,
    service::{
        Ctx, Error, Result,
        coaching::standings::Computed,
        kernel::{
            list::{List, Listed, Page, Stored, statement::Join},
            reader::Reader,
        },
    },
    std::{
        any::Any,
        collections::HashMap,
        future::poll_fn,
        marker::PhantomData,
        mem,
        pin::pin,
        sync::{
            Arc, Mutex, PoisonError,
            atomic::{AtomicBool, Ordering},
        },
        task::{Context as TaskContext, Poll, Waker},
    },
    tokio::sync::oneshot,
};

/// What resolvers of one request have asked for, and the reader that answers.
pub(crate) struct Loads {
    reader: Arc<Reader>,
    waiting: Mutex<Vec<Box<dyn Batch>>>,
}

/// The answer to a load; a failure is shared by all who asked for the same batch.
type Answer<T> = std::result::Result<T, Arc<Error>>;

/// Who waits for the answer to a load.
type Asker<T> = oneshot::Sender<Answer<Option<T>>>;

/// Loads of one kind, answered by one statement.
trait Batch: Send {
    fn run(self: Box<Self>, reader: Arc<Reader>) -> BoxFuture<'static, ()>;
    fn as_any(&mut self) -> &mut dyn Any;
}

/// A kind of load: what it has in common, and how many of it are read at once.
trait Load: PartialEq + Send + Sync + 'static {
    type Value: Clone + Send + 'static;

    fn read(
        &self,
        reader: &Reader,
        ids: &[Uuid],
    ) -> impl Future<Output = Result<HashMap<Uuid, Self::Value>>> + Send;
}

struct Asked<L: Load> {
    load: L,
    by: HashMap<Uuid, Vec<Asker<L::Value>>>,
}

impl<L: Load> Batch for Asked<L> {
    fn run(self: Box<Self>, reader: Arc<Reader>) -> BoxFuture<'static, ()> {
        async move {
            let Self { load, by } = *self;
            let mut ids: Vec<_> = by.keys().copied().collect();
            // The same question is the same statement, to the last parameter.
            ids.sort_unstable();
            let mut read = load.read(&reader, &ids).await.map_err(Arc::new);
            for (id, askers) in by {
                let answer = read.as_mut().map(|rows| rows.remove(&id)).map_err(|it| it.clone());
                for asker in askers {
                    // One who no longer listens was cut short with the request.
                    let _ = asker.send(answer.clone());
                }
            }
        }
        .boxed()
    }

    fn as_any(&mut self) -> &mut dyn Any {
        self
    }
}

/// Rows by the id in one of their columns.
struct Rows<E> {
    column: &'static str,
    joins: Vec<Join>,
    of: PhantomData<fn() -> E>,
}

impl<E> PartialEq for Rows<E> {
    fn eq(&self, other: &Self) -> bool {
        self.column == other.column && self.joins == other.joins
    }
}

impl<E: Stored> Load for Rows<E> {
    type Value = E::Model;

    async fn read(&self, reader: &Reader, ids: &[Uuid]) -> Result<HashMap<Uuid, E::Model>> {
        Ok(reader.rows::<E>(self.column, ids, &self.joins).await?.into_iter().collect())
    }
}

/// A page of the list of each parent.
struct Pages<E> {
    column: &'static str,
    list: List,
    peek: bool,
    joins: Vec<Join>,
    of: PhantomData<fn() -> E>,
}

impl<E> PartialEq for Pages<E> {
    fn eq(&self, other: &Self) -> bool {
        (self.column, &self.list, self.peek, &self.joins)
            == (other.column, &other.list, other.peek, &other.joins)
    }
}

impl<E: Listed> Load for Pages<E> {
    type Value = Page<E::Model>;

    async fn read(&self, reader: &Reader, ids: &[Uuid]) -> Result<HashMap<Uuid, Page<E::Model>>> {
        reader.pages::<E>((self.column, ids), &self.list, self.peek, &self.joins).await
    }
}

/// The size of the list of each parent.
struct Counts<E> {
    column: &'static str,
    list: List,
    of: PhantomData<fn() -> E>,
}

impl<E> PartialEq for Counts<E> {
    fn eq(&self, other: &Self) -> bool {
        self.column == other.column && self.list.predicate == other.list.predicate
    }
}

impl<E: Listed> Load for Counts<E> {
    type Value = i64;

    async fn read(&self, reader: &Reader, ids: &[Uuid]) -> Result<HashMap<Uuid, i64>> {
        reader.counts::<E>((self.column, ids), &self.list).await
    }
}

/// What is computed for rows.
struct Computation<C: Computed>(C::Asked);

impl<C: Computed> PartialEq for Computation<C> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<C: Computed> Load for Computation<C> {
    type Value = C;

    async fn read(&self, reader: &Reader, ids: &[Uuid]) -> Result<HashMap<Uuid, C>> {
        C::of(reader.ctx(), &self.0, ids).await
    }
}

impl Loads {
    pub(crate) fn new(ctx: Ctx) -> Self {
        Self { reader: Arc::new(Reader::new(ctx)), waiting: Mutex::default() }
    }

    /// The loads of the request that a resolver works for.
    pub(crate) fn of<'a>(ctx: &Context<'a>) -> &'a Arc<Self> {
        ctx.data_unchecked::<Arc<Self>>()
    }

    /// Reads that nobody else will ask for.
    pub(crate) fn reader(&self) -> &Reader {
        &self.reader
    }

    /// The row whose column has an id. `joins` is asked only when the row is not here already.
    pub(crate) async fn row<E: Stored>(
        &self,
        column: &'static str,
        id: Uuid,
        joins: impl FnOnce() -> Vec<Join>,
    ) -> Answer<Option<E::Model>> {
        if column == "id"
            && let Some(row) = self.reader.seen::<E>(id)
        {
            return Ok(Some(row));
        }
        let of = PhantomData;
        self.ask(Rows::<E> { column, joins: joins(), of }, id).await
    }

    /// A page of the list of a parent.
    pub(crate) async fn page<E: Listed>(
        &self,
        (column, parent): (&'static str, Uuid),
        list: List,
        peek: bool,
        joins: Vec<Join>,
    ) -> Answer<Page<E::Model>> {
        let of = PhantomData;
        let empty = Page::of(&list, Vec::new());
        let page = self.ask(Pages::<E> { column, list, peek, joins, of }, parent).await?;
        Ok(page.unwrap_or(empty))
    }

    /// The size of the list of a parent.
    pub(crate) async fn count<E: Listed>(
        &self,
        (column, parent): (&'static str, Uuid),
        list: List,
    ) -> Answer<i64> {
        let of = PhantomData;
        Ok(self.ask(Counts::<E> { column, list, of }, parent).await?.unwrap_or_default())
    }

    /// What is computed for a row.
    pub(crate) async fn computed<C: Computed>(
        &self,
        asked: C::Asked,
        id: Uuid,
    ) -> Answer<Option<C>> {
        self.ask(Computation::<C>(asked), id).await
    }

    async fn ask<L: Load>(&self, load: L, id: Uuid) -> Answer<Option<L::Value>> {
        let (asker, answer) = oneshot::channel();
        {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            let mut same = waiting
                .iter_mut()
                .filter_map(|it| it.as_any().downcast_mut::<Asked<L>>())
                .filter(|it| it.load == load);
            if let Some(batch) = same.next() {
                batch.by.entry(id).or_default().push(asker);
            } else {
                let by = HashMap::from([(id, vec![asker])]);
                waiting.push(Box::new(Asked { load, by }));
            }
        }
        // Only a panic of the batch drops it unanswered; the request is lost then anyway.
        answer.await.unwrap_or(Ok(None))
    }

    fn take(&self) -> Vec<Box<dyn Batch>> {
        mem::take(&mut self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Runs an execution, and its loads whenever it has nothing left to do but wait for them.
pub(crate) async fn drive<T>(loads: &Loads, execution: impl Future<Output = T>) -> T {
    let mut execution = pin!(execution);
    let mut running = FuturesUnordered::new();
    poll_fn(|task| {
        loop {
            let woken =
                Arc::new(Woken { again: AtomicBool::new(false), task: task.waker().clone() });
            let poll = execution.as_mut().poll(&mut TaskContext::from_waker(&waker(woken.clone())));
            if poll.is_ready() || woken.again.load(Ordering::Acquire) {
                // It is done, or it only paused and will be polled again before it waits.
                return poll;
            }
            if running.is_empty() {
                running.extend(loads.take().into_iter().map(|it| it.run(loads.reader.clone())));
            }
            if running.is_empty() {
                return Poll::Pending;
            }
            while let Poll::Ready(Some(())) = running.poll_next_unpin(task) {}
            if !running.is_empty() {
                return Poll::Pending;
            }
        }
    })
    .await
}

/// Notices whether an execution wants to be polled again at once.
struct Woken {
    again: AtomicBool,
    task: Waker,
}

impl ArcWake for Woken {
    fn wake_by_ref(woken: &Arc<Self>) {
        woken.again.store(true, Ordering::Release);
        woken.task.wake_by_ref();
    }
}
