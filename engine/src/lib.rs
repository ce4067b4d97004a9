//! Pure decisions: rows in, verdict out.
//!
//! No database, no clock, no async, and so no way to fail for a reason outside the arguments.
//! The time is always an argument; the same arguments always give the same answer.
//!
//! - [`calendar`]: on which days is a report expected, and which of them went by without one?

pub mod calendar;
