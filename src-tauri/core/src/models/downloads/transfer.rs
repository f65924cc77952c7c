//! One file's way from a server into the models folder: asked for, fetched, checked, renamed.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::header::{CONTENT_LENGTH, CONTENT_RANGE, ETAG, HeaderMap, HeaderValue, RANGE};
use reqwest::{StatusCode, Url};
use tempfile::TempPath;

use super::Order;
use super::hashing::Hashing;
use super::journal::{Head, Journal};
use super::pace::{Limit, Patience};
use super::ranges::{Fetching, is_page};
use crate::models::gguf::Gguf;
use crate::models::need::size;
use crate::models::web::{Answer, Attempt, Trouble, Web};
use crate::{Code, Error, Result};

/// What stays free on the disk, in bytes: databases and the system need some.
const SPARE: u64 = 256 << 20;
/// No model is larger, in bytes. A server may claim anything.
const LARGEST: u64 = 1 << 42;
/// How often a full disk is looked at.
const LOOK_FOR_ROOM: Duration = Duration::from_secs(5);
/// Pages for people that are taken for a network that wants a login, and waited for.
const PAGES: u64 = 5;
/// How long another transfer of the same file in this process may take to end.
const ENDING: Duration = Duration::from_millis(50);
const ENDINGS: u32 = 40;

/// How far a transfer is, for whoever looks.
#[derive(Default)]
pub(super) struct Progress {
    pub(super) came: Arc<AtomicU64>,
    pub(super) total: AtomicU64,
    pub(super) step: Mutex<Step>,
}

/// What a transfer is doing.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Step {
    /// It asks for the file.
    #[default]
    Asking,
    /// It fetches the file.
    Fetching,
    /// It compares checksums.
    Checking,
    /// It waits for trouble to pass.
    Waiting(String),
}

impl Progress {
    fn set(&self, step: Step) {
        *self.step.lock().unwrap_or_else(PoisonError::into_inner) = step;
    }
}

/// A transfer. Dropping its future leaves what came so far for the next one.
pub(super) struct Transfer {
    pub(super) web: Web,
    pub(super) order: Order,
    /// Where unfinished files lie.
    pub(super) folder: PathBuf,
    /// Where the file goes.
    pub(super) models: PathBuf,
    pub(super) limit: Arc<Limit>,
    pub(super) patience: Patience,
    pub(super) progress: Arc<Progress>,
    /// Whether a file that came damaged was fetched once more already.
    pub(super) again: AtomicBool,
    /// How often a page for people came instead.
    pub(super) pages: AtomicU64,
}

impl Transfer {
    /// Fetches the file, however long it takes. Gives its place, and its SHA-256.
    pub(super) async fn carry_out(&self) -> Result<(PathBuf, String)> {
        let mut troubles = 0;
        let mut best = 0;
        loop {
            let trouble = match self.attempt().await {
                Ok(done) => return Ok(done),
                Err(trouble) => trouble,
            };
            let (why, after) = match trouble {
                Trouble::Never(error) => return Err(error),
                Trouble::Later(why, after) => (why, after),
            };
            // Whoever gets on has no trouble.
            let came = self.progress.came.load(Ordering::Relaxed);
            troubles = if came > best { 0 } else { troubles + 1 };
            best = best.max(came);
            tracing::info!(name = self.order.name, why, "a download waits");
            self.progress.set(Step::Waiting(why));
            tokio::time::sleep(after.unwrap_or_else(|| self.patience.after(troubles))).await;
        }
    }

    async fn attempt(&self) -> Attempt<(PathBuf, String)> {
        if let Some(done) = self.already_there().await? {
            return Ok(done);
        }
        self.progress.set(Step::Asking);
        let url = Url::parse(&self.order.url).map_err(Error::internal)?;
        let mut headers = HeaderMap::new();
        headers.insert(RANGE, HeaderValue::from_static("bytes=0-0"));
        let answer = self.web.get(&url, headers).await?;
        if is_page(&answer.response) {
            // The hub has no pages where its files are: the network is in between.
            if !self.order.from_hub && self.pages.fetch_add(1, Ordering::Relaxed) >= PAGES {
                let message = format!(
                    "{} is a web page, not a file. Copy the address of the file itself.",
                    self.order.url
                );
                return Err(Error::new(Code::Network, message).into());
            }
            let why =
                "The network answers with a web page instead of the file; perhaps it wants a login";
            return Err(Trouble::Later(why.to_owned(), None));
        }
        let head = self.head(&answer)?;
        self.progress.total.store(head.bytes, Ordering::Relaxed);
        let journal = self.journal(head).await.map_err(|error| match error.code {
            Code::Busy => Trouble::Later("Another Hearth is downloading it".to_owned(), None),
            _ => error.into(),
        })?;
        self.make_room(&journal)?;
        self.progress.set(Step::Fetching);
        let came = Arc::clone(&self.progress.came);
        let fetching = Fetching::new(
            self.web.clone(),
            url,
            Arc::clone(&self.limit),
            came,
            journal,
        )?;
        let fetching = Arc::new(fetching);
        if answer.response.status() == StatusCode::PARTIAL_CONTENT {
            fetching.fetch().await?;
        } else {
            fetching.take_all(answer.response).await?;
        }
        self.progress.set(Step::Checking);
        let fetching =
            Arc::into_inner(fetching).ok_or_else(|| Error::internal("a connection goes on"))?;
        let (journal, hashing) = fetching.into_parts()?;
        self.finish(journal, hashing).await
    }

