//! Taking answers out: what the user wants gone, what is over, what there is no room for.

use rusqlite::{Transaction, params};

use crate::store::conversations::ConversationId;
use crate::store::memories::MemoryId;
use crate::store::now;
use crate::store::personas::PersonaId;
use crate::{Code, Error, Result};

use super::{Responses, file};

/// What is to be removed.
#[derive(Clone, Debug, PartialEq)]
pub enum Removal {
    /// Everything.
    All,
    /// One answer.
    One(i64),
    /// What a model answered.
    Model(String),
    /// What a persona answered.
    Persona(PersonaId),
    /// What was answered in these conversations.
    Conversations(Vec<ConversationId>),
    /// What these memories went into.
    Memories(Vec<MemoryId>),
}

impl Removal {
    /// Whether it names nothing that could be removed.
    pub(crate) fn is_nothing(&self) -> bool {
        match self {
            Self::Conversations(ids) | Self::Memories(ids) => ids.is_empty(),
            _ => false,
        }
    }

    /// The answer of a number, as people see it.
    #[must_use]
    pub fn one(name: &str) -> Option<Self> {
        super::numbered(name).map(Self::One)
    }
}

impl Responses {
    /// Removes answers, so that no byte of them is left in the file; how many there were.
    pub(crate) async fn remove(&self, what: Removal) -> Result<usize> {
        file::remove_set_aside(&self.path)?;
        let count = self
            .behind
            .now(move |transaction| {
                let count = remove(transaction, &what)?;
                bump(transaction)?;
                Ok(count)
            })
            .await?;
        // Also where nothing was found: what was removed before may still be in the journal.
        self.empty_journal().await?;
        Ok(count)
    }

    /// Gives free room back, and moves the journal into the file and cuts it to nothing, so that
    /// what was deleted is in neither.
    async fn empty_journal(&self) -> Result<()> {
        const TRIES: u32 = 50;
        for _ in 0..TRIES {
            let is_empty = self
                .read(|connection| {
                    connection.pragma_update(None, "query_only", false)?;
                    let emptied = connection
                        .execute_batch("PRAGMA incremental_vacuum")
                        .and_then(|()| {
                            let checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)";
                            connection.query_row(checkpoint, [], |row| row.get::<_, i64>(0))
                        });
                    connection.pragma_update(None, "query_only", true)?;
                    Ok(emptied? == 0)
                })
                .await?;
            if is_empty {
                return Ok(());
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        Err(Error::new(
            Code::DatabaseBusy,
            "Another program holds the cache, so what was removed is still in its journal. Close it \
             and remove again.",
        ))
    }

    /// Removes what is over, and what there is no room for.
    pub(crate) fn tidy(&self, most: u64) -> bool {
        self.behind
            .later(move |transaction| make_room(transaction, most))
    }
}

/// Has other processes drop what they hold in memory.
pub(super) fn bump(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("UPDATE generation SET number = number + 1")?
        .execute([])
        .map(drop)
}

fn remove(transaction: &Transaction<'_>, what: &Removal) -> rusqlite::Result<usize> {
    match what {
        Removal::All => transaction.execute("DELETE FROM responses WHERE true", []),
        Removal::One(id) => transaction.execute("DELETE FROM responses WHERE id = ?", [id]),
        Removal::Model(model) => {
            transaction.execute("DELETE FROM responses WHERE model = ?", [model])
        }
        Removal::Persona(persona) => {
            transaction.execute("DELETE FROM responses WHERE persona = ?", [persona])
        }
        Removal::Conversations(ids) => transaction.execute(
            "DELETE FROM responses WHERE conversation IN (SELECT value FROM json_each(?))",
            [format!("{ids:?}")],
        ),
        Removal::Memories(ids) => transaction.execute(
            "DELETE FROM responses WHERE id IN (
                 SELECT response FROM response_memories
                 WHERE memory IN (SELECT value FROM json_each(?)))",
            [format!("{ids:?}")],
        ),
    }
}

/// Removes what is over and, where more is kept than `most` bytes, what was not used for
/// longest, down to nine tenths: not at every answer anew.
pub(super) fn make_room(transaction: &Transaction<'_>, most: u64) -> rusqlite::Result<()> {
    /// What is over is looked for a few at a time.
    const STEP: u32 = 64;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let mut removed = transaction
        .prepare_cached(
            "DELETE FROM responses WHERE id IN (
                 SELECT id FROM responses WHERE ends_at <= ?1 ORDER BY ends_at LIMIT ?2)",
        )?
        .execute(params![now(), STEP])?;
    loop {
        let (entries, bytes): (i64, i64) = transaction
            .prepare_cached("SELECT entries, bytes FROM totals")?
            .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let over = bytes - most / 10 * 9;
        if bytes <= most || (removed > 0 && over <= 0) || entries == 0 {
            break;
        }
        // As many as take that room on average.
        let count = (over * entries / bytes).max(1);
        removed += transaction
            .prepare_cached(
                "DELETE FROM responses WHERE id IN (
                     SELECT id FROM responses ORDER BY used_at LIMIT ?)",
            )?
            .execute([count])?;
    }
    if removed > 0 {
        transaction
            .prepare_cached(
                "INSERT INTO counts VALUES ('evicted', 0, ?1, 0.0) ON CONFLICT DO UPDATE
                 SET count = count + excluded.count",
            )?
            .execute([i64::try_from(removed).unwrap_or(i64::MAX)])?;
    }
    Ok(())
}
