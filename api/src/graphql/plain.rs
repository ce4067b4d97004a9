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
    super::Query,
    async_graphql::{Request, parser::types::OperationType},
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
pub(super) async fn answer(reader: &Reader, request: &mut Request) -> Option<Vec<u8>> {
    let plan = plan(request)?;
    let found = try_join_all(plan.roots.iter().map(|(_, root)| rows::read(reader, root))).await;
    let found: Option<Vec<_>> = found.ok()?.into_iter().collect();
    let mut answer = Vec::with_capacity(1 << 12);
    writing::write(&mut answer, &plan, &found?).ok()?;
    Some(answer)
}

fn plan(request: &mut Request) -> Option<Plan> {
    let name = request.operation_name.clone();
    request.parsed_query().ok()?;
    let variables = request.variables.clone();
    let document = request.parsed_query().ok()?;
    let mut operations = document.operations.iter();
    let (_, operation) = match name {
        None => operations.next().filter(|_| document.operations.iter().count() == 1)?,
        Some(name) => operations.find(|(it, _)| it.is_some_and(|it| it.as_str() == name))?,
    };
    if operation.node.ty != OperationType::Query || !operation.node.directives.is_empty() {
        return None;
    }
    Planner::new(&operation.node, &document.fragments, &variables).plan(&ROOTS)
}
