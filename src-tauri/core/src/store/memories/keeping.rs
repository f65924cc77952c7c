//! Which memory holds: only one says the same, and only one fills a slot.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::super::now;
use super::{Kept, MemoryId, NewMemory, changes};

/// Keeps a memory that is new; one that is known is confirmed.
pub(super) fn keep(transaction: &Transaction<'_>, new: &NewMemory) -> rusqlite::Result<Kept> {
    let known: Option<MemoryId> = transaction
        .prepare_cached(
            "SELECT id FROM memories WHERE form = ?1 AND (persona_id IS ?2 OR shared)
                 AND deleted_at IS NULL AND valid_to IS NULL",
        )?
        .query_row(params![new.form, new.persona], |row| row.get(0))
        .optional()?;
    if let Some(id) = known {
        // What is said again matters still.
        transaction.execute(
            "UPDATE memories SET used_at = ?2 WHERE id = ?1",
            params![id, now()],
        )?;
        changes::note(transaction, id, "confirmed", None)?;
        return Ok(Kept::Known(id));
    }
    transaction
        .prepare_cached(
            "INSERT INTO memories (text, form, kind, topic, slot, importance, reason, origin,
                 persona_id, source_id, valid_from, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?
        .execute(params![
            new.text,
            new.form,
            new.kind.word(),
            new.topic,
            new.slot,
            new.importance,
            new.reason,
            new.origin,
            new.persona,
            new.source,
            new.at,
            now()
        ])?;
    let id = MemoryId::try_from(transaction.last_insert_rowid()).unwrap_or(MemoryId::MAX);
    changes::note(transaction, id, "learned", None)?;
    Ok(match settle(transaction, id, false)? {
        Some(older) => Kept::Instead(id, older),
        None => Kept::New(id),
    })
}

/// Sees to it that a memory that holds is the only one that says so, and the only one in its slot:
/// of two the one that was said later holds, or this one where it `wins`. What it has replaced.
pub(super) fn settle(
    transaction: &Transaction<'_>,
    id: MemoryId,
    wins: bool,
) -> rusqlite::Result<Option<MemoryId>> {
    let others: Vec<(MemoryId, bool, bool, bool)> = transaction
        .prepare_cached(
            "SELECT other.id, other.form = this.form, other.valid_from <= this.valid_from, other.shared
             FROM memories AS this JOIN memories AS other ON other.id <> this.id
                 AND (other.form = this.form OR other.slot = this.slot)
                 AND (other.persona_id IS this.persona_id OR other.shared)
             WHERE this.id = ? AND this.deleted_at IS NULL AND this.valid_to IS NULL
                 AND other.deleted_at IS NULL AND other.valid_to IS NULL",
        )?
        .query_map([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let mut replaced = None;
    for (other, same, older, shared) in others {
        if same {
            replace(transaction, other, id, "merged")?;
        } else if wins || older {
            replace(transaction, other, id, "replaced")?;
            replaced = Some(other);
        } else {
            replace(transaction, id, other, "replaced")?;
            return Ok(None);
        }
        // Whoever knew the one knows the other.
        if shared {
            transaction.execute("UPDATE memories SET shared = 1 WHERE id = ?", [id])?;
        }
    }
    Ok(replaced)
}

/// Ends the time in which a memory holds: `merged` into what says the same, or `replaced` by what
/// was said later.
pub(super) fn replace(
    transaction: &Transaction<'_>,
    old: MemoryId,
    by: MemoryId,
    what: &str,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "UPDATE memories SET replaced_by = ?2, merged = ?3,
                 valid_to = (SELECT max(valid_from, memories.valid_from) FROM memories AS newer WHERE newer.id = ?2)
             WHERE id = ?1",
        )?
        .execute(params![old, by, what == "merged"])?;
    changes::note(transaction, old, what, None)
}

/// Lets what these memories have replaced hold again, because they are gone.
pub(super) fn reopen(connection: &Connection, ids: &str) -> rusqlite::Result<()> {
    connection
        .execute(
            "UPDATE memories SET valid_to = NULL, replaced_by = NULL
             WHERE NOT merged AND replaced_by IN (SELECT value FROM json_each(?))",
            [ids],
        )
        .map(drop)
}
