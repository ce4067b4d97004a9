//! `vigil schema`: the GraphQL schema as text.

use {super::Outcome, crate::Schema, std::io::Write};

pub(super) fn run() -> Outcome {
    Ok(std::io::stdout().lock().write_all(Schema::new().sdl().as_bytes())?)
}
