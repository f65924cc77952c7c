//! The migrations, oldest first. A released one is never changed; a new one is appended.

use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};

use crate::{Code, Error, Result};

/// The version that the last migration leads to.
#[expect(clippy::cast_possible_truncation, reason = "a handful of migrations")]
pub(super) const LATEST: u32 = MIGRATIONS.len() as u32;

const MIGRATIONS: &[M<'static>] = &[
    M::up(FIRST),
    // What orders conversations, and the search over all of them.
    M::up(SECOND),
    // Files that questions bring along, and what is different for single conversations.
    M::up(THIRD),
    // Model files that are wanted.
    M::up(FOURTH),
    // What companions remember, and who they are.
    M::up(FIFTH),
    // Many prompts in a row, and messages that are sent word for word.
    M::up(SIXTH),
];

const FIRST: &str =
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
    CREATE INDEX messages_in_writing ON messages (session) WHERE state = 'streaming';";

/// An answer is indexed when it has ended: while it grows it changes twice a second. Words of
/// languages without blanks between them are found by the second index, of three signs each.
/// `secure-delete` makes a deleted text leave both.
const SECOND: &str = "ALTER TABLE conversations ADD COLUMN pinned_at INTEGER;
    ALTER TABLE conversations ADD COLUMN archived_at INTEGER;
    ALTER TABLE conversations ADD COLUMN folder TEXT;
    -- Who wrote the title: 0 the first message, 1 the model, 2 the user.
    ALTER TABLE conversations ADD COLUMN titled_by INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE messages ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX conversations_in_trash ON conversations (deleted_at) WHERE deleted_at IS NOT NULL;

    CREATE TABLE tags (
        conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
        tag             TEXT NOT NULL,
        PRIMARY KEY (conversation_id, tag)
    ) STRICT, WITHOUT ROWID;

    CREATE VIRTUAL TABLE messages_words USING fts5 (
        text, content = 'messages', content_rowid = 'id',
        tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
    );
    INSERT INTO messages_words (messages_words, rank) VALUES ('secure-delete', 1);
    CREATE VIRTUAL TABLE messages_signs USING fts5 (
        text, content = 'messages', content_rowid = 'id', tokenize = 'trigram'
    );
    INSERT INTO messages_signs (messages_signs, rank) VALUES ('secure-delete', 1);

    INSERT INTO messages_words (rowid, text)
        SELECT id, text FROM messages WHERE state <> 'streaming';
    INSERT INTO messages_signs (rowid, text)
        SELECT id, text FROM messages
        WHERE state <> 'streaming' AND text GLOB '*[぀-ヿ㐀-鿿가-힯豈-﫿฀-๿]*';

    CREATE TRIGGER messages_inserted AFTER INSERT ON messages WHEN new.state <> 'streaming'
    BEGIN
        INSERT INTO messages_words (rowid, text) VALUES (new.id, new.text);
        INSERT INTO messages_signs (rowid, text)
            SELECT new.id, new.text
            WHERE new.text GLOB '*[぀-ヿ㐀-鿿가-힯豈-﫿฀-๿]*';
    END;
    CREATE TRIGGER messages_unindexed BEFORE UPDATE OF text, state ON messages
        WHEN old.state <> 'streaming'
    BEGIN
        INSERT INTO messages_words (messages_words, rowid, text)
            VALUES ('delete', old.id, old.text);
        INSERT INTO messages_signs (messages_signs, rowid, text)
            SELECT 'delete', old.id, old.text
            WHERE old.text GLOB '*[぀-ヿ㐀-鿿가-힯豈-﫿฀-๿]*';
    END;
    CREATE TRIGGER messages_indexed AFTER UPDATE OF text, state ON messages
        WHEN new.state <> 'streaming'
    BEGIN
        INSERT INTO messages_words (rowid, text) VALUES (new.id, new.text);
        INSERT INTO messages_signs (rowid, text)
            SELECT new.id, new.text
            WHERE new.text GLOB '*[぀-ヿ㐀-鿿가-힯豈-﫿฀-๿]*';
    END;
    CREATE TRIGGER messages_deleted AFTER DELETE ON messages WHEN old.state <> 'streaming'
    BEGIN
        INSERT INTO messages_words (messages_words, rowid, text)
            VALUES ('delete', old.id, old.text);
        INSERT INTO messages_signs (messages_signs, rowid, text)
            SELECT 'delete', old.id, old.text
            WHERE old.text GLOB '*[぀-ヿ㐀-鿿가-힯豈-﫿฀-๿]*';
    END;";

