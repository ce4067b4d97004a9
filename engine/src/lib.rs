//! Pure decisions: rows in, verdict out.
//!
//! No database, no clock, no async, and so no way to fail for a reason outside the arguments.
//! The time is always an argument; the same arguments always give the same answer.
//!
//! - [`attendance`]: which shift does a start of work belong to, and how late was it?
//! - [`calendar`]: on which days is a report expected, and which of them went by without one?
//! - [`import`]: what does an uploaded table say, and which of its rows are wrong?
//! - [`text`]: what counts as words, and what counts as no answer?

pub mod attendance;
pub mod calendar;
pub mod import;
pub mod text;
