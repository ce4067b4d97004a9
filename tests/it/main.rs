//! Every integration test, in one binary: it links once and its tests run side by side.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod coaching;
mod http;
mod kernel;
mod stub;
mod whole;
