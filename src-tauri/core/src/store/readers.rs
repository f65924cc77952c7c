//! Connections that only read; kept for reuse, opened when all are busy.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use rusqlite::{Connection, OpenFlags};

/// More would not be faster: readers share the machine's cores with the engine.
const KEPT: usize = 4;

pub(super) struct Readers {
    path: PathBuf,
    set_up: fn(&Connection) -> rusqlite::Result<()>,
    idle: Mutex<Vec<Connection>>,
    /// Which file this is: connections to an earlier one are not kept.
    epoch: AtomicU64,
}

impl Readers {
    /// Of a file; `set_up` makes a new connection fit for it.
    pub(super) fn new(path: PathBuf, set_up: fn(&Connection) -> rusqlite::Result<()>) -> Self {
        Self {
            path,
            set_up,
            idle: Mutex::default(),
            epoch: AtomicU64::default(),
        }
    }

    pub(super) fn run<T>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        let epoch = self.epoch.load(Ordering::SeqCst);
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.open()?,
        };
        let value = work(&connection)?;
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < KEPT && epoch == self.epoch.load(Ordering::SeqCst) {
            idle.push(connection);
        }
        Ok(value)
    }

    /// Closes those that are idle: the file is another one now.
    pub(super) fn renew(&self) {
        self.epoch.fetch_add(1, Ordering::SeqCst);
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    fn open(&self) -> rusqlite::Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags)?;
        (self.set_up)(&connection)?;
        connection.pragma_update(None, "query_only", true)?;
        Ok(connection)
    }
}
