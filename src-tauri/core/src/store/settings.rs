//! What is different for a single conversation.

use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::Result;
use crate::config::sampling::SamplingConfig;

use super::Store;
use super::conversations::{self, ConversationId};
use super::personas::PersonaId;

/// What is different for a single conversation; what is not set is as everywhere.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct ConversationSettings {
    /// The model that answers.
    pub model: Option<String>,
    /// The instructions at its start; empty for none.
    pub system_prompt: Option<String>,
    /// How answers are drawn.
    pub sampling: SamplingConfig,
    /// Who answers; 0 for no persona.
    pub persona: Option<PersonaId>,
    /// Whether memories are used and made.
    pub memory: Option<bool>,
}

impl ConversationSettings {
    /// As the database keeps it: nothing where all is as everywhere.
    pub(super) fn to_column(&self) -> Option<String> {
        if *self == Self::default() {
            return None;
        }
        serde_json::to_string(self).ok()
    }

    pub(super) fn of_column(column: Option<String>) -> Self {
        column
            .and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_default()
    }
}

impl Store {
    /// What is different for a conversation.
    pub async fn settings_of(&self, id: ConversationId) -> Result<ConversationSettings> {
        self.read(move |connection| of(connection, id))
            .await?
            .ok_or_else(|| conversations::missing(id))
    }

    /// Changes what is different for a conversation.
    pub async fn set_settings(
        &self,
        id: ConversationId,
        settings: ConversationSettings,
    ) -> Result<()> {
        let changed = self
            .write(move |transaction| {
                transaction.execute(
                    "UPDATE conversations SET settings = ?2 WHERE id = ?1 AND deleted_at IS NULL",
                    params![id, settings.to_column()],
                )
            })
            .await?;
        if changed == 0 {
            return Err(conversations::missing(id));
        }
        self.tell_change(id);
        Ok(())
    }
}

pub(super) fn of(
    connection: &Connection,
    id: ConversationId,
) -> rusqlite::Result<Option<ConversationSettings>> {
    connection
        .prepare_cached("SELECT settings FROM conversations WHERE id = ? AND deleted_at IS NULL")?
        .query_row([id], |row| row.get(0))
        .optional()
        .map(|row| row.map(ConversationSettings::of_column))
}
