//! A file that users edit too, and of which every state is kept.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::differences::{self, Differences};
use super::reading::LARGEST;
use super::timeline::{Reason, Timeline};
use crate::folder::replace_file;
use crate::{Code, Error, Result};

/// The file, and its states. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct KeptFile {
    path: Arc<PathBuf>,
    timeline: Timeline,
    lock: Arc<PathBuf>,
    /// Held while the file is read, changed and written.
    changing: Arc<Mutex<()>>,
}

/// The right to change the file, among all processes.
pub(super) struct Turn<'a> {
    _mine: MutexGuard<'a, ()>,
    _lock: File,
}

impl KeptFile {
    /// A file whose states lie in the folder `backups` beside it, under this stem.
    pub(crate) fn new(path: PathBuf, stem: &'static str) -> Self {
        let states = path.with_file_name("backups");
        Self {
            lock: Arc::new(states.join(format!("{stem}.lock"))),
            timeline: Timeline::new(states, stem),
            path: Arc::new(path),
            changing: Arc::default(),
        }
    }

    /// Where it lies.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Its states.
    pub(crate) fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// Its bytes; none where it does not exist.
    pub(crate) fn read(&self) -> Result<Option<Vec<u8>>> {
        let fault = |error| Error::file("read the settings in", &self.path, &error);
        match std::fs::metadata(&*self.path) {
            Ok(facts) if facts.len() > LARGEST => {
                let message = format!(
                    "{} has {} MB, which no settings need.",
                    self.path.display(),
                    facts.len() >> 20
                );
                return Err(Error::new(Code::BadSetting, message));
            }
            Ok(facts) if !facts.is_file() => {
                let message = format!("{} is no file.", self.path.display());
                return Err(Error::new(Code::BadSetting, message));
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                if self.path.is_symlink() {
                    let message = format!(
                        "{} leads to a file that is not there. It was left as it is.",
                        self.path.display()
                    );
                    return Err(Error::new(Code::BadSetting, message));
                }
                return Ok(None);
            }
            _ => {}
        }
        std::fs::read(&*self.path).map(Some).map_err(fault)
    }

    /// Waits until nobody else changes the file.
    pub(super) fn turn(&self) -> Result<Turn<'_>> {
        let mine = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let fault = |error| Error::file("lock", &self.lock, &error);
        if let Some(folder) = self.lock.parent() {
            std::fs::create_dir_all(folder).map_err(fault)?;
        }
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&*self.lock)
            .map_err(fault)?;
        lock.lock().map_err(fault)?;
        Ok(Turn {
            _mine: mine,
            _lock: lock,
        })
    }

    /// What differs between a state and a later one, or the file as it is now.
    pub(crate) fn compare(&self, before: &str, after: Option<&str>) -> Result<Differences> {
        let before = self.timeline.read(before)?;
        let after = match after {
            Some(id) => self.timeline.read(id)?,
            None => self.read()?.unwrap_or_default(),
        };
        let [before, after] = [&before, &after].map(|bytes| String::from_utf8_lossy(bytes));
        Ok(differences::between(&before, &after))
    }

    /// Makes the file what it was, byte for byte. What it is now is kept.
    pub(crate) fn restore(&self, id: &str) -> Result<Vec<u8>> {
        let bytes = self.timeline.read(id)?;
        self.change(Reason::Restore, Some(id.to_owned()), |_| Ok(bytes))
    }

    /// Changes the file: what it holds now is kept as a state first, then it is replaced whole.
    pub(crate) fn change(
        &self,
        reason: Reason,
        note: Option<String>,
        make: impl FnOnce(Option<&[u8]>) -> Result<Vec<u8>>,
    ) -> Result<Vec<u8>> {
        let turn = self.turn()?;
        let old = self.read()?;
        let new = make(old.as_deref())?;
        self.replace(&turn, old.as_deref(), &new, reason, note)?;
        Ok(new)
    }

    /// Replaces the contents, of which the old ones are kept as a state.
    pub(super) fn replace(
        &self,
        _turn: &Turn<'_>,
        old: Option<&[u8]>,
        new: &[u8],
        reason: Reason,
        note: Option<String>,
    ) -> Result<()> {
        if let Some(old) = old {
            self.timeline.note(old, Reason::Outside, None)?;
        }
        replace_file(&self.path, new)
            .map_err(|error| Error::file("save the settings in", &self.path, &error))?;
        if let Err(error) = self.timeline.note(new, reason, note) {
            // The file is saved; its state is noted by whoever looks at it next.
            tracing::warn!(%error, "the new state of the settings was not kept yet");
        }
        Ok(())
    }
}
