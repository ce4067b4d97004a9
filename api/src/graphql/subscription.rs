//! Subscriptions: what happens, told to those who want to know.
//!
//! # Adding one
//!
//! It is a line in a [`subscriptions!`]: its name, the capability that it takes, the name and type of
//! the object that it tells of, and which events of the object's table it tells. Its filter is that of the table's lists, and is
//! evaluated by the database on the row as it is when it is told, as are the rights of whoever
//! listens: a row that would not be in the list is not told of.

use {
    super::{
        Built, error,
        error::{Shared, public},
        loads::{self, Loads},
        object::{Node, joins},
    },
    async_graphql::{Context, Enum, Request, Response, Result},
    entity::kernel::{audit_entry::AuditAction, capability::Capability},
    futures_util::{
        StreamExt,
        future::join_all,
        stream::{self, BoxStream},
    },
    sea_orm::{EntityName, Iden, Iterable},
    service::{
        Ctx, Error, Viewer,
        kernel::{
            events::{
                Event,
                feed::{Feed, Heard, Listener},
            },
            list::{Arguments, List, Listed, statement::Join},
        },
    },
    std::{
        collections::VecDeque,
        sync::{
            Arc,
            atomic::{AtomicBool, Ordering},
        },
    },
};

/// How many rows are read at once when many things happen.
const BATCH_MAX: usize = 100;

/// A subscription that runs while its responses are asked for.
pub(crate) struct Subscribed {
    /// How it goes.
    pub(crate) course: Arc<Course>,
    /// What it tells.
    pub(crate) responses: BoxStream<'static, Response>,
}

/// How a subscription goes, told by its field to whoever drives it.
#[derive(Debug, Default)]
pub(crate) struct Course {
    has_begun: AtomicBool,
    is_waiting: AtomicBool,
}

impl Course {
    /// Whether its arguments were fine and it listens.
    pub(crate) fn has_begun(&self) -> bool {
        self.has_begun.load(Ordering::Acquire)
    }

    /// Whether it has nothing to do but to wait for something to happen.
    pub(crate) fn is_waiting(&self) -> bool {
        self.is_waiting.load(Ordering::Acquire)
    }
}

/// Runs a subscription, with its loads batched as those of a query are.
pub(super) fn subscribe(schema: &Built, ctx: Ctx, feed: Arc<Feed>, request: Request) -> Subscribed {
    let loads = Arc::new(Loads::new(ctx));
    let course = Arc::new(Course::default());
    let request = request.data(loads.clone()).data(course.clone()).data(feed);
    let responses = schema.execute_stream(request);
    let responses = stream::unfold((responses, loads), async |(mut responses, loads)| {
        let mut response = loads::drive(&loads, responses.next()).await?;
        error::complete(&mut response);
        Some((response, (responses, loads)))
    });
    Subscribed { course, responses: responses.boxed() }
}

/// What happened to a row that a subscription tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum ChangeKind {
    /// It is new.
    Created,
    /// It is not as it was.
    Updated,
}

/// What a subscription tells.
pub(crate) enum Told<N> {
    /// A row changed; this is how it is now.
    Changed(ChangeKind, N),
    /// Something happened that can no longer be told.
    Missed,
}

/// What a subscription is about.
pub(crate) struct Interest {
    /// What whoever listens must be able to do: that something happened tells something already.
    pub(crate) capability: Capability,
    /// Which events of the table.
    pub(crate) wanted: fn(&Event) -> bool,
    /// The field of the answer that holds the row.
    pub(crate) object: &'static str,
}

/// What happens to the rows of a list: those that a filter lets through.
pub(crate) async fn changes<N: Node<Entity: Listed>>(
    ctx: &Context<'_>,
    Interest { capability, wanted, object }: Interest,
    filter: Option<<N::Entity as Listed>::Filter>,
) -> Result<BoxStream<'static, Result<Told<N>>>> {
    let arguments =
        Arguments { first: Some(1), after: None, last: None, before: None, filter, order_by: None };
    let list = List::of::<N::Entity>(object, arguments).map_err(|it| public(&it))?;
    // Found by id, there is one row at most, and no order to look for.
    let list = List { order: "id", ..list };
    let loads = Loads::of(ctx).clone();
    loads.reader().ctx().may(capability).map_err(|it| public(&it))?;
    // What the viewer may not ask of a list, it may not ask here either: better said now.
    let nothing = loads.reader().pages::<N::Entity>(("id", &[]), &list, false, &[]).await;
    nothing.map_err(|it| public(&it))?;
    let joins = joins(&[ctx.look_ahead().field(object)], N::TO_ONE);
    let course = ctx.data_unchecked::<Arc<Course>>().clone();
    let listener = ctx.data_unchecked::<Arc<Feed>>().listen().await;
    course.has_begun.store(true, Ordering::Release);
    let watch = Watch { listener, loads, course, list, joins, wanted, told: VecDeque::new() };
    let told = stream::unfold(watch, async |mut watch| Some((watch.next().await, watch)));
    Ok(told.boxed())
}

