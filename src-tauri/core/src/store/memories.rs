//! Memories: what companions know of the user, with where it came from and how long it held.
//!
//! Nothing is overwritten: what was said otherwise later stays as history, and every change is
//! noted. What changes for the search in memory gets a new revision, by which every process
//! follows the others.

mod changes;
mod forgetting;
mod keeping;
mod matching;
mod recalled;

use rusqlite::types::Type as SqlType;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::memory::MemoryKind;
use crate::{Code, Error, Result};

use super::conversations::ConversationId;
use super::messages::MessageId;
use super::personas::PersonaId;
use super::{Store, now};

pub use changes::MemoryChange;
use keeping::{keep, replace, settle};
pub(crate) use matching::Searched;
pub(super) use recalled::{LEARNED, RECALLED};
pub use recalled::{Noted, Recalled};

/// Names a memory; given once, never again.
pub type MemoryId = u32;

/// Something that is remembered of the user.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct Memory {
    /// Its number.
    pub id: MemoryId,
    /// What is remembered.
    pub text: String,
    /// What kind of knowledge it is.
    pub kind: MemoryKind,
    /// What it belongs to, such as `home`.
    pub topic: String,
    /// How important it is, 0 to 1.
    #[specta(type = u32)]
    pub importance: f32,
    /// Why it is that important.
    pub reason: String,
    /// Who found it: `rule`, `model` or `user`.
    pub origin: String,
    /// The persona that knows it; none for conversations without one.
    pub persona: Option<PersonaId>,
    /// Whether all personas may know it.
    pub shared: bool,
    /// Whether it stays whatever is cleaned up.
    pub pinned: bool,
    /// The message in which it was said.
    pub source: Option<MessageId>,
    /// The conversation of that message.
    pub conversation: Option<ConversationId>,
    /// Since when it holds, in milliseconds since 1970.
    #[specta(type = u32)]
    pub valid_from: f64,
    /// Until when it held, if it does not any more.
    pub valid_to: Option<f64>,
    /// What took its place.
    pub replaced_by: Option<MemoryId>,
    /// When it was used last.
    pub used_at: Option<f64>,
    /// How often it was used.
    pub uses: u32,
    /// When it was forgotten, if it was; for thirty days it can be brought back.
    pub deleted_at: Option<f64>,
}

impl Memory {
    /// The memory as a model is told: what does not hold any more says so.
    #[must_use]
    pub fn worded(&self) -> String {
        let until = self.valid_to.and_then(time_of);
        match until {
            Some(until) => {
                let until = until
                    .to_zoned(jiff::tz::TimeZone::system())
                    .strftime("%B %Y");
                format!("Until {until}: {}", self.text)
            }
            None => self.text.clone(),
        }
    }
}

/// A time of the page's kind, as a point in time.
pub(crate) fn time_of(milliseconds: f64) -> Option<jiff::Timestamp> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "whole milliseconds, far within the range"
    )]
    jiff::Timestamp::from_millisecond(milliseconds as i64).ok()
}

/// A memory that is about to be kept.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct NewMemory {
    pub(crate) text: String,
    /// The text as it is compared.
    pub(crate) form: String,
    pub(crate) kind: MemoryKind,
    pub(crate) topic: String,
    pub(crate) slot: Option<String>,
    pub(crate) importance: f32,
    pub(crate) reason: String,
    pub(crate) origin: &'static str,
    pub(crate) persona: Option<PersonaId>,
    pub(crate) source: Option<MessageId>,
    /// When it was said, in milliseconds since 1970.
    pub(crate) at: i64,
}

/// What became of a memory that was to be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    /// It is new.
    New(MemoryId),
    /// It is new and takes the place of another.
    Instead(MemoryId, MemoryId),
    /// It was known.
    Known(MemoryId),
}

/// Which memories are wanted. What is not set does not matter.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Type)]
#[serde(default)]
pub struct MemoryFilter {
    /// Words in it.
    pub text: String,
    /// Only of this topic.
    pub topic: Option<String>,
    /// Only what this persona knows by itself; 0 for conversations without a persona.
    pub persona: Option<PersonaId>,
    /// At least this important.
    pub importance: Option<f32>,
    /// Not older than so many days.
    pub days: Option<u32>,
    /// Also what does not hold any more.
    pub history: bool,
    /// What was forgotten, instead.
    pub forgotten: bool,
    /// So many, at most.
    pub most: Option<u32>,
}

