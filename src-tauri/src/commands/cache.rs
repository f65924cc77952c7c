//! What the page can ask about answers that are kept.

use hearth_core::cache::Statistics;
use hearth_core::pipeline::Reused;
use hearth_core::store::responses::{CachedAnswer, Listing, Removal};
use hearth_core::{Code, Error, Hearth, Result};
use serde::Deserialize;
use specta::Type;
use tauri::State;

/// The answers that a list shows.
const SHOWN: u32 = 200;

/// Which answers are to be removed.
#[derive(Clone, Debug, Deserialize, Type)]
#[serde(tag = "type", content = "of", rename_all = "snake_case")]
pub(crate) enum Unwanted {
    /// All.
    All,
    /// The one of this number.
    One(String),
    /// What a model answered.
    Model(String),
    /// What a persona answered.
    Persona(u32),
    /// What was answered in a conversation.
    Conversation(u32),
}

/// What the cache holds and has done.
#[tauri::command]
#[specta::specta]
pub(crate) async fn cache_statistics(hearth: State<'_, Hearth>) -> Result<Statistics> {
    hearth.cache.statistics().await
}

/// Answers that are kept, the last used first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn cached_answers(
    hearth: State<'_, Hearth>,
    wanted: Listing,
) -> Result<Vec<CachedAnswer>> {
    hearth.cache.list(wanted, SHOWN).await
}

/// One answer that is kept.
#[tauri::command]
#[specta::specta]
pub(crate) async fn cached_answer(hearth: State<'_, Hearth>, name: String) -> Result<CachedAnswer> {
    hearth.cache.show(&name).await
}

/// Removes answers for good; how many there were.
#[tauri::command]
#[specta::specta]
pub(crate) async fn clear_cache(hearth: State<'_, Hearth>, unwanted: Unwanted) -> Result<u32> {
    let removal = match unwanted {
        Unwanted::All => Removal::All,
        Unwanted::One(name) => Removal::one(&name)
            .ok_or_else(|| Error::new(Code::NotFound, "There is no such answer."))?,
        Unwanted::Model(name) => Removal::Model(name),
        Unwanted::Persona(id) => Removal::Persona(id),
        Unwanted::Conversation(id) => Removal::Conversations(vec![id]),
    };
    let count = hearth.cache.remove(removal).await?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Notes whether the answer to a similar question was right.
#[tauri::command]
#[specta::specta]
pub(crate) async fn judge_reused(
    hearth: State<'_, Hearth>,
    reused: Reused,
    right: bool,
) -> Result<()> {
    hearth.cache.judge(&reused, right).await;
    Ok(())
}
