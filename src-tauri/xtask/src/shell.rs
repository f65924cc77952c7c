//! Running other programs, and the few cargo commands that everything here shares.
//!
//! The engine is always built by itself and in release: cargo would compile llama.cpp again
//! for every other set of packages or profile, which takes ten minutes.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

/// The packages beside the engine.
pub(crate) const REST: &[&str] = &["--workspace", "--exclude", "hearth-engine"];
/// The engine.
pub(crate) const ENGINE: &[&str] = &["--package", "hearth-engine"];

/// A program with its arguments.
pub(crate) struct Run {
    command: Command,
    words: String,
}

/// The repository's root.
pub(crate) fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// Where release builds land.
pub(crate) fn release() -> PathBuf {
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
    target.join("release")
}

/// A program to run in the repository's root.
pub(crate) fn program(name: &str, arguments: &[&str]) -> Run {
    let mut command = Command::new(name);
    command.args(arguments).stdin(Stdio::null());
    Run {
        command,
        words: format!("{name} {}", arguments.join(" ")),
    }
}

/// A cargo command with the dependencies that are locked.
pub(crate) fn cargo(arguments: &[&str]) -> Run {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    program(&cargo, arguments).started_by_hand()
}

/// An npm command in `ui`.
pub(crate) fn npm(arguments: &[&str]) -> Run {
    let mut run = program(if cfg!(windows) { "npm.cmd" } else { "npm" }, arguments);
    run.command.current_dir("ui");
    run
}

/// Builds the engine, then the rest: `targets` says how much of it, in cargo's words. Tests
/// need Tauri with another feature, so building all targets at once saves compiling it twice.
pub(crate) fn build_all(targets: &[&str]) -> anyhow::Result<()> {
    cargo(&["build", "--release", "--locked"])
        .and(ENGINE)
        .run()?;
    cargo(&["build", "--release", "--locked"])
        .and(targets)
        .and(REST)
        .run()
}

impl Run {
    /// More arguments.
    pub(crate) fn and(mut self, arguments: &[&str]) -> Self {
        self.command.args(arguments);
        self.words = format!("{} {}", self.words, arguments.join(" "));
        self
    }

    /// Without what cargo has set for us: to a further cargo it would look like a change of
    /// every build script's surroundings, and it would build half of everything again.
    pub(crate) fn started_by_hand(mut self) -> Self {
        for (name, _) in std::env::vars() {
            if name.starts_with("CARGO_PKG_") || name == "CARGO_MANIFEST_DIR" {
                self.command.env_remove(name);
            }
        }
        self
    }

    /// A variable of its environment.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs it to its end; fails when it does.
    pub(crate) fn run(mut self) -> anyhow::Result<()> {
        println!("$ {}", self.words);
        let status = self
            .command
            .status()
            .with_context(|| format!("{} is not there", self.words))?;
        if status.success() {
            Ok(())
        } else {
            bail!("`{}` failed ({status})", self.words)
        }
    }

    /// Runs it and collects what it prints, which is shown too.
    pub(crate) fn read(mut self) -> anyhow::Result<(bool, String)> {
        println!("$ {}", self.words);
        self.command.stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut child = self
            .command
            .spawn()
            .with_context(|| format!("{} is not there", self.words))?;
        let mut text = String::new();
        if let Some(stdout) = child.stdout.take() {
            use std::io::{BufRead, BufReader};
            for line in BufReader::new(stdout).lines() {
                let line = line?;
                println!("{line}");
                text.push_str(&line);
                text.push('\n');
            }
        }
        Ok((child.wait()?.success(), text))
    }

    /// Whether it runs and succeeds, quietly.
    pub(crate) fn works(mut self) -> bool {
        self.command.stdout(Stdio::null()).stderr(Stdio::null());
        self.command.status().is_ok_and(|status| status.success())
    }
}
