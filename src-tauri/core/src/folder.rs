//! The data folder: everything that is the user's lies in it, and nothing elsewhere.

use std::fs;
use std::path::{Path, PathBuf};

use crate::{Code, Error, Result};

/// The folder, with the places in it.
#[derive(Clone, Debug)]
pub struct DataFolder {
    root: PathBuf,
}

impl DataFolder {
    /// Finds the folder and creates what is missing: the one named, else `HEARTH_HOME`, else
    /// the system's place for a program's data.
    pub fn open(named: Option<&Path>) -> Result<Self> {
        let root = match named {
            Some(path) => path.to_path_buf(),
            None => match std::env::var_os("HEARTH_HOME").filter(|value| !value.is_empty()) {
                Some(value) => PathBuf::from(value),
                None => system_place()?,
            },
        };
        let root = std::path::absolute(&root)
            .map_err(|error| Error::file("find the data folder", &root, &error))?;
        let folder = Self { root };
        for place in [
            folder.root.clone(),
            folder.models(),
            folder.downloads(),
            folder.backups(),
            folder.logs(),
            folder.states(),
            folder.run(),
        ] {
            match create_private(&place) {
                // A link to a drive that is not connected: whoever needs the models says so.
                Err(_) if place == folder.models() && place.is_symlink() => {}
                created => created?,
            }
        }
        Ok(folder)
    }

    /// The folder itself.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Conversations and everything else that cannot be had again.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.root.join("data.db")
    }

    /// The settings file.
    #[must_use]
    pub fn config(&self) -> PathBuf {
        self.root.join("config.toml")
    }

    /// The user's own model files.
    #[must_use]
    pub fn models(&self) -> PathBuf {
        self.root.join("models")
    }

    /// Model files that are still coming.
    #[must_use]
    pub fn downloads(&self) -> PathBuf {
        self.root.join("downloads")
    }

    /// The prompts that are used again and again.
    #[must_use]
    pub fn prompts(&self) -> PathBuf {
        self.root.join("prompts.toml")
    }

    /// Copies made before anything is changed.
    #[must_use]
    pub fn backups(&self) -> PathBuf {
        self.root.join("backups")
    }

    /// What the program notes about itself.
    #[must_use]
    pub fn logs(&self) -> PathBuf {
        self.root.join("logs")
    }

    /// What conversations have read, kept so that going on is fast. Nothing is lost with it.
    #[must_use]
    pub fn states(&self) -> PathBuf {
        self.root.join("kv")
    }

    /// Locks of the running processes.
    #[must_use]
    pub fn run(&self) -> PathBuf {
        self.root.join("run")
    }
}

/// Replaces a file's contents: whole, or not at all, and through a link rather than over it.
pub(crate) fn replace_file(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    // A link to a file elsewhere, as dotfile collections use, has to stay one.
    let target = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let folder = target.parent().filter(|one| !one.as_os_str().is_empty());
    let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(&target).map_err(|error| error.error)?;
    Ok(())
}

fn system_place() -> Result<PathBuf> {
    directories::ProjectDirs::from("", "", "hearth")
        .map(|places| places.data_dir().to_path_buf())
        .ok_or_else(|| {
            Error::new(
                Code::DataFolder,
                "This account has no home folder. Set HEARTH_HOME to the folder where Hearth \
                 should keep its data.",
            )
        })
}

/// Conversations are nobody else's business: the folder is the owner's alone.
fn create_private(path: &Path) -> Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|error| {
        let fault = Error::file("create the folder", path, &error);
        let hint = "Name another data folder with HEARTH_HOME or --data-dir.";
        Error::new(fault.code, format!("{fault} {hint}"))
    })
}
