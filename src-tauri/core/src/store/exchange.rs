//! Another database in the place of this one: it waits beside it, and is exchanged when nobody
//! works on the folder. The old one is kept.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use tempfile::NamedTempFile;

use crate::folder::DataFolder;
use crate::{Code, Error, Result, presence};

use super::open;

fn waiting(folder: &DataFolder) -> PathBuf {
    folder.root().join("data-restored.db")
}

/// An empty file beside the database, for another one.
pub(crate) fn incoming(folder: &DataFolder) -> Result<NamedTempFile> {
    tempfile::Builder::new()
        .suffix(".db")
        .tempfile_in(folder.root())
        .map_err(|error| Error::file("write in", folder.root(), &error))
}

/// Refuses a database that is not sound, not Hearth's, or of a newer Hearth.
pub(crate) fn check(path: &Path) -> Result<()> {
    open::refuse_foreign(path)?;
    let connection = Connection::open(path)?;
    let verdict: String =
        connection.pragma_query_value(None, "integrity_check", |row| row.get(0))?;
    if verdict == "ok" {
        return Ok(());
    }
    let message = format!("The database in the backup is damaged: {verdict}. Nothing was changed.");
    Err(Error::new(Code::Database, message))
}

/// Lets a database, which was checked, take the place of the other at the next start.
pub(crate) fn at_next_start(folder: &DataFolder, incoming: NamedTempFile) -> Result<()> {
    let fault = |error| Error::file("keep", &waiting(folder), &error);
    incoming.as_file().sync_all().map_err(fault)?;
    incoming
        .persist(waiting(folder))
        .map_err(|error| fault(error.error))?;
    Ok(())
}

/// Puts the database that waits, if one does, in its place. The caller holds the turn to open.
/// While anybody else works with the old one it goes on waiting.
pub(super) fn carry_out(folder: &DataFolder) -> Result<()> {
    let (incoming, path) = (waiting(folder), folder.database());
    if !incoming.exists() || presence::is_anyone_here(folder) {
        return Ok(());
    }
    // What is still in the journal belongs to the old one. One that cannot be opened, which may
    // be why another is restored, is kept with its journal as it is.
    let is_whole = emptied_journal(&path).is_ok();
    let journal = |end: &str| {
        let mut name = path.clone().into_os_string();
        name.push(end);
        PathBuf::from(name)
    };
    if is_whole && journal("-wal").exists() {
        // Another program reads the file, and SQLite left the journal for it.
        return Ok(());
    }
    // A stop between these steps is made good by the next start: what has moved is not there.
    let kept = free_name(folder);
    for end in ["-wal", "-shm", ""] {
        let old = journal(end);
        if old.exists() {
            let kept = folder.backups().join(format!("{kept}.db{end}"));
            fs::rename(&old, &kept).map_err(|error| Error::file("keep", &kept, &error))?;
        }
    }
    fs::rename(&incoming, &path).map_err(|error| Error::file("restore", &path, &error))
}

/// A name that no database that is kept has: two may be replaced within a second.
fn free_name(folder: &DataFolder) -> String {
    let now = jiff::Zoned::now()
        .strftime("data-replaced-%Y%m%d-%H%M%S")
        .to_string();
    let numbered = (2..).map(|number| format!("{now}-{number}"));
    std::iter::once(now.clone())
        .chain(numbered)
        .find(|name| !folder.backups().join(format!("{name}.db")).exists())
        .unwrap_or(now)
}

/// Brings what is in a database's journal into the database.
fn emptied_journal(path: &Path) -> rusqlite::Result<()> {
    if !path.exists() {
        return Ok(());
    }
    let connection = Connection::open(path)?;
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    connection.close().map_err(|(_, error)| error)
}
