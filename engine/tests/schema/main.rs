//! Every check of a schema, on one that is broken on purpose; and schemas that nobody would make.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod checks;
mod odd;
mod sound;
