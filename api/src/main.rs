//! `vigil`: one binary, one subcommand a task.

use {mimalloc::MiMalloc, std::process::ExitCode};

/// A request is some hundred small allocations, of which glibc's allocator makes a sixth to a quarter
/// of what answering costs.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

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
