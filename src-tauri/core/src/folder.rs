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

    /// Answers that may be given again. Nothing is lost with it.
    #[must_use]
    pub fn cache(&self) -> PathBuf {
        self.root.join("cache.db")
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

    /// Secrets, where the user has no keychain and wants a file.
    #[must_use]
    pub fn secrets(&self) -> PathBuf {
        self.root.join("secrets.json")
    }

    /// Profiles that the user has made.
    #[must_use]
    pub fn profiles(&self) -> PathBuf {
        self.root.join("profiles")
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
/// What may be done with the file stays as it was; one that may not be written is not replaced.
pub(crate) fn replace_file(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    // A link to a file elsewhere, as dotfile collections use, has to stay one.
    let target = match path.canonicalize() {
        Ok(target) => target,
        // Where it leads to may be on a drive that comes back.
        Err(error) if path.is_symlink() => return Err(error),
        Err(_) => path.to_path_buf(),
    };
    let folder = target.parent().filter(|one| !one.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    if let Ok(facts) = fs::metadata(&target) {
        if facts.permissions().readonly() {
            return Err(std::io::Error::new(
                std::io::ErrorKind::PermissionDenied,
                "the file is read-only",
            ));
        }
        file.as_file().set_permissions(facts.permissions())?;
    }
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    let part = file.into_temp_path();
    fs::rename(&part, &target)?;
    // It has its name; there is nothing left to clear away.
    let _ = part.keep();
    // Only then does a power cut leave the new name behind, too. The file is whole either way.
    #[cfg(unix)]
    if let Err(error) = fs::File::open(folder).and_then(|folder| folder.sync_all()) {
        tracing::warn!(%error, "a new name may not be on the disk yet");
    }
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
