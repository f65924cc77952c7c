//! What the page can ask about full backups. Paths are named by the user, in the system's own
//! dialogs, and never by the page.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use hearth_core::archive::{self, BackupPart, Manifest};
use hearth_core::{Code, Error, Hearth, Result};
use serde::Serialize;
use specta::Type;
use tauri::State;

use crate::files::{Ask, Files};

/// The backup that the user has opened, to restore from it.
#[derive(Default)]
pub(crate) struct Opened(Mutex<Option<PathBuf>>);

/// A backup that was opened and found sound.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct OpenedBackup {
    /// What is in it.
    manifest: Manifest,
    /// What of it can be restored.
    parts: Vec<BackupPart>,
}

/// Writes a full backup where the user says; none where they say nowhere.
#[tauri::command]
#[specta::specta]
pub(crate) async fn back_up(
    hearth: State<'_, Hearth>,
    files: State<'_, Files>,
) -> Result<Option<Manifest>> {
    let name = format!("hearth-{}.zip", jiff::Zoned::now().strftime("%Y%m%d"));
    let Some(path) = files.ask(Ask::Save(name)).await else {
        return Ok(None);
    };
    hearth.back_up(&path).await.map(Some)
}

/// Opens a backup that the user chooses, and reads all of it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_backup(
    files: State<'_, Files>,
    opened: State<'_, Opened>,
) -> Result<Option<OpenedBackup>> {
    let Some(path) = files.ask(Ask::Open(&["zip"])).await else {
        return Ok(None);
    };
    let looked = {
        let path = path.clone();
        tauri::async_runtime::spawn_blocking(move || archive::look(&path))
    };
    let manifest = looked.await.map_err(Error::internal)??;
    *opened.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(path);
    Ok(Some(OpenedBackup {
        parts: manifest.parts(),
        manifest,
    }))
}

/// Restores parts of the backup that was opened; true says that one waits for the next start.
#[tauri::command]
#[specta::specta]
pub(crate) async fn restore_backup(
    hearth: State<'_, Hearth>,
    opened: State<'_, Opened>,
    parts: Vec<BackupPart>,
) -> Result<bool> {
    let path = opened
        .0
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    let path = path.ok_or_else(|| Error::new(Code::NotFound, "No backup was opened."))?;
    tokio::task::block_in_place(|| hearth.restore(&path, &parts))
}
