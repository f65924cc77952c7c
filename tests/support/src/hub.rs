//! A hub on this computer that speaks the protocol of the real one, and misbehaves on demand.
//!
//! HTTP/1.1 by hand, because a server that keeps to the rules could not break them: it cuts
//! connections, stalls, sends other parts, other lengths, other marks, and damaged bytes.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

/// The only version of every repository here.
pub const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";
/// Bytes that are sent at once.
const CHUNK: usize = 64 << 10;

/// A status, in so many answers, and its headers.
pub type Refusal = (u16, u32, Vec<(String, String)>);

/// How the hub answers requests for a file.
#[derive(Clone, Debug, Default)]
pub struct Manners {
    /// Ends the connection after so many bytes of every answer.
    pub cut_after: Option<usize>,
    /// So many answers are cut; then no more.
    pub cuts: u32,
    /// Is silent for so long in the middle of an answer, once.
    pub stall: Option<Duration>,
    /// Knows nothing of ranges.
    pub no_ranges: bool,
    /// Sends the part that begins one byte later.
    pub wrong_part: bool,
    /// Says another length than it has.
    pub length: Option<u64>,
    /// Says no length.
    pub no_length: bool,
    /// Flips a bit at this place, in so many answers.
    pub flip: Option<(usize, u32)>,
    /// The file's mark.
    pub etag: Option<String>,
    /// Answers with this status, in so many answers, and these headers.
    pub status: Option<Refusal>,
    /// Sends a page for people instead.
    pub page: bool,
    /// Sends on to another address.
    pub redirect: Option<String>,
    /// Waits after each chunk.
    pub slow: Option<Duration>,
}

#[derive(Default)]
struct State {
    /// Files by their paths, `owner/name/file`.
    files: HashMap<String, Arc<Vec<u8>>>,
    /// Their checksums: a large file is not read again for every answer.
    marks: HashMap<String, String>,
    gated: Vec<String>,
    manners: Manners,
    /// The tokens that were shown.
    tokens: Vec<Option<String>>,
}

/// The running hub.
pub struct Hub {
    /// Where it is, without a slash at the end.
    pub endpoint: String,
    state: Arc<Mutex<State>>,
    sent: Arc<AtomicU64>,
    ended: Arc<AtomicBool>,
    port: u16,
}

impl Hub {
    /// An empty hub.
    #[must_use]
    pub fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let hub = Self {
            endpoint: format!("http://127.0.0.1:{port}"),
            state: Arc::default(),
            sent: Arc::default(),
            ended: Arc::default(),
            port,
        };
        let (state, sent, ended) = (
            Arc::clone(&hub.state),
            Arc::clone(&hub.sent),
            Arc::clone(&hub.ended),
        );
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if ended.load(Ordering::Relaxed) {
                    return;
                }
                let (state, sent) = (Arc::clone(&state), Arc::clone(&sent));
                // Whoever goes away in the middle ends the connection, nothing else.
                std::thread::spawn(move || drop(serve(stream, &state, &sent)));
            }
        });
        hub
    }

    /// Puts a file there, `owner/name/file`.
    pub fn put(&self, path: &str, bytes: Vec<u8>) {
        let mark = sha256(&bytes);
        let mut state = self.state();
        state.marks.insert(path.to_owned(), mark);
        state.files.insert(path.to_owned(), Arc::new(bytes));
    }

    /// Lets only those in who show a token.
    pub fn gate(&self, repository: &str) {
        self.state().gated.push(repository.to_owned());
    }

    /// Changes how it answers from now on.
    pub fn behave(&self, manners: Manners) {
        self.state().manners = manners;
    }

    /// Bytes of files that it has sent.
    #[must_use]
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// The tokens that requests for files have shown.
    #[must_use]
    pub fn tokens(&self) -> Vec<Option<String>> {
        self.state().tokens.clone()
    }

    /// The address of a file.
    #[must_use]
    pub fn address(&self, path: &str) -> String {
        let (repository, file) = split(path).expect("owner/name/file");
        format!("{}/{repository}/resolve/{COMMIT}/{file}", self.endpoint)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        // One more connection wakes the listener.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
    }
}

struct Request {
    path: String,
    query: String,
    headers: HashMap<String, String>,
}

