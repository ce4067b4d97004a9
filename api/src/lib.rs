//! What the outside sees: GraphQL, HTTP, and the `vigil` binary.
//!
//! Nothing here decides anything: a resolver calls one function of `service` and turns the answer
//! into the public shape.

pub mod book;
mod coaching;
mod command;
pub mod database;
mod graphql;
pub mod http;
mod identity;
mod kernel;
pub mod settings;
mod tally;

pub use {command::run, graphql::Schema};
