//! `schema.graphql`: the schema as text, the same on every machine.

use async_graphql::{EmptySubscription, SDLExportOptions, Schema};

pub(super) fn print<Q, M>(schema: &Schema<Q, M, EmptySubscription>) -> String
where
    Q: async_graphql::ObjectType + 'static,
    M: async_graphql::ObjectType + 'static,
{
    let options = SDLExportOptions::new()
        .sorted_fields()
        .sorted_arguments()
        .sorted_enum_items()
        .include_specified_by();
    let mut text = schema.sdl_with_options(options);
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}
