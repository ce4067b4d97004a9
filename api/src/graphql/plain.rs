//! Plain queries: columns, edges and lists, answered without the executor.
//!
//! What a dashboard asks for is mostly rows, passed on as they are. The executor makes a future, a map
//! and a value of each field of each row. Here the document is made a [`plan`] instead: it [reads](rows) only
//! the columns that the document names, by the statements that the executor's resolvers would run, and
//! [writes](writing) the answer from the rows as they lie.
//!
//! Types, rights, arguments and statements are those of the schema: this knows objects by what
//! [`object!`](super::object::object) says of them, and reads through the same `service`. Whatever is not plain
//! is left to the executor, from the start: a computed field, an argument that is refused, a row
//! that is not there, a column that the viewer does not see of every row. So there is one place that tells
//! what is wrong, and every test of the suite compares both answers.

mod plan;
mod rows;
mod shape;
mod writing;

pub(crate) use shape::{Listing, Of, Root, Rooted, Shape, ToMany};
use {
    super::{Query, asked::Asked},
    async_graphql::parser::types::OperationType,
    futures_util::future::try_join_all,
    plan::{Plan, Planner},
    service::kernel::reader::Reader,
    std::{collections::HashMap, sync::LazyLock},
};

/// What can be asked for from the root, by the names of the fields.
static ROOTS: LazyLock<HashMap<String, Root>> = LazyLock::new(|| {
    Query::roots().into_iter().map(|(field, root)| (super::object::camel(field), root)).collect()
});

/// The data that a request asks for, as JSON; none when it is not plain.
pub(super) async fn answer(reader: &Reader, asked: &Asked) -> Option<Vec<u8>> {
    let plan = plan(asked)?;
    let found = try_join_all(plan.roots.iter().map(|(_, root)| rows::read(reader, root))).await;
    let found: Option<Vec<_>> = found.ok()?.into_iter().collect();
    let mut answer = Vec::with_capacity(1 << 12);
    writing::write(&mut answer, &plan, &found?).ok()?;
    Some(answer)
}

fn plan(asked: &Asked) -> Option<Plan> {
    let operation = asked.operation()?;
    let is_query = operation.ty == OperationType::Query && operation.directives.is_empty();
    if is_query { Planner::new(asked).plan(operation, &ROOTS) } else { None }
}
