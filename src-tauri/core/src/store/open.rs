//! Opening the file: is it ours, is it of our version, and with which settings.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;

use crate::{Code, Error, Result};

use super::{backup, schema};

/// Marks the file as Hearth's ("HRTH"), where SQLite keeps a place for that.
const APPLICATION: u32 = 0x4852_5448;
/// How long to wait for another process that is writing.
const PATIENCE: Duration = Duration::from_secs(5);

/// Opens the file for writing, with its schema up to date.
pub(super) fn for_writing(path: &Path, backups: &Path) -> Result<Connection> {
    refuse_foreign(path)?;
    create_private(path)?;
    let mut connection = Connection::open(path)?;
    set_up(&connection)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    let version = schema::version(&connection)?;
    if version > schema::LATEST {
        return Err(newer(path, version));
    }
    if version < schema::LATEST {
        if version > 0 {
            backup::before_migration(&connection, backups, version)?;
        }
        schema::migrate(&mut connection)?;
        connection.pragma_update(None, "application_id", APPLICATION)?;
    }
    Ok(connection)
}

/// A new file is the owner's alone, also in a folder that others may read; what SQLite puts
/// beside it takes over its rights.
fn create_private(path: &Path) -> Result<()> {
    let mut options = File::options();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(path)
        .map(drop)
        .map_err(|error| Error::file("open", path, &error))
}

/// The settings of every connection.
pub(super) fn set_up(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(PATIENCE)?;
    // A commit is on the disk before it is acknowledged.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // What is deleted is overwritten.
    connection.pragma_update(None, "secure_delete", true)?;
    // A damaged or forged file should be noticed, and run nothing.
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "mmap_size", 0)?;
    Ok(())
}

/// Looks at the header before SQLite touches the file: a refused file stays as it is.
pub(super) fn refuse_foreign(path: &Path) -> Result<()> {
    let mut header = [0; 72];
    let Ok(mut file) = File::open(path) else {
        return Ok(());
    };
    if file.read_exact(&mut header).is_err() {
        // Empty or new; SQLite itself refuses a short file that is no database.
        return Ok(());
    }
    let number = |at: usize| {
        u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]])
    };
    let (version, application) = (number(60), number(68));
    if application != 0 && application != APPLICATION {
        return Err(Error::new(
            Code::DatabaseForeign,
            format!(
                "{} belongs to another program. It was left as it is; choose another data folder.",
                path.display()
            ),
        ));
    }
    if version > schema::LATEST {
        Err(newer(path, version))
    } else {
        Ok(())
    }
}

fn newer(path: &Path, version: u32) -> Error {
    Error::new(
        Code::DatabaseForeign,
        format!(
            "{} was made by a newer Hearth (schema {version}; this one knows {}). It was left as \
             it is; install the newer version.",
            path.display(),
            schema::LATEST
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bundled_sqlite_is_free_of_the_wal_reset_fault() {
        // Two connections and a checkpoint could corrupt a file before 3.51.3.
        assert!(
            rusqlite::version_number() >= 3_051_003,
            "{}",
            rusqlite::version()
        );
    }

    #[test]
    fn f43_a_newer_or_foreign_file_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        for (pragma, value) in [("user_version", 9999), ("application_id", 7)] {
            let path = folder.path().join(pragma);
            let other = Connection::open(&path).unwrap();
            other.execute_batch("CREATE TABLE theirs (x)").unwrap();
            other.pragma_update(None, pragma, value).unwrap();
            drop(other);
            let before = std::fs::read(&path).unwrap();
            let refusal = for_writing(&path, folder.path()).unwrap_err();
            assert_eq!(refusal.code, Code::DatabaseForeign);
            assert_eq!(std::fs::read(&path).unwrap(), before);
        }
    }
}
