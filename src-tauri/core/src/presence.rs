//! Which processes work on a data folder right now.
//!
//! Every process holds a lock on a file of its own in `run/`. The kernel releases it however
//! the process ends, so a lock that can be taken means that its owner is gone. A second lock
//! says who has the window, and a file that changes there asks that process to show it.
//! [`requests`] is what the processes tell and ask each other about models.

pub mod requests;

use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use notify::{RecursiveMode, Watcher};

use crate::folder::DataFolder;
use crate::{Error, Result};

const WINDOW: &str = "window.lock";
const SHOW: &str = "show";
const ENDING: &str = "session";

/// This process, as others see it.
#[derive(Debug)]
pub struct Session {
    name: String,
    path: PathBuf,
    _lock: File,
}

impl Session {
    /// Registers this process, and clears away what processes that were killed left behind.
    pub fn begin(folder: &DataFolder) -> Result<Self> {
        sweep(folder);
        // The clock keeps a name unique when the system gives a process number again.
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let name = format!("{}-{}", std::process::id(), since.as_nanos());
        let path = session_path(folder, &name);
        let lock = open(&path)?;
        lock.lock()
            .map_err(|error| Error::file("lock", &path, &error))?;
        Ok(Self {
            name,
            path,
            _lock: lock,
        })
    }

    /// The name under which this process marks what it is writing.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        requests::forget(&self.path);
        // A file left behind is harmless: its lock is free, and the next start removes it.
        let _ = fs::remove_file(&self.path);
    }
}

/// Whether the process that registered under this name still runs.
pub fn is_alive(folder: &DataFolder, name: &str) -> bool {
    let path = session_path(folder, name);
    let Ok(file) = OpenOptions::new().write(true).open(&path) else {
        return false;
    };
    if file.try_lock().is_ok() {
        let _ = fs::remove_file(&path);
        return false;
    }
    true
}

/// Whether any process works on the folder.
pub(crate) fn is_anyone_here(folder: &DataFolder) -> bool {
    let entries = fs::read_dir(folder.run()).into_iter().flatten().flatten();
    let sessions = entries.filter_map(|entry| {
        let path = entry.path();
        let is_session = path.extension() == Some(ENDING.as_ref());
        let name = path
            .file_stem()
            .and_then(|name| name.to_str())
            .map(str::to_owned);
        name.filter(|_| is_session)
    });
    sessions.into_iter().any(|name| is_alive(folder, &name))
}

/// Removes the files of sessions that are gone. One that cannot be removed is harmless.
fn sweep(folder: &DataFolder) {
    for entry in fs::read_dir(folder.run()).into_iter().flatten().flatten() {
        let path = entry.path();
        let is_ours = requests::is_told(&path) || path.extension() == Some(ENDING.as_ref());
        if let Some(session) = path.file_stem().and_then(|name| name.to_str())
            && is_ours
            && !is_alive(folder, session)
        {
            requests::forget(&path);
        }
    }
}

/// The right to have the window on a data folder. At most one process holds it.
#[derive(Debug)]
pub struct WindowClaim {
    folder: PathBuf,
    _lock: File,
}

/// What came of asking for the window.
#[derive(Debug)]
pub enum Claim {
    /// This process has it.
    Ours(WindowClaim),
    /// Another process has it, and was asked to show it.
    Theirs,
}

/// Asks for the window; where another process has it, asks that one to show it.
pub fn claim_window(folder: &DataFolder) -> Result<Claim> {
    let path = folder.run().join(WINDOW);
    let lock = open(&path)?;
    match lock.try_lock() {
        Ok(()) => Ok(Claim::Ours(WindowClaim {
            folder: folder.run(),
            _lock: lock,
        })),
        Err(TryLockError::WouldBlock) => {
            let show = folder.run().join(SHOW);
            fs::write(&show, std::process::id().to_string())
                .map_err(|error| Error::file("write", &show, &error))?;
            Ok(Claim::Theirs)
        }
        Err(TryLockError::Error(error)) => Err(Error::file("lock", &path, &error)),
    }
}

/// What another process wants of the one with the window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// That it shows its window.
    Show,
    /// That it carries out the request in this file; see [`requests::carry_out`].
    CarryOut(PathBuf),
}

impl WindowClaim {
    /// Calls `heard` whenever another process wants something of the one with the window, as
    /// long as the watcher lives.
    pub fn on_request(&self, heard: impl Fn(Wish) + Send + 'static) -> Result<Box<dyn Send>> {
        let fault = |error: notify::Error| Error::internal(format!("watching failed: {error}"));
        let mut watcher =
            notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
                let Some(event) = event.ok().filter(|event| !event.kind.is_access()) else {
                    return;
                };
                for path in event.paths {
                    if path.file_name() == Some(SHOW.as_ref()) {
                        heard(Wish::Show);
                    } else if requests::is_request(&path) {
                        heard(Wish::CarryOut(path));
                    }
                }
            })
            .map_err(fault)?;
        watcher
            .watch(&self.folder, RecursiveMode::NonRecursive)
            .map_err(fault)?;
        Ok(Box::new(watcher))
    }
}

/// Waits for the turn to open and migrate the database; the turn ends when the file is dropped.
pub(crate) fn take_turn(folder: &DataFolder) -> Result<File> {
    let path = folder.run().join("opening.lock");
    let file = open(&path)?;
    file.lock()
        .map_err(|error| Error::file("lock", &path, &error))?;
    Ok(file)
}

fn session_path(folder: &DataFolder, name: &str) -> PathBuf {
    folder.run().join(format!("{name}.{ENDING}"))
}

fn open(path: &Path) -> Result<File> {
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .map_err(|error| Error::file("open", path, &error))
}
