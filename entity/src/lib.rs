//! What is stored: one file a table, grouped by domain.
//!
//! A row is also the scalar part of its GraphQL object: columns, their documentation and the closed
//! sets reach `schema.graphql` from here. What must never leave the server is marked
//! `#[graphql(skip)]`. Nothing here decides anything: rules over rows live in `service`, pure
//! arithmetic in `engine`.
#![expect(
    clippy::disallowed_methods,
    reason = "SeaORM's models bring methods that begin transactions; nobody calls them"
)]
#![expect(missing_docs, reason = "a relation is named after the row that it leads to")]

mod closed_set;
pub mod coaching;
pub mod id;
pub mod kernel;
pub mod scalar;
pub mod sealed;
pub mod tables;

pub use closed_set::ClosedSet;
