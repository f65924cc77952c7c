//! The thread that writes `cache.db`: behind the answers, many changes in one transaction.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::oneshot;

use crate::{Code, Error, Result};

use super::file;

/// Changes that may wait. Beyond, an answer is not kept rather than waited for.
const WAITING: usize = 8192;
/// How long a change waits for others at most, and how many are written together.
const GATHERED_FOR: Duration = Duration::from_millis(40);
const TOGETHER: usize = 512;

type Work = Box<dyn FnOnce(&Transaction<'_>) -> rusqlite::Result<()> + Send>;

struct Job {
    work: Work,
    /// Who waits until it is written.
    waiting: Option<oneshot::Sender<bool>>,
}

/// The way to the thread. It ends when the last clone is dropped, after what it was given.
#[derive(Clone)]
pub(super) struct Behind {
    jobs: SyncSender<Job>,
}

impl Behind {
    /// Starts the thread. `renewed` is called after the file was set aside and made anew.
    pub(super) fn start(
        path: PathBuf,
        connection: Connection,
        renewed: impl Fn() + Send + 'static,
    ) -> Result<Self> {
        let (jobs, queue) = sync_channel(WAITING);
        thread::Builder::new()
            .name("cache-writer".into())
            .spawn(move || write_all(&path, connection, &queue, &renewed))
            .map_err(Error::internal)?;
        Ok(Self { jobs })
    }

    /// Has a change written soon. False where too many wait.
    pub(super) fn later(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<()> + Send + 'static,
    ) -> bool {
        let job = Job {
            work: Box::new(work),
            waiting: None,
        };
        self.jobs.try_send(job).is_ok()
    }

    /// Has a change written, and returns what it found when it is on the way to the disk.
    pub(super) async fn now<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T> {
        let fault = || {
            Error::new(
                Code::DatabaseBusy,
                "The cache could not be written. Is the disk full, or does another program hold it?",
            )
        };
        let (value, found) = oneshot::channel();
        let (written, done) = oneshot::channel();
        let mut job = Job {
            work: Box::new(move |transaction| {
                // Whoever asked may have gone.
                let _ = value.send(work(transaction)?);
                Ok(())
            }),
            waiting: Some(written),
        };
        loop {
            match self.jobs.try_send(job) {
                Ok(()) => break,
                Err(TrySendError::Full(back)) => job = back,
                Err(TrySendError::Disconnected(_)) => return Err(fault()),
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        if !done.await.unwrap_or(false) {
            return Err(fault());
        }
        found.await.map_err(|_| fault())
    }
}

fn write_all(
    path: &std::path::Path,
    connection: Connection,
    queue: &Receiver<Job>,
    renewed: &impl Fn(),
) {
    let mut open = Some(connection);
    let mut is_open = true;
    while is_open {
        let Ok(first) = queue.recv() else { return };
        let until = Instant::now() + GATHERED_FOR;
        let mut jobs = vec![first];
        // Whoever waits is not kept waiting for others.
        while jobs.len() < TOGETHER && jobs.iter().all(|job| job.waiting.is_none()) {
            match queue.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(job) => jobs.push(job),
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => {
                    is_open = false;
                    break;
                }
            }
        }
        let Some(connection) = &mut open else {
            answer(jobs.into_iter().filter_map(|job| job.waiting), false);
            open = file::open(path).ok();
            continue;
        };
        let (works, waiting): (Vec<Work>, Vec<_>) =
            jobs.into_iter().map(|job| (job.work, job.waiting)).unzip();
        let written = write(connection, works);
        answer(waiting.into_iter().flatten(), written.is_ok());
        if let Err(error) = written {
            tracing::warn!(%error, "answers were not kept on the disk");
            if file::is_damage(&error) {
                // Closed before it is moved.
                drop(open.take());
                open = file::set_aside(path).and_then(|()| file::open(path)).ok();
                renewed();
            }
        }
    }
}

fn write(connection: &mut Connection, works: Vec<Work>) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for work in works {
        work(&transaction)?;
    }
    transaction.commit()
}

fn answer(waiting: impl Iterator<Item = oneshot::Sender<bool>>, written: bool) {
    for one in waiting {
        let _ = one.send(written);
    }
}
