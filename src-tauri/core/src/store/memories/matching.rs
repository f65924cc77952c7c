//! Finding memories by their words, and what the search in memory is made of.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::Result;
use crate::store::search::{is_unspaced, quoted};

use super::super::messages::MessageId;
use super::{COLUMNS, Memory, MemoryId, Store, memory};

/// A word that stands in more memories than this tells little, and is not counted further.
const COMMON: u32 = 500;
/// Places of words that are looked at for one search.
const LOOKED_AT: u32 = 600;
/// Memories that are found by their words, at most.
const FOUND: u32 = 64;

/// What the search in memory keeps of a memory.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Searched {
    pub(crate) id: MemoryId,
    /// The persona that knows it, 0 for none.
    pub(crate) persona: u32,
    pub(crate) shared: bool,
    pub(crate) importance: f32,
    pub(crate) valid_from: i64,
    /// Whether it holds no longer.
    pub(crate) past: bool,
    pub(crate) forgotten: bool,
    /// One byte for each dimension; none where it has not been embedded yet.
    pub(crate) vector: Option<Vec<u8>>,
}

/// Memories that share words with a text.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Match {
    /// The memories, the best first.
    pub(crate) ids: Vec<MemoryId>,
    /// In how many memories each word stands, counted up to a limit.
    pub(crate) counts: HashMap<String, u32>,
}

impl Store {
    /// Everything that changed since a revision, in its order: the revision, the memory, and what
    /// it is now; nothing where it is gone.
    pub(crate) async fn memories_since(
        &self,
        revision: i64,
    ) -> Result<Vec<(i64, MemoryId, Option<Searched>)>> {
        self.read(move |connection| {
            connection
                .prepare_cached(
                    "SELECT revision, memory_revisions.memory_id, memories.id, ifnull(persona_id, 0), shared,
                         importance, valid_from, valid_to IS NOT NULL,
                         memories.deleted_at IS NOT NULL OR merged OR personas.deleted_at IS NOT NULL, vector
                     FROM memory_revisions
                     LEFT JOIN memories ON memories.id = memory_revisions.memory_id
                     LEFT JOIN personas ON personas.id = persona_id
                     LEFT JOIN memory_vectors ON memory_vectors.memory_id = memories.id
                     WHERE revision > ? ORDER BY revision",
                )?
                .query_map([revision], |row| {
                    let there: Option<MemoryId> = row.get(2)?;
                    let searched = there.map(|id| searched(row, id)).transpose()?;
                    Ok((row.get(0)?, row.get(1)?, searched))
                })?
                .collect()
        })
        .await
    }

    /// The newest revision: it grows with every change that shapes what is recalled.
    pub(crate) async fn memory_revision(&self) -> Result<i64> {
        self.read(|connection| {
            connection
                .prepare_cached("SELECT ifnull(max(revision), 0) FROM memory_revisions")?
                .query_row([], |row| row.get(0))
        })
        .await
    }

