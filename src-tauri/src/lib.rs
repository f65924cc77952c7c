//! Hearth's shell: the window, the commands that its page calls, and the command line.
//!
//! Everything that Hearth does is in `hearth-core`; a command here borrows the core, calls one
//! method, and hands the result on.

mod bindings;
pub mod cli;
mod commands;
mod files;
mod forward;
mod links;
mod log;
mod renderer;
mod shortcut;
mod window;
mod windows;

use std::process::ExitCode;

use clap::Parser;

pub use bindings::bindings;
pub use commands::AppFacts;

/// Runs the program with the process's arguments.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = cli::Arguments::parse();
    if arguments.wants_window() {
        renderer::restart_if_needed();
        let opened = window::run(arguments.data_dir(), arguments.safe_mode());
        return cli::report(opened, false);
    }
    cli::run(arguments)
}
