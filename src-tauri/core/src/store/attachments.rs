//! Files that are part of a question: the text that was taken out of each.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::{Code, Error, Result};

use super::Store;
use super::messages::MessageId;

/// A file that a question brings along.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Attachment {
    /// The file's name, without its folder.
    pub name: String,
    /// The text that was taken out of it.
    pub text: String,
}

/// A file of a message, without its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Attached {
    /// Its number.
    pub id: u32,
    /// The file's name.
    pub name: String,
    /// Length of its text, in characters.
    pub characters: u32,
}

/// The files of a message, as one more column of its row.
pub(super) const COLUMN: &str = "(SELECT json_group_array(json_object(
        'id', attachments.id, 'name', name, 'characters', characters) ORDER BY attachments.id)
    FROM attachments WHERE message_id = messages.id)";

impl Store {
    /// One file of a message.
    pub async fn attachment(&self, id: u32) -> Result<Attachment> {
        self.read(move |connection| {
            connection
                .prepare_cached("SELECT name, text FROM attachments WHERE id = ?")?
                .query_row([id], |row| {
                    Ok(Attachment {
                        name: row.get(0)?,
                        text: row.get(1)?,
                    })
                })
                .optional()
        })
        .await?
        .ok_or_else(|| Error::new(Code::NotFound, format!("There is no file {id}.")))
    }

    /// The files of messages, by message.
    pub(crate) async fn attachments_of(
        &self,
        messages: Vec<MessageId>,
    ) -> Result<HashMap<MessageId, Vec<Attachment>>> {
        if messages.is_empty() {
            return Ok(HashMap::new());
        }
        self.read(move |connection| {
            let mut files = HashMap::new();
            for message in messages {
                files.insert(message, of_message(connection, message)?);
            }
            Ok(files)
        })
        .await
    }
}

/// The files of one message, in the order in which they were added.
pub(super) fn of_message(
    connection: &Connection,
    message: MessageId,
) -> rusqlite::Result<Vec<Attachment>> {
    connection
        .prepare_cached("SELECT name, text FROM attachments WHERE message_id = ? ORDER BY id")?
        .query_map([message], |row| {
            Ok(Attachment {
                name: row.get(0)?,
                text: row.get(1)?,
            })
        })?
        .collect()
}

/// Adds files to a message.
pub(super) fn insert(
    transaction: &Transaction<'_>,
    message: MessageId,
    files: &[Attachment],
) -> rusqlite::Result<()> {
    let mut insert = transaction.prepare_cached(
        "INSERT INTO attachments (message_id, name, text, characters) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for file in files {
        let characters = u32::try_from(file.text.chars().count()).unwrap_or(u32::MAX);
        insert.execute(params![message, file.name, file.text, characters])?;
    }
    Ok(())
}

/// Gives a message the files of another.
pub(super) fn copy(
    transaction: &Transaction<'_>,
    from: MessageId,
    to: MessageId,
) -> rusqlite::Result<()> {
    transaction
        .execute(
            "INSERT INTO attachments (message_id, name, text, characters)
             SELECT ?2, name, text, characters FROM attachments WHERE message_id = ?1 ORDER BY id",
            [from, to],
        )
        .map(drop)
}
