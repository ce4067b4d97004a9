//! What every use case leans on: the context, errors, checks, lists, and people.

pub mod access;
pub mod audit;
pub mod bulk;
pub mod calls;
pub mod catalog;
pub mod check;
pub mod clock;
pub mod conflict;
pub mod ctx;
pub mod edit;
pub mod error;
pub mod events;
pub mod given;
pub(crate) mod group;
pub mod holidays;
pub mod identity;
pub mod jobs;
pub mod language_model;
pub mod list;
pub mod notify;
pub mod reader;
pub mod reads;
pub mod retention;
pub mod sealed;
pub mod txn;
pub mod users;
