//! Every integration test, in one binary: it links once and its tests run side by side.

mod coaching;
mod whole;
