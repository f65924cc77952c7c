//! A verified copy of the database: before its form changes, and for a full backup.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::backup::Backup;

use crate::{Code, Error, Result};

/// Pages copied at a time; between, other processes may write.
const PAGES: i32 = 1024;

/// Copies the open database into `backups` and reads the copy back.
pub(super) fn before_migration(from: &Connection, backups: &Path, version: u32) -> Result<PathBuf> {
    let time = jiff::Zoned::now().strftime("%Y%m%d-%H%M%S").to_string();
    let path = backups.join(format!("data-v{version}-{time}.db"));
    let partial = path.with_extension("part");
    copy(from, &partial)?;
    std::fs::rename(&partial, &path).map_err(|error| Error::file("keep", &path, &error))?;
    Ok(path)
}

/// Copies a database into a file and checks the copy.
pub(super) fn copy(from: &Connection, path: &Path) -> Result<()> {
    let mut to = Connection::open(path)?;
    Backup::new(from, &mut to)?.run_to_completion(PAGES, Duration::ZERO, None)?;
    // The copy is one file, without a journal beside it.
    to.pragma_update(None, "journal_mode", "DELETE")?;
    let verdict: String = to.pragma_query_value(None, "integrity_check", |row| row.get(0))?;
    if verdict != "ok" {
        let message =
            format!("The database has a fault, so that no sound copy can be made: {verdict}");
        return Err(Error::new(Code::Database, message));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backup_holds_what_the_database_held() {
        let folder = tempfile::tempdir().unwrap();
        let from = Connection::open(folder.path().join("data.db")).unwrap();
        from.execute_batch("CREATE TABLE t (x); INSERT INTO t VALUES (42)")
            .unwrap();
        let path = before_migration(&from, folder.path(), 1).unwrap();
        let copy = Connection::open(path).unwrap();
        let x: i64 = copy
            .query_row("SELECT x FROM t", [], |row| row.get(0))
            .unwrap();
        assert_eq!(x, 42);
    }
}