const FOURTH: &str = "CREATE TABLE downloads (
        id         INTEGER PRIMARY KEY AUTOINCREMENT,
        place      INTEGER NOT NULL,
        name       TEXT NOT NULL,
        url        TEXT NOT NULL,
        from_hub   INTEGER NOT NULL,
        repository TEXT,
        commit_id  TEXT,
        sha256     TEXT,
        bytes      INTEGER,
        paused     INTEGER NOT NULL DEFAULT 0,
        failure    TEXT,
        created_at INTEGER NOT NULL,
        done_at    INTEGER
    ) STRICT;
    CREATE UNIQUE INDEX downloads_under_way ON downloads (name) WHERE done_at IS NULL;

    CREATE TABLE learned (
        model   TEXT PRIMARY KEY,
        bytes   REAL NOT NULL,
        load_ms INTEGER NOT NULL,
        memory  REAL NOT NULL,
        speed   REAL NOT NULL,
        answers INTEGER NOT NULL,
        used_at INTEGER NOT NULL
    ) STRICT;";

const FIFTH: &str = "CREATE TABLE personas (
        id         INTEGER PRIMARY KEY AUTOINCREMENT,
        -- What the user made of it, as JSON.
        card       TEXT NOT NULL,
        -- What use has made of it, as JSON.
        grown      TEXT NOT NULL DEFAULT '{}',
        avatar     BLOB,
        created_at INTEGER NOT NULL,
        deleted_at INTEGER
    ) STRICT;
    CREATE TABLE trait_changes (
        id         INTEGER PRIMARY KEY AUTOINCREMENT,
        persona_id INTEGER NOT NULL REFERENCES personas (id) ON DELETE CASCADE,
        at         INTEGER NOT NULL,
        trait      TEXT NOT NULL,
        before     REAL NOT NULL,
        after      REAL NOT NULL,
        why        TEXT NOT NULL
    ) STRICT;
    CREATE INDEX trait_changes_of_persona ON trait_changes (persona_id);

    CREATE TABLE memories (
        id          INTEGER PRIMARY KEY AUTOINCREMENT,
        text        TEXT NOT NULL,
        -- The text as it is compared with others.
        form        TEXT NOT NULL,
        kind        TEXT NOT NULL,
        topic       TEXT NOT NULL,
        -- What it tells something about; NULL where several may hold at once.
        slot        TEXT,
        importance  REAL NOT NULL,
        reason      TEXT NOT NULL,
        origin      TEXT NOT NULL CHECK (origin IN ('rule', 'model', 'user')),
        -- NULL is known in conversations without a persona.
        persona_id  INTEGER REFERENCES personas (id) ON DELETE CASCADE,
        shared      INTEGER NOT NULL DEFAULT 0,
        pinned      INTEGER NOT NULL DEFAULT 0,
        source_id   INTEGER REFERENCES messages (id) ON DELETE SET NULL,
        valid_from  INTEGER NOT NULL,
        valid_to    INTEGER,
        replaced_by INTEGER REFERENCES memories (id) ON DELETE SET NULL,
        -- Whether it said the same as what stands for it now.
        merged      INTEGER NOT NULL DEFAULT 0,
        created_at  INTEGER NOT NULL,
        used_at     INTEGER,
        uses        INTEGER NOT NULL DEFAULT 0,
        deleted_at  INTEGER
    ) STRICT;
    CREATE INDEX memories_by_form ON memories (form);
    CREATE INDEX memories_in_slot ON memories (persona_id, slot) WHERE slot IS NOT NULL;
    CREATE INDEX memories_by_source ON memories (source_id);
    -- What takes its slot from another one looks for it whosever it is.
    CREATE INDEX memories_by_slot ON memories (slot) WHERE slot IS NOT NULL;
    CREATE INDEX memories_by_persona ON memories (persona_id);
    -- So that those of a persona are counted without a look at each.
    CREATE INDEX memories_that_hold ON memories (persona_id)
        WHERE deleted_at IS NULL AND valid_to IS NULL;
    CREATE INDEX memories_replaced ON memories (replaced_by) WHERE replaced_by IS NOT NULL;

    CREATE TABLE memory_vectors (
        memory_id INTEGER PRIMARY KEY REFERENCES memories (id) ON DELETE CASCADE,
        embedder  TEXT NOT NULL,
        -- One signed byte for each dimension of a vector of length one.
        vector    BLOB NOT NULL
    ) STRICT;
    CREATE TABLE memory_changes (
        id        INTEGER PRIMARY KEY AUTOINCREMENT,
        memory_id INTEGER NOT NULL REFERENCES memories (id) ON DELETE CASCADE,
        at        INTEGER NOT NULL,
        what      TEXT NOT NULL,
        before    TEXT
    ) STRICT;
    CREATE INDEX memory_changes_of_memory ON memory_changes (memory_id);
    CREATE TABLE recalled (
        -- The answer.
        message_id INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
        place      INTEGER NOT NULL,
        memory_id  INTEGER REFERENCES memories (id) ON DELETE SET NULL,
        text       TEXT NOT NULL,
        why        TEXT NOT NULL,
        PRIMARY KEY (message_id, place)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX recalled_memory ON recalled (memory_id);

    -- Whatever shapes a search in memory gets a new revision when it changes, so that each
    -- process follows what others did.
    CREATE TABLE memory_revisions (
        revision  INTEGER PRIMARY KEY AUTOINCREMENT,
        memory_id INTEGER NOT NULL UNIQUE
    ) STRICT;

    CREATE VIRTUAL TABLE memories_words USING fts5 (
        text, content = 'memories', content_rowid = 'id',
        tokenize = 'porter unicode61 remove_diacritics 2', prefix = '2 3'
    );
    INSERT INTO memories_words (memories_words, rank) VALUES ('secure-delete', 1);
    CREATE VIRTUAL TABLE memories_signs USING fts5 (
        text, content = 'memories', content_rowid = 'id', tokenize = 'trigram'
    );
    INSERT INTO memories_signs (memories_signs, rank) VALUES ('secure-delete', 1);

    CREATE TRIGGER memories_inserted AFTER INSERT ON memories
    BEGIN
        INSERT INTO memories_words (rowid, text) VALUES (new.id, new.text);
        INSERT INTO memories_signs (rowid, text)
            SELECT new.id, new.text
            WHERE new.text GLOB '*[぀-ヿ㐀-鿿가-힯豈-﫿฀-๿]*';
        INSERT OR REPLACE INTO memory_revisions (memory_id) VALUES (new.id);
    END;
    CREATE TRIGGER memories_reworded AFTER UPDATE OF text ON memories
    BEGIN
        INSERT INTO memories_words (memories_words, rowid, text)
            VALUES ('delete', old.id, old.text);
        INSERT INTO memories_words (rowid, text) VALUES (new.id, new.text);
        INSERT INTO memories_signs (memories_signs, rowid, text)
            SELECT 'delete', old.id, old.text
            WHERE old.text GLOB '*[぀-ヿ㐀-鿿가-힯豈-﫿฀-๿]*';
        INSERT INTO memories_signs (rowid, text)
            SELECT new.id, new.text
            WHERE new.text GLOB '*[぀-ヿ㐀-鿿가-힯豈-﫿฀-๿]*';
    END;
    CREATE TRIGGER memories_changed
        AFTER UPDATE OF text, importance, shared, persona_id, valid_from, valid_to, deleted_at ON memories
    BEGIN
        INSERT OR REPLACE INTO memory_revisions (memory_id) VALUES (new.id);
    END;
    CREATE TRIGGER memories_of_persona AFTER UPDATE OF deleted_at ON personas
    BEGIN
        INSERT OR REPLACE INTO memory_revisions (memory_id)
            SELECT id FROM memories WHERE persona_id = new.id;
    END;
    CREATE TRIGGER memories_deleted AFTER DELETE ON memories
    BEGIN
        INSERT INTO memories_words (memories_words, rowid, text)
            VALUES ('delete', old.id, old.text);
        INSERT INTO memories_signs (memories_signs, rowid, text)
            SELECT 'delete', old.id, old.text
            WHERE old.text GLOB '*[぀-ヿ㐀-鿿가-힯豈-﫿฀-๿]*';
        INSERT OR REPLACE INTO memory_revisions (memory_id) VALUES (old.id);
    END;
    CREATE TRIGGER memories_embedded AFTER INSERT ON memory_vectors
    BEGIN
        INSERT OR REPLACE INTO memory_revisions (memory_id) VALUES (new.memory_id);
    END;

    CREATE TABLE summaries (
        conversation_id INTEGER PRIMARY KEY REFERENCES conversations (id) ON DELETE CASCADE,
        text            TEXT NOT NULL,
        topics          TEXT NOT NULL,
        tone            TEXT NOT NULL,
        -- The last message that it covers.
        until_id        INTEGER NOT NULL,
        edited          INTEGER NOT NULL DEFAULT 0,
        at              INTEGER NOT NULL,
        -- What the model is sent in the place of the messages that were left out.
        sent            TEXT
    ) STRICT;";

const SIXTH: &str =
    "-- Whether a message is sent word for word, also where less would say the same.
    ALTER TABLE messages ADD COLUMN verbatim INTEGER NOT NULL DEFAULT 0;

    CREATE TABLE batches (
        id       INTEGER PRIMARY KEY AUTOINCREMENT,
        name     TEXT NOT NULL,
        settings TEXT,
        -- The names of its columns, as JSON.
        columns  TEXT NOT NULL,
        made_at  INTEGER NOT NULL,
        paused   INTEGER NOT NULL DEFAULT 0,
        -- Why it rests by itself, as JSON.
        fault    TEXT,
        -- The process that works on it; see `presence`.
        session  TEXT
    ) STRICT;
    CREATE TABLE batch_rows (
        batch_id INTEGER NOT NULL REFERENCES batches (id) ON DELETE CASCADE,
        place    INTEGER NOT NULL,
        -- What the prompt was made of, as JSON.
        cells    TEXT NOT NULL,
        prompt   TEXT NOT NULL,
        state    TEXT NOT NULL DEFAULT 'waiting'
                 CHECK (state IN ('waiting', 'done', 'failed', 'cancelled')),
        answer   TEXT NOT NULL DEFAULT '',
        failure  TEXT,
        model    TEXT NOT NULL DEFAULT '',
        tokens   INTEGER NOT NULL DEFAULT 0,
        seconds  REAL NOT NULL DEFAULT 0,
        PRIMARY KEY (batch_id, place)
    ) STRICT;
    CREATE INDEX batch_rows_by_state ON batch_rows (batch_id, state, place);";

const THIRD: &str = "ALTER TABLE conversations ADD COLUMN settings TEXT;

    CREATE TABLE attachments (
        id         INTEGER PRIMARY KEY AUTOINCREMENT,
        message_id INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
        name       TEXT NOT NULL,
        text       TEXT NOT NULL,
        characters INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX attachments_of_message ON attachments (message_id);

    -- Beginnings of four letters, too, are looked up instead of collected.
    DROP TABLE messages_words;
    CREATE VIRTUAL TABLE messages_words USING fts5 (
        text, content = 'messages', content_rowid = 'id',
        tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3 4'
    );
    INSERT INTO messages_words (messages_words, rank) VALUES ('secure-delete', 1);
    INSERT INTO messages_words (rowid, text)
        SELECT id, text FROM messages WHERE state <> 'streaming';";

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
