//! What the page can ask about prompts that are used again and again.

use hearth_core::prompts::Prompt;
use hearth_core::{Hearth, Result};
use tauri::State;

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
