//! Forgetting, which can be undone, and what nobody would miss.

use rusqlite::params;

use crate::Result;

use super::keeping::{reopen, settle};
use super::{COLUMNS, DAY, Memory, MemoryId, changes, memory};
use crate::store::{Store, now};

impl Store {
    /// Forgets memories; for thirty days [`Store::restore_memories`] brings them back.
    pub async fn forget_memories(&self, ids: Vec<MemoryId>) -> Result<usize> {
        self.set_forgotten(ids, true).await
    }

    /// Brings forgotten memories back.
    pub async fn restore_memories(&self, ids: Vec<MemoryId>) -> Result<usize> {
        self.set_forgotten(ids, false).await
    }

    async fn set_forgotten(&self, ids: Vec<MemoryId>, forgotten: bool) -> Result<usize> {
        self.write(move |transaction| {
            let mut count = 0;
            for &id in &ids {
                let changed = transaction.execute(
                    "UPDATE memories SET deleted_at = iif(?2, ?3, NULL)
                     WHERE id = ?1 AND (deleted_at IS NULL) = ?2",
                    params![id, forgotten, now()],
                )?;
                if changed > 0 {
                    changes::note(
                        transaction,
                        id,
                        if forgotten { "forgotten" } else { "restored" },
                        None,
                    )?;
                    if !forgotten {
                        settle(transaction, id, false)?;
                    }
                }
                count += changed;
            }
            if forgotten {
                reopen(transaction, &format!("{ids:?}"))?;
            }
            Ok(count)
        })
        .await
    }

    /// The memories that nobody needs any more: those that are older and less important than
    /// what is asked, then those over `most` for each persona, the least important first.
    pub async fn dispensable_memories(
        &self,
        days: u32,
        importance: f32,
        most: u32,
    ) -> Result<Vec<Memory>> {
        self.read(move |connection| {
            let sql = format!(
                "WITH ranked AS (
                     SELECT id AS one, row_number() OVER (
                         PARTITION BY persona_id
                         ORDER BY pinned DESC, valid_to IS NULL DESC, importance DESC, max(valid_from, ifnull(used_at, 0)) DESC, id DESC
                     ) AS place FROM memories WHERE deleted_at IS NULL
                 )
                 SELECT {COLUMNS} FROM memories JOIN ranked ON one = memories.id
                 WHERE NOT pinned AND deleted_at IS NULL
                     AND (place > ?3 OR (importance < ?2 AND max(valid_from, ifnull(used_at, 0)) < ?1))
                 ORDER BY importance, valid_from"
            );
            let before = now() - i64::from(days) * DAY;
            connection.prepare(&sql)?.query_map(params![before, importance, most], memory)?.collect()
        })
        .await
    }
}
