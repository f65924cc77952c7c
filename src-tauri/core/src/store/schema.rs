//! The migrations, oldest first. A released one is never changed; a new one is appended.

use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};

use crate::{Code, Error, Result};

/// The version that the last migration leads to.
#[expect(clippy::cast_possible_truncation, reason = "a handful of migrations")]
pub(super) const LATEST: u32 = MIGRATIONS.len() as u32;

const MIGRATIONS: &[M<'static>] = &[M::up(
    "CREATE TABLE conversations (
        id            INTEGER PRIMARY KEY AUTOINCREMENT,
        title         TEXT NOT NULL,
        created_at    INTEGER NOT NULL,
        updated_at    INTEGER NOT NULL,
        deleted_at    INTEGER,
        -- The newest message of the branch that is shown.
        head          INTEGER REFERENCES messages (id),
        -- The first message that is still sent to the model; NULL is all of them.
        context_start INTEGER REFERENCES messages (id)
    ) STRICT;
    CREATE INDEX conversations_by_use ON conversations (updated_at DESC) WHERE deleted_at IS NULL;

    CREATE TABLE messages (
        id              INTEGER PRIMARY KEY AUTOINCREMENT,
        conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
        parent_id       INTEGER REFERENCES messages (id) ON DELETE CASCADE,
        role            TEXT NOT NULL CHECK (role IN ('system', 'user', 'assistant')),
        text            TEXT NOT NULL,
        reasoning       TEXT NOT NULL DEFAULT '',
        state           TEXT NOT NULL CHECK (state IN ('streaming', 'complete', 'stopped', 'failed')),
        error_code      TEXT,
        error_message   TEXT,
        created_at      INTEGER NOT NULL,
        model           TEXT,
        -- Usage and timings of an answer, as JSON.
        measured        TEXT,
        -- The process that is writing it; see `presence`.
        session         TEXT
    ) STRICT;
    CREATE INDEX messages_of_conversation ON messages (conversation_id);
    CREATE INDEX messages_by_parent ON messages (parent_id);
    CREATE INDEX messages_in_writing ON messages (session) WHERE state = 'streaming';",
)];

/// The schema's version in an open file; 0 in a new one.
pub(super) fn version(connection: &Connection) -> rusqlite::Result<u32> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Brings the schema up to date: each step with its version number in one transaction.
pub(super) fn migrate(connection: &mut Connection) -> Result<()> {
    Migrations::from_slice(MIGRATIONS)
        .to_latest(connection)
        .map_err(|error| {
            Error::new(
                Code::Database,
                format!(
                    "The database could not be brought to this version's form, and is as it was \
                 before: {error}"
                ),
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_migration_is_valid_sql() {
        Migrations::from_slice(MIGRATIONS).validate().unwrap();
    }
}
