//! What must hold of the whole.

mod documents;
mod schema;
