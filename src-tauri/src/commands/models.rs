//! What the page can ask about models.

use hearth_core::config::sampling::SamplingConfig;
use hearth_core::engine::EngineStatus;
use hearth_core::models::Model;
use hearth_core::models::hub::Variant;
use hearth_core::models::machine::{Expectation, Machine};
use hearth_core::models::outlook::{Details, InstalledModel};
use hearth_core::models::suggestion::{self, Size, Suggestion};
use hearth_core::{Hearth, Result};
use serde::Serialize;
use specta::Type;
use tauri::State;
use tauri::ipc::Channel;

/// How a model's answers are drawn.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct ModelSampling {
    /// What was set for this model alone.
    pub own: SamplingConfig,
    /// What applies where nothing was set for it.
    pub default: SamplingConfig,
}

/// Tells the page what is loaded, now and at every change.
#[tauri::command]
#[specta::specta]
pub(crate) async fn watch_engines(
    hearth: State<'_, Hearth>,
    states: Channel<Vec<EngineStatus>>,
) -> Result<()> {
    let mut watch = hearth.engines.watch();
    tauri::async_runtime::spawn(async move {
        loop {
            let now = watch.borrow_and_update().clone();
            // A page that was closed or reloaded ends its channel.
            if states.send(now).is_err() || watch.changed().await.is_err() {
                return;
            }
            tokio::time::sleep(crate::forward::FRAME).await;
        }
    });
    Ok(())
}

/// The models that can answer.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_models(hearth: State<'_, Hearth>) -> Result<Vec<Model>> {
    let found = hearth.models.list()?;
    Ok(found
        .into_iter()
        .filter_map(|(_, model)| model.ok())
        .collect())
}

/// Every model file that can chat or cannot be used, each with what it takes here.
#[tauri::command]
#[specta::specta]
pub(crate) async fn installed_models(hearth: State<'_, Hearth>) -> Result<Vec<InstalledModel>> {
    hearth.installed_models().await
}

/// Everything that is known of a model.
#[tauri::command]
#[specta::specta]
pub(crate) async fn model_details(hearth: State<'_, Hearth>, model: String) -> Result<Details> {
    hearth.model_details(&model).await
}

/// This computer, as far as it decides which models run on it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn this_computer(hearth: State<'_, Hearth>) -> Result<Machine> {
    hearth.machine().await
}

/// A model to begin with, and what it takes and gives here.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct Suggested {
    /// The model.
    pub suggestion: Suggestion,
    /// What to expect of it.
    pub expected: Expectation,
}

/// The model to begin with on this computer, or the one of a size.
#[tauri::command]
#[specta::specta]
pub(crate) async fn suggest_model(
    hearth: State<'_, Hearth>,
    size: Option<Size>,
) -> Result<Suggested> {
    let machine = hearth.machine().await?;
    let suggestion = suggestion::for_machine(&machine, size)?;
    Ok(Suggested {
        expected: machine.expect(suggestion.bytes),
        suggestion,
    })
}

/// What to expect here of a repository's variants, and which of them to take.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct Outlook {
    /// What to expect of each.
    pub expected: Vec<Expectation>,
    /// The one to take; none where none fits.
    pub best: Option<u32>,
}

/// What to expect here of a repository's variants.
#[tauri::command]
#[specta::specta]
pub(crate) async fn outlook_of(
    hearth: State<'_, Hearth>,
    variants: Vec<Variant>,
) -> Result<Outlook> {
    let machine = hearth.machine().await?;
    let best = suggestion::best(&machine, &variants);
    Ok(Outlook {
        expected: variants
            .iter()
            .map(|one| machine.expect(one.bytes as f64))
            .collect(),
        best: best.and_then(|index| u32::try_from(index).ok()),
    })
}

/// Loads a model. Returns when it is ready.
#[tauri::command]
#[specta::specta]
pub(crate) async fn load_model(hearth: State<'_, Hearth>, model: String) -> Result<()> {
    hearth.engines.load(&model).await
}

/// Unloads a model. Returns when its memory is free.
#[tauri::command]
#[specta::specta]
pub(crate) async fn unload_model(hearth: State<'_, Hearth>, model: String) -> Result<()> {
    hearth.engines.unload(&model).await
}

/// Loads a model afresh, with the settings of now.
#[tauri::command]
#[specta::specta]
pub(crate) async fn reload_model(hearth: State<'_, Hearth>, model: String) -> Result<()> {
    hearth.engines.reload(&model).await
}

/// How a model's answers are drawn.
#[tauri::command]
#[specta::specta]
pub(crate) async fn model_sampling(
    hearth: State<'_, Hearth>,
    model: String,
) -> Result<ModelSampling> {
    let model = hearth.models.find(&model)?;
    let config = hearth.settings.get();
    let own = config.models.get(&model.id);
    Ok(ModelSampling {
        own: own.map(|own| own.sampling.clone()).unwrap_or_default(),
        default: config.sampling.complete(&model),
    })
}

/// Changes one field of it, as it was typed; none goes back to the default.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_model_sampling(
    hearth: State<'_, Hearth>,
    model: String,
    field: String,
    text: Option<String>,
) -> Result<()> {
    let model = hearth.models.find(&model)?;
    hearth
        .settings
        .set_model_sampling(&model.id, &field, text.as_deref())
}
