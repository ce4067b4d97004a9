//! The GraphQL schema: put together from the domains, run with batched loads.

pub(crate) mod asked;
pub(crate) mod connection;
pub(crate) mod cookie;
pub(crate) mod error;
pub(crate) mod loads;
pub(crate) mod mutation;
pub(crate) mod object;
pub(crate) mod plain;
pub(crate) mod screened;
mod sdl;
pub(crate) mod subscription;

use {
    crate::{coaching, kernel},
    asked::Asked,
    async_graphql::{
        MergedObject, MergedSubscription, Request, Response, SchemaBuilder, ValidationMode, Value,
    },
    futures_util::{future::BoxFuture, stream::BoxStream},
    loads::Loads,
    object::queries,
    service::{
        Ctx,
        kernel::{events::feed::Feed, reader::Reader},
    },
    std::sync::Arc,
    subscription::Subscribed,
};

/// How deep a selection may nest; the standard introspection query needs 13.
const DEPTH_MAX: usize = 15;
/// How deep the parser may go into brackets, which it does by calling itself.
const RECURSION_MAX: usize = 64;

queries! {
    /// Everything that can be asked.
    Query(kernel::KernelQuery, coaching::CoachingQuery)
}

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
        run(self.strict.clone(), ctx, Asked::complete(request.into()))
    }

    /// Tells what one subscription asks for, on behalf of the context's viewer.
    pub fn subscribe(
        &self,
        ctx: Ctx,
        feed: Arc<Feed>,
        request: impl Into<Request>,
    ) -> BoxStream<'static, Response> {
        let request = Asked::complete(request.into());
        subscription::subscribe(&self.strict, ctx, feed, request).responses
    }

    /// The same as [`execute`](Self::execute), for a request whose document has been parsed,
    /// validated and bounded.
    ///
    /// What is [plain] comes as JSON that is written already: its data is [`Value::Binary`], which begins with
    /// [`plain::BEGINNING`] and lacks the last brace.
    pub(crate) fn execute_valid(&self, ctx: Ctx, asked: Asked) -> BoxFuture<'static, Response> {
        let schema = self.fast.clone();
        Box::pin(async move {
            match plain::answer(&Reader::new(ctx.clone()), &asked).await {
                Some(response) => response,
                None => run(schema, ctx, asked.into_request()).await,
            }
        })
    }

    /// The data that a valid request asks for, as JSON, if it is [plain]; tests compare it with what
    /// [`execute`](Self::execute) says.
    pub fn answer_plain(
        &self,
        ctx: Ctx,
        request: impl Into<Request>,
    ) -> BoxFuture<'static, Option<Vec<u8>>> {
        let asked = Asked::parsed(request.into());
        Box::pin(async move {
            let response = plain::answer(&Reader::new(ctx), &asked.ok()?).await?;
            match response.data {
                Value::Binary(json) => json.strip_prefix(plain::BEGINNING).map(<[_]>::to_vec),
                _ => None,
            }
        })
    }

    /// Runs a subscription whose document has been parsed, validated and bounded.
    pub(crate) fn subscribe_valid(&self, ctx: Ctx, feed: Arc<Feed>, asked: Asked) -> Subscribed {
        subscription::subscribe(&self.fast, ctx, feed, asked.into_request())
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
