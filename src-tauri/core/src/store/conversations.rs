//! Conversations: rows of the list, and which branch of each is shown.

use rusqlite::{OptionalExtension, Row, Transaction, params};
use serde::Serialize;
use specta::Type;

use crate::{Code, Error, Result};

use super::settings::ConversationSettings;
use super::{Store, now};

/// Names a conversation; given once, never again.
pub type ConversationId = u32;

/// A row of the list.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct Conversation {
    /// Its number.
    pub id: ConversationId,
    /// Its title.
    pub title: String,
    /// When it began, in milliseconds since 1970.
    #[specta(type = u32)]
    pub created_at: f64,
    /// When its last message came, in milliseconds since 1970.
    #[specta(type = u32)]
    pub updated_at: f64,
    /// Whether it stands above the others.
    pub pinned: bool,
    /// Whether it was put away.
    pub archived: bool,
    /// The folder it is in.
    pub folder: Option<String>,
    /// Its tags, in alphabetical order.
    pub tags: Vec<String>,
}

/// What is selected for each row of the list.
pub(super) const COLUMNS: &str = "id, title, created_at, updated_at, pinned_at IS NOT NULL,
    archived_at IS NOT NULL, folder,
    (SELECT json_group_array(tag) FROM (SELECT tag FROM tags WHERE conversation_id = id ORDER BY tag))";

impl Store {
    /// The conversations that are not deleted, the last used first.
    pub async fn conversations(&self) -> Result<Vec<Conversation>> {
        self.read(|connection| {
            connection
                .prepare_cached(&format!(
                    "SELECT {COLUMNS} FROM conversations
                     WHERE deleted_at IS NULL ORDER BY updated_at DESC, id DESC"
                ))?
                .query_map([], conversation)?
                .collect()
        })
        .await
    }

    /// One conversation that is not deleted.
    pub async fn conversation(&self, id: ConversationId) -> Result<Conversation> {
        self.read(move |connection| {
            connection
                .prepare_cached(&format!(
                    "SELECT {COLUMNS} FROM conversations WHERE id = ? AND deleted_at IS NULL"
                ))?
                .query_row([id], conversation)
                .optional()
        })
        .await?
        .ok_or_else(|| missing(id))
    }

    /// Deletes a conversation. [`Store::restore_conversation`] undoes it.
    pub async fn delete_conversation(&self, id: ConversationId) -> Result<()> {
        self.set_deleted(id, Some(now())).await
    }

    /// Brings a deleted conversation back.
    pub async fn restore_conversation(&self, id: ConversationId) -> Result<()> {
        self.set_deleted(id, None).await
    }

    async fn set_deleted(&self, id: ConversationId, at: Option<i64>) -> Result<()> {
        let changed = self
            .write(move |transaction| {
                transaction.execute(
                    "UPDATE conversations SET deleted_at = ?2
                     WHERE id = ?1 AND (deleted_at IS NULL) = (?2 IS NOT NULL)",
                    params![id, at],
                )
            })
            .await?;
        if changed == 0 {
            return Err(missing(id));
        }
        self.tell_change(id);
        Ok(())
    }
}

/// A new conversation.
pub(super) fn insert(
    transaction: &Transaction<'_>,
    title: &str,
    settings: &ConversationSettings,
) -> rusqlite::Result<ConversationId> {
    transaction.query_row(
        "INSERT INTO conversations (title, created_at, updated_at, settings)
         VALUES (?1, ?2, ?2, ?3) RETURNING id",
        params![title, now(), settings.to_column()],
        |row| row.get(0),
    )
}

/// Moves the shown branch to end at a message, and the conversation to the top of the list.
pub(super) fn set_head(
    transaction: &Transaction<'_>,
    id: ConversationId,
    head: super::messages::MessageId,
) -> rusqlite::Result<()> {
    transaction
        .execute(
            "UPDATE conversations SET head = ?2, updated_at = max(?3, updated_at) WHERE id = ?1",
            params![id, head, now()],
        )
        .map(drop)
}

pub(super) fn conversation(row: &Row<'_>) -> rusqlite::Result<Conversation> {
    let tags: String = row.get(7)?;
    Ok(Conversation {
        id: row.get(0)?,
        title: row.get(1)?,
        created_at: row.get::<_, i64>(2)? as f64,
        updated_at: row.get::<_, i64>(3)? as f64,
        pinned: row.get(4)?,
        archived: row.get(5)?,
        folder: row.get(6)?,
        tags: serde_json::from_str(&tags).unwrap_or_default(),
    })
}

pub(super) fn missing(id: ConversationId) -> Error {
    Error::new(Code::NotFound, format!("There is no conversation {id}."))
}
