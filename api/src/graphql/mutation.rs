//! Mutations: one input, one use case, one payload.
//!
//! # Adding one
//!
//! It is a line in a [`mutations!`]: its name, the input that `service` declares, the name and type
//! of the object that the payload carries, and the use case. Bad data comes back in the payload's
//! `errors`; a failure of the server is an error of the request.

use {
    super::{
        error::{UserError, public},
        loads::Loads,
        object::camel,
    },
    async_graphql::{Context, Result},
    service::{Ctx, Error},
};

/// Runs a use case: the object, or what is wrong with the data.
pub(crate) async fn run<M, N: From<M>>(
    ctx: &Context<'_>,
    name: &'static str,
    use_case: impl AsyncFnOnce(&Ctx) -> service::Result<M>,
) -> Result<(Option<N>, Vec<UserError>)> {
    let reader = Loads::of(ctx).reader();
    // What earlier mutations of the document have read may be out of date after this one.
    reader.forget();
    match use_case(&reader.ctx().doing(&camel(name))).await {
        Ok(row) => Ok((Some(row.into()), Vec::new())),
        Err(Error::Refused(violations)) => {
            Ok((None, violations.into_iter().map(UserError::from).collect()))
        }
        Err(failure) => Err(public(&failure)),
    }
}

/// Declares mutations.
macro_rules! mutations {
    (
        $mutation:ident;
        $(
            $(#[$doc:meta])*
            $name:ident($input:ty) -> $payload:ident {
                $(#[$object_doc:meta])* $object:ident: $type:ty
            } = $use_case:path;
        )+
    ) => {
        $(
            #[doc = concat!("What came of `", stringify!($name), "`.")]
            #[derive(async_graphql::SimpleObject)]
            pub(crate) struct $payload {
                $(#[$object_doc])*
                $object: Option<$type>,
                /// What is wrong with the input; empty exactly when it was done.
                errors: Vec<$crate::graphql::error::UserError>,
            }
        )+

        #[derive(Default)]
        pub(crate) struct $mutation;

        #[async_graphql::Object]
        impl $mutation {
            $(
                $(#[$doc])*
                async fn $name(
                    &self,
                    ctx: &async_graphql::Context<'_>,
                    #[graphql(desc = "What it takes.")] input: $input,
                ) -> async_graphql::Result<$payload> {
                    let use_case = async |ctx: &service::Ctx| $use_case(ctx, input).await;
                    let ($object, errors) = $crate::graphql::mutation::run(ctx, stringify!($name), use_case).await?;
                    Ok($payload { $object, errors })
                }
            )+
        }
    };
}

pub(crate) use mutations;
