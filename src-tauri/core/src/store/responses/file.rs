//! Opening `cache.db`, and setting it aside where it cannot be used.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, TransactionBehavior};

use crate::{Error, Result};

use super::schema;

/// How long to wait for another process that is writing.
const PATIENCE: Duration = Duration::from_secs(2);

/// Opens the file for writing. One that is damaged, or of another shape, is set aside: nothing
/// in it is precious.
pub(super) fn open(path: &Path) -> Result<Connection> {
    match try_open(path) {
        Err(error) if is_damage(&error) => {
            set_aside(path)?;
            Ok(try_open(path)?)
        }
        opened => Ok(opened?),
    }
}

/// Whether a fault says that the file is no good, rather than that something is in the way.
pub(super) fn is_damage(error: &rusqlite::Error) -> bool {
    match error {
        rusqlite::Error::SqliteFailure(failure, _) => matches!(
            failure.code,
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::SchemaChanged
        ),
        // Of another shape.
        rusqlite::Error::InvalidColumnType(..)
        | rusqlite::Error::InvalidQuery
        | rusqlite::Error::FromSqlConversionFailure(..) => true,
        _ => false,
    }
}

/// Moves the file and what SQLite put beside it out of the way; one such file is kept.
pub(super) fn set_aside(path: &Path) -> Result<()> {
    tracing::warn!("the cache is damaged and begins anew");
    let aside = path.with_extension("damaged.db");
    for ending in ["", "-wal", "-shm"] {
        let (from, to) = (with_ending(path, ending), with_ending(&aside, ending));
        match std::fs::rename(&from, &to) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Error::file("set aside", &from, &error));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Removes what was set aside: whoever removes answers means those too.
pub(super) fn remove_set_aside(path: &Path) -> Result<()> {
    let aside = path.with_extension("damaged.db");
    for ending in ["", "-wal", "-shm"] {
        let path = with_ending(&aside, ending);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Error::file("remove", &path, &error));
            }
            _ => {}
        }
    }
    Ok(())
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

fn try_open(path: &Path) -> rusqlite::Result<Connection> {
    let mut options = std::fs::File::options();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    // Where this fails SQLite says why.
    let _ = options.open(path);
    let mut connection = Connection::open(path)?;
    set_up(&connection)?;
    // Before the first table: what is removed gives its room back.
    if schema::version(&connection)? == 0 {
        connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    }
    connection.pragma_update(None, "journal_mode", "WAL")?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    match schema::version(&transaction)? {
        0 => {
            transaction.execute_batch(schema::TABLES)?;
            transaction.pragma_update(None, "user_version", schema::VERSION)?;
        }
        schema::VERSION => {}
        _ => return Err(rusqlite::Error::InvalidQuery),
    }
    transaction.commit()?;
    Ok(connection)
}

/// The settings of every connection.
pub(super) fn set_up(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(PATIENCE)?;
    // What a power cut takes from the end is only made again.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // What is deleted is overwritten.
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "mmap_size", 0)?;
    connection.pragma_update(None, "cache_size", -16_000)?;
    Ok(())
}
