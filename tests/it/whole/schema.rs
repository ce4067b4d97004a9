//! `schema.graphql` is what the server serves.

use std::{fs, path::Path};

#[test]
fn the_printed_schema_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema.graphql");
    let printed = fs::read_to_string(&path).unwrap_or_default();
    let is_current = api::Schema::new().sdl() == printed;
    assert!(is_current, "schema.graphql is out of date: run `cargo xtask generate` and commit it");
}
