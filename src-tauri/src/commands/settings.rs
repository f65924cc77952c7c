//! What the page can ask about settings.

use hearth_core::config::differences::Differences;
use hearth_core::config::profiles::Profile;
use hearth_core::config::reading::Fault;
use hearth_core::config::schema::Section;
use hearth_core::config::timeline::State as Past;
use hearth_core::config::{Settings, SettingsShown};
use hearth_core::logs::{self, LogLines};
use hearth_core::{Hearth, Result};
use tauri::State;
use tauri::ipc::Channel;

/// All sections of settings, with what each setting takes and is for.
#[tauri::command]
#[specta::specta]
pub(crate) async fn setting_sections() -> Result<Vec<Section>> {
    Ok(Settings::sections().to_vec())
}

/// Tells the page what the settings file holds, now and at every change, whoever makes it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn watch_settings(
    hearth: State<'_, Hearth>,
    changes: Channel<SettingsShown>,
) -> Result<()> {
    let settings = hearth.settings.clone();
    let mut watch = settings.subscribe();
    tauri::async_runtime::spawn(async move {
        // A page that was closed or reloaded ends its channel.
        while changes.send(settings.shown()).is_ok() && watch.changed().await.is_ok() {}
    });
    Ok(())
}

/// Sets a value as it was typed; none goes back to the default.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_setting(
    hearth: State<'_, Hearth>,
    key: String,
    typed: Option<String>,
) -> Result<()> {
    hearth.settings.set(&key, typed.as_deref())
}

/// Says what is wrong with a text that is not saved yet.
#[tauri::command]
#[specta::specta]
pub(crate) async fn check_settings(text: String) -> Result<Vec<Fault>> {
    Ok(Settings::faults_in(text.as_bytes()))
}

/// What differs between the file and a text that is not saved yet.
#[tauri::command]
#[specta::specta]
pub(crate) async fn compare_settings_text(
    hearth: State<'_, Hearth>,
    text: String,
) -> Result<Differences> {
    hearth.settings.compare_text(&text)
}

/// Saves a text as the whole file, unless the file is another one than `base` by now.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_settings_text(
    hearth: State<'_, Hearth>,
    text: String,
    base: String,
) -> Result<()> {
    hearth.settings.save_text(&text, &base)
}

/// The earlier states of the settings, the newest first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn settings_states(hearth: State<'_, Hearth>) -> Result<Vec<Past>> {
    hearth.settings.states()
}

/// The newest state in which nothing is wrong.
#[tauri::command]
#[specta::specta]
pub(crate) async fn sound_settings(hearth: State<'_, Hearth>) -> Result<Option<Past>> {
    hearth.settings.newest_sound()
}

/// Keeps the settings as they are now.
#[tauri::command]
#[specta::specta]
pub(crate) async fn keep_settings(hearth: State<'_, Hearth>, note: Option<String>) -> Result<()> {
    hearth.settings.keep(note)
}

/// What differs between a state and another one, or the file as it is now.
#[tauri::command]
#[specta::specta]
pub(crate) async fn compare_settings(
    hearth: State<'_, Hearth>,
    before: String,
    after: Option<String>,
) -> Result<Differences> {
    hearth.settings.compare(&before, after.as_deref())
}

/// Goes back to a state: to all of it, or with these settings alone.
#[tauri::command]
#[specta::specta]
pub(crate) async fn restore_settings(
    hearth: State<'_, Hearth>,
    id: String,
    keys: Option<Vec<String>>,
) -> Result<()> {
    match keys {
        Some(keys) => hearth.settings.restore_keys(&id, &keys),
        None => hearth.settings.restore(&id),
    }
}

/// The profiles.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_profiles(hearth: State<'_, Hearth>) -> Result<Vec<Profile>> {
    hearth.profiles.list()
}

/// What applying a profile would change.
#[tauri::command]
#[specta::specta]
pub(crate) async fn preview_profile(
    hearth: State<'_, Hearth>,
    name: String,
) -> Result<Differences> {
    hearth.profiles.preview(&name)
}

/// Applies a profile.
#[tauri::command]
#[specta::specta]
pub(crate) async fn apply_profile(hearth: State<'_, Hearth>, name: String) -> Result<()> {
    hearth.profiles.apply(&name)
}

/// Makes a profile of the settings as they are now.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_profile(hearth: State<'_, Hearth>, name: String) -> Result<()> {
    hearth.profiles.save(&name)
}

/// Removes a profile of the user's own.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_profile(hearth: State<'_, Hearth>, name: String) -> Result<()> {
    hearth.profiles.remove(&name)
}

/// What was noted in the log since a place; without one, the newest.
#[tauri::command]
#[specta::specta]
pub(crate) async fn read_log(hearth: State<'_, Hearth>, since: Option<u32>) -> Result<LogLines> {
    logs::read(&hearth.folder.logs(), since.map(u64::from))
}

/// What somebody who mends Hearth needs to know, without secrets and conversations.
#[tauri::command]
#[specta::specta]
pub(crate) async fn bug_report(hearth: State<'_, Hearth>) -> Result<String> {
    logs::report(&hearth, env!("CARGO_PKG_VERSION")).await
}
