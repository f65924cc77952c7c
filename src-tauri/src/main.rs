//! The one program that a user starts: without a subcommand the window, with one the command
//! line.

use std::process::ExitCode;

fn main() -> ExitCode {
    hearth_lib::main()
}
