//! The GraphQL schema: put together from the domains, run with batched loads.

pub(crate) mod connection;
pub(crate) mod cookie;
pub(crate) mod error;
pub(crate) mod loads;
pub(crate) mod mutation;
pub(crate) mod object;
pub(crate) mod screened;
mod sdl;
pub(crate) mod subscription;

use {
    crate::{coaching, kernel},
    async_graphql::{
        MergedObject, MergedSubscription, Request, Response, SchemaBuilder, ValidationMode,
    },
    futures_util::{future::BoxFuture, stream::BoxStream},
    loads::Loads,
    service::{Ctx, kernel::events::feed::Feed},
    std::sync::Arc,
    subscription::Subscribed,
};

/// How deep a selection may nest; the standard introspection query needs 13.
const DEPTH_MAX: usize = 15;
/// How deep the parser may go into brackets, which it does by calling itself.
const RECURSION_MAX: usize = 64;

/// Everything that can be asked.
#[derive(Default, MergedObject)]
pub(crate) struct Query(kernel::KernelQuery, coaching::CoachingQuery);

/// Everything that can be done. Each field is a transaction of its own; bad data of a person is
/// told in the payload's `errors`, and then nothing has been written.
#[derive(Default, MergedObject)]
pub(crate) struct Mutation(kernel::KernelMutation, coaching::CoachingMutation);

/// Everything that is told as it happens.
#[derive(Default, MergedSubscription)]
pub(crate) struct Subscription(kernel::KernelSubscription, coaching::CoachingSubscription);

/// The schema, ready to answer.
#[derive(Clone)]
pub struct Schema {
    /// Validates what it runs.
    strict: Built,
    /// Runs what has been validated.
    fast: Built,
}

type Built = async_graphql::Schema<Query, Mutation, Subscription>;

impl Schema {
    /// Builds the schema; `schema.graphql` is its printed form.
    pub fn new() -> Self {
        Self { strict: build(ValidationMode::Strict), fast: build(ValidationMode::Fast) }
    }

    /// Answers one request on behalf of the context's viewer.
    pub fn execute(&self, ctx: Ctx, request: impl Into<Request>) -> BoxFuture<'static, Response> {
        run(self.strict.clone(), ctx, request.into())
    }

    /// Tells what one subscription asks for, on behalf of the context's viewer.
    pub fn subscribe(
        &self,
        ctx: Ctx,
        feed: Arc<Feed>,
        request: impl Into<Request>,
    ) -> BoxStream<'static, Response> {
        subscription::subscribe(&self.strict, ctx, feed, request.into()).responses
    }

    /// The same as [`execute`](Self::execute), for a request whose document has been parsed,
    /// validated and bounded.
    pub(crate) fn execute_valid(&self, ctx: Ctx, request: Request) -> BoxFuture<'static, Response> {
        run(self.fast.clone(), ctx, request)
    }

    /// Runs a subscription whose document has been parsed, validated and bounded.
    pub(crate) fn subscribe_valid(
        &self,
        ctx: Ctx,
        feed: Arc<Feed>,
        request: Request,
    ) -> Subscribed {
        subscription::subscribe(&self.fast, ctx, feed, request)
    }

    /// The printed form: sorted, and described to the last argument.
    pub fn sdl(&self) -> String {
        sdl::print(&self.strict)
    }
}

impl Default for Schema {
    fn default() -> Self {
        Self::new()
    }
}

fn build(mode: ValidationMode) -> Built {
    let builder: SchemaBuilder<_, _, _> = async_graphql::Schema::build(
        Query::default(),
        Mutation::default(),
        Subscription::default(),
    );
    builder
        .limit_depth(DEPTH_MAX)
        .limit_recursive_depth(RECURSION_MAX)
        .disable_suggestions()
        .validation_mode(mode)
        .finish()
}

/// Boxed here, so that what calls it does not compile every resolver again.
fn run(schema: Built, ctx: Ctx, request: Request) -> BoxFuture<'static, Response> {
    let loads = Arc::new(Loads::new(ctx));
    let request = request.data(loads.clone());
    Box::pin(async move {
        let mut response = loads::drive(&loads, schema.execute(request)).await;
        error::complete(&mut response);
        response
    })
}
