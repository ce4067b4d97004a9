//! Reads tables that people upload: row by row, every fault named by line and column.
//!
//! Memory does not grow with the file beyond what a format says it remembers of each row, so that a
//! million rows can be read. [`table`] reads any table of delimited text; a file format is a module
//! beside it, such as [`pairings`].
//!
//! # Adding a format
//!
//! 1. Write it in its own file next to `pairings.rs`: the columns it wants, and a struct for a row.
//! 2. Read each cell through [`table::Cells`], so that all faults of a row are found at once.
//! 3. Give every text a bound, and test a row just inside and just outside of it.

mod fault;
pub mod pairings;
pub mod table;

pub use fault::{Column, FileError, Rejected, RowError, RowErrorKind};
