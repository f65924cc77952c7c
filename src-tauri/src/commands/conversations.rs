//! What the page can ask about conversations: their order, their branches, the trash, search,
//! export and import.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use hearth_core::chat::{Preview, Shortened, TurnEvent};
use hearth_core::documents;
use hearth_core::store::attachments::Attachment;
use hearth_core::store::conversations::Conversation;
use hearth_core::store::labels::Label;
use hearth_core::store::messages::Message;
use hearth_core::store::search::{Hit, Search};
use hearth_core::store::settings::ConversationSettings;
use hearth_core::transfer::{self, Form, Imported};
use hearth_core::{Error, Hearth, Result};
use serde::{Deserialize, Serialize};
use specta::Type;
use tauri::State;
use tauri::ipc::Channel;
use tokio::sync::broadcast::error::RecvError;

use super::Draft;
use crate::files::{Ask, Files};
use crate::forward;

/// Deletes a conversation.
#[tauri::command]
#[specta::specta]
pub(crate) async fn delete_conversation(
    hearth: State<'_, Hearth>,
    conversation: u32,
) -> Result<()> {
    hearth.chat.delete(conversation).await
}

/// Brings a deleted conversation back.
#[tauri::command]
#[specta::specta]
pub(crate) async fn restore_conversation(
    hearth: State<'_, Hearth>,
    conversation: u32,
) -> Result<()> {
    hearth.store.restore_conversation(conversation).await
}

/// A file that was read for the composer.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct AttachedFile {
    /// Its name and its text.
    file: Attachment,
    /// Tokens of its text.
    tokens: u32,
    /// Tokens that the context of the model holds that will answer.
    holds: u32,
}

/// A change of what orders a conversation.
#[derive(Clone, Debug, Deserialize, Type)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub(crate) enum Change {
    /// Its title.
    Title(String),
    /// Whether it stands above the others.
    Pinned(bool),
    /// Whether it is put away.
    Archived(bool),
    /// Its folder; none where empty.
    Folder(String),
    /// Its tags, all of them.
    Tags(Vec<String>),
}

/// Changes what orders a conversation.
#[tauri::command]
#[specta::specta]
pub(crate) async fn label_conversation(
    hearth: State<'_, Hearth>,
    conversation: u32,
    change: Change,
) -> Result<()> {
    let label = match change {
        Change::Title(title) => Label::Title(title),
        Change::Pinned(pinned) => Label::Pinned(pinned),
        Change::Archived(archived) => Label::Archived(archived),
        Change::Folder(folder) => Label::Folder(folder),
        Change::Tags(tags) => Label::Tags(tags),
    };
    hearth.store.label(conversation, label).await
}

/// Names each conversation that has changed to the page; none where it may be any.
#[tauri::command]
#[specta::specta]
pub(crate) async fn watch_conversations(
    hearth: State<'_, Hearth>,
    changes: Channel<Option<u32>>,
) -> Result<()> {
    let mut watch = hearth.store.watch();
    tauri::async_runtime::spawn(async move {
        loop {
            let change = match watch.recv().await {
                Ok(conversation) => Some(conversation),
                Err(RecvError::Lagged(_)) => None,
                Err(RecvError::Closed) => return,
            };
            // A page that was closed or reloaded ends its channel.
            if changes.send(change).is_err() {
                return;
            }
        }
    });
    Ok(())
}

/// One row of the list.
#[tauri::command]
#[specta::specta]
pub(crate) async fn find_conversation(
    hearth: State<'_, Hearth>,
    conversation: u32,
) -> Result<Conversation> {
    hearth.store.conversation(conversation).await
}

/// What is different for a conversation.
#[tauri::command]
#[specta::specta]
pub(crate) async fn conversation_settings(
    hearth: State<'_, Hearth>,
    conversation: u32,
) -> Result<ConversationSettings> {
    hearth.store.settings_of(conversation).await
}

/// Changes what is different for a conversation.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_conversation_settings(
    hearth: State<'_, Hearth>,
    conversation: u32,
    settings: ConversationSettings,
) -> Result<()> {
    hearth.chat.set_settings(conversation, settings).await
}

/// Messages by their numbers, such as the other answers to a question.
#[tauri::command]
#[specta::specta]
pub(crate) async fn read_messages(
    hearth: State<'_, Hearth>,
    messages: Vec<u32>,
) -> Result<Vec<Message>> {
    hearth.store.messages(messages).await
}

