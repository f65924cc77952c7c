//! A verified copy of the database before its form changes.

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
    {
        let mut to = Connection::open(&partial)?;
        Backup::new(from, &mut to)?.run_to_completion(PAGES, Duration::ZERO, None)?;
        let verdict: String = to.pragma_query_value(None, "integrity_check", |row| row.get(0))?;
        if verdict != "ok" {
            return Err(Error::new(
                Code::Database,
                format!(
                    "The database was not changed, because the backup made before is not sound: \
                     {verdict}"
                ),
            ));
        }
    }
    std::fs::rename(&partial, &path).map_err(|error| Error::file("keep", &path, &error))?;
    Ok(path)
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
