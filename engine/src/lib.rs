//! Pure decisions: rows in, verdict out.
//!
//! No database, no clock, no async, and so no way to fail for a reason outside the arguments.
//! The time is always an argument; the same arguments always give the same answer.
//!
//! - [`alerts`]: which rules hold, what becomes of their alerts, and how does a pairing stand?
//! - [`attendance`]: which shift does a start of work belong to, and how late was it?
//! - [`calendar`]: on which days is a report expected, and which of them went by without one?
//! - [`import`]: what does an uploaded table say, and which of its rows are wrong?
//! - [`schema`]: what does a database consist of, and is it sound?
//! - [`text`]: what counts as words, what as no answer, and what does a text say?

pub mod alerts;
pub mod attendance;
pub mod calendar;
pub mod import;
pub mod schema;
pub mod text;
