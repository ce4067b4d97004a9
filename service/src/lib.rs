//! Use cases: one public function, one transaction.
//!
//! A module is a noun, a function is a verb: `reports::submit`, `alerts::acknowledge`. Domains do
//! not call each other; they share the kernel. What comes in (inputs, filters, orders) is declared
//! here, once, with the GraphQL derive as its wire format; what goes out is the row.

pub mod coaching;
pub mod demo;
pub mod kernel;
pub mod wiring;

pub use kernel::{
    access::{Person, Viewer},
    check::Violation,
    ctx::{Clock, Ctx, Ids, Origin, SystemClock},
    error::{Error, ErrorCode, Result},
    given::Given,
};
