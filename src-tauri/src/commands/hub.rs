//! What the page can ask about models elsewhere, and about those that are coming.

use std::path::Path;

use hearth_core::models::downloads::DownloadStatus;
use hearth_core::models::elsewhere::{Elsewhere, Places};
use hearth_core::models::hub::{Found, HubFile, Repository};
use hearth_core::models::keeping::{Import, Verified};
use hearth_core::secrets::SecretShown;
use hearth_core::{Code, Error, Hearth, Result};
use tauri::State;
use tauri::ipc::Channel;

use crate::files::{Ask, Files};

/// Repositories on the hub with these words in their names.
#[tauri::command]
#[specta::specta]
pub(crate) async fn search_hub(hearth: State<'_, Hearth>, text: String) -> Result<Vec<Found>> {
    hearth.hub.search(&text).await
}

/// What may be shown of the user's token for the hub.
#[tauri::command]
#[specta::specta]
pub(crate) async fn hub_token(hearth: State<'_, Hearth>) -> Result<Option<SecretShown>> {
    Ok(hearth.hub.token().await)
}

/// Keeps what no keychain keeps in a file that only its owner can read. The page has asked.
#[tauri::command]
#[specta::specta]
pub(crate) async fn keep_secrets_in_file(hearth: State<'_, Hearth>) -> Result<Option<SecretShown>> {
    hearth.secrets.keep_in_file()?;
    Ok(hearth.hub.token().await)
}

/// Takes the hub's token over from a `.env` file that the user chooses.
#[tauri::command]
#[specta::specta]
pub(crate) async fn import_hub_token(
    hearth: State<'_, Hearth>,
    files: State<'_, Files>,
) -> Result<Option<SecretShown>> {
    if let Some(path) = files.ask(Ask::Open(&["env", "*"])).await
        && !hearth.hub.import_token(&path).await?
    {
        return Err(Error::new(
            Code::NotFound,
            "This file has no token for the hub (HF_TOKEN).",
        ));
    }
    Ok(hearth.hub.token().await)
}

/// Keeps a token for the hub, or forgets the one that there is.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_hub_token(
    hearth: State<'_, Hearth>,
    token: Option<String>,
) -> Result<Option<SecretShown>> {
    hearth.hub.set_token(token.as_deref()).await?;
    Ok(hearth.hub.token().await)
}

/// A repository on the hub, with its files.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_repository(hearth: State<'_, Hearth>, id: String) -> Result<Repository> {
    hearth.hub.repository(&id).await
}

/// What the owner of a repository says of it, in Markdown.
#[tauri::command]
#[specta::specta]
pub(crate) async fn model_card(
    hearth: State<'_, Hearth>,
    repository: String,
    commit: String,
) -> Result<Option<String>> {
    hearth.hub.card(&repository, &commit).await
}

/// Downloads files of a repository, as it was when it was looked at.
#[tauri::command]
#[specta::specta]
pub(crate) async fn download_files(
    hearth: State<'_, Hearth>,
    repository: String,
    commit: String,
    files: Vec<HubFile>,
) -> Result<()> {
    let order = |file| hearth.hub.order(&repository, &commit, file);
    let orders = files.iter().map(order).collect::<Result<_>>()?;
    hearth.downloads.add_all(orders).await.map(drop)
}

/// Downloads a file from any address; its last part is its name where none is given.
#[tauri::command]
#[specta::specta]
pub(crate) async fn download_address(
    hearth: State<'_, Hearth>,
    url: String,
    name: Option<String>,
) -> Result<()> {
    let order = hearth.hub.order_at(&url, name.as_deref())?;
    hearth.downloads.add(order).await.map(drop)
}

/// Tells the page how downloads are doing, now and at every change.
#[tauri::command]
#[specta::specta]
pub(crate) async fn watch_downloads(
    hearth: State<'_, Hearth>,
    states: Channel<Vec<DownloadStatus>>,
) -> Result<()> {
    let mut watch = hearth.downloads.watch();
    tauri::async_runtime::spawn(async move {
        loop {
            let now = watch.borrow_and_update().clone();
            // A page that was closed or reloaded ends its channel.
            if states.send(now).is_err() || watch.changed().await.is_err() {
                return;
            }
        }
    });
    Ok(())
}

