//! `vigil`: one binary, one subcommand a task.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    match api::run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("vigil: {failure}");
            ExitCode::FAILURE
        }
    }
}
