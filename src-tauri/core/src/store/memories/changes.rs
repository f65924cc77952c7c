//! What became of each memory, and removing one so that nothing is left.

use rusqlite::{Connection, Transaction, params, params_from_iter};
use serde::Serialize;
use specta::Type;

use crate::Result;

use super::super::conversations::ConversationId;
use super::super::trash::places;
use super::super::{Store, now};
use super::{DAY, MemoryId};

/// Days for which a forgotten memory can be brought back.
const KEPT_DAYS: i64 = 30;

/// One change of a memory.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct MemoryChange {
    /// The memory.
    pub memory: MemoryId,
    /// When, in milliseconds since 1970.
    #[specta(type = u32)]
    pub at: f64,
    /// What happened: `learned`, `confirmed`, `edited`, `weighed`, `pinned`, `unpinned`, `shared`,
    /// `unshared`, `replaced`, `merged`, `forgotten` or `restored`.
    pub what: String,
    /// What it said before, where that changed.
    pub before: Option<String>,
    /// What it says now.
    pub text: String,
}

impl Store {
    /// The last changes, of one memory or of all, the newest first.
    pub async fn memory_changes(
        &self,
        of: Option<MemoryId>,
        most: u32,
    ) -> Result<Vec<MemoryChange>> {
        self.read(move |connection| {
            connection
                .prepare_cached(
                    "SELECT memory_id, at, what, before, text FROM memory_changes
                     JOIN memories ON memories.id = memory_id
                     WHERE ?1 IS NULL OR memory_id = ?1
                     ORDER BY memory_changes.id DESC LIMIT ?2",
                )?
                .query_map(params![of, most], |row| {
                    Ok(MemoryChange {
                        memory: row.get(0)?,
                        at: row.get::<_, i64>(1)? as f64,
                        what: row.get(2)?,
                        before: row.get(3)?,
                        text: row.get(4)?,
                    })
                })?
                .collect()
        })
        .await
    }

    /// The forgotten memories whose thirty days are over.
    pub async fn overdue_memories(&self) -> Result<Vec<MemoryId>> {
        self.read(|connection| {
            connection
                .prepare_cached("SELECT id FROM memories WHERE deleted_at < ?")?
                .query_map([now() - KEPT_DAYS * DAY], |row| row.get(0))?
                .collect()
        })
        .await
    }

    /// What was remembered from conversations in the trash, unless it is pinned or was edited.
    pub(crate) async fn memories_from(&self, ids: Vec<ConversationId>) -> Result<Vec<MemoryId>> {
        self.read(move |connection| {
            connection
                .prepare(&format!(
                    "SELECT memories.id FROM memories
                     JOIN messages ON messages.id = source_id
                     JOIN conversations ON conversations.id = conversation_id
                     WHERE NOT memories.pinned AND origin <> 'user'
                         AND conversations.deleted_at IS NOT NULL AND conversations.id IN ({})",
                    places(&ids)
                ))?
                .query_map(params_from_iter(&ids), |row| row.get(0))?
                .collect()
        })
        .await
    }

    /// Removes memories for good: their texts, what was indexed of them, their vectors, where
    /// they were recalled, their history, and the copies in backups.
    pub(crate) async fn purge_memories(&self, ids: Vec<MemoryId>) -> Result<usize> {
        if ids.is_empty() {
            return Ok(0);
        }
        // What was merged into one of them says the same.
        let gone: Vec<Gone> = self
            .read(move |connection| {
                connection
                    .prepare(
                        "WITH RECURSIVE gone (one) AS (
                             SELECT value FROM json_each(?)
                             UNION SELECT id FROM memories JOIN gone ON replaced_by = one WHERE merged
                         )
                         SELECT id, form, created_at FROM memories JOIN gone ON one = id",
                    )?
                    .query_map([format!("{ids:?}")], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
                    .collect()
            })
            .await?;
        self.remove_for_good(move |connection| remove(connection, &gone))
            .await
    }
}

/// A memory that is to go: its number, what it says, and when it was kept. A backup of before may
/// have given the number to another one.
type Gone = (MemoryId, String, i64);

/// Notes what happened to a memory.
pub(super) fn note(
    transaction: &Transaction<'_>,
    id: MemoryId,
    what: &str,
    before: Option<&str>,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO memory_changes (memory_id, at, what, before) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![id, now(), what, before])
        .map(drop)
}

fn remove(connection: &Connection, gone: &[Gone]) -> rusqlite::Result<usize> {
    // A backup from before there were memories.
    let here = "SELECT count(*) FROM sqlite_schema WHERE name = 'memories'";
    if connection.query_row(here, [], |row| row.get::<_, i64>(0))? == 0 {
        return Ok(0);
    }
    let mut find = connection
        .prepare("SELECT id FROM memories WHERE created_at = ?3 AND (id = ?1 OR form = ?2)")?;
    let mut ids: Vec<MemoryId> = Vec::with_capacity(gone.len());
    for (id, form, at) in gone {
        let found = find.query_map(params![id, form, at], |row| row.get(0))?;
        ids.extend(found.collect::<rusqlite::Result<Vec<MemoryId>>>()?);
    }
    let ids = format!("{ids:?}");
    super::keeping::reopen(connection, &ids)?;
    // The turns that used them were sent with their words.
    connection.execute(
        "DELETE FROM recalled WHERE memory_id IN (SELECT value FROM json_each(?))",
        [&ids],
    )?;
    connection.execute(
        "DELETE FROM memories WHERE id IN (SELECT value FROM json_each(?))",
        [&ids],
    )
}
