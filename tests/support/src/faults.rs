//! A disk that fails on demand: the n-th call of a program that changes a file of a listed name
//! fails with an error of choice. Linux only; the system's C compiler makes it, which llama.cpp
//! needs anyway.

use std::path::{Path, PathBuf};
use std::process::Command;

/// "Input/output error".
pub const EIO: i32 = 5;
/// "No space left on device".
pub const ENOSPC: i32 = 28;

/// A failing disk. It is gone with this value.
pub struct Faults {
    folder: tempfile::TempDir,
}

impl Faults {
    /// # Panics
    /// Where there is no C compiler.
    #[must_use]
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/faults.c");
        let made = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-o"])
            .arg(folder.path().join("faults.so"))
            .arg(source)
            .arg("-ldl")
            .status();
        assert!(made.is_ok_and(|made| made.success()), "cc makes the faults");
        Self { folder }
    }

    /// Lets a program's call of this number fail, from 0, among those that change files whose
    /// path has one of these texts in it.
    pub fn let_fail<'a>(
        &self,
        program: &'a mut Command,
        names: &[String],
        number: u32,
        error: i32,
    ) -> &'a mut Command {
        // What is left of an earlier run would be taken for this one's.
        let _ = std::fs::remove_file(self.note());
        program
            .env("LD_PRELOAD", self.folder.path().join("faults.so"))
            .env("FAULTS_NAMES", names.join(":"))
            .env("FAULTS_AT", number.to_string())
            .env("FAULTS_ERROR", error.to_string())
            .env("FAULTS_NOTE", self.note())
    }

    /// Whether the last program came as far as the call that fails.
    #[must_use]
    pub fn happened(&self) -> bool {
        self.note().exists()
    }

    fn note(&self) -> PathBuf {
        self.folder.path().join("happened")
    }
}

impl Default for Faults {
    fn default() -> Self {
        Self::new()
    }
}
