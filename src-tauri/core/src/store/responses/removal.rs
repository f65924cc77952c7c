//! Taking answers out: what the user wants gone, what is over, what there is no room for.

use rusqlite::{Transaction, params};

use crate::Result;
use crate::store::conversations::ConversationId;
use crate::store::memories::MemoryId;
use crate::store::now;
use crate::store::personas::PersonaId;

use super::Responses;

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
    /// The answer of a number, as people see it.
    #[must_use]
    pub fn one(name: &str) -> Option<Self> {
        super::numbered(name).map(Self::One)
    }
}

impl Responses {
    /// Removes answers, so that no byte of them is left in the file; how many there were.
    pub(crate) async fn remove(&self, what: Removal) -> Result<usize> {
        let count = self
            .behind
            .now(move |transaction| {
                let count = remove(transaction, &what)?;
                transaction.execute("UPDATE generation SET number = number + 1", [])?;
                Ok(count)
            })
            .await?;
        if count > 0 {
            self.empty_journal().await?;
        }
        Ok(count)
    }

    /// Moves the journal into the file and cuts it to nothing, so that what was deleted is in
    /// neither.
    async fn empty_journal(&self) -> Result<()> {
        self.read(|connection| {
            connection.pragma_update(None, "query_only", false)?;
            let emptied = connection
                .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| {
                    row.get::<_, i64>(0)
                })
                .map(drop);
            connection.pragma_update(None, "query_only", true)?;
            emptied
        })
        .await
    }
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
