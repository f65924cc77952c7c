//! The two ends of the command line: values on stdout, words for people on stderr.

use std::io::{self, Write};

use comfy_table::Table;
use hearth_core::Error;
use serde::Serialize;

/// Writes text to stdout at once. A reader that has closed the pipe has seen enough: the
/// program ends.
pub(super) fn text(text: &str) {
    let mut out = io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    if written.is_err() {
        std::process::exit(0);
    }
}

/// Writes one JSON value as a line to stdout.
pub(super) fn json(value: &impl Serialize) -> Result<(), Error> {
    let line = serde_json::to_string(value).map_err(Error::internal)?;
    text(&format!("{line}\n"));
    Ok(())
}

/// Tells the person something that is no result.
pub(super) fn remark(words: &str) {
    // Where even stderr is gone there is nobody to tell.
    let _ = writeln!(io::stderr(), "{words}");
}

/// Tells what went wrong.
pub(super) fn failure(error: &Error, as_json: bool) {
    if as_json {
        let value = serde_json::json!({
            "type": "failed",
            "code": error.code,
            "message": error.message,
        });
        text(&format!("{value}\n"));
    }
    remark(&format!("hearth: {}", error.message));
}

/// A table for people, with these words above its columns.
pub(super) fn table(head: &[&str]) -> Table {
    let mut table = Table::new();
    table
        .load_style(comfy_table::presets::NOTHING)
        .set_header(head);
    table
}
