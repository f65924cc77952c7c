//! The one thread that writes.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::thread;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::oneshot;

use crate::{Code, Error, Result};

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// The way to the writing thread. The thread ends when the last clone is dropped.
#[derive(Clone)]
pub(super) struct Writer {
    jobs: mpsc::Sender<Job>,
}

impl Writer {
    /// Starts the thread on a connection.
    pub(super) fn start(mut connection: Connection) -> Result<Self> {
        let (jobs, queue) = mpsc::channel::<Job>();
        thread::Builder::new()
            .name("database-writer".into())
            .spawn(move || {
                while let Ok(job) = queue.recv() {
                    // A job that panics has dropped its transaction, which undoes it, and its
                    // caller hears of it; the next job must still be done.
                    let outcome = catch_unwind(AssertUnwindSafe(|| job(&mut connection)));
                    if outcome.is_err() {
                        tracing::error!("a write to the database panicked and was undone");
                    }
                }
            })
            .map_err(Error::internal)?;
        Ok(Self { jobs })
    }

    /// Writes the whole file anew, then moves the journal into it and cuts that to nothing.
    /// Readers may hold it up for a moment.
    ///
    /// `secure_delete` overwrites what is freed, but not what was moved within a page before.
    pub(super) async fn rewrite(&self) -> Result<()> {
        const TRIES: u32 = 50;
        let (reply, result) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let mut outcome = connection.execute_batch("VACUUM").map(|()| 1_i64);
            for _ in 0..TRIES {
                if outcome.is_ok() {
                    let emptied = "PRAGMA wal_checkpoint(TRUNCATE)";
                    outcome = connection.query_row(emptied, [], |row| row.get(0));
                }
                if !matches!(outcome, Ok(1..)) {
                    break;
                }
                thread::sleep(std::time::Duration::from_millis(20));
            }
            let _ = reply.send(outcome);
        });
        self.jobs.send(job).map_err(Error::internal)?;
        match result.await.map_err(Error::internal)?? {
            0 => Ok(()),
            _ => Err(Error::new(
                Code::DatabaseBusy,
                "Another program holds Hearth's database, so what was deleted is still in its \
                 journal. Close it and delete again.",
            )),
        }
    }

    /// Runs `work` in a transaction that takes the write lock at once: one that began by
    /// reading could fail at its first write instead.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T> {
        let (reply, result) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let outcome = connection
                .transaction_with_behavior(TransactionBehavior::Immediate)
                .and_then(|transaction| {
                    let value = work(&transaction)?;
                    transaction.commit()?;
                    Ok(value)
                });
            // Whoever asked may have gone; the write stands all the same.
            let _ = reply.send(outcome);
        });
        let gone = || {
            Error::new(
                Code::Internal,
                "A write to the database failed and was undone.",
            )
        };
        self.jobs.send(job).map_err(|_| gone())?;
        Ok(result.await.map_err(|_| gone())??)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn f69_a_write_that_panics_is_undone_and_the_next_one_works() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE t (x)").unwrap();
        let writer = Writer::start(connection).unwrap();
        let panicked: Result<()> = writer
            .run(|transaction| {
                transaction.execute("INSERT INTO t VALUES (1)", [])?;
                panic!("on purpose");
            })
            .await;
        assert_eq!(panicked.unwrap_err().code, Code::Internal);
        let count: i64 = writer
            .run(|transaction| {
                transaction.query_row("SELECT count(*) FROM t", [], |row| row.get(0))
            })
            .await
            .unwrap();
        assert_eq!(count, 0);
    }
}
