//! Branches: a conversation is a tree, of which one branch is shown.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::{Code, Error, Result};

use super::answers::{busy, is_being_answered};
use super::conversations::{self, ConversationId};
use super::messages::{self, Message, MessageId};
use super::{Store, attachments, now, settings};

impl Store {
    /// Shows the branch that goes through a message, down to its newest end.
    pub async fn show_branch(&self, through: MessageId) -> Result<()> {
        let store = self.clone();
        self.write(move |transaction| {
            let conversation: Option<ConversationId> = transaction
                .query_row(
                    "SELECT conversation_id FROM messages WHERE id = ?",
                    [through],
                    |row| row.get(0),
                )
                .optional()?;
            let Some(conversation) = conversation else {
                return Ok(Err(missing(through)));
            };
            if is_being_answered(transaction, conversation, &store)? {
                return Ok(Err(busy()));
            }
            transaction.execute(
                "WITH RECURSIVE down (at) AS (
                     SELECT ?2
                     UNION ALL
                     SELECT (SELECT max(id) FROM messages WHERE parent_id = at) FROM down
                     WHERE EXISTS (SELECT 1 FROM messages WHERE parent_id = at)
                 )
                 UPDATE conversations SET head = (SELECT max(at) FROM down), context_start = NULL
                 WHERE id = ?1",
                [conversation, through],
            )?;
            Ok(Ok(()))
        })
        .await?
    }

    /// A new conversation with a copy of the branch that ends at a message.
    pub async fn branch_off(&self, end: MessageId, title: String) -> Result<ConversationId> {
        let copied: Result<ConversationId> = self
            .write(move |transaction| {
                let branch = messages::branch(transaction, Some(end), None)?;
                if branch.is_empty() {
                    return Ok(Err(missing(end)));
                }
                let settings =
                    settings::of(transaction, branch[0].conversation)?.unwrap_or_default();
                let id = conversations::insert(transaction, &title, &settings)?;
                let mut parent = None;
                for message in &branch {
                    parent = Some(copy(transaction, id, parent, message.id)?);
                }
                if let Some(head) = parent {
                    conversations::set_head(transaction, id, head)?;
                }
                Ok(Ok(id))
            })
            .await?;
        if let Ok(id) = copied {
            self.tell_change(id);
        }
        copied
    }

    /// Keeps a message in the context when others are left out, or no longer.
    pub async fn pin_message(&self, id: MessageId, pinned: bool) -> Result<()> {
        let changed = self
            .write(move |transaction| {
                transaction.execute(
                    "UPDATE messages SET pinned = ?2 WHERE id = ?1",
                    params![id, pinned],
                )
            })
            .await?;
        if changed == 0 {
            Err(missing(id))
        } else {
            Ok(())
        }
    }
}

/// Copies a message into another conversation. What was still being written is copied as far
/// as it was.
fn copy(
    transaction: &Transaction<'_>,
    to: ConversationId,
    parent: Option<MessageId>,
    id: MessageId,
) -> rusqlite::Result<MessageId> {
    let copied = transaction.query_row(
        "INSERT INTO messages (conversation_id, parent_id, role, text, reasoning, state,
             error_code, error_message, created_at, model, measured, pinned, verbatim)
         SELECT ?1, ?2, role, text, reasoning, iif(state = 'streaming', 'stopped', state),
             error_code, error_message, coalesce(created_at, ?4), model, measured, pinned, verbatim
         FROM messages WHERE id = ?3 RETURNING id",
        params![to, parent, id, now()],
        |row| row.get(0),
    )?;
    attachments::copy(transaction, id, copied)?;
    // What the model was sent with it.
    transaction.execute(
        "INSERT INTO recalled (message_id, place, memory_id, text, why)
         SELECT ?2, place, memory_id, text, why FROM recalled WHERE message_id = ?1",
        [id, copied],
    )?;
    Ok(copied)
}

/// Notes for each message of a thread which others stand at its place.
pub(super) fn find_siblings(
    connection: &Connection,
    conversation: ConversationId,
    thread: &mut [Message],
) -> rusqlite::Result<()> {
    // Most messages of a long thread have none, so only places with several are looked up.
    let mut places: HashMap<Option<MessageId>, Vec<MessageId>> = HashMap::new();
    let mut statement = connection.prepare_cached(
        "SELECT parent_id, json_group_array(id) FROM
             (SELECT parent_id, id FROM messages WHERE conversation_id = ? ORDER BY id)
         GROUP BY parent_id HAVING count(*) > 1",
    )?;
    let mut rows = statement.query([conversation])?;
    while let Some(row) = rows.next()? {
        let ids: String = row.get(1)?;
        places.insert(row.get(0)?, serde_json::from_str(&ids).unwrap_or_default());
    }
    for message in thread {
        message.siblings = match places.get(&message.parent) {
            Some(ids) => ids.clone(),
            None => vec![message.id],
        };
    }
    Ok(())
}

fn missing(id: MessageId) -> Error {
    Error::new(Code::NotFound, format!("There is no message {id}."))
}
