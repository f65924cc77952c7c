//! `cargo xtask run`: from a fresh clone to the window.

use std::process::Command;

use crate::{page, setup, shell};

/// Builds everything and opens the window; without a display, the chat in the terminal.
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    setup::ensure(setup::Purpose::Build)?;
    page::build()?;
    shell::build_all(&["--bins"])?;
    let mut hearth = Command::new(shell::release().join("hearth"));
    hearth.args(arguments);
    if arguments.is_empty() && !has_display() {
        println!("There is no display here, so this is the chat in the terminal.");
        hearth.arg("chat");
    }
    let status = hearth.status()?;
    std::process::exit(status.code().unwrap_or(1));
}

fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}
