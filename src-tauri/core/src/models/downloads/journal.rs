//! What is already there of a file that is being fetched: `NAME.part` holds the bytes, and
//! `NAME.journal` says which pieces of it are whole.
//!
//! The journal's first line is the file's description; each further line is one finished piece
//! with its checksum as it came over the network. Lines are only added, so that a process that
//! is killed leaves at worst half a line, which is ignored. A piece whose bytes did not reach
//! the disk (a power cut) is found by its checksum. When the whole is checked, a further first
//! line states its checksum.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::{Code, Error, Result};

/// Bytes of a piece. A kill costs at most one for each connection.
pub(super) const PIECE: u64 = 2 << 20;

/// In the place of the checksum of a piece that is worthless.
const GIVEN_UP: &str = "";

/// What identifies the file: when any of it changes, all pieces are worthless.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    pub(super) url: String,
    pub(super) commit: Option<String>,
    pub(super) etag: Option<String>,
    pub(super) sha256: Option<String>,
    pub(super) bytes: u64,
}

/// The journal of one file, held by this process alone.
pub(super) struct Journal {
    folder: PathBuf,
    name: String,
    file: File,
    pub(super) head: Head,
    /// The checksums of the pieces that are there.
    pub(super) pieces: Vec<Option<blake3::Hash>>,
    /// Whether an earlier transfer has noted some of them.
    pub(super) recalled: bool,
}

#[derive(Serialize, Deserialize)]
struct Line {
    piece: usize,
    hash: String,
}

impl Journal {
    /// The head of what an earlier process left behind, if anything.
    pub(super) fn left_behind(folder: &Path, name: &str) -> Option<Head> {
        let file = File::open(journal_path(folder, name)).ok()?;
        let lines = BufReader::new(file)
            .lines()
            .map_while(std::result::Result::ok);
        // The last one knows most.
        let heads = lines.filter_map(|line| serde_json::from_str(&line).ok());
        heads.last()
    }

    /// Opens the journal and locks it. Pieces of another file than `head` are given up.
    pub(super) fn open(folder: &Path, name: &str, head: Head) -> Result<Self> {
        let path = journal_path(folder, name);
        let fault = |error| Error::file("write", &path, &error);
        let mut options = OpenOptions::new();
        let file = options
            .read(true)
            .append(true)
            .create(true)
            .open(&path)
            .map_err(fault)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let message = format!("{name} is already being downloaded by another Hearth.");
                return Err(Error::new(Code::Busy, message));
            }
            Err(TryLockError::Error(error)) => return Err(fault(error)),
        }
        let count = usize::try_from(head.bytes.div_ceil(PIECE)).map_err(Error::internal)?;
        let mut journal = Self {
            folder: folder.to_path_buf(),
            name: name.to_owned(),
            file,
            head,
            pieces: vec![None; count],
            recalled: false,
        };
        if journal.recall().map_err(fault)? {
            journal.recalled = journal.pieces.iter().any(Option::is_some);
        } else {
            journal.forget().map_err(fault)?;
        }
        Ok(journal)
    }

    /// The file that holds the bytes.
    pub(super) fn part(&self) -> PathBuf {
        part_path(&self.folder, &self.name)
    }

    /// The bytes of a piece, as a beginning and an end.
    pub(super) fn place(&self, piece: usize) -> (u64, u64) {
        let start = piece as u64 * PIECE;
        (start, (start + PIECE).min(self.head.bytes))
    }

    /// Bytes that are there.
    pub(super) fn done(&self) -> u64 {
        let whole = (0..self.pieces.len()).filter(|&piece| self.pieces[piece].is_some());
        whole
            .map(|piece| self.place(piece))
            .map(|(start, end)| end - start)
            .sum()
    }

    /// Notes a piece whose bytes are written.
    pub(super) fn note(&mut self, piece: usize, hash: blake3::Hash) -> std::io::Result<()> {
        let hash_text = hash.to_hex().to_string();
        let mut line = serde_json::to_vec(&Line {
            piece,
            hash: hash_text,
        })?;
        line.push(b'\n');
        self.file.write_all(&line)?;
        self.pieces[piece] = Some(hash);
        Ok(())
    }

    /// Gives up pieces.
    pub(super) fn give_up(&mut self, pieces: &[usize]) -> std::io::Result<()> {
        let mut lines = Vec::new();
        for &piece in pieces {
            self.pieces[piece] = None;
            let hash = GIVEN_UP.to_owned();
            lines.extend(serde_json::to_vec(&Line { piece, hash })?);
            lines.push(b'\n');
        }
        self.file.write_all(&lines)
    }

    /// Gives up everything that is there, and begins the journal anew. (In place, because the
    /// lock is on this file.)
    pub(super) fn forget(&mut self) -> std::io::Result<()> {
        self.pieces.fill(None);
        self.file.set_len(0)?;
        self.write_head()
    }

    /// States the checksum of the whole, which is known now, for whoever finds the file in its
    /// place and its end not noted.
    pub(super) fn state_hash(&mut self, sha256: &str) -> std::io::Result<()> {
        self.head.sha256 = Some(sha256.to_owned());
        self.write_head()?;
        self.file.sync_all()
    }

    fn write_head(&mut self) -> std::io::Result<()> {
        let mut line = serde_json::to_vec(&self.head)?;
        line.push(b'\n');
        self.file.write_all(&line)
    }

    /// Removes the journal, and the bytes with it if they are still here.
    pub(super) fn remove(self) -> std::io::Result<()> {
        remove(&self.folder, &self.name)
    }

    /// Reads what an earlier process noted; false where that was another file.
    fn recall(&mut self) -> std::io::Result<bool> {
        self.file.seek(SeekFrom::Start(0))?;
        let mut lines = BufReader::new(&self.file).lines();
        let head = lines.next().transpose()?;
        let head = head.and_then(|line| serde_json::from_str::<Head>(&line).ok());
        // Where the checksum is known, the same bytes may come from anywhere.
        let same = head.is_some_and(|old| {
            let by_hash = old.sha256.is_some() && old.sha256 == self.head.sha256;
            old.bytes == self.head.bytes && (by_hash || old == self.head)
        });
        let there = std::fs::metadata(self.part()).is_ok_and(|part| part.len() == self.head.bytes);
        if !same || !there {
            return Ok(false);
        }
        for line in lines.map_while(std::result::Result::ok) {
            // A line that a kill tore says nothing, and neither does a further head.
            let Ok(line) = serde_json::from_str::<Line>(&line) else {
                continue;
            };
            if let Some(piece) = self.pieces.get_mut(line.piece) {
                // One that was given up has no checksum.
                *piece = blake3::Hash::from_hex(line.hash).ok();
            }
        }
        if !ends_with_line(&mut self.file)? {
            self.file.write_all(b"\n")?;
        }
        Ok(true)
    }
}

