//! `vigil bench`: how fast Vigil is. A program of its own measures, which lies beside this one, so
//! that neither the servers that Vigil is compared with nor their drivers are part of it.

use {
    super::Outcome,
    clap::Args,
    std::{env, ffi::OsString, os::unix::process::CommandExt, process::Command},
};

const PROGRAM: &str = "vigil-bench";

#[derive(Debug, Args)]
#[command(disable_help_flag = true)]
pub(super) struct Arguments {
    /// What that program takes: `vigil bench --help` tells.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGUMENTS")]
    arguments: Vec<OsString>,
}

/// Becomes the other program.
pub(super) fn run(arguments: Arguments) -> Outcome {
    let program = env::current_exe()?.with_file_name(PROGRAM);
    if !program.is_file() {
        let missing = program.display();
        return Err(format!(
            "the program that measures is not part of this one, and {missing} is not there: \
            `cargo build --release -p api -p bench` builds both"
        )
        .into());
    }
    let failure = Command::new(&program).args(arguments.arguments).exec();
    Err(format!("{} did not start: {failure}", program.display()).into())
}
