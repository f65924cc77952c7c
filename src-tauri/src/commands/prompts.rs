//! What the page can ask about prompts that are used again and again.

use hearth_core::prompts::Prompt;
use hearth_core::{Error, Hearth, Result};
use tauri::State;

use crate::files::{Ask, Files};

/// All prompts.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_prompts(hearth: State<'_, Hearth>) -> Result<Vec<Prompt>> {
    hearth.prompts.list()
}

/// Saves a prompt: a new one, or in the place of the one of the old name.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_prompt(
    hearth: State<'_, Hearth>,
    prompt: Prompt,
    old: Option<String>,
) -> Result<()> {
    hearth.prompts.save(prompt, old.as_deref())
}

/// Removes a prompt.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_prompt(hearth: State<'_, Hearth>, name: String) -> Result<()> {
    hearth.prompts.remove(&name)
}

/// Writes all prompts into a file that the user names; false where they name none.
#[tauri::command]
#[specta::specta]
pub(crate) async fn export_prompts(
    hearth: State<'_, Hearth>,
    files: State<'_, Files>,
) -> Result<bool> {
    let Some(path) = files.ask(Ask::Save("prompts.toml".to_owned())).await else {
        return Ok(false);
    };
    std::fs::write(&path, hearth.prompts.export()?)
        .map_err(|error| Error::file("write", &path, &error))?;
    Ok(true)
}

/// Adds the prompts of a file that the user names. The names of those that were left out; none
/// where no file was named.
#[tauri::command]
#[specta::specta]
pub(crate) async fn import_prompts(
    hearth: State<'_, Hearth>,
    files: State<'_, Files>,
) -> Result<Option<Vec<String>>> {
    let Some(path) = files.ask(Ask::Open(&["toml", "json"])).await else {
        return Ok(None);
    };
    let text =
        std::fs::read_to_string(&path).map_err(|error| Error::file("read", &path, &error))?;
    hearth.prompts.import(&text).map(Some)
}