/// Whether the last line of a file is whole.
fn ends_with_line(file: &mut File) -> std::io::Result<bool> {
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

/// Bytes that are there of a file that nobody fetches, and its size; about, since the last
/// piece is shorter than the others.
pub(super) fn came(folder: &Path, name: &str) -> Option<(u64, u64)> {
    let text = std::fs::read_to_string(journal_path(folder, name)).ok()?;
    let mut lines = text.lines();
    let head: Head = serde_json::from_str(lines.next()?).ok()?;
    Some(((lines.count() as u64 * PIECE).min(head.bytes), head.bytes))
}

/// Removes what is there of a file.
pub(super) fn remove(folder: &Path, name: &str) -> std::io::Result<()> {
    for path in [part_path(folder, name), journal_path(folder, name)] {
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

fn part_path(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.part"))
}

fn journal_path(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.journal"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(etag: &str) -> Head {
        Head {
            url: "https://hub.example/m.gguf".to_owned(),
            commit: None,
            etag: Some(etag.to_owned()),
            sha256: None,
            bytes: 5 * PIECE + 7,
        }
    }

    fn open(folder: &Path, etag: &str) -> Journal {
        let journal = Journal::open(folder, "m.gguf", head(etag)).unwrap();
        let part = File::options()
            .create(true)
            .append(true)
            .open(journal.part())
            .unwrap();
        part.set_len(journal.head.bytes).unwrap();
        journal
    }

    #[test]
    fn pieces_are_remembered_and_half_a_line_is_ignored() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = open(folder.path(), "1");
        journal.note(1, blake3::hash(b"a")).unwrap();
        journal.note(5, blake3::hash(b"b")).unwrap();
        assert_eq!(journal.done(), PIECE + 7);
        journal.file.write_all(b"{\"piece\":2,\"ha").unwrap();
        drop(journal);
        let journal = open(folder.path(), "1");
        assert_eq!(journal.done(), PIECE + 7);
        let there: Vec<bool> = journal.pieces.iter().map(Option::is_some).collect();
        assert_eq!(there, [false, true, false, false, false, true]);
    }

    #[test]
    fn pieces_of_another_version_are_given_up() {
        let folder = tempfile::tempdir().unwrap();
        open(folder.path(), "1")
            .note(0, blake3::hash(b"a"))
            .unwrap();
        assert_eq!(open(folder.path(), "2").done(), 0);
        assert_eq!(open(folder.path(), "1").done(), 0);
    }

    #[test]
    fn f31_a_file_is_fetched_by_one_process_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let first = open(folder.path(), "1");
        let second = Journal::open(folder.path(), "m.gguf", head("1"));
        assert_eq!(second.err().unwrap().code, Code::Busy);
        drop(first);
        assert!(Journal::open(folder.path(), "m.gguf", head("1")).is_ok());
    }
}
