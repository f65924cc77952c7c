//! What the page can ask about batches of prompts.

use std::time::Duration;

use hearth_core::batches::{Batches, Foreseen, Source, TableForm, Wanted};
use hearth_core::store::batches::{Batch, BatchRow, RowState};
use hearth_core::{Error, Hearth, Result};
use serde::Serialize;
use specta::Type;
use tauri::State;
use tauri::ipc::Channel;

use crate::files::{Ask, Files};

/// How often the page is told at most that something has changed.
const PACE: Duration = Duration::from_millis(200);
/// Rows of a table that are read at once.
const PAGE: u32 = 100;
/// Bytes of a file of prompts, at most.
const LARGEST: u64 = 64 << 20;

/// A file of prompts.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct PromptFile {
    /// Its name.
    name: String,
    /// What stands in it.
    text: String,
    /// What its ending says that it is.
    source: Source,
}

/// Sends the batches, now and whenever something changes in one.
#[tauri::command]
#[specta::specta]
pub(crate) async fn watch_batches(
    hearth: State<'_, Hearth>,
    batches: Channel<Vec<Batch>>,
) -> Result<()> {
    let mut watch = hearth.batches.watch();
    let store = hearth.store.clone();
    tauri::async_runtime::spawn(async move {
        loop {
            watch.mark_unchanged();
            match store.batches().await {
                // A page that was closed or reloaded ends its channel.
                Ok(now) => {
                    if batches.send(now).is_err() {
                        return;
                    }
                }
                Err(error) => tracing::warn!(%error, "the batches were not read"),
            }
            tokio::time::sleep(PACE).await;
            if watch.changed().await.is_err() {
                return;
            }
        }
    });
    Ok(())
}

/// Rows of a batch behind a place: those in one state, or all.
#[tauri::command]
#[specta::specta]
pub(crate) async fn batch_rows(
    hearth: State<'_, Hearth>,
    id: u32,
    state: Option<RowState>,
    after: u32,
) -> Result<Vec<BatchRow>> {
    hearth.store.batch_rows(id, state, after, PAGE).await
}

/// What a batch would be.
#[tauri::command]
#[specta::specta]
pub(crate) async fn foresee_batch(wanted: Wanted) -> Result<Foreseen> {
    Batches::foresee(wanted).await
}

/// Makes a batch, and begins with it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn add_batch(hearth: State<'_, Hearth>, wanted: Wanted) -> Result<u32> {
    hearth.batches.add(wanted).await
}

/// A file of prompts that the user names; none where they name none.
#[tauri::command]
#[specta::specta]
pub(crate) async fn read_prompt_file(files: State<'_, Files>) -> Result<Option<PromptFile>> {
    let Some(path) = files.ask(Ask::Open(&["csv", "tsv", "txt"])).await else {
        return Ok(None);
    };
    let fault = |error| Error::file("read", &path, &error);
    let size = std::fs::metadata(&path).map_err(fault)?.len();
    if size > LARGEST {
        let message = format!("{} MB is too much for one batch.", size >> 20);
        return Err(Error::new(hearth_core::Code::FileUnreadable, message));
    }
    let text = std::fs::read_to_string(&path).map_err(fault)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Ok(Some(PromptFile {
        name: name.into_owned(),
        text,
        source: Source::of(&path),
    }))
}

/// Lets a batch rest.
#[tauri::command]
#[specta::specta]
pub(crate) async fn pause_batch(hearth: State<'_, Hearth>, id: u32) -> Result<()> {
    hearth.batches.pause(id).await
}

/// Lets a batch go on.
#[tauri::command]
#[specta::specta]
pub(crate) async fn resume_batch(hearth: State<'_, Hearth>, id: u32) -> Result<()> {
    hearth.batches.resume(id).await
}

/// Gives up what has no answer yet; how many prompts that were.
#[tauri::command]
#[specta::specta]
pub(crate) async fn cancel_batch(hearth: State<'_, Hearth>, id: u32) -> Result<u32> {
    hearth.batches.cancel(id).await
}

/// Asks again what failed or was given up; how many prompts that were.
#[tauri::command]
#[specta::specta]
pub(crate) async fn retry_batch(hearth: State<'_, Hearth>, id: u32) -> Result<u32> {
    hearth.batches.retry(id).await
}

/// Removes a batch for good.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_batch(hearth: State<'_, Hearth>, id: u32) -> Result<()> {
    hearth.batches.remove(id).await
}

/// Writes the table of a batch into a file that the user names; false where they name none.
#[tauri::command]
#[specta::specta]
pub(crate) async fn export_batch(
    hearth: State<'_, Hearth>,
    files: State<'_, Files>,
    id: u32,
    form: TableForm,
) -> Result<bool> {
    let ending = match form {
        TableForm::Csv => "csv",
        TableForm::JsonLines => "jsonl",
    };
    let table = hearth.batches.table(id, form).await?;
    let Some(path) = files.ask(Ask::Save(format!("batch-{id}.{ending}"))).await else {
        return Ok(false);
    };
    std::fs::write(&path, table).map_err(|error| Error::file("write", &path, &error))?;
    Ok(true)
}
