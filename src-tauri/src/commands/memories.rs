//! What the page can ask about memories and summaries.

use hearth_core::memory::{Query, Recall};
use hearth_core::store::memories::{Memory, MemoryChange, MemoryFilter};
use hearth_core::store::summaries::Summary;
use hearth_core::{Hearth, Result};
use serde::Serialize;
use specta::Type;
use tauri::State;

/// The changes that a timeline shows.
const SHOWN: u32 = 300;

/// A topic, and how many memories it has.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct Topic {
    /// Its name.
    name: String,
    /// How many.
    count: u32,
}

/// The memories that are wanted, the newest first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_memories(
    hearth: State<'_, Hearth>,
    filter: MemoryFilter,
) -> Result<Vec<Memory>> {
    hearth.memories.list(filter).await
}

/// The topics of what is remembered, the largest first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn memory_topics(
    hearth: State<'_, Hearth>,
    persona: Option<u32>,
) -> Result<Vec<Topic>> {
    let topics = hearth.store.memory_topics(persona).await?;
    Ok(topics
        .into_iter()
        .map(|(name, count)| Topic { name, count })
        .collect())
}

/// Remembers a sentence.
#[tauri::command]
#[specta::specta]
pub(crate) async fn add_memory(
    hearth: State<'_, Hearth>,
    text: String,
    persona: Option<u32>,
) -> Result<Memory> {
    hearth.memories.add(&text, persona).await
}

/// Changes what a memory says.
#[tauri::command]
#[specta::specta]
pub(crate) async fn edit_memory(
    hearth: State<'_, Hearth>,
    memory: u32,
    text: String,
) -> Result<()> {
    hearth.memories.edit(memory, &text).await
}

/// Sets how important a memory is.
#[tauri::command]
#[specta::specta]
pub(crate) async fn weigh_memory(
    hearth: State<'_, Hearth>,
    memory: u32,
    importance: f32,
) -> Result<()> {
    hearth.store.weigh_memory(memory, importance).await
}

/// Keeps a memory whatever is cleaned up, or no longer.
#[tauri::command]
#[specta::specta]
pub(crate) async fn pin_memory(hearth: State<'_, Hearth>, memory: u32, pinned: bool) -> Result<()> {
    hearth.store.pin_memory(memory, pinned).await
}

/// Lets all personas know a memory, or only its own.
#[tauri::command]
#[specta::specta]
pub(crate) async fn share_memory(
    hearth: State<'_, Hearth>,
    memory: u32,
    shared: bool,
) -> Result<()> {
    hearth.store.share_memory(memory, shared).await
}

/// Makes one memory of several; the first stays, and says the text.
#[tauri::command]
#[specta::specta]
pub(crate) async fn merge_memories(
    hearth: State<'_, Hearth>,
    memories: Vec<u32>,
    text: String,
) -> Result<()> {
    hearth.memories.merge(&memories, &text).await
}

/// Forgets memories; for thirty days they can be restored. How many there were.
#[tauri::command]
#[specta::specta]
pub(crate) async fn forget_memories(hearth: State<'_, Hearth>, memories: Vec<u32>) -> Result<u32> {
    hearth.store.forget_memories(memories).await.map(counted)
}

/// Brings forgotten memories back. How many there were.
#[tauri::command]
#[specta::specta]
pub(crate) async fn restore_memories(hearth: State<'_, Hearth>, memories: Vec<u32>) -> Result<u32> {
    hearth.store.restore_memories(memories).await.map(counted)
}

/// Removes memories for good. How many there were.
#[tauri::command]
#[specta::specta]
pub(crate) async fn purge_memories(hearth: State<'_, Hearth>, memories: Vec<u32>) -> Result<u32> {
    hearth.memories.purge(memories).await.map(counted)
}

/// What became of a memory, or of all, the newest first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn memory_changes(
    hearth: State<'_, Hearth>,
    memory: Option<u32>,
) -> Result<Vec<MemoryChange>> {
    hearth.store.memory_changes(memory, SHOWN).await
}

/// What a clean-up would forget.
#[tauri::command]
#[specta::specta]
pub(crate) async fn preview_cleanup(hearth: State<'_, Hearth>) -> Result<Vec<Memory>> {
    hearth.memories.preview_cleanup().await
}

/// Forgets what is old and unimportant; what that was.
#[tauri::command]
#[specta::specta]
pub(crate) async fn clean_up_memories(hearth: State<'_, Hearth>) -> Result<Vec<Memory>> {
    hearth.memories.clean_up().await
}

/// What a message would recall.
#[tauri::command]
#[specta::specta]
pub(crate) async fn recall_memories(
    hearth: State<'_, Hearth>,
    text: String,
    persona: Option<u32>,
) -> Result<Recall> {
    let most = hearth.settings.get().memory.most_recalled as usize;
    hearth
        .memories
        .recall(&Query {
            text,
            persona,
            most,
            ..Query::default()
        })
        .await
}

/// The summary of a conversation, where it is long enough to have one.
#[tauri::command]
#[specta::specta]
pub(crate) async fn conversation_summary(
    hearth: State<'_, Hearth>,
    conversation: u32,
) -> Result<Option<Summary>> {
    hearth.store.summary(conversation).await
}

/// Writes a summary as the user wants it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn edit_summary(
    hearth: State<'_, Hearth>,
    conversation: u32,
    text: String,
) -> Result<bool> {
    hearth.store.edit_summary(conversation, text).await
}

fn counted(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