    /// What the server says of the file, against what was ordered.
    fn head(&self, answer: &Answer) -> Attempt<Head> {
        let text = |headers: &HeaderMap, name: &str| {
            let value = headers.get(name).and_then(|value| value.to_str().ok());
            value.map(str::to_owned)
        };
        let headers = answer.response.headers();
        let total = if answer.response.status() == StatusCode::PARTIAL_CONTENT {
            text(headers, CONTENT_RANGE.as_str())
                .and_then(|range| range.rsplit('/').next()?.parse().ok())
        } else {
            text(headers, CONTENT_LENGTH.as_str()).and_then(|length| length.parse().ok())
        };
        let bytes: u64 = total
            .or(self.order.bytes)
            .filter(|&bytes| bytes > 0)
            .ok_or_else(|| {
                Error::new(
                    Code::Network,
                    "The server does not say how large the file is, so it cannot be fetched.",
                )
            })?;
        if let Some(wanted) = self.order.bytes.filter(|&wanted| wanted != bytes) {
            let message = format!(
                "{} has {} on the server, but {} were promised. It was changed there; look for it again.",
                self.order.name,
                size(bytes),
                size(wanted)
            );
            return Err(Error::new(Code::ChecksumMismatch, message).into());
        }
        if bytes > LARGEST {
            let message = format!(
                "The server says that {} has {}; no model is so large.",
                self.order.name,
                size(bytes)
            );
            return Err(Error::new(Code::Network, message).into());
        }
        // The hub states the checksum of large files.
        let linked = text(&answer.first, "x-linked-etag").filter(|_| self.order.from_hub);
        let linked = linked.map(|etag| etag.trim_matches('"').to_lowercase());
        let linked = linked
            .filter(|hash| hash.len() == 64 && hash.bytes().all(|sign| sign.is_ascii_hexdigit()));
        Ok(Head {
            url: self.order.url.clone(),
            commit: self.order.commit.clone(),
            etag: text(headers, ETAG.as_str()),
            sha256: self.order.sha256.clone().or(linked),
            bytes,
        })
    }

    /// The journal; a transfer of this process that was just given up may still be writing.
    async fn journal(&self, head: Head) -> Result<Journal> {
        for _ in 0..ENDINGS {
            match Journal::open(&self.folder, &self.order.name, head.clone()) {
                Err(error) if error.code == Code::Busy => tokio::time::sleep(ENDING).await,
                other => return other,
            }
        }
        Journal::open(&self.folder, &self.order.name, head)
    }

    /// Whether what is missing fits on the disk.
    fn make_room(&self, journal: &Journal) -> Attempt<()> {
        let fault = |error| Error::file("see how much room is in", &self.folder, &error);
        let free = fs4::available_space(&self.folder).map_err(fault)?;
        let needed = journal.head.bytes - journal.done();
        if needed.saturating_add(spare(&self.folder).map_err(fault)?) <= free {
            return Ok(());
        }
        let why = format!(
            "{} more are needed on the disk, {} are free. It goes on when there is room",
            size(needed),
            size(free)
        );
        Err(Trouble::Later(
            why,
            Some(LOOK_FOR_ROOM.min(self.patience.most)),
        ))
    }

    /// The file under its final name, if an earlier process got so far and no further.
    async fn already_there(&self) -> Result<Option<(PathBuf, String)>> {
        let place = self.place();
        let Ok(facts) = std::fs::symlink_metadata(&place) else {
            return Ok(None);
        };
        let left = Journal::left_behind(&self.folder, &self.order.name);
        let wanted = self
            .order
            .sha256
            .clone()
            .or(left.and_then(|head| head.sha256));
        if let Some(wanted) = wanted.filter(|_| facts.is_file()) {
            self.progress.set(Step::Checking);
            if sha256_of(&place).await? == wanted {
                return Ok(Some((place, wanted)));
            }
        }
        let message = format!(
            "There is another file {} in the models folder. Rename or remove it first.",
            self.order.name
        );
        Err(Error::new(Code::NameRefused, message))
    }

