//! What the page can ask of windows.

use hearth_core::Result;
use tauri::State;

use crate::windows::{Want, Windows};

/// Opens a conversation in a window of its own.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_conversation_window(
    windows: State<'_, Windows>,
    conversation: u32,
) -> Result<()> {
    windows.want(Want::Conversation(conversation))
}

/// Opens the window for a quick question, or puts it out of sight.
#[tauri::command]
#[specta::specta]
pub(crate) async fn show_quick_ask(windows: State<'_, Windows>, shown: bool) -> Result<()> {
    windows.want(if shown {
        Want::QuickAsk
    } else {
        Want::NoQuickAsk
    })
}

/// Opens the system's dialog for printing, which also makes PDF files: for the window of a
/// conversation, or the main one.
#[tauri::command]
#[specta::specta]
pub(crate) async fn print_page(
    windows: State<'_, Windows>,
    conversation: Option<u32>,
) -> Result<()> {
    windows.want(Want::Print(conversation))
}
