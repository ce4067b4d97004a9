//! What must hold of the whole.

mod documents;
mod lists;
mod migrations;
mod plans;
mod rights;
mod schema;