/// What is selected for each memory.
const COLUMNS: &str =
    "memories.id, memories.text, kind, topic, importance, reason, origin, persona_id,
    shared, memories.pinned, source_id,
    (SELECT conversation_id FROM messages WHERE messages.id = source_id),
    valid_from, valid_to, replaced_by, used_at, uses, memories.deleted_at";

impl Store {
    /// Keeps a memory: what is known already is confirmed, what fills the same slot is replaced.
    pub(crate) async fn keep_memory(&self, memory: NewMemory) -> Result<Kept> {
        self.write(move |transaction| keep(transaction, &memory))
            .await
    }

    /// One memory, also a forgotten one.
    pub async fn memory(&self, id: MemoryId) -> Result<Memory> {
        self.read(move |connection| {
            let sql = format!("SELECT {COLUMNS} FROM memories WHERE id = ?");
            connection
                .prepare_cached(&sql)?
                .query_row([id], memory)
                .optional()
        })
        .await?
        .ok_or_else(|| missing(id))
    }

    /// The memories that are wanted, the newest first.
    pub async fn memories(&self, filter: MemoryFilter) -> Result<Vec<Memory>> {
        self.read(move |connection| list(connection, &filter)).await
    }

    /// Changes what a memory says, and with it what follows from its words.
    pub(crate) async fn change_memory(&self, id: MemoryId, new: NewMemory) -> Result<()> {
        self.change_one(id, "edited", move |transaction| {
            transaction.execute("DELETE FROM memory_vectors WHERE memory_id = ?", [id])?;
            let changed = transaction.execute(
                "UPDATE memories SET text = ?2, form = ?3, kind = ?4, topic = ?5, slot = ?6,
                     importance = iif(reason = 'set by you', importance, ?7),
                     reason = iif(reason = 'set by you', reason, ?8), origin = 'user',
                     valid_to = NULL, replaced_by = NULL, merged = 0 WHERE id = ?1",
                params![
                    id,
                    new.text,
                    new.form,
                    new.kind.word(),
                    new.topic,
                    new.slot,
                    new.importance,
                    new.reason
                ],
            )?;
            settle(transaction, id, true)?;
            Ok(changed)
        })
        .await
    }

    /// Sets how important a memory is, as the user sees it.
    pub async fn weigh_memory(&self, id: MemoryId, importance: f32) -> Result<()> {
        if !(0.0..=1.0).contains(&importance) {
            return Err(Error::new(
                Code::BadSetting,
                "An importance is a number from 0 to 1.",
            ));
        }
        self.change_one(id, "weighed", move |transaction| {
            transaction.execute(
                "UPDATE memories SET importance = ?2, reason = 'set by you' WHERE id = ?1",
                params![id, importance],
            )
        })
        .await
    }

    /// Keeps a memory whatever is cleaned up, or no longer.
    pub async fn pin_memory(&self, id: MemoryId, pinned: bool) -> Result<()> {
        let what = if pinned { "pinned" } else { "unpinned" };
        self.change_one(id, what, move |transaction| {
            transaction.execute(
                "UPDATE memories SET pinned = ?2 WHERE id = ?1",
                params![id, pinned],
            )
        })
        .await
    }

    /// Lets all personas know a memory, or only its own.
    pub async fn share_memory(&self, id: MemoryId, shared: bool) -> Result<()> {
        let what = if shared { "shared" } else { "unshared" };
        self.change_one(id, what, move |transaction| {
            transaction.execute(
                "UPDATE memories SET shared = ?2 WHERE id = ?1",
                params![id, shared],
            )
        })
        .await
    }

    /// Replaces memories by one of them, which then says `text`.
    pub(crate) async fn merge_memories(
        &self,
        into: MemoryId,
        others: Vec<MemoryId>,
        new: NewMemory,
    ) -> Result<()> {
        self.change_memory(into, new).await?;
        self.write(move |transaction| {
            for other in others.into_iter().filter(|&other| other != into) {
                replace(transaction, other, into, "merged")?;
            }
            Ok(())
        })
        .await
    }