/// Whether somebody who reads a row before and after could tell: that a column changed which the
/// viewer does not see would be told by the event alone.
fn is_noticed<E: Listed>(viewer: Viewer, event: &Event) -> bool {
    let is_seen = |column: &E::Column| {
        event.has_changed(&[column.to_string().as_str()]) && viewer.compares::<E>(*column).is_ok()
    };
    event.action != AuditAction::Update || E::Column::iter().any(|column| is_seen(&column))
}

/// A subscription's view of a list.
struct Watch<N> {
    listener: Listener,
    loads: Arc<Loads>,
    course: Arc<Course>,
    list: List,
    joins: Vec<Join>,
    wanted: fn(&Event) -> bool,
    told: VecDeque<Told<N>>,
}

impl<N: Node<Entity: Listed>> Watch<N> {
    async fn next(&mut self) -> Result<Told<N>> {
        loop {
            if let Some(told) = self.told.pop_front() {
                return Ok(told);
            }
            let entity = N::Entity::default();
            let (table, wanted) = (entity.table_name(), self.wanted);
            let viewer = self.loads.reader().ctx().viewer();
            let is_told = |event: &Event| {
                event.table == table && wanted(event) && is_noticed::<N::Entity>(viewer, event)
            };
            self.course.is_waiting.store(true, Ordering::Release);
            let heard = self.listener.next(BATCH_MAX, is_told).await;
            self.course.is_waiting.store(false, Ordering::Release);
            match heard {
                Heard::Missed => return Ok(Told::Missed),
                Heard::Events(events) => self.read(&events).await?,
            }
        }
    }

    /// Reads the rows as they are now, in one statement: those of the list that the viewer sees.
    async fn read(&mut self, events: &[Arc<Event>]) -> Result<()> {
        let Self { loads, list, joins, .. } = self;
        loads.reader().forget();
        let pages = events.iter().map(|event| {
            let row = ("id", event.subject);
            loads.page::<N::Entity>(row, list.clone(), false, joins.clone())
        });
        for (event, page) in events.iter().zip(join_all(pages).await) {
            let rows = match page {
                Ok(page) => page.rows,
                Err(failure) if matches!(*failure, Error::Busy(..) | Error::Database(_)) => {
                    tracing::error!(%failure, "what happened cannot be told");
                    self.told = VecDeque::from([Told::Missed]);
                    return Ok(());
                }
                refused => refused.shared()?.rows,
            };
            let kind = if event.action == AuditAction::Create {
                ChangeKind::Created
            } else {
                ChangeKind::Updated
            };
            self.told.extend(rows.into_iter().map(|row| Told::Changed(kind, row.into())));
        }
        Ok(())
    }
}

/// Declares subscriptions.
macro_rules! subscriptions {
    (
        $subscription:ident;
        $(
            $(#[$doc:meta])*
            $name:ident($capability:ident) -> $event:ident {
                $(#[$object_doc:meta])* $object:ident: $type:ty
            } = $wanted:expr;
        )+
    ) => {
        $(
            #[doc = concat!("What `", stringify!($name), "` tells.")]
            #[derive(async_graphql::SimpleObject)]
            pub(crate) struct $event {
                /// What happened; null exactly when `resync` is true.
                kind: Option<$crate::graphql::subscription::ChangeKind>,
                $(#[$object_doc])*
                $object: Option<$type>,
                /// Whether something happened that can no longer be told, because the client was
                /// too slow or the database did not answer. What the client has is then out of
                /// date: it must read its lists again. What happens from here on is told as before.
                resync: bool,
            }

            impl From<$crate::graphql::subscription::Told<$type>> for $event {
                fn from(told: $crate::graphql::subscription::Told<$type>) -> Self {
                    use $crate::graphql::subscription::Told;
                    match told {
                        Told::Changed(kind, row) => {
                            Self { kind: Some(kind), $object: Some(row), resync: false }
                        }
                        Told::Missed => Self { kind: None, $object: None, resync: true },
                    }
                }
            }
        )+

        #[derive(Default)]
        pub(crate) struct $subscription;

        #[async_graphql::Subscription]
        impl $subscription {
            $(
                $(#[$doc])*
                async fn $name(
                    &self,
                    ctx: &async_graphql::Context<'_>,
                    #[graphql(desc = "Which rows, as in a list; all when left out.")] filter: Option<
                        <<$type as $crate::graphql::object::Node>::Entity as service::kernel::list::Listed>::Filter,
                    >,
                ) -> async_graphql::Result<
                    futures_util::stream::BoxStream<'static, async_graphql::Result<$event>>,
                > {
                    use futures_util::StreamExt;
                    let interest = $crate::graphql::subscription::Interest {
                        capability: entity::kernel::capability::Capability::$capability,
                        wanted: $wanted,
                        object: stringify!($object),
                    };
                    let told = $crate::graphql::subscription::changes::<$type>(ctx, interest, filter);
                    Ok(told.await?.map(|it| it.map($event::from)).boxed())
                }
            )+
        }
    };
}

pub(crate) use subscriptions;
