//! The log file: what happened, without what was said.

use std::path::Path;

use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::EnvFilter;

/// Days that are kept.
const FILES: usize = 5;

/// Writes the log into this folder from now on. A log that cannot be written stops nothing.
pub(crate) fn to(folder: &Path) {
    let file = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("hearth")
        .filename_suffix("log")
        .max_log_files(FILES)
        .build(folder);
    if let Ok(file) = file {
        let filter =
            EnvFilter::try_from_env("HEARTH_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
        // A second subscriber in one process, as tests make it, is no fault.
        let _ = tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_ansi(false)
            .with_writer(std::sync::Mutex::new(file))
            .try_init();
    }
}
