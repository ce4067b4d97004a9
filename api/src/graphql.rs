//! The GraphQL schema: put together from the domains, run with batched loads.

pub(crate) mod connection;
pub(crate) mod error;
pub(crate) mod loads;
pub(crate) mod mutation;
pub(crate) mod object;
mod sdl;

use {
    crate::{coaching, kernel},
    async_graphql::{
        EmptySubscription, MergedObject, Request, Response, SchemaBuilder, ValidationMode,
    },
    futures_util::future::BoxFuture,
    loads::Loads,
    service::Ctx,
    std::sync::Arc,
};

/// How deep a selection may nest; the standard introspection query needs 13.
const DEPTH_MAX: usize = 15;
/// How many fields and rows a request may ask for, by the estimate of [`object`].
const RECURSION_MAX: usize = 64;

/// Everything that can be asked.
#[derive(Default, MergedObject)]
pub(crate) struct Query(kernel::KernelQuery, coaching::CoachingQuery);

/// Everything that can be done. Each field is a transaction of its own; bad data of a person is
/// told in the payload's `errors`, and then nothing has been written.
#[derive(Default, MergedObject)]
pub(crate) struct Mutation(kernel::KernelMutation, coaching::CoachingMutation);

/// The schema, ready to answer.
#[derive(Clone)]
pub struct Schema(async_graphql::Schema<Query, Mutation, EmptySubscription>);

impl Schema {
    /// Builds the schema; `schema.graphql` is its printed form.
    pub fn new() -> Self {
        let builder: SchemaBuilder<_, _, _> =
            async_graphql::Schema::build(Query::default(), Mutation::default(), EmptySubscription);
        let builder = builder
            .limit_depth(DEPTH_MAX)
            .limit_recursive_depth(RECURSION_MAX)
            .validation_mode(ValidationMode::Strict);
        Self(builder.finish())
    }

    /// Answers one request on behalf of the context's viewer.
    pub fn execute(&self, ctx: Ctx, request: impl Into<Request>) -> BoxFuture<'static, Response> {
        let (schema, loads) = (self.0.clone(), Arc::new(Loads::new(ctx)));
        let request = request.into().data(loads.clone());
        Box::pin(async move {
            let mut response = loads::drive(&loads, schema.execute(request)).await;
            error::complete(&mut response);
            response
        })
    }

    /// The printed form: sorted, and described to the last argument.
    pub fn sdl(&self) -> String {
        sdl::print(&self.0)
    }
}

impl Default for Schema {
    fn default() -> Self {
        Self::new()
    }
}
