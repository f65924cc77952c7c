//! Downloads of model files: a queue that survives everything, and the file in its place only
//! when its checksum is right.
//!
//! The queue is in the database ([`crate::store::downloads`]); what came of a file lies in
//! `downloads/` with a journal. `transfer` is one file's way, `ranges` its connections,
//! `order` what is wanted, `status` what is told of it, `hashing` its checksum, `pace` speed and
//! waiting, `name` what a file may be called.

mod hashing;
mod journal;
mod name;
mod order;
mod pace;
mod ranges;
mod status;
mod transfer;

use std::collections::HashMap;
use std::fs::DirEntry;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::config::Settings;
use crate::folder::DataFolder;
use crate::models::web::Web;
use crate::secrets::Secrets;
use crate::store::Store;
use crate::store::downloads::{Download, DownloadId};
use crate::{Code, Error, Result};

pub use name::checked as checked_name;
pub use order::Order;
pub use pace::Patience;
pub use status::{DownloadState, DownloadStatus};
pub(crate) use transfer::sha256_of;

use pace::{Limit, Speed};
use status::status;
use transfer::{Progress, Transfer};

/// How often progress is told.
const TELL: Duration = Duration::from_millis(250);
/// How copies that are being made in the models folder begin.
pub(crate) const UNFINISHED: &str = ".unfinished-";
/// What nobody went on with for so long is removed.
const ORPHAN: Duration = Duration::from_hours(7 * 24);

/// All downloads of this process. Cheap to clone.
#[derive(Clone)]
pub struct Downloads(Arc<Inner>);

struct Inner {
    store: Store,
    settings: Settings,
    secrets: Secrets,
    folder: PathBuf,
    models: PathBuf,
    patience: Patience,
    limit: Arc<Limit>,
    running: Mutex<HashMap<DownloadId, Running>>,
    /// Whether downloads that wait are begun here.
    drives: AtomicBool,
    /// Held while it is decided what is begun.
    deciding: tokio::sync::Mutex<()>,
    status: watch::Sender<Vec<DownloadStatus>>,
    telling: AtomicBool,
    /// Held while it is told how all are doing, so that what is told last is the newest.
    told: tokio::sync::Mutex<()>,
}

struct Running {
    progress: Arc<Progress>,
    speed: Speed,
    task: JoinHandle<()>,
}

impl Downloads {
    /// The downloads of a data folder; nothing is begun yet.
    pub fn new(
        store: Store,
        settings: Settings,
        secrets: Secrets,
        folder: &DataFolder,
        patience: Patience,
    ) -> Self {
        Self(Arc::new(Inner {
            limit: Arc::new(Limit::new(settings.clone())),
            store,
            settings,
            secrets,
            folder: folder.downloads(),
            models: folder.models(),
            patience,
            running: Mutex::default(),
            drives: AtomicBool::new(false),
            deciding: tokio::sync::Mutex::default(),
            status: watch::Sender::new(Vec::new()),
            telling: AtomicBool::new(false),
            told: tokio::sync::Mutex::default(),
        }))
    }

    /// Begins what waits, now and from now on: the process with the window does.
    pub async fn start(&self) -> Result<()> {
        let known = self.0.store.downloads().await?;
        sweep(&self.0.folder, &self.0.models, &known);
        self.0.drives.store(true, Ordering::Relaxed);
        self.drive().await
    }

