//! Fetches what is missing of a file in several ranges at once.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use reqwest::header::{CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, IF_RANGE, RANGE};
use reqwest::{Response, StatusCode, Url};
use tokio::task::JoinSet;

use super::hashing::Hashing;
use super::journal::Journal;
use super::pace::Limit;
use crate::models::web::{Attempt, Trouble, Web, full};
use crate::{Error, Result};

/// Connections for one file.
const CONNECTIONS: usize = 4;
/// Pieces that are asked for at once.
const RUN: usize = 8;

/// A file that is being fetched, as its connections share it.
pub(super) struct Fetching {
    pub(super) web: Web,
    pub(super) url: Url,
    pub(super) limit: Arc<Limit>,
    /// Bytes that came, those of unfinished pieces too.
    pub(super) came: Arc<AtomicU64>,
    folder: PathBuf,
    part: File,
    state: Mutex<State>,
}

struct State {
    journal: Journal,
    /// Pieces that a connection has taken on.
    taken: Vec<bool>,
    /// Pieces from the beginning on that are whole.
    whole: usize,
    hashing: Option<Hashing>,
}

impl Fetching {
    pub(super) fn new(
        web: Web,
        url: Url,
        limit: Arc<Limit>,
        came: Arc<AtomicU64>,
        journal: Journal,
    ) -> Result<Self> {
        let path = journal.part();
        let fault = |error| Error::file("write", &path, &error);
        let mut options = File::options();
        let part = options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(fault)?;
        if part.metadata().map_err(fault)?.len() != journal.head.bytes {
            part.set_len(journal.head.bytes).map_err(fault)?;
        }
        let hashing = Hashing::begin(File::open(&path).map_err(fault)?)?;
        came.store(journal.done(), Ordering::Relaxed);
        let mut state = State {
            taken: vec![false; journal.pieces.len()],
            whole: 0,
            hashing: Some(hashing),
            journal,
        };
        state.advance();
        Ok(Self {
            web,
            url,
            limit,
            came,
            folder: path.parent().map(Path::to_path_buf).unwrap_or_default(),
            part,
            state: Mutex::new(state),
        })
    }

    /// Fetches all that is missing. What one connection has to leave another one takes on.
    pub(super) async fn fetch(self: &Arc<Self>) -> Attempt<()> {
        let mut connections = JoinSet::new();
        for _ in 0..CONNECTIONS {
            let own = Arc::clone(self);
            connections.spawn(async move { own.connection().await });
        }
        let mut trouble = None;
        while let Some(ended) = connections.join_next().await {
            match ended {
                Ok(Ok(())) => {}
                Ok(Err(never @ Trouble::Never(_))) => return Err(never),
                Ok(Err(later)) => trouble = Some(later),
                Err(error) => return Err(Error::internal(error).into()),
            }
        }
        let whole = {
            let journal = &self.state().journal;
            journal.done() == journal.head.bytes
        };
        trouble.filter(|_| !whole).map_or(Ok(()), Err)
    }

    /// Takes the whole file from a server that gives no parts.
    pub(super) async fn take_all(self: &Arc<Self>, response: Response) -> Attempt<()> {
        let count = self.state().journal.pieces.len();
        self.came.store(0, Ordering::Relaxed);
        self.take(response, 0, count).await
    }

    /// The journal and the checksum of the whole file, when nobody works on it any more.
    pub(super) fn into_parts(self) -> Result<(Journal, Hashing)> {
        let state = self
            .state
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let hashing = state
            .hashing
            .ok_or_else(|| Error::internal("no checksum was begun"))?;
        Ok((state.journal, hashing))
    }

    /// One connection: it fetches runs of pieces until none is left.
    async fn connection(self: Arc<Self>) -> Attempt<()> {
        loop {
            let Some((first, end)) = self.state().claim() else {
                return Ok(());
            };
            let outcome = self.run(first, end).await;
            self.state().taken[first..end].fill(false);
            outcome?;
        }
    }

    async fn run(self: &Arc<Self>, first: usize, end: usize) -> Attempt<()> {
        let (from, to, head) = {
            let state = self.state();
            let (from, _) = state.journal.place(first);
            let (_, to) = state.journal.place(end - 1);
            (from, to, state.journal.head.clone())
        };
        let mut headers = HeaderMap::new();
        let header = |text: &str| HeaderValue::from_str(text).map_err(Error::internal);
        headers.insert(RANGE, header(&format!("bytes={from}-{}", to - 1))?);
        // A weak mark says nothing about bytes (RFC 9110, 13.1.5).
        if let Some(etag) = head.etag.as_ref().filter(|etag| !etag.starts_with("W/")) {
            headers.insert(IF_RANGE, header(etag)?);
        }
        let response = self.web.get(&self.url, headers).await?.response;
        let mark = response
            .headers()
            .get(ETAG)
            .and_then(|etag| etag.to_str().ok());
        let is_other = mark.is_some() && mark != head.etag.as_deref();
        let wanted = format!("bytes {from}-{}/{}", to - 1, head.bytes);
        let given = response
            .headers()
            .get(CONTENT_RANGE)
            .and_then(|range| range.to_str().ok());
        if response.status() != StatusCode::PARTIAL_CONTENT || given != Some(&wanted) || is_other {
            let why = if is_page(&response) {
                "The network answers with a web page instead of the file; perhaps it wants a login"
            } else {
                "The server gave another part than was asked for, or another version of the file"
            };
            return Err(Trouble::Later(why.to_owned(), None));
        }
        self.take(response, first, end).await
    }

