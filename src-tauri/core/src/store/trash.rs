//! What was deleted: kept for thirty days, and then, or at once where the user says so, removed
//! so that no byte of it is left.

use std::path::Path;

use rusqlite::{Connection, params_from_iter};

use crate::{Error, Result};

use super::conversations::{COLUMNS, Conversation, ConversationId, conversation};
use super::{Store, now};

/// How long a deleted conversation can be brought back, in milliseconds: thirty days.
const KEPT: i64 = 30 * 24 * 60 * 60 * 1000;

impl Store {
    /// The deleted conversations that can be brought back, the last deleted first.
    pub async fn trash(&self) -> Result<Vec<Conversation>> {
        self.read(|connection| {
            connection
                .prepare_cached(&format!(
                    "SELECT {COLUMNS} FROM conversations
                     WHERE deleted_at IS NOT NULL ORDER BY deleted_at DESC, id DESC"
                ))?
                .query_map([], conversation)?
                .collect()
        })
        .await
    }

    /// The deleted conversations whose time is over.
    pub async fn overdue(&self) -> Result<Vec<ConversationId>> {
        self.read(|connection| {
            connection
                .prepare_cached("SELECT id FROM conversations WHERE deleted_at < ?")?
                .query_map([now() - KEPT], |row| row.get(0))?
                .collect()
        })
        .await
    }

    /// Removes conversations from the trash for good: from the database, from its index and
    /// its journal, and from the backups. How many there were. What is not in the trash stays.
    pub async fn purge(&self, ids: Vec<ConversationId>) -> Result<usize> {
        if ids.is_empty() {
            return Ok(0);
        }
        let gone = self.in_trash(ids).await?;
        self.remove_for_good(move |connection| remove(connection, &gone))
            .await
    }

    /// Removes something from the backups and from the database, so that no byte of it is left.
    /// How many of it the database held.
    pub(super) async fn remove_for_good(
        &self,
        remove: impl Fn(&Connection) -> rusqlite::Result<usize> + Send + 'static,
    ) -> Result<usize> {
        // The copies first: what is still in the trash can be removed again if one fails.
        for backup in self.backups()? {
            remove_from_backup(&backup, &remove)?;
        }
        let count = self.write(move |transaction| remove(transaction)).await?;
        self.rewrite().await?;
        Ok(count)
    }

    async fn in_trash(&self, ids: Vec<ConversationId>) -> Result<Vec<ConversationId>> {
        self.read(move |connection| {
            connection
                .prepare(&format!(
                    "SELECT id FROM conversations WHERE deleted_at IS NOT NULL AND id IN ({})",
                    places(&ids)
                ))?
                .query_map(params_from_iter(&ids), |row| row.get(0))?
                .collect()
        })
        .await
    }

    fn backups(&self) -> Result<Vec<std::path::PathBuf>> {
        let folder = self.folder.backups();
        let fault = |error| Error::file("read the folder", &folder, &error);
        let mut databases = Vec::new();
        for entry in std::fs::read_dir(&folder).map_err(fault)? {
            let path = entry.map_err(fault)?.path();
            if path.extension().is_some_and(|ending| ending == "db") {
                databases.push(path);
            }
        }
        Ok(databases)
    }
}

/// Deletes conversations with their messages; overwritten with zeros, and gone from the index.
fn remove(connection: &Connection, ids: &[ConversationId]) -> rusqlite::Result<usize> {
    let places = places(ids);
    let mut count = 0;
    for statement in [
        // A head that points to a message would keep it.
        "UPDATE conversations SET head = NULL, context_start = NULL WHERE id IN",
        "UPDATE messages SET parent_id = NULL WHERE conversation_id IN",
        "DELETE FROM messages WHERE conversation_id IN",
        "DELETE FROM conversations WHERE id IN",
    ] {
        count = connection.execute(&format!("{statement} ({places})"), params_from_iter(ids))?;
    }
    Ok(count)
}

fn remove_from_backup(
    path: &Path,
    remove: &impl Fn(&Connection) -> rusqlite::Result<usize>,
) -> Result<()> {
    let connection = Connection::open(path)?;
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "journal_mode", "MEMORY")?;
    remove(&connection)?;
    // Copies of copies: pages keep what was moved within them.
    connection.execute_batch("VACUUM")?;
    Ok(())
}

pub(super) fn places(ids: &[u32]) -> String {
    vec!["?"; ids.len()].join(", ")
}
