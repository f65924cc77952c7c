//! Summaries of long conversations: what stands for the messages that are left out.

use rusqlite::{OptionalExtension, params};
use serde::Serialize;
use specta::Type;

use crate::{Code, Error, Result};

use super::conversations::ConversationId;
use super::messages::MessageId;
use super::{Store, now};

/// What a conversation was about so far.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct Summary {
    /// The words.
    pub text: String,
    /// What it was about most, at most five words.
    pub topics: Vec<String>,
    /// How it sounded: `warm`, `calm` or `troubled`.
    pub tone: String,
    /// The last message that it covers.
    pub until: MessageId,
    /// Whether the user wrote it.
    pub edited: bool,
    /// Whether the model is sent it in the place of messages that were left out.
    pub in_use: bool,
    /// When it was written, in milliseconds since 1970.
    #[specta(type = u32)]
    pub at: f64,
}

impl Store {
    /// The summary of a conversation, if it is long enough to have one.
    pub async fn summary(&self, conversation: ConversationId) -> Result<Option<Summary>> {
        self.read(move |connection| {
            connection
                .prepare_cached(
                    "SELECT text, topics, tone, until_id, edited, sent IS NOT NULL, at FROM summaries
                     WHERE conversation_id = ?",
                )?
                .query_row([conversation], |row| {
                    Ok(Summary {
                        text: row.get(0)?,
                        topics: serde_json::from_str(&row.get::<_, String>(1)?).unwrap_or_default(),
                        tone: row.get(2)?,
                        until: row.get(3)?,
                        edited: row.get(4)?,
                        in_use: row.get(5)?,
                        at: row.get::<_, i64>(6)? as f64,
                    })
                })
                .optional()
        })
        .await
    }

    /// Keeps a newer summary. What is sent stays as it is until messages are left out again.
    pub(crate) async fn set_summary(
        &self,
        conversation: ConversationId,
        new: Summary,
    ) -> Result<()> {
        self.write(move |transaction| {
            transaction.execute(
                "INSERT INTO summaries (conversation_id, text, topics, tone, until_id, edited, at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                 ON CONFLICT (conversation_id) DO UPDATE SET text = excluded.text, topics = excluded.topics,
                     tone = excluded.tone, until_id = excluded.until_id, edited = excluded.edited, at = excluded.at",
                params![
                    conversation,
                    new.text,
                    serde_json::to_string(&new.topics).unwrap_or_default(),
                    new.tone,
                    new.until,
                    new.edited,
                    now()
                ],
            )
        })
        .await?;
        self.tell_change(conversation);
        Ok(())
    }

    /// Writes a summary as the user wants it; it is sent from the next message on, where one is.
    pub async fn edit_summary(&self, conversation: ConversationId, text: String) -> Result<bool> {
        /// Characters of a summary, at most.
        const LONGEST: usize = 4000;
        if text.trim().is_empty() || text.chars().count() > LONGEST {
            let message = format!("A summary has some words, and at most {LONGEST} characters.");
            return Err(Error::new(Code::BadSetting, message));
        }
        let changed = self
            .write(move |transaction| {
                transaction.execute(
                    "UPDATE summaries SET text = ?2, edited = 1, at = ?3, sent = iif(sent IS NULL, NULL, ?2)
                     WHERE conversation_id = ?1",
                    params![conversation, text, now()],
                )
            })
            .await?;
        self.tell_change(conversation);
        Ok(changed > 0)
    }

    /// The words that are sent in the place of messages that were left out.
    pub(crate) async fn sent_summary(
        &self,
        conversation: ConversationId,
    ) -> Result<Option<String>> {
        self.read(move |connection| {
            connection
                .prepare_cached("SELECT sent FROM summaries WHERE conversation_id = ?")?
                .query_row([conversation], |row| row.get(0))
                .optional()
                .map(Option::flatten)
        })
        .await
    }

    /// Notes the words that are sent from now on.
    pub(crate) async fn send_summary(
        &self,
        conversation: ConversationId,
        text: String,
    ) -> Result<()> {
        self.write(move |transaction| {
            transaction.execute(
                "UPDATE summaries SET sent = ?2 WHERE conversation_id = ?1",
                params![conversation, text],
            )
        })
        .await
        .map(drop)
    }
}
