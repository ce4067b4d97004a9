//! `vigil-bench`: what `vigil bench` runs.

use std::{env, process::ExitCode};

fn main() -> ExitCode {
    // The servers use all processors; the load is sent by one thread, to leave them the rest.
    let is_server = env::args().nth(1).is_some_and(|it| it == "serve");
    let mut runtime = if is_server {
        tokio::runtime::Builder::new_multi_thread()
    } else {
        tokio::runtime::Builder::new_current_thread()
    };
    let outcome = match runtime.enable_all().build() {
        Ok(runtime) => runtime.block_on(bench::run_command()),
        Err(failure) => Err(failure.into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("vigil bench: {failure}");
            ExitCode::FAILURE
        }
    }
}
