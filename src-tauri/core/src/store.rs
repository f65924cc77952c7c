//! The database `data.db`: opening, migrating, reading, writing. SQL stands nowhere else.
//!
//! One thread writes, so that writers of one process never wait for each other's locks; a
//! few connections read. Every write is one transaction that is on the disk when it returns.
//! One file per concern: [`conversations`], [`messages`],
//! [`answers`], [`attachments`], `branches`, [`settings`], [`labels`], [`search`], `trash`, [`trees`],
//! [`memories`], [`personas`], [`summaries`], [`batches`]; `schema` holds the migrations. [`responses`] is a
//! database of its own, `cache.db`, in which nothing is precious.

pub mod answers;
pub mod attachments;
mod backup;
pub mod batches;
mod branches;
pub mod conversations;
pub mod downloads;
pub(crate) mod exchange;
mod failure;
pub mod labels;
pub mod learned;
pub mod memories;
pub mod messages;
mod open;
pub mod personas;
mod readers;
pub mod responses;
mod schema;
pub mod search;
pub mod settings;
pub mod summaries;
mod trash;
pub mod trees;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, Transaction};
use tokio::sync::broadcast;

use crate::folder::DataFolder;
use crate::presence::{self, Session};
use crate::{Error, Result};

use conversations::ConversationId;
use readers::Readers;
use writer::Writer;

/// Changes that a slow watcher may lag behind before it is told that it missed some.
const CHANGES_KEPT: usize = 256;

/// The open database. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    path: Arc<PathBuf>,
    writer: Writer,
    readers: Arc<Readers>,
    session: Arc<Session>,
    folder: DataFolder,
    changed: broadcast::Sender<ConversationId>,
}

impl Store {
    /// Opens the database of a data folder, brings its schema up to date (after a backup),
    /// and marks the answers whose process is gone as interrupted.
    ///
    /// Refuses a file of a newer version or of another program, and leaves it alone.
    pub fn open(folder: &DataFolder) -> Result<Self> {
        let path = folder.database();
        let (session, connection) = {
            // Also for registering: whoever clears away dead sessions must not meet one that is
            // just being made.
            let _turn = presence::take_turn(folder)?;
            exchange::carry_out(folder)?;
            (
                Session::begin(folder)?,
                open::for_writing(&path, &folder.backups())?,
            )
        };
        answers::mark_interrupted(&connection, |session| presence::is_alive(folder, session))?;
        Ok(Self {
            writer: Writer::start(connection)?,
            readers: Arc::new(Readers::new(path.clone(), open::set_up)),
            path: Arc::new(path),
            session: Arc::new(session),
            folder: folder.clone(),
            changed: broadcast::Sender::new(CHANGES_KEPT),
        })
    }

    /// Names each conversation that has changed: its order, its settings, an answer that was
    /// begun or has ended. Whoever lags behind is told so.
    #[must_use]
    pub fn watch(&self) -> broadcast::Receiver<ConversationId> {
        self.changed.subscribe()
    }

    /// Tells those who watch that a conversation has changed.
    pub(crate) fn tell_change(&self, conversation: ConversationId) {
        // An error only says that nobody watches.
        let _ = self.changed.send(conversation);
    }

    /// Where the file lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The name under which this process marks the answers it is writing.
    #[must_use]
    pub fn session(&self) -> &str {
        self.session.name()
    }

    /// Whether the process that registered under this name still runs.
    pub(crate) fn is_alive(&self, session: &str) -> bool {
        session == self.session() || presence::is_alive(&self.folder, session)
    }

    /// Runs `work` in one transaction on the writing thread; on the disk when it returns.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T> {
        self.writer.run(work).await
    }

    /// Runs `work` on a reading connection, off the async threads.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T> {
        let readers = Arc::clone(&self.readers);
        let read = tokio::task::spawn_blocking(move || readers.run(work)).await;
        Ok(read.map_err(Error::internal)??)
    }

    /// Copies the database into a file, while others write, and reads the copy back.
    pub(crate) async fn copy_to(&self, path: &Path) -> Result<()> {
        let (from, to) = (Arc::clone(&self.path), path.to_path_buf());
        tokio::task::spawn_blocking(move || backup::copy(&Connection::open(&*from)?, &to))
            .await
            .map_err(Error::internal)?
    }

    /// Writes the file anew and empties its journal, so that nothing that was removed is left.
    pub(crate) async fn rewrite(&self) -> Result<()> {
        self.writer.rewrite().await
    }

    /// Runs SQLite's own check of the whole file; the faults found, none when all is well.
    pub async fn check(&self) -> Result<Vec<String>> {
        self.read(|connection| {
            let mut faults: Vec<String> = connection
                .prepare("PRAGMA integrity_check")?
                .query_map([], |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            faults.retain(|fault| fault != "ok");
            let orphans: Vec<String> = connection
                .prepare("PRAGMA foreign_key_check")?
                .query_map([], |row| row.get::<_, String>(0))?
                .collect::<rusqlite::Result<_>>()?;
            faults.extend(
                orphans
                    .iter()
                    .map(|table| format!("a row of {table} has no parent")),
            );
            Ok(faults)
        })
        .await
    }
}

/// Now, as the database keeps time: milliseconds since 1970, UTC.
pub(crate) fn now() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}