    /// Takes pieces from a connection. More than was promised is not read.
    async fn take(
        self: &Arc<Self>,
        mut response: Response,
        first: usize,
        end: usize,
    ) -> Attempt<()> {
        let mut rest = bytes::Bytes::new();
        for piece in first..end {
            let (from, to) = self.state().journal.place(piece);
            let length = usize::try_from(to - from).map_err(Error::internal)?;
            let mut buffer = Vec::with_capacity(length);
            while buffer.len() < length {
                if rest.is_empty() {
                    let broke = |_| Trouble::Later("The connection broke".to_owned(), None);
                    let short =
                        || Trouble::Later("The server sent less than it promised".to_owned(), None);
                    let chunk = response.chunk().await.map_err(broke);
                    let chunk = chunk.and_then(|chunk| chunk.ok_or_else(short));
                    rest = chunk.inspect_err(|_| self.lose(&buffer))?;
                    self.limit.take(rest.len()).await;
                }
                let taken = rest.split_to(rest.len().min(length - buffer.len()));
                buffer.extend_from_slice(&taken);
                self.came.fetch_add(taken.len() as u64, Ordering::Relaxed);
            }
            let own = Arc::clone(self);
            let write = move || own.keep(piece, from, &buffer);
            tokio::task::spawn_blocking(write)
                .await
                .map_err(Error::internal)??;
        }
        Ok(())
    }

    fn lose(&self, buffer: &[u8]) {
        self.came.fetch_sub(buffer.len() as u64, Ordering::Relaxed);
    }

    /// Writes a piece and notes it.
    fn keep(&self, piece: usize, from: u64, bytes: &[u8]) -> Attempt<()> {
        let hash = blake3::hash(bytes);
        self.leaves_room()?;
        write_at(&self.part, bytes, from).map_err(|error| self.unwritten(&error))?;
        let mut state = self.state();
        let noted = state.journal.note(piece, hash);
        noted.map_err(|error| self.unwritten(&error))?;
        state.advance();
        Ok(())
    }

    /// Conversations have to be saved, too, however many files come at once.
    fn leaves_room(&self) -> Attempt<()> {
        let room = fs4::available_space(&self.folder)
            .and_then(|free| Ok((free, super::transfer::spare(&self.folder)?)));
        let (free, spare) = room.map_err(|error| self.unwritten(&error))?;
        if free > spare {
            return Ok(());
        }
        Err(full())
    }

    fn unwritten(&self, error: &std::io::Error) -> Trouble {
        Error::file("write to", &self.folder, error).into()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The next pieces for a connection.
    fn claim(&mut self) -> Option<(usize, usize)> {
        let free = |piece: &usize| self.journal.pieces[*piece].is_none() && !self.taken[*piece];
        let count = self.journal.pieces.len();
        let first = (0..count).find(free)?;
        let end = (first..count.min(first + RUN)).find(|piece| !free(piece));
        let end = end.unwrap_or(count.min(first + RUN));
        self.taken[first..end].fill(true);
        Some((first, end))
    }

    /// Lets the checksum follow what is whole from the beginning on.
    fn advance(&mut self) {
        let before = self.whole;
        while self
            .journal
            .pieces
            .get(self.whole)
            .is_some_and(Option::is_some)
        {
            self.whole += 1;
        }
        if self.whole > before
            && let Some(hashing) = &self.hashing
        {
            hashing.whole_to(self.journal.place(self.whole - 1).1);
        }
    }
}

/// Whether an answer is a page for people.
pub(super) fn is_page(response: &Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE);
    kind.and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.starts_with("text/html"))
}

#[cfg(unix)]
fn write_at(file: &File, bytes: &[u8], at: u64) -> std::io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, at)
}

#[cfg(windows)]
fn write_at(file: &File, mut bytes: &[u8], mut at: u64) -> std::io::Result<()> {
    while !bytes.is_empty() {
        let written = std::os::windows::fs::FileExt::seek_write(file, bytes, at)?;
        bytes = &bytes[written..];
        at += written as u64;
    }
    Ok(())
}