fn serve(stream: TcpStream, state: &Mutex<State>, sent: &AtomicU64) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut stream = stream;
    while let Some(request) = read(&mut reader)? {
        let parts: Vec<&str> = request.path.trim_matches('/').split('/').collect();
        let goes_on = match parts.as_slice() {
            ["api", "models"] => json(&mut stream, &found(&state.lock().unwrap(), &request.query)),
            ["api", "models", owner, name] => {
                let repository = format!("{owner}/{name}");
                match facts(&state.lock().unwrap(), &repository) {
                    Some(facts) => json(&mut stream, &facts),
                    None => plain(&mut stream, 404, &[], b"Repository not found"),
                }
            }
            ["api", "models", owner, name, "tree", ..] => json(
                &mut stream,
                &tree(&state.lock().unwrap(), &format!("{owner}/{name}/")),
            ),
            [owner, name, "resolve", _, file @ ..] => {
                let path = format!("{owner}/{name}/{}", file.join("/"));
                send(&mut stream, state, sent, &request, &path)
            }
            _ => plain(&mut stream, 404, &[], b"Not found"),
        }?;
        if !goes_on {
            return Ok(());
        }
    }
    Ok(())
}

fn read(reader: &mut impl BufRead) -> std::io::Result<Option<Request>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let target = line.split(' ').nth(1).unwrap_or("/").to_owned();
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        headers.insert(name.to_lowercase(), value.trim().to_owned());
    }
    Ok(Some(Request {
        path: path.to_owned(),
        query: query.to_owned(),
        headers,
    }))
}

/// Sends a file, or a part of it, as its manners are. False where the connection ends.
fn send(
    stream: &mut TcpStream,
    state: &Mutex<State>,
    sent: &AtomicU64,
    request: &Request,
    path: &str,
) -> std::io::Result<bool> {
    let (file, mark, mut manners, gated) = {
        let mut state = state.lock().unwrap();
        state
            .tokens
            .push(request.headers.get("authorization").cloned());
        let manners = state.manners.clone();
        let counted = &mut state.manners;
        counted.cuts = counted
            .cuts
            .saturating_sub(u32::from(manners.cut_after.is_some()));
        counted.stall = None;
        for left in [
            counted.status.as_mut().map(|one| &mut one.1),
            counted.flip.as_mut().map(|one| &mut one.1),
        ]
        .into_iter()
        .flatten()
        {
            *left = left.saturating_sub(1);
        }
        let gated = state
            .gated
            .iter()
            .any(|gated| path.starts_with(&format!("{gated}/")));
        let mark = state.marks.get(path).cloned().unwrap_or_default();
        (state.files.get(path).cloned(), mark, manners, gated)
    };
    if let Some((status, _, headers)) = manners.status.take().filter(|(_, left, _)| *left > 0) {
        let headers: Vec<(&str, String)> = headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.clone()))
            .collect();
        return plain(stream, status, &headers, b"no");
    }
    if let Some(to) = manners.redirect {
        return plain(stream, 302, &[("Location", to)], b"");
    }
    if manners.page {
        return plain(
            stream,
            200,
            &[("Content-Type", "text/html".to_owned())],
            b"<html>Log in to the hotel's network</html>",
        );
    }
    if gated && !request.headers.contains_key("authorization") {
        return plain(
            stream,
            401,
            &[("X-Error-Code", "GatedRepo".to_owned())],
            b"Access is restricted",
        );
    }
    let Some(file) = file else {
        return plain(
            stream,
            404,
            &[("X-Error-Code", "EntryNotFound".to_owned())],
            b"Entry not found",
        );
    };
    let etag = manners
        .etag
        .clone()
        .unwrap_or_else(|| format!("\"{mark}\""));
    let range = request.headers.get("range").filter(|_| !manners.no_ranges);
    let unchanged = request
        .headers
        .get("if-range")
        .is_none_or(|mark| *mark == etag);
    let part = range.filter(|_| unchanged).and_then(|range| {
        let (from, to) = range.strip_prefix("bytes=")?.split_once('-')?;
        let from: usize = from.parse().ok()?;
        let to = to.parse().unwrap_or(file.len() - 1).min(file.len() - 1);
        Some((from, to + 1))
    });
    let (mut from, mut end) = part.unwrap_or((0, file.len()));
    if from >= file.len() {
        return plain(
            stream,
            416,
            &[("Content-Range", format!("bytes */{}", file.len()))],
            b"",
        );
    }
    let total = manners.length.unwrap_or(file.len() as u64);
    let mut head = if part.is_some() {
        if manners.wrong_part && from > 0 {
            (from, end) = ((from + 1).min(file.len() - 1), (end + 1).min(file.len()));
        }
        format!(
            "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes {from}-{}/{total}\r\nContent-Length: {}\r\n",
            end - 1,
            end - from
        )
    } else if manners.no_length {
        "HTTP/1.1 200 OK\r\nConnection: close\r\n".to_owned()
    } else {
        format!("HTTP/1.1 200 OK\r\nContent-Length: {total}\r\n")
    };
    head += &format!(
        "ETag: {etag}\r\nX-Repo-Commit: {COMMIT}\r\nContent-Type: application/octet-stream\r\n\r\n"
    );
    stream.write_all(head.as_bytes())?;
    let mut given = 0;
    while from < end {
        let mut next = end.min(from + CHUNK);
        if let Some(most) = manners.cut_after.filter(|_| manners.cuts > 0) {
            next = next.min(from + most.saturating_sub(given));
            if next == from {
                return Ok(false);
            }
        }
        let flipped = manners
            .flip
            .filter(|&(place, left)| left > 0 && (from..next).contains(&place));
        if let Some((place, _)) = flipped {
            let mut bytes = file[from..next].to_vec();
            bytes[place - from] ^= 1;
            stream.write_all(&bytes)?;
        } else {
            stream.write_all(&file[from..next])?;
        }
        sent.fetch_add((next - from) as u64, Ordering::Relaxed);
        given += next - from;
        from = next;
        if let Some(pause) = manners.stall.take().filter(|_| given > CHUNK) {
            std::thread::sleep(pause);
        }
        if let Some(pause) = manners.slow {
            std::thread::sleep(pause);
        }
    }
    Ok(!manners.no_length && manners.length.is_none())
}

