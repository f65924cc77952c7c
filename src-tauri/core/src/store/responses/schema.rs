//! The tables of `cache.db`. Nothing in it is precious: a file of another shape is set aside and
//! made anew, so there are no migrations.

use rusqlite::Connection;

/// The shape of the tables; a change of them, or of what a key is made of, takes another number.
pub(super) const VERSION: u32 = 1;

pub(super) const TABLES: &str = "
    CREATE TABLE responses (
        -- The beginning of the MD5 of the request.
        id           INTEGER PRIMARY KEY,
        -- The request's canonical bytes, and the answer as JSON; packed.
        request      BLOB NOT NULL,
        answer       BLOB NOT NULL,
        question     TEXT NOT NULL,
        model        TEXT NOT NULL,
        kind         INTEGER NOT NULL,
        persona      INTEGER,
        conversation INTEGER,
        -- The newest revision of the memories in it.
        revision     INTEGER NOT NULL,
        made_at      INTEGER NOT NULL,
        used_at      INTEGER NOT NULL,
        ends_at      INTEGER NOT NULL,
        hits         INTEGER NOT NULL DEFAULT 0,
        bytes        INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX responses_by_use ON responses (used_at);
    CREATE INDEX responses_by_end ON responses (ends_at);

    CREATE TABLE response_memories (
        memory   INTEGER NOT NULL,
        response INTEGER NOT NULL REFERENCES responses (id) ON DELETE CASCADE,
        PRIMARY KEY (memory, response)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX memories_of_response ON response_memories (response);

    -- Questions that another one may stand for.
    CREATE TABLE questions (
        number    INTEGER PRIMARY KEY AUTOINCREMENT,
        response  INTEGER NOT NULL UNIQUE REFERENCES responses (id) ON DELETE CASCADE,
        -- What everything else of the request is.
        partition BLOB NOT NULL,
        text      TEXT NOT NULL,
        embedder  TEXT NOT NULL,
        vector    BLOB NOT NULL,
        -- How near other questions were whose answers were judged, and how: JSON.
        judged    TEXT NOT NULL DEFAULT '[]'
    ) STRICT;
    CREATE INDEX questions_by_partition ON questions (partition, number);

    -- Kept up to date by the triggers, so that nobody has to count.
    CREATE TABLE totals (entries INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT;
    INSERT INTO totals VALUES (0, 0);
    CREATE TRIGGER responses_added AFTER INSERT ON responses BEGIN
        UPDATE totals SET entries = entries + 1, bytes = bytes + new.bytes;
    END;
    CREATE TRIGGER responses_removed AFTER DELETE ON responses BEGIN
        UPDATE totals SET entries = entries - 1, bytes = bytes - old.bytes;
    END;

    -- What has happened, for each kind of question.
    CREATE TABLE counts (
        name  TEXT NOT NULL,
        kind  INTEGER NOT NULL,
        count INTEGER NOT NULL,
        -- Milliseconds, or whatever else the name says.
        sum   REAL NOT NULL,
        PRIMARY KEY (name, kind)
    ) STRICT, WITHOUT ROWID;

    -- Grows when something is removed, so that other processes drop what they hold in memory.
    CREATE TABLE generation (number INTEGER NOT NULL) STRICT;
    INSERT INTO generation VALUES (1);
";

pub(super) fn version(connection: &Connection) -> rusqlite::Result<u32> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}
