//! A virtual display for the window's tests.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::Context;

/// An X server without a screen; it ends with this value.
pub(crate) struct Display {
    server: Child,
    /// What programs find under `DISPLAY`.
    pub(crate) name: String,
}

impl Display {
    /// Starts one on a free number.
    pub(crate) fn start() -> anyhow::Result<Self> {
        let mut server = Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1400x1000x24",
                "-nolisten",
                "tcp",
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("Xvfb did not start")?;
        let mut number = String::new();
        let stdout = server.stdout.take().context("Xvfb has no output")?;
        BufReader::new(stdout).read_line(&mut number)?;
        anyhow::ensure!(!number.trim().is_empty(), "Xvfb ended at once");
        Ok(Self {
            server,
            name: format!(":{}", number.trim()),
        })
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        // It may have ended by itself; there is nothing more to do for it either way.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
