//! The database `cache.db`: answers that may be given again. Nothing in it is precious: a damaged
//! file is set aside and made anew, writes follow behind the answers, and a power cut may take
//! the last of them.
//!
//! `file` opens it, `writing` is the thread that writes, `packing` makes texts small, `found`
//! reads, `removal` takes out, `questions` is what similar questions are looked for in.

mod file;
mod found;
mod packing;
mod questions;
mod removal;
mod schema;
mod writing;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, Transaction, params};
use tokio::sync::Semaphore;

use crate::cache::{Answer, Entry, KINDS, Origin, QuestionKind};
use crate::{Error, Result};

use super::readers::Readers;

pub use found::CountName;
pub use found::{CachedAnswer, Count, Listing, Totals};

use packing::packed;
pub(crate) use questions::{AskedQuestion, Judged};
pub use removal::Removal;
use writing::Behind;

/// The open cache database. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Responses {
    path: Arc<PathBuf>,
    behind: Behind,
    readers: Arc<Readers>,
    turns: Arc<Semaphore>,
    opened_at: i64,
}

impl Responses {
    /// Opens the file; one that is damaged or of another shape is set aside.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let connection = file::open(path)?;
        let opened_at =
            connection.query_row("SELECT number FROM generation", [], |row| row.get(0))?;
        let readers = Arc::new(Readers::new(path.to_path_buf(), file::set_up));
        let stale = Arc::clone(&readers);
        Ok(Self {
            behind: Behind::start(path.to_path_buf(), connection, move || stale.renew())?,
            path: Arc::new(path.to_path_buf()),
            readers,
            turns: Arc::new(Semaphore::new(READ_AT_ONCE)),
            opened_at,
        })
    }

    /// How often something had been removed when the file was opened.
    pub(crate) fn opened_at(&self) -> i64 {
        self.opened_at
    }

    /// Keeps an answer, soon; until when it may be of use stands in `ends_at`. False where too
    /// much waits to be written.
    pub(crate) fn keep(&self, id: i64, entry: Arc<Entry>, ends_at: i64, most: u64) -> bool {
        self.behind.later(move |transaction| {
            insert(transaction, id, &entry, ends_at)?;
            removal::make_room(transaction, most)
        })
    }

    /// Notes what happened: uses of answers with their times, and counts.
    pub(crate) fn note(&self, uses: Vec<(i64, u32, i64)>, counts: Vec<Count>) -> bool {
        self.behind.later(move |transaction| {
            let mut update = transaction.prepare_cached(
                "UPDATE responses SET hits = hits + ?2, used_at = max(used_at, ?3) WHERE id = ?1",
            )?;
            for (id, hits, at) in uses {
                update.execute(params![id, hits, at])?;
            }
            let mut counted = transaction.prepare_cached(
                "INSERT INTO counts VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE
                 SET count = count + excluded.count, sum = sum + excluded.sum",
            )?;
            for one in counts {
                counted.execute(params![
                    one.name.text(),
                    one.kind.number(),
                    one.count,
                    one.sum
                ])?;
            }
            Ok(())
        })
    }

    /// Returns when all is written that was to be written before.
    pub(crate) async fn flush(&self) -> Result<()> {
        self.behind.now(|_| Ok(())).await
    }

    /// Runs `work` on a reading connection, off the async threads.
    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T> {
        let readers = Arc::clone(&self.readers);
        // More at once would each open the file anew, and wait for the same processors.
        let turn = Arc::clone(&self.turns).acquire_owned().await;
        let turn = turn.map_err(Error::internal)?;
        let read = tokio::task::spawn_blocking(move || {
            let read = readers.run(work);
            drop(turn);
            read
        });
        let read = read.await.map_err(Error::internal)?;
        if read.as_ref().is_err_and(file::is_damage) {
            // The writer finds out what is wrong, and makes the file anew if it has to.
            self.behind.later(|transaction| {
                let sound: String =
                    transaction.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
                match sound.as_str() {
                    "ok" => Ok(()),
                    _ => Err(rusqlite::Error::InvalidQuery),
                }
            });
        }
        Ok(read?)
    }
}

fn insert(
    transaction: &Transaction<'_>,
    id: i64,
    entry: &Entry,
    ends_at: i64,
) -> rusqlite::Result<()> {
    let Entry {
        canonical,
        answer,
        origin,
    } = entry;
    let request = packed(canonical);
    let written = serde_json::to_vec(answer)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    let written = packed(&written);
    let bytes = request.len() + written.len() + origin.question.len() + AROUND;
    let replaced = transaction
        .prepare_cached("DELETE FROM responses WHERE id = ?")?
        .execute([id])?;
    if replaced > 0 {
        removal::bump(transaction)?;
    }
    transaction
        .prepare_cached(
            "INSERT INTO responses (id, request, answer, question, model, kind, persona,
                conversation, revision, made_at, used_at, ends_at, bytes)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10, ?11, ?12)",
        )?
        .execute(params![
            id,
            request,
            written,
            origin.question,
            origin.model,
            origin.kind.number(),
            origin.persona,
            origin.conversation,
            origin.revision,
            origin.made_at,
            ends_at,
            i64::try_from(bytes).unwrap_or(i64::MAX),
        ])?;
    let mut depends =
        transaction.prepare_cached("INSERT OR IGNORE INTO response_memories VALUES (?1, ?2)")?;
    for memory in &origin.memories {
        depends.execute(params![memory, id])?;
    }
    Ok(())
}

/// Reads at the same time.
const READ_AT_ONCE: usize = 4;

/// Bytes that a row and its places in the indexes take beside its texts.
const AROUND: usize = 150;

/// A number as people see it.
pub(crate) fn name(id: i64) -> String {
    format!("{:016x}", id.cast_unsigned())
}

/// The number of a name.
pub(crate) fn numbered(name: &str) -> Option<i64> {
    let digits = (name.len() == 16).then_some(name)?;
    u64::from_str_radix(digits, 16).ok().map(u64::cast_signed)
}
