//! The one thread that writes.

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
                    job(&mut connection);
                }
            })
            .map_err(Error::internal)?;
        Ok(Self { jobs })
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
        let gone = || Error::new(Code::Internal, "The database's writer has ended.");
        self.jobs.send(job).map_err(|_| gone())?;
        Ok(result.await.map_err(|_| gone())??)
    }
}