    /// Lets an older memory stand for a new one that says the same.
    pub(crate) async fn join_memories(&self, new: MemoryId, old: MemoryId) -> Result<()> {
        self.write(move |transaction| {
            replace(transaction, new, old, "merged")?;
            changes::note(transaction, old, "confirmed", None)
        })
        .await
    }

    /// How many memories hold, and how many of those each topic has.
    pub async fn memory_topics(&self, persona: Option<PersonaId>) -> Result<Vec<(String, u32)>> {
        self.read(move |connection| {
            connection
                .prepare_cached(
                    "SELECT topic, count(*) FROM memories
                     WHERE deleted_at IS NULL AND valid_to IS NULL
                         AND (?1 IS NULL OR ifnull(persona_id, 0) = ?1)
                     GROUP BY topic ORDER BY count(*) DESC, topic",
                )?
                .query_map([persona], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect()
        })
        .await
    }

    async fn change_one(
        &self,
        id: MemoryId,
        what: &'static str,
        change: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<usize> + Send + 'static,
    ) -> Result<()> {
        let changed = self
            .write(move |transaction| {
                let before: Option<String> = transaction
                    .query_row("SELECT text FROM memories WHERE id = ?", [id], |row| {
                        row.get(0)
                    })
                    .optional()?;
                let changed = change(transaction)?;
                if changed > 0 {
                    let before = before.filter(|_| what == "edited");
                    changes::note(transaction, id, what, before.as_deref())?;
                }
                Ok(changed)
            })
            .await?;
        if changed == 0 {
            Err(missing(id))
        } else {
            Ok(())
        }
    }
}

/// A day, in milliseconds.
pub(super) const DAY: i64 = 24 * 60 * 60 * 1000;

fn list(connection: &Connection, filter: &MemoryFilter) -> rusqlite::Result<Vec<Memory>> {
    let found = matching::listed(connection, &filter.text)?;
    let sql = format!(
        "SELECT {COLUMNS} FROM memories
         WHERE (deleted_at IS NOT NULL) = ?1 AND (?2 OR ?1 OR valid_to IS NULL)
             AND (?3 IS NULL OR topic = ?3) AND (?4 IS NULL OR ifnull(persona_id, 0) = ?4)
             AND (?5 IS NULL OR importance >= ?5) AND (?6 IS NULL OR valid_from >= ?6)
             AND (?7 IS NULL OR id IN (SELECT value FROM json_each(?7)))
             AND ifnull(persona_id, 0) NOT IN (SELECT id FROM personas WHERE deleted_at IS NOT NULL)
         ORDER BY pinned DESC, valid_from DESC, id DESC LIMIT ifnull(?8, -1)"
    );
    let since = filter.days.map(|days| now() - i64::from(days) * DAY);
    connection
        .prepare_cached(&sql)?
        .query_map(
            params![
                filter.forgotten,
                filter.history,
                filter.topic,
                filter.persona,
                filter.importance,
                since,
                found,
                filter.most,
            ],
            memory,
        )?
        .collect()
}

pub(super) fn memory(row: &Row<'_>) -> rusqlite::Result<Memory> {
    let time = |column| {
        row.get::<_, Option<i64>>(column)
            .map(|at| at.map(|at| at as f64))
    };
    let kind: String = row.get(2)?;
    let kind = serde_json::from_value(kind.into()).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(2, SqlType::Text, error.into())
    })?;
    Ok(Memory {
        id: row.get(0)?,
        text: row.get(1)?,
        kind,
        topic: row.get(3)?,
        importance: row.get(4)?,
        reason: row.get(5)?,
        origin: row.get(6)?,
        persona: row.get(7)?,
        shared: row.get(8)?,
        pinned: row.get(9)?,
        source: row.get(10)?,
        conversation: row.get(11)?,
        valid_from: row.get::<_, i64>(12)? as f64,
        valid_to: time(13)?,
        replaced_by: row.get(14)?,
        used_at: time(15)?,
        uses: row.get(16)?,
        deleted_at: time(17)?,
    })
}

pub(crate) fn missing(id: MemoryId) -> Error {
    Error::new(Code::NotFound, format!("There is no memory {id}."))
}
