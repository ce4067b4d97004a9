//! Plain queries: columns, edges and lists, answered without the executor.
//!
//! What a dashboard asks for is mostly rows, passed on as they are. The executor makes a future, a map
//! and a value of each field of each row. Here the document is made a [`plan`] instead: it [reads](rows) only
//! the columns that the document names, by the statements that the executor's resolvers would run, and
//! [writes](writing) the answer from the rows as they lie.
//!
//! Types, rights, arguments and statements are those of the schema: this knows objects by what
//! [`object!`](super::object::object) says of them, and reads through the same `service`. Whatever is not plain
//! is left to the executor: a computed field, an argument that is refused, a row
//! that is not there, a column that the viewer does not see of every row. So there is one place that tells
//! what is wrong with a request, and every test of the suite compares both answers.

mod plan;
mod plans;
mod rows;
mod shape;
mod writing;

pub(crate) use plans::Plans;
pub(crate) use shape::{Listing, Of, Root, Rooted, Shape, ToMany};
use {
    super::{Query, asked::Asked, error::public},
    async_graphql::{Name, PathSegment, Pos, Response, ServerError, Value},
    futures_util::future::try_join_all,
    service::{Error, kernel::reader::Reader},
    std::{collections::HashMap, sync::LazyLock},
};

/// What can be asked for from the root, by the names of the fields.
static ROOTS: LazyLock<HashMap<String, Root>> = LazyLock::new(|| {
    Query::roots().into_iter().map(|(field, root)| (super::object::camel(field), root)).collect()
});

/// How the answer to a plain query begins.
pub(crate) const BEGINNING: &[u8] = br#"{"data":"#;

/// What a request asks for, if it is plain: its answer as JSON but for its end, where extensions may stand, or why
/// there is none.
pub(super) async fn answer(reader: &Reader, asked: &Asked) -> Option<Response> {
    let made = asked.plans().of(asked);
    let plan = made.plan.as_ref()?;
    let read = plan.roots.iter().map(|(name, root)| async {
        let found = rows::read(reader, asked, root).await;
        found.map_err(|failure| (name.clone(), failure))
    });
    let found = match try_join_all(read).await {
        Ok(found) => found.into_iter().collect::<Option<Vec<_>>>()?,
        // One place tells what is refused; but a database that fails is not asked again.
        Err((_, Error::Refused(_))) => return None,
        Err((name, failure)) => return Some(failed(&name, &failure)),
    };
    // Some room is left for the end.
    let mut answer = Vec::with_capacity(made.size() + made.size() / 8);
    answer.extend_from_slice(BEGINNING);
    // A value that is stored in a way of its own is for models to read.
    writing::write(&mut answer, plan, &found).ok()?;
    made.note_size(answer.len());
    Some(Response::new(Value::Binary(answer.into())))
}

/// There is no data: what a field of the root was to be made from could not be read.
fn failed(field: &Name, failure: &Error) -> Response {
    let path = vec![PathSegment::Field(field.to_string())];
    let error = public(failure).into_server_error(Pos::default());
    Response::from_errors(vec![ServerError { path, locations: Vec::new(), ..error }])
}