    /// The newest revision of some memories; none where one of them is forgotten or holds no more.
    pub(crate) async fn revision_of(&self, ids: Vec<MemoryId>) -> Result<Option<i64>> {
        self.read(move |connection| {
            let (count, newest): (u32, Option<i64>) = connection
                .prepare_cached(
                    "SELECT count(*), max(revision) FROM memories
                     JOIN memory_revisions ON memory_id = memories.id
                     WHERE memories.id IN (SELECT value FROM json_each(?))
                         AND deleted_at IS NULL AND valid_to IS NULL",
                )?
                .query_row([format!("{ids:?}")], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(newest.filter(|_| count as usize == ids.len()))
        })
        .await
    }

    /// The memories that share the rarest of these words, the best first.
    pub(crate) async fn matching_memories(&self, words: Vec<String>) -> Result<Match> {
        self.read(move |connection| matching(connection, &words))
            .await
    }

    /// The newest memories of a persona in the slots whose names begin so.
    pub(crate) async fn memories_in_slots(
        &self,
        persona: u32,
        beginnings: Vec<String>,
    ) -> Result<Vec<MemoryId>> {
        /// Memories for each beginning, at most.
        const EACH: u32 = 24;
        self.read(move |connection| {
            let mut select = connection.prepare_cached(
                "SELECT id FROM memories
                 WHERE (persona_id IS nullif(?2, 0) OR shared) AND slot >= ?1 AND slot < ?1 || '~' AND deleted_at IS NULL
                 ORDER BY valid_from DESC LIMIT ?3",
            )?;
            let mut found = Vec::new();
            for beginning in beginnings {
                let ids = select.query_map(params![beginning, persona, EACH], |row| row.get(0))?;
                found.extend(ids.collect::<rusqlite::Result<Vec<MemoryId>>>()?);
            }
            Ok(found)
        })
        .await
    }

    /// Memories by their numbers, as far as they are there.
    pub(crate) async fn memories_by_id(&self, ids: Vec<MemoryId>) -> Result<Vec<Memory>> {
        self.read(move |connection| {
            let sql = format!("SELECT {COLUMNS} FROM memories WHERE id = ?");
            let mut select = connection.prepare_cached(&sql)?;
            let mut found = Vec::with_capacity(ids.len());
            for id in ids {
                found.extend(select.query_row([id], memory).optional()?);
            }
            Ok(found)
        })
        .await
    }

    /// Whether something was remembered from a message before, also if it is forgotten since.
    pub(crate) async fn was_read(&self, message: MessageId) -> Result<bool> {
        self.read(move |connection| {
            connection
                .prepare_cached("SELECT EXISTS (SELECT 1 FROM memories WHERE source_id = ?)")?
                .query_row([message], |row| row.get(0))
        })
        .await
    }

    /// Memories that have no vector of this embedder yet: of these, or of all, which takes a look
    /// at each.
    pub(crate) async fn unembedded(
        &self,
        embedder: String,
        of: Option<Vec<MemoryId>>,
        most: u32,
    ) -> Result<Vec<(MemoryId, String)>> {
        let among = match of {
            Some(_) => "id IN (SELECT value FROM json_each(?3))",
            None => "?3 IS NULL",
        };
        let of = of.map(|ids| format!("{ids:?}"));
        self.read(move |connection| {
            connection
                .prepare_cached(&format!(
                    "SELECT id, text FROM memories WHERE {among} AND deleted_at IS NULL AND NOT EXISTS (
                         SELECT 1 FROM memory_vectors WHERE memory_id = id AND embedder = ?1)
                     ORDER BY id DESC LIMIT ?2"
                ))?
                .query_map(params![embedder, most, of], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect()
        })
        .await
    }

    /// Keeps vectors of memories. One whose text has changed meanwhile is left for the next time.
    pub(crate) async fn set_vectors(
        &self,
        embedder: String,
        vectors: Vec<(MemoryId, String, Vec<u8>)>,
    ) -> Result<()> {
        self.write(move |transaction| {
            let mut insert = transaction.prepare_cached(
                "INSERT OR REPLACE INTO memory_vectors (memory_id, embedder, vector)
                 SELECT id, ?2, ?3 FROM memories WHERE id = ?1 AND text = ?4",
            )?;
            for (id, text, vector) in vectors {
                insert.execute(params![id, embedder, vector, text])?;
            }
            Ok(())
        })
        .await
    }
}

fn searched(row: &Row<'_>, id: MemoryId) -> rusqlite::Result<Searched> {
    Ok(Searched {
        id,
        persona: row.get(3)?,
        shared: row.get(4)?,
        importance: row.get(5)?,
        valid_from: row.get(6)?,
        past: row.get(7)?,
        forgotten: row.get(8)?,
        vector: row.get(9)?,
    })
}

fn matching(connection: &Connection, words: &[String]) -> rusqlite::Result<Match> {
    let mut counted = Vec::with_capacity(words.len());
    let mut count = connection.prepare_cached(
        "SELECT count(*) FROM (SELECT 1 FROM memories_words WHERE memories_words MATCH ?1 LIMIT ?2)",
    )?;
    for word in words {
        let places: u32 = count.query_row(params![quoted(word), COMMON], |row| row.get(0))?;
        counted.push((places, word));
    }
    let counts = counted
        .iter()
        .map(|&(places, word)| (word.clone(), places))
        .collect();
    counted.sort_unstable();
    let mut room = LOOKED_AT;
    let rare = counted
        .iter()
        .filter(|(places, _)| *places > 0 && *places < COMMON)
        .take_while(|(places, _)| {
            let fits = *places <= room;
            room = room.saturating_sub(*places);
            fits
        });
    let any: Vec<String> = rare.map(|(_, word)| quoted(word)).collect();
    let mut ids = Vec::new();
    if !any.is_empty() {
        ids = connection
            .prepare_cached(
                "SELECT rowid FROM memories_words WHERE memories_words MATCH ?1 ORDER BY rank LIMIT ?2",
            )?
            .query_map(params![any.join(" OR "), FOUND], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
    }
    // Scripts without blanks between words: any three signs in a row.
    let runs: Vec<String> = words
        .iter()
        .filter(|word| word.chars().any(is_unspaced))
        .flat_map(|word| threes(word))
        .collect();
    if !runs.is_empty() {
        let more: Vec<MemoryId> = connection
            .prepare_cached(
                "SELECT rowid FROM memories_signs WHERE memories_signs MATCH ?1 ORDER BY rank LIMIT ?2",
            )?
            .query_map(params![runs.join(" OR "), FOUND], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        ids.extend(more);
    }
    Ok(Match { ids, counts })
}

/// Every three signs in a row, quoted.
fn threes(word: &str) -> Vec<String> {
    let signs: Vec<char> = word.chars().collect();
    signs
        .windows(3)
        .map(|three| quoted(&three.iter().collect::<String>()))
        .collect()
}

/// The memories whose words are looked for on the page, as JSON; none where nothing is.
pub(super) fn listed(connection: &Connection, text: &str) -> rusqlite::Result<Option<String>> {
    let words: Vec<&str> = text
        .split_whitespace()
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .collect();
    if words.is_empty() {
        return Ok(None);
    }
    let table = if words
        .iter()
        .any(|word| word.chars().any(is_unspaced) && word.chars().count() >= 3)
    {
        "memories_signs"
    } else {
        "memories_words"
    };
    let terms = words.iter().map(|word| {
        let prefix = if table == "memories_words" { "*" } else { "" };
        format!("{}{prefix}", quoted(word))
    });
    let query = terms.collect::<Vec<_>>().join(" ");
    connection
        .prepare_cached(&format!(
            "SELECT json_group_array(rowid) FROM {table} WHERE {table} MATCH ?"
        ))?
        .query_row([query], |row| row.get(0))
        .map(Some)
}