/// The text of a file, and what it costs in a conversation, or in one that has not begun and
/// has these settings. `contents` is the file in base64.
#[tauri::command]
#[specta::specta]
pub(crate) async fn read_file(
    hearth: State<'_, Hearth>,
    conversation: Option<u32>,
    settings: ConversationSettings,
    name: String,
    contents: String,
) -> Result<AttachedFile> {
    let bytes = BASE64
        .decode(contents)
        .map_err(|error| Error::internal(format!("a file came in a wrong form: {error}")))?;
    let file = documents::read(&name, bytes).await?;
    let (tokens, holds) = hearth.chat.cost_of(conversation, settings, &file).await?;
    Ok(AttachedFile {
        file,
        tokens,
        holds,
    })
}

/// A file that was sent with a message.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_attachment(
    hearth: State<'_, Hearth>,
    attachment: u32,
) -> Result<Attachment> {
    hearth.store.attachment(attachment).await
}

/// The conversations in the trash.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_trash(hearth: State<'_, Hearth>) -> Result<Vec<Conversation>> {
    hearth.store.trash().await
}

/// Removes conversations from the trash for good.
#[tauri::command]
#[specta::specta]
pub(crate) async fn purge_conversations(
    hearth: State<'_, Hearth>,
    conversations: Vec<u32>,
) -> Result<u32> {
    let count = hearth.chat.purge(conversations).await?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Searches the texts of all conversations, or of one.
#[tauri::command]
#[specta::specta]
pub(crate) async fn search_messages(hearth: State<'_, Hearth>, search: Search) -> Result<Vec<Hit>> {
    hearth.store.search(search).await
}

/// Sends another version of a question, beside the old one.
#[tauri::command]
#[specta::specta]
pub(crate) async fn edit_message(
    hearth: State<'_, Hearth>,
    message: u32,
    text: String,
    events: Channel<Vec<TurnEvent>>,
) -> Result<()> {
    forward::spawn(hearth.chat.edit(message, text).await?, events);
    Ok(())
}

/// Goes on with an answer that ended before its time.
#[tauri::command]
#[specta::specta]
pub(crate) async fn resume_answer(
    hearth: State<'_, Hearth>,
    answer: u32,
    events: Channel<Vec<TurnEvent>>,
) -> Result<()> {
    forward::spawn(hearth.chat.resume(answer).await?, events);
    Ok(())
}

/// Shows the branch that goes through a message.
#[tauri::command]
#[specta::specta]
pub(crate) async fn show_branch(hearth: State<'_, Hearth>, message: u32) -> Result<()> {
    hearth.chat.show_branch(message).await
}

/// Begins a new conversation with the history up to a message; its number.
#[tauri::command]
#[specta::specta]
pub(crate) async fn branch_off(hearth: State<'_, Hearth>, message: u32) -> Result<u32> {
    hearth.chat.branch_off(message).await
}

/// Exports conversations into a file that the user names; false where none was named.
#[tauri::command]
#[specta::specta]
pub(crate) async fn export_conversations(
    files: State<'_, Files>,
    hearth: State<'_, Hearth>,
    conversations: Vec<u32>,
    form: Form,
) -> Result<bool> {
    let ending = match form {
        Form::Json => "json",
        Form::Markdown => "md",
        Form::Html => "html",
        Form::Text => "txt",
    };
    let text = transfer::export(&hearth.store, &conversations, form).await?;
    let Some(path) = files.ask(Ask::Save(format!("hearth.{ending}"))).await else {
        return Ok(false);
    };
    transfer::save(&path, &text)?;
    Ok(true)
}

/// Imports a file that the user names; none where none was named.
#[tauri::command]
#[specta::specta]
pub(crate) async fn import_conversations(
    files: State<'_, Files>,
    hearth: State<'_, Hearth>,
) -> Result<Option<Imported>> {
    match files.ask(Ask::Open(&["json", "jsonl", "zip"])).await {
        Some(path) => transfer::import(&hearth.store, &path).await.map(Some),
        None => Ok(None),
    }
}

/// What the model would be sent for a message, part by part.
#[tauri::command]
#[specta::specta]
pub(crate) async fn preview_context(hearth: State<'_, Hearth>, message: Draft) -> Result<Preview> {
    hearth.chat.preview(message.into()).await
}

/// A text with fewer words, of about so many percent, for the user to look at.
#[tauri::command]
#[specta::specta]
pub(crate) async fn shorten_text(
    hearth: State<'_, Hearth>,
    text: String,
    percent: u8,
) -> Result<Shortened> {
    hearth.chat.shorten(&text, percent).await
}

/// Keeps a message's turn in the context when others are left out, or no longer.
#[tauri::command]
#[specta::specta]
pub(crate) async fn pin_message(
    hearth: State<'_, Hearth>,
    message: u32,
    pinned: bool,
) -> Result<()> {
    hearth.store.pin_message(message, pinned).await
}
