//! The key that opens the window for a quick question from anywhere, where the system allows it.

use hearth_core::Hearth;
use tauri::{AppHandle, Manager, Runtime};
use tauri_plugin_global_shortcut::{GlobalShortcutExt, ShortcutState};

use crate::windows::{Want, Windows};

/// Asks the system for the key of the settings. Another program may have it, or the system may
/// give none away (Wayland); then the window still opens from Hearth's own.
pub(crate) fn register<R: Runtime>(app: &AppHandle<R>) {
    let key = app
        .state::<Hearth>()
        .settings
        .get()
        .window
        .quick_ask
        .clone();
    if key.trim().is_empty() {
        return;
    }
    let registered = app
        .global_shortcut()
        .on_shortcut(key.trim(), |app, _, event| {
            if event.state() == ShortcutState::Pressed
                && let Err(error) = app.state::<Windows>().want(Want::QuickAsk)
            {
                tracing::warn!(%error, "the window for a quick question did not open");
            }
        });
    if let Err(error) = registered {
        tracing::warn!(key, %error, "the key for a quick question is not available");
    }
}