    /// Compares checksums and puts the file in its place.
    async fn finish(&self, journal: Journal, hashing: Hashing) -> Attempt<(PathBuf, String)> {
        let part = journal.part();
        let fault = |error: std::io::Error| self.fault("read", &error);
        let hash = blocking(move || hashing.finish()).await?.map_err(fault)?;
        let mut journal = match &journal.head.sha256 {
            Some(wanted) if *wanted != hash => return Err(self.mend(journal).await),
            Some(_) => journal,
            // Nobody says what it has to be: then at least it has to be what came.
            None => self.what_came(journal).await?,
        };
        journal.state_hash(&hash).map_err(fault)?;
        let (path, head) = (part.clone(), journal.head.clone());
        let checked = blocking(move || {
            let file = File::open(&path)?;
            file.sync_all()?;
            Ok::<_, std::io::Error>(Gguf::read(file, head.bytes))
        });
        if let Err(why) = checked.await?.map_err(fault)? {
            journal.remove().map_err(fault)?;
            let message = format!("{} was not kept: {why}.", self.order.name);
            return Err(Error::new(Code::ModelDamaged, message).into());
        }
        let place = self.place();
        let part = TempPath::try_from_path(part).map_err(fault)?;
        if let Err(refused) = part.persist_noclobber(&place) {
            // What came stays, whatever has appeared under the name: a link is not followed.
            refused.path.keep().map_err(|error| fault(error.error))?;
            if refused.error.kind() == std::io::ErrorKind::AlreadyExists {
                let why = "A file of this name has just appeared";
                return Err(Trouble::Later(why.to_owned(), None));
            }
            return Err(self.fault("move", &refused.error).into());
        }
        sync_folder(&self.models).map_err(|error| self.fault("write", &error))?;
        // The journal, which has the checksum, goes when the end is noted.
        Ok((place, hash))
    }

    /// The journal, if all bytes on the disk are those that came: after a power cut some may
    /// not be.
    async fn what_came(&self, mut journal: Journal) -> Attempt<Journal> {
        if !journal.recalled {
            return Ok(journal);
        }
        let checked = blocking(move || damaged_pieces(&journal).map(|found| (journal, found)));
        let (back, damaged) = checked.await?.map_err(|error| self.fault("read", &error))?;
        journal = back;
        if damaged.is_empty() {
            return Ok(journal);
        }
        journal
            .give_up(&damaged)
            .map_err(|error| self.fault("write", &error))?;
        Err(damaged_trouble())
    }

    /// What to do about a wrong checksum: pieces that are not on the disk as they came are
    /// fetched again; if all are, the file itself came wrong, and is fetched once more.
    async fn mend(&self, journal: Journal) -> Trouble {
        let damaged =
            blocking(move || damaged_pieces(&journal).map(|pieces| (journal, pieces))).await;
        let (mut journal_back, pieces) = match damaged {
            Ok(Ok(found)) => found,
            Ok(Err(error)) => return self.fault("read", &error).into(),
            Err(error) => return error.into(),
        };
        let outcome = if !pieces.is_empty() {
            journal_back.give_up(&pieces)
        } else if self.again.swap(true, Ordering::Relaxed) {
            let removed = journal_back.remove();
            let message = format!(
                "{} came twice with a wrong checksum and was not kept. Try again later, or another file.",
                self.order.name
            );
            return match removed {
                Ok(()) => Error::new(Code::ChecksumMismatch, message).into(),
                Err(error) => self.fault("clear", &error).into(),
            };
        } else {
            journal_back.forget()
        };
        match outcome {
            Ok(()) => damaged_trouble(),
            Err(error) => self.fault("write", &error).into(),
        }
    }

    fn place(&self) -> PathBuf {
        self.models.join(&self.order.name)
    }

    fn fault(&self, doing: &str, error: &std::io::Error) -> Error {
        Error::file(doing, &self.place(), error)
    }
}

fn damaged_trouble() -> Trouble {
    let why = "The file came damaged; what is wrong is fetched again";
    Trouble::Later(why.to_owned(), None)
}

/// What stays free on the disk of a folder, in bytes. A small disk keeps a share free instead.
pub(super) fn spare(folder: &Path) -> std::io::Result<u64> {
    Ok(SPARE.min(fs4::total_space(folder)? / 50))
}

/// The pieces whose bytes on the disk are not those that came.
fn damaged_pieces(journal: &Journal) -> std::io::Result<Vec<usize>> {
    use std::io::Read;
    let mut file = File::open(journal.part())?;
    let mut damaged = Vec::new();
    for (piece, hash) in journal.pieces.iter().enumerate() {
        let (start, end) = journal.place(piece);
        let mut bytes = Vec::new();
        (&mut file).take(end - start).read_to_end(&mut bytes)?;
        if *hash != Some(blake3::hash(&bytes)) {
            damaged.push(piece);
        }
    }
    Ok(damaged)
}

/// The SHA-256 of a file, in hexadecimal digits.
pub(crate) async fn sha256_of(path: &Path) -> Result<String> {
    let fault = |error| Error::file("read", path, &error);
    let file = File::open(path).map_err(fault)?;
    let bytes = file.metadata().map_err(fault)?.len();
    let hashing = Hashing::begin(file)?;
    hashing.whole_to(bytes);
    blocking(move || hashing.finish()).await?.map_err(fault)
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(Error::internal)
}

/// A rename is on the disk when its folder is.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> std::io::Result<()> {
    Ok(())
}
