//! What one process tells the others of its models, and asks of the window's process.
//!
//! Each process keeps a file in `run/` with the models that it has loaded. A command that is
//! to change what is loaded leaves a request there; the process with the window carries it out
//! and leaves a reply. Files work on every system, and only the folder's owner can write there.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::engine::{EngineStatus, Engines};
use crate::folder::DataFolder;
use crate::{Code, Error, Result};

use super::is_alive;

const MODELS: &str = "engines";
const REQUEST: &str = "request";
const TAKEN: &str = "taken";
const PART: &str = "part";
const REPLY: &str = "reply";
/// A request that was not taken by then is not seen.
const TAKEN_WITHIN: Duration = Duration::from_secs(5);
/// How often a reply is looked for.
const LOOK: Duration = Duration::from_millis(50);
/// Several changes within this are told at once.
const TOGETHER: Duration = Duration::from_millis(100);

/// What a process has loaded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Loaded {
    /// Whether it is the process with the window.
    pub window: bool,
    /// Its models.
    pub engines: Vec<EngineStatus>,
}

/// What is asked of the process with the window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", content = "model", rename_all = "snake_case")]
pub enum Request {
    /// Load this model.
    Load(String),
    /// Unload this model.
    Unload(String),
    /// Load this model afresh.
    Reload(String),
}

/// Tells the others what this process has loaded, and every change of it, until the models'
/// states end.
pub(crate) async fn tell(
    folder: DataFolder,
    session: String,
    window: bool,
    mut states: watch::Receiver<Vec<EngineStatus>>,
) {
    let path = folder.run().join(format!("{session}.{MODELS}"));
    loop {
        let engines = states.borrow_and_update().clone();
        if let Err(error) = write(&path, &Loaded { window, engines }) {
            tracing::warn!(%error, "other processes cannot see what is loaded here");
        }
        if states.changed().await.is_err() {
            break;
        }
        tokio::time::sleep(TOGETHER).await;
    }
    remove(&path);
}

/// What every living process has loaded.
pub fn loaded(folder: &DataFolder) -> Result<Vec<Loaded>> {
    let run = folder.run();
    let fault = |error| Error::file("read the folder", &run, &error);
    let mut all = Vec::new();
    for entry in fs::read_dir(&run).map_err(fault)? {
        let path = entry.map_err(fault)?.path();
        let stem = path.file_stem().and_then(|stem| stem.to_str());
        let Some(session) = stem.filter(|_| is_told(&path)) else {
            continue;
        };
        if !is_alive(folder, session) {
            remove(&path);
        } else if let Some(loaded) = read(&path) {
            all.push(loaded);
        }
    }
    Ok(all)
}

/// Has the process with the window do something; none where there is no window.
pub async fn ask(folder: &DataFolder, request: &Request) -> Result<Option<()>> {
    let has_window = || Ok::<_, Error>(loaded(folder)?.iter().any(|one| one.window));
    if !has_window()? {
        return Ok(None);
    }
    let name = uuid::Uuid::new_v4();
    let asked = folder.run().join(format!("{name}.{REQUEST}"));
    let reply = asked.with_extension(REPLY);
    write(&asked, request)?;
    let since = Instant::now();
    let answer = loop {
        if let Some(answer) = read::<std::result::Result<(), Error>>(&reply) {
            break answer;
        }
        let ignored = since.elapsed() > TAKEN_WITHIN && asked.exists();
        if ignored || !has_window()? {
            remove(&asked);
            let message = "Hearth's window was closed before it could do that, or does not answer.";
            return Err(Error::new(Code::Interrupted, message));
        }
        tokio::time::sleep(LOOK).await;
    };
    remove(&reply);
    answer.map(Some)
}

/// The requests that lie there already.
#[must_use]
pub fn waiting(folder: &DataFolder) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder.run()).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .filter(|path| is_request(path))
        .collect()
}

/// Carries a request out and leaves the reply. One that another has taken is left alone.
pub async fn carry_out(engines: &Engines, path: &Path) {
    // It may be announced twice; only one can take it.
    let taken = path.with_extension(TAKEN);
    if fs::rename(path, &taken).is_err() {
        return;
    }
    let request = read::<Request>(&taken);
    remove(&taken);
    let done = match request {
        Some(Request::Load(model)) => engines.load(&model).await,
        Some(Request::Unload(model)) => engines.unload(&model).await,
        Some(Request::Reload(model)) => engines.reload(&model).await,
        None => Err(Error::new(
            Code::BadSetting,
            "The open window is of another version of Hearth and does not understand this.",
        )),
    };
    if let Err(error) = write(&path.with_extension(REPLY), &done) {
        tracing::warn!(%error, "a command does not hear what became of its request");
    }
}

fn write(path: &Path, value: &impl Serialize) -> Result<()> {
    let fault = |error| Error::file("write", path, &error);
    let bytes = serde_json::to_vec(value).map_err(Error::internal)?;
    // Only one process writes under a name, so what it leaves when it is killed is found again.
    let part = path.with_extension(PART);
    fs::write(&part, bytes).map_err(fault)?;
    fs::rename(&part, path).map_err(fault)?;
    Ok(())
}

fn read<T: serde::de::DeserializeOwned>(path: &Path) -> Option<T> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

/// What cannot be removed is harmless: its process is gone, and the next look tries again.
fn remove(path: &Path) {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            tracing::warn!(%error, path = %path.display(), "not removed");
        }
        _ => {}
    }
}

/// Removes what the process of a session told.
pub(super) fn forget(session: &Path) {
    remove(&session.with_extension(MODELS));
    remove(&session.with_extension(PART));
}

/// Whether a file holds what a process tells the others.
pub(super) fn is_told(path: &Path) -> bool {
    path.extension()
        .is_some_and(|ending| ending == MODELS || ending == PART)
}

/// Whether a path is that of a request.
pub(super) fn is_request(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == REQUEST)
}
