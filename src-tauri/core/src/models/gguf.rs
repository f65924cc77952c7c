//! A bounds-checked reader for the header of GGUF files (versions 2 and 3).
//!
//! llama.cpp's own parser ends the process on many damaged files, so nothing reaches it that
//! has not passed here: every count and length is capped, every offset is checked against the
//! file's size, and memory stays small whatever the file claims. The format is described in
//! the ggml repository's `docs/gguf.md`.

mod reader;
mod tensor;

use std::collections::BTreeMap;
use std::io::{Read, Seek};

use reader::Reader;

/// Metadata entries in one file, at most. Real models have fewer than a hundred.
const MAX_ENTRIES: u64 = 16_384;
/// Tensors in one file, at most. The largest mixtures of experts have some ten thousand.
const MAX_TENSORS: u64 = 65_536;
/// Bytes of a key. The format's own limit.
const MAX_KEY: u64 = 65_535;
/// Bytes of a text. The longest chat templates have some ten thousand.
const MAX_TEXT: u64 = 16 * 1024 * 1024;
/// Elements of an array. The largest vocabularies have some hundred thousand.
const MAX_ARRAY: u64 = 16 * 1024 * 1024;

/// What a header says.
#[derive(Clone, Debug, PartialEq)]
pub struct Gguf {
    /// The format's version.
    pub version: u32,
    /// The metadata; of arrays only the lengths.
    pub metadata: BTreeMap<String, Value>,
    /// Number of tensors.
    pub tensors: u64,
    /// Bytes that the tensors need, by the name of their type.
    pub tensor_bytes: BTreeMap<&'static str, u64>,
}

/// A metadata value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Any whole number or truth value.
    Integer(i128),
    /// Any number with a fraction.
    Float(f64),
    /// A text.
    Text(String),
    /// An array of this many elements, which are not kept.
    Array(u64),
}

/// Why a file is no usable model.
#[derive(Debug, thiserror::Error)]
pub enum GgufError {
    /// The file cannot be read.
    #[error("it cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// It does not begin as a GGUF file does; what it looks like.
    #[error("it is not a GGUF model, but {0}")]
    NotGguf(&'static str),
    /// It is older or newer than what the engine reads.
    #[error("its format version {0} needs {1} engine")]
    Version(u32, &'static str),
    /// It ends before its contents do.
    #[error("it is incomplete: it has {has} bytes and needs at least {needs}; download it again")]
    Incomplete {
        /// Bytes in the file.
        has: u64,
        /// Bytes that it must have.
        needs: u64,
    },
    /// Its contents contradict themselves.
    #[error("it is damaged: {0}")]
    Damaged(String),
}

impl Gguf {
    /// Numbers in all tensors together.
    #[must_use]
    pub fn parameters(&self) -> u64 {
        let sizes = self.tensor_bytes.iter();
        sizes
            .map(|(kind, bytes)| tensor::values(kind, *bytes))
            .sum()
    }

    /// Reads a header from a file of `size` bytes.
    pub fn read(source: impl Read + Seek, size: u64) -> Result<Self, GgufError> {
        let mut reader = Reader::new(source, size);
        let mut start = [0; 16];
        let length = reader.peek(&mut start)?;
        if length < 4 || &start[..4] != b"GGUF" {
            return Err(GgufError::NotGguf(looks_like(&start[..length])));
        }
        reader.skip(4)?;
        let version = reader.u32()?;
        match version {
            2 | 3 => {}
            0 | 1 => return Err(GgufError::Version(version, "an older")),
            _ if version.swap_bytes() < 0x1_0000 => {
                return Err(GgufError::Version(version.swap_bytes(), "a big-endian"));
            }
            _ => return Err(GgufError::Version(version, "a newer")),
        }
        let tensors = reader.count("tensors", MAX_TENSORS)?;
        let entries = reader.count("metadata entries", MAX_ENTRIES)?;
        let mut metadata = BTreeMap::new();
        for _ in 0..entries {
            let key = reader.text("a key", MAX_KEY)?;
            if key.is_empty() {
                return Err(GgufError::Damaged("a metadata key is empty".into()));
            }
            let kind = reader.u32()?;
            let value = reader.value(&key, kind)?;
            if metadata.insert(key.clone(), value).is_some() {
                return Err(GgufError::Damaged(format!(
                    "the metadata key {key:?} stands twice"
                )));
            }
        }
        let alignment = alignment(&metadata)?;
        let tensor_bytes = tensor::read_all(&mut reader, tensors, alignment)?;
        Ok(Self {
            version,
            metadata,
            tensors,
            tensor_bytes,
        })
    }

    /// A text of the metadata.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        match self.metadata.get(key)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A whole number of the metadata.
    #[must_use]
    pub fn integer(&self, key: &str) -> Option<i128> {
        match self.metadata.get(key)? {
            Value::Integer(number) => Some(*number),
            _ => None,
        }
    }
}

fn alignment(metadata: &BTreeMap<String, Value>) -> Result<u64, GgufError> {
    match metadata.get("general.alignment") {
        None => Ok(32),
        Some(Value::Integer(number @ 8..=65_536)) if number.count_ones() == 1 => {
            u64::try_from(*number).map_err(|_| GgufError::Damaged("alignment".into()))
        }
        Some(other) => Err(GgufError::Damaged(format!(
            "general.alignment is {other:?}"
        ))),
    }
}

/// What a file that is no GGUF file looks like, by its first bytes.
fn looks_like(start: &[u8]) -> &'static str {
    let text = start.to_ascii_lowercase();
    let begins = |with: &[u8]| text.starts_with(with);
    if start.is_empty() {
        "an empty file"
    } else if begins(b"<!doctype") || begins(b"<html") || begins(b"<?xml") {
        "a web page, perhaps an error message that was saved as a model"
    } else if begins(b"version https:") {
        "a pointer to a file that Git LFS has not fetched"
    } else if begins(b"pk\x03\x04") {
        "a ZIP archive, perhaps a PyTorch model"
    } else if begins(b"ggjt") || begins(b"tjgg") || begins(b"lmgg") {
        "a model in an old GGML format, which has to be converted"
    } else if start.len() > 8 && start[8] == b'{' {
        "a Safetensors model, which has to be converted to GGUF"
    } else if begins(b"\x08\x07") || begins(b"\x08\x08") {
        "an ONNX model"
    } else {
        "something else"
    }
}