/// Stops a download; what came of it stays.
#[tauri::command]
#[specta::specta]
pub(crate) async fn pause_download(hearth: State<'_, Hearth>, id: u32) -> Result<()> {
    hearth.downloads.pause(id).await
}

/// Lets a stopped or failed download go on.
#[tauri::command]
#[specta::specta]
pub(crate) async fn resume_download(hearth: State<'_, Hearth>, id: u32) -> Result<()> {
    hearth.downloads.resume(id).await
}

/// Gives a download up; what came of it is removed.
#[tauri::command]
#[specta::specta]
pub(crate) async fn cancel_download(hearth: State<'_, Hearth>, id: u32) -> Result<()> {
    hearth.downloads.cancel(id).await
}

/// Puts a download in front of all that wait.
#[tauri::command]
#[specta::specta]
pub(crate) async fn hurry_download(hearth: State<'_, Hearth>, id: u32) -> Result<()> {
    hearth.downloads.hurry(id).await
}

/// Asks for a file and copies it into the models folder; its name, or none where nobody chose.
#[tauri::command]
#[specta::specta]
pub(crate) async fn import_model(
    hearth: State<'_, Hearth>,
    files: State<'_, Files>,
) -> Result<Option<String>> {
    let Some(path) = files.ask(Ask::Open(&["gguf"])).await else {
        return Ok(None);
    };
    let model = hearth.models.import(&path, Import::Copy, None).await?;
    Ok(Some(model.id))
}

/// The models of other programs on this computer that are not used here yet.
#[tauri::command]
#[specta::specta]
pub(crate) async fn models_elsewhere(hearth: State<'_, Hearth>) -> Result<Vec<Elsewhere>> {
    let models = hearth.models.clone();
    let scan = move || models.elsewhere(&Places::of_this_user());
    tokio::task::spawn_blocking(scan)
        .await
        .map_err(Error::internal)
}

/// Uses a model of another program where it lies.
#[tauri::command]
#[specta::specta]
pub(crate) async fn use_elsewhere(hearth: State<'_, Hearth>, found: Elsewhere) -> Result<()> {
    let path = Path::new(&found.path);
    let model = hearth.models.import(path, Import::Link, Some(&found.name));
    model.await.map(drop)
}

/// Reads a whole model file and compares its checksum.
#[tauri::command]
#[specta::specta]
pub(crate) async fn verify_model(hearth: State<'_, Hearth>, model: String) -> Result<Verified> {
    hearth.models.verify(&model, &hearth.store).await
}

/// Gives a model another name; the new one.
#[tauri::command]
#[specta::specta]
pub(crate) async fn rename_model(
    hearth: State<'_, Hearth>,
    model: String,
    to: String,
) -> Result<String> {
    let renamed = hearth.rename_model(&model, &to).await;
    renamed.map(|renamed| renamed.id)
}

/// Lets a copy that is being made be given up.
#[derive(Debug, Default)]
pub(crate) struct Copying(tokio::sync::Notify);

/// Makes a smaller copy of a model; its name, or none where it was given up.
#[tauri::command]
#[specta::specta]
pub(crate) async fn requantize_model(
    hearth: State<'_, Hearth>,
    copying: State<'_, Copying>,
    model: String,
    weights: String,
    progress: Channel<u8>,
) -> Result<Option<String>> {
    let told = |percent| {
        // A page that was reloaded asks again.
        let _ = progress.send(percent);
    };
    tokio::select! {
        copy = hearth.requantize(&model, &weights, told) => copy.map(|copy| Some(copy.id)),
        () = copying.0.notified() => Ok(None),
    }
}

/// Gives up the copy that is being made.
#[tauri::command]
#[specta::specta]
#[expect(
    clippy::needless_pass_by_value,
    reason = "this is how a command is given what it works with"
)]
pub(crate) fn stop_requantizing(copying: State<'_, Copying>) {
    copying.0.notify_waiters();
}

/// Moves a model to the system's trash.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_model(hearth: State<'_, Hearth>, model: String) -> Result<()> {
    hearth.remove_model(&model).await
}

/// Lets a model answer from now on.
#[tauri::command]
#[specta::specta]
pub(crate) async fn choose_model(hearth: State<'_, Hearth>, model: String) -> Result<()> {
    hearth.choose_model(&model)
}