fn json(stream: &mut TcpStream, value: &serde_json::Value) -> std::io::Result<bool> {
    plain(
        stream,
        200,
        &[("Content-Type", "application/json".to_owned())],
        value.to_string().as_bytes(),
    )
}

fn plain(
    stream: &mut TcpStream,
    status: u16,
    headers: &[(&str, String)],
    body: &[u8],
) -> std::io::Result<bool> {
    let mut head = format!(
        "HTTP/1.1 {status} Said\r\nContent-Length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    stream.write_all(format!("{head}\r\n").as_bytes())?;
    stream.write_all(body)?;
    Ok(true)
}

fn split(path: &str) -> Option<(String, &str)> {
    let mut parts = path.splitn(3, '/');
    let repository = format!("{}/{}", parts.next()?, parts.next()?);
    Some((repository, parts.next()?))
}

fn repositories(state: &State) -> Vec<String> {
    let all = state.files.keys().filter_map(|path| Some(split(path)?.0));
    let mut all: Vec<String> = all.collect();
    all.sort();
    all.dedup();
    all
}

fn found(state: &State, query: &str) -> serde_json::Value {
    let wanted = query
        .split('&')
        .find_map(|pair| pair.strip_prefix("search="))
        .unwrap_or_default()
        .to_lowercase();
    let found = repositories(state)
        .into_iter()
        .filter(|name| name.to_lowercase().contains(&wanted));
    found.filter_map(|name| facts(state, &name)).collect()
}

fn facts(state: &State, repository: &str) -> Option<serde_json::Value> {
    repositories(state).contains(&repository.to_owned()).then(|| {
        let gated = state.gated.iter().any(|gated| gated == repository);
        serde_json::json!({
            "_id": "65f0", "id": repository, "modelId": repository, "sha": COMMIT, "likes": 7, "downloads": 1234,
            "gated": if gated { "auto".into() } else { serde_json::Value::from(false) },
            "tags": ["gguf", "license:apache-2.0"], "lastModified": "2026-10-01T12:00:00.000Z",
        })
    })
}

fn tree(state: &State, prefix: &str) -> serde_json::Value {
    let mut files: Vec<_> = state
        .files
        .iter()
        .filter(|(path, _)| path.starts_with(prefix))
        .collect();
    files.sort_by_key(|(path, _)| path.as_str());
    let files = files.into_iter().map(|(path, bytes)| {
        serde_json::json!({
            "type": "file", "oid": "abc", "size": bytes.len(), "path": &path[prefix.len()..],
            "lfs": { "oid": sha256(bytes), "size": bytes.len(), "pointerSize": 134 },
        })
    });
    files.collect()
}

/// The SHA-256 of bytes, in hexadecimal digits.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
