//! Subscriptions: what happens, told to those who want to know.

use {
    super::{
        Built, error,
        loads::{self, Loads},
    },
    async_graphql::{Request, Response},
    futures_util::{
        StreamExt,
        stream::{self, BoxStream},
    },
    service::Ctx,
    std::sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

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
pub(super) fn subscribe(schema: &Built, ctx: Ctx, request: Request) -> Subscribed {
    let loads = Arc::new(Loads::new(ctx));
    let course = Arc::new(Course::default());
    let request = request.data(loads.clone()).data(course.clone());
    let responses = schema.execute_stream(request);
    let responses = stream::unfold((responses, loads), async |(mut responses, loads)| {
        let mut response = loads::drive(&loads, responses.next()).await?;
        error::complete(&mut response);
        Some((response, (responses, loads)))
    });
    Subscribed { course, responses: responses.boxed() }
}
