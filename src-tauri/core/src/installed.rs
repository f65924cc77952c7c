//! Where the program's own files lie: the engine's binary and what ships in `assets`.

use std::path::{Path, PathBuf};

use crate::{Code, Error, Result};

const ENGINE: &str = if cfg!(windows) {
    "hearth-engine.exe"
} else {
    "hearth-engine"
};

/// The program's own files, all of them checked to be there.
#[derive(Clone, Debug)]
pub struct Installed {
    /// The worker's binary; its libraries lie beside it.
    pub engine: PathBuf,
    /// The built-in models.
    pub models: PathBuf,
}

impl Installed {
    /// Finds the files by where the running program lies: in a package they are under
    /// `lib/hearth` beside `bin`; in a checkout the engine is in `target/<profile>` and the
    /// models are in `assets`.
    pub fn find() -> Result<Self> {
        let program = std::env::current_exe().and_then(|path| path.canonicalize());
        let program = program.map_err(|error| missing(&format!("its own place: {error}")))?;
        let near: Vec<&Path> = program.ancestors().skip(1).take(4).collect();
        let find = |what: &str, places: &[&str]| {
            near.iter()
                .flat_map(|folder| places.iter().map(|place| folder.join(place).join(what)))
                .find(|path| path.exists())
                .ok_or_else(|| missing(what))
        };
        Ok(Self {
            engine: find(
                ENGINE,
                &[
                    "",
                    "lib/hearth/engine",
                    "lib/Hearth/engine",
                    "Resources/engine",
                ],
            )?,
            models: find(
                "assets/models",
                &["", "lib/hearth", "lib/Hearth", "Resources"],
            )?,
        })
    }
}

fn missing(what: &str) -> Error {
    Error::new(
        Code::Installation,
        format!("Hearth's installation is incomplete: {what} was not found. Reinstall Hearth."),
    )
}
