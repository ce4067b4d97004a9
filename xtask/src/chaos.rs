//! Chaos: real workers, killed by the hundred while they work, on both databases.

use crate::{command::words, postgres, tether};

/// How many people are to be mailed, by two jobs each.
const JOBS: &str = "5000";
/// How many workers are killed meanwhile.
const KILLS: &str = "200";

/// Runs `api/tests/chaos.rs` at length, with what is shipped: a release build.
pub(crate) fn run() -> Result<(), String> {
    let server = postgres::find()?;
    let mut command =
        words("cargo test --release -p api --test chaos -- --nocapture --test-threads=1");
    command.env("TEST_POSTGRES_URL", &server.url);
    command.env("CHAOS_JOBS", JOBS).env("CHAOS_KILLS", KILLS);
    let outcome = tether::run(&mut command);
    drop(server);
    outcome
}
