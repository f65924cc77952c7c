//! The SHA-256 of a file whose pieces come in any order, computed while they come.

use std::fmt::Write;
use std::fs::File;
use std::io::Read;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::JoinHandle;

use sha2::{Digest, Sha256};

use crate::{Error, Result};

/// Bytes that are read at once.
const BLOCK: usize = 1 << 20;

/// A thread that follows the whole beginning of a file.
pub(super) struct Hashing {
    ends: Sender<u64>,
    thread: JoinHandle<std::io::Result<String>>,
}

impl Hashing {
    /// Begins with a file, of which nothing is whole yet.
    pub(super) fn begin(file: File) -> Result<Self> {
        let (ends, wanted) = mpsc::channel();
        let thread = std::thread::Builder::new()
            .name("sha-256".into())
            .spawn(move || follow(file, &wanted))
            .map_err(Error::internal)?;
        Ok(Self { ends, thread })
    }

    /// The file is whole up to here.
    pub(super) fn whole_to(&self, end: u64) {
        // A thread that has failed says so at the end.
        let _ = self.ends.send(end);
    }

    /// The checksum of all that was whole, in hexadecimal digits.
    pub(super) fn finish(self) -> std::io::Result<String> {
        drop(self.ends);
        let joined = self.thread.join();
        joined.unwrap_or_else(|_| Err(std::io::Error::other("the checksum could not be computed")))
    }
}

fn follow(mut file: File, wanted: &Receiver<u64>) -> std::io::Result<String> {
    let mut hash = Sha256::new();
    let mut block = vec![0; BLOCK];
    let mut at = 0;
    while let Ok(end) = wanted.recv() {
        while at < end {
            let length = BLOCK.min(usize::try_from(end - at).unwrap_or(BLOCK));
            file.read_exact(&mut block[..length])?;
            hash.update(&block[..length]);
            at += length as u64;
        }
    }
    let mut text = String::new();
    for byte in hash.finalize() {
        write!(text, "{byte:02x}").map_err(std::io::Error::other)?;
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_that_of_the_whole_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, b"abc").unwrap();
        let hashing = Hashing::begin(File::open(&path).unwrap()).unwrap();
        hashing.whole_to(1);
        hashing.whole_to(3);
        let wanted = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hashing.finish().unwrap(), wanted);
    }
}
