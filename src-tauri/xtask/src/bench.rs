//! `cargo xtask bench`: builds everything and runs the measurements of `tests/bench`.

use crate::display::Display;
use crate::setup::Purpose;
use crate::shell::{build_all, cargo, program, release};
use crate::{page, setup};

/// Measures; the report lands in `target/bench`.
pub(crate) fn run(parts: &[String]) -> anyhow::Result<()> {
    setup::ensure(Purpose::Test)?;
    page::build()?;
    build_all(&["--all-targets"])?;
    cargo(&["build", "--release", "--locked", "--examples"])
        .and(crate::shell::ENGINE)
        .run()?;
    let display = Display::start()?;
    let measure = release().join("examples/measure");
    let arguments = ["--", measure.to_str().unwrap_or_default()];
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    program("dbus-run-session", &arguments)
        .and(&parts)
        .env("DISPLAY", &display.name)
        .run()
}