    /// How all downloads are doing, now and at every change.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Vec<DownloadStatus>> {
        self.0.status.subscribe()
    }

    /// Adds a file. Asked for twice it comes once.
    pub async fn add(&self, order: Order) -> Result<DownloadId> {
        checked_name(&order.name)?;
        let all = self.0.store.downloads().await?;
        let under_way = all.into_iter().find(|one| one.order.name == order.name);
        let id = match under_way {
            Some(one) if !one.order.is_of_same_source(&order) => {
                let from = one.order.repository.unwrap_or(one.order.url);
                let message = format!(
                    "Another file {} is on its way, from {from}. Give it up first, or wait for it.",
                    order.name
                );
                return Err(Error::new(Code::NameRefused, message));
            }
            // It is as it is on the server now that it is wanted again.
            Some(one) if one.failure.is_some() => {
                self.0.store.renew_download(one.id, order).await?;
                one.id
            }
            Some(one) => {
                self.0.store.pause_download(one.id, false).await?;
                one.id
            }
            None => {
                let place = self.0.models.join(&order.name);
                if place.symlink_metadata().is_ok() {
                    return Err(taken(&order.name));
                }
                self.0.store.add_download(order).await?
            }
        };
        self.drive().await?;
        Ok(id)
    }

    /// Adds the parts of a model, but for those that came already.
    pub async fn add_all(&self, orders: Vec<Order>) -> Result<Vec<DownloadId>> {
        let mut ids = Vec::new();
        let mut here = None;
        for order in orders {
            let known = self.0.store.downloaded(order.name.clone()).await?;
            let same = known.is_some_and(|known| known.order.sha256 == order.sha256);
            if same && self.0.models.join(&order.name).exists() {
                here = Some(order.name);
            } else {
                ids.push(self.add(order).await?);
            }
        }
        match here {
            Some(name) if ids.is_empty() => Err(taken(&name)),
            _ => Ok(ids),
        }
    }

    /// Fetches a download here and now, and waits for its end.
    pub async fn fetch(&self, id: DownloadId) -> Result<()> {
        let all = self.0.store.downloads().await?;
        let download = all
            .into_iter()
            .find(|one| one.id == id)
            .ok_or_else(|| missing(id))?;
        let name = download.order.name.clone();
        let mut watch = self.watch();
        if !self.running().contains_key(&id) {
            self.begin(download);
        }
        self.tell_on();
        loop {
            let ended = !self.running().contains_key(&id);
            let all = self.0.store.downloads().await?;
            match all.into_iter().find(|one| one.id == id) {
                None if ended => return self.came(id, name).await,
                Some(one) if ended => return Err(one.failure.unwrap_or_else(|| missing(id))),
                // Told now and then, and when it has ended.
                _ => watch.changed().await.map_err(Error::internal)?,
            }
        }
    }

    /// The file's name of a download that is on its way.
    pub async fn name_of(&self, id: DownloadId) -> Result<String> {
        let all = self.0.store.downloads().await?;
        let one = all.into_iter().find(|one| one.id == id);
        one.map(|one| one.order.name).ok_or_else(|| missing(id))
    }

    /// Whether what is no longer on its way came, or was given up elsewhere.
    async fn came(&self, id: DownloadId, name: String) -> Result<()> {
        let came = self.0.store.downloaded(name.clone()).await?;
        if came.is_some_and(|came| came.id == id) {
            return Ok(());
        }
        let message = format!("The download of {name} was given up.");
        Err(Error::new(Code::Interrupted, message))
    }

    /// Stops a download; what came of it stays.
    pub async fn pause(&self, id: DownloadId) -> Result<()> {
        self.0.store.pause_download(id, true).await?;
        self.end(id).await;
        self.drive().await
    }

    /// Lets a stopped or failed download go on.
    pub async fn resume(&self, id: DownloadId) -> Result<()> {
        self.0.store.pause_download(id, false).await?;
        self.drive().await
    }

    /// Gives a download up; what came of it is removed.
    pub async fn cancel(&self, id: DownloadId) -> Result<()> {
        let all = self.0.store.downloads().await?;
        let download = all
            .into_iter()
            .find(|one| one.id == id)
            .ok_or_else(|| missing(id))?;
        self.0.store.remove_download(id).await?;
        self.end(id).await;
        let fault = |error| Error::file("remove", &self.0.folder, &error);
        journal::remove(&self.0.folder, &download.order.name).map_err(fault)?;
        self.drive().await
    }

    /// Puts a download in front of all that wait.
    pub async fn hurry(&self, id: DownloadId) -> Result<()> {
        self.0.store.hurry_download(id).await?;
        self.drive().await
    }

    /// Ends all transfers; they go on at the next start.
    pub async fn close(&self) {
        self.0.drives.store(false, Ordering::Relaxed);
        let all: Vec<DownloadId> = self.running().keys().copied().collect();
        for id in all {
            self.end(id).await;
        }
    }

    /// Begins as many downloads as may run at once, and tells how all are doing.
    async fn drive(&self) -> Result<()> {
        if self.0.drives.load(Ordering::Relaxed) {
            let _deciding = self.0.deciding.lock().await;
            let most = self.0.settings.get().hub.downloads as usize;
            let waiting = self.0.store.downloads().await?;
            for download in waiting {
                let runs = self.running().contains_key(&download.id);
                let full = self.running().len() >= most;
                if !(runs || full || download.paused || download.failure.is_some()) {
                    self.begin(download);
                }
            }
        }
        self.tell().await?;
        self.tell_on();
        Ok(())
    }

    fn begin(&self, download: Download) {
        let progress = Arc::<Progress>::default();
        let own = self.clone();
        let shown = Arc::clone(&progress);
        let id = download.id;
        let mut running = self.running();
        let task = tokio::spawn(async move {
            let name = download.order.name.clone();
            let transfer = AssertUnwindSafe(own.transfer(download.order, shown));
            let outcome = transfer.catch_unwind().await;
            let outcome = outcome.unwrap_or_else(|_| Err(Error::internal("a download panicked")));
            own.ended(id, &name, outcome).await;
        });
        let speed = Speed::default();
        running.insert(
            id,
            Running {
                progress,
                speed,
                task,
            },
        );
    }

    async fn transfer(&self, order: Order, progress: Arc<Progress>) -> Result<String> {
        let mut config = self.0.settings.get().hub.clone();
        let stall = self.0.patience.stall;
        let web = if order.from_hub {
            // The hub that it was ordered from, whichever is set by now.
            if !order.url.starts_with(&config.endpoint) {
                let url = reqwest::Url::parse(&order.url).map_err(Error::internal)?;
                config.endpoint = url.origin().ascii_serialization();
            }
            Web::of_hub(&config, &self.0.secrets, stall).await?
        } else {
            Web::of_address(&order.url, &config, stall)?
        };
        let transfer = Transfer {
            web,
            order,
            folder: self.0.folder.clone(),
            models: self.0.models.clone(),
            limit: Arc::clone(&self.0.limit),
            patience: self.0.patience,
            progress,
            again: AtomicBool::new(false),
            pages: AtomicU64::new(0),
        };
        transfer.carry_out().await.map(|(_, sha256)| sha256)
    }

    async fn ended(&self, id: DownloadId, name: &str, outcome: Result<String>) {
        let noted = self.note_end(id, name, outcome).await;
        self.running().remove(&id);
        // What waits is begun by a task of its own: this one is the transfer's.
        let own = self.clone();
        tokio::spawn(async move {
            if let Err(error) = noted {
                tracing::error!(%error, "the end of a download was not noted");
                // It is done again, which is short, when the disk may have recovered.
                tokio::time::sleep(own.0.patience.most).await;
            }
            if let Err(error) = own.drive().await {
                tracing::error!(%error, "the next download was not begun");
            }
        });
    }

    /// What came is noted before its journal goes: a kill in between finds the file with its
    /// checksum.
    async fn note_end(&self, id: DownloadId, name: &str, outcome: Result<String>) -> Result<()> {
        let came = outcome.is_ok();
        self.0.store.end_download(id, outcome).await?;
        if came {
            journal::remove(&self.0.folder, name)
                .map_err(|error| Error::file("remove", &self.0.folder, &error))?;
        }
        Ok(())
    }

    /// Ends a transfer and waits until it has.
    async fn end(&self, id: DownloadId) {
        let running = self.running().remove(&id);
        if let Some(running) = running {
            running.task.abort();
            // Aborted is what it should be.
            let _ = running.task.await;
        }
    }

    /// Tells how all downloads are doing.
    async fn tell(&self) -> Result<()> {
        let _told = self.0.told.lock().await;
        let downloads = self.0.store.downloads().await?;
        let (folder, names) = (self.0.folder.clone(), downloads.clone());
        let idle = tokio::task::spawn_blocking(move || {
            let came = |one: &Download| journal::came(&folder, &one.order.name);
            names.iter().map(came).collect::<Vec<_>>()
        });
        let idle = idle.await.map_err(Error::internal)?;
        let mut running = self.running();
        let now = Instant::now();
        let told = downloads
            .into_iter()
            .zip(idle)
            .map(|(one, came)| status(one, came, &mut running, now));
        self.0.status.send_replace(told.collect());
        Ok(())
    }

    /// Tells it again and again while something comes.
    fn tell_on(&self) {
        if self.running().is_empty() || self.0.telling.swap(true, Ordering::Relaxed) {
            return;
        }
        let own = self.clone();
        tokio::spawn(async move {
            while !own.running().is_empty() {
                if let Err(error) = own.tell().await {
                    tracing::warn!(%error, "progress could not be told");
                }
                tokio::time::sleep(TELL).await;
            }
            own.0.telling.store(false, Ordering::Relaxed);
            // What was begun in between has seen that somebody tells.
            own.tell_on();
        });
    }

    fn running(&self) -> MutexGuard<'_, HashMap<DownloadId, Running>> {
        self.0
            .running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Removes what belongs to no download and nobody touched for a week. What cannot be removed
/// is no harm.
fn sweep(folder: &Path, models: &Path, known: &[Download]) {
    let nobodys = |entry: &DirEntry| {
        let name = entry.file_name();
        let name = Path::new(&name).file_stem().unwrap_or_default();
        known.iter().all(|one| name != one.order.name.as_str())
    };
    let copies = entries(models).filter(|entry| {
        let name = entry.file_name();
        name.to_string_lossy().starts_with(UNFINISHED)
    });
    for entry in entries(folder).filter(nobodys).chain(copies) {
        let age = entry.metadata().and_then(|facts| facts.modified()).ok();
        let age = age.and_then(|time| time.elapsed().ok());
        if age.is_some_and(|age| age > ORPHAN) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

fn entries(folder: &Path) -> impl Iterator<Item = DirEntry> {
    std::fs::read_dir(folder).into_iter().flatten().flatten()
}

pub(super) fn taken(name: &str) -> Error {
    let message = format!("There is already a file {name} in the models folder.");
    Error::new(Code::NameRefused, message)
}

fn missing(id: DownloadId) -> Error {
    Error::new(Code::NotFound, format!("There is no download {id}."))
}
