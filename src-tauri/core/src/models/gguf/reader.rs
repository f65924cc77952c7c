//! Reads numbers and texts, and never past the end of the file.

use std::io::{BufReader, Read, Seek};

use super::{GgufError, MAX_ARRAY, MAX_TEXT, Value};

/// A source of known size, with the place in it.
pub(super) struct Reader<R> {
    source: BufReader<R>,
    size: u64,
    at: u64,
}

impl<R: Read + Seek> Reader<R> {
    pub(super) fn new(source: R, size: u64) -> Self {
        Self {
            source: BufReader::with_capacity(256 * 1024, source),
            size,
            at: 0,
        }
    }

    pub(super) fn size(&self) -> u64 {
        self.size
    }

    pub(super) fn at(&self) -> u64 {
        self.at
    }

    /// The first bytes, as far as they are there, without moving on.
    pub(super) fn peek(&mut self, into: &mut [u8]) -> Result<usize, GgufError> {
        let length = usize::try_from(self.size)
            .unwrap_or(usize::MAX)
            .min(into.len());
        self.source.read_exact(&mut into[..length])?;
        self.source.rewind()?;
        Ok(length)
    }

    /// Moves on over bytes that must be there.
    pub(super) fn skip(&mut self, bytes: u64) -> Result<(), GgufError> {
        self.need(bytes)?;
        let offset = i64::try_from(bytes).map_err(|_| self.incomplete(bytes))?;
        self.source.seek_relative(offset)?;
        self.at += bytes;
        Ok(())
    }

    pub(super) fn u32(&mut self) -> Result<u32, GgufError> {
        Ok(u32::from_le_bytes(self.bytes()?))
    }

    pub(super) fn u64(&mut self) -> Result<u64, GgufError> {
        Ok(u64::from_le_bytes(self.bytes()?))
    }

    /// A count of `what`, at most `most`.
    pub(super) fn count(&mut self, what: &str, most: u64) -> Result<u64, GgufError> {
        let count = self.u64()?;
        if count > most {
            return Err(GgufError::Damaged(format!(
                "it claims {count} {what} (limit {most})"
            )));
        }
        Ok(count)
    }

    /// A text of at most `most` bytes. Memory is taken only for bytes that are in the file.
    pub(super) fn text(&mut self, what: &str, most: u64) -> Result<String, GgufError> {
        let length = self.u64()?;
        if length > most {
            let fault = format!("{what} claims a length of {length} bytes (limit {most})");
            return Err(GgufError::Damaged(fault));
        }
        self.need(length)?;
        let mut bytes = vec![0; usize::try_from(length).map_err(|_| self.incomplete(length))?];
        self.source.read_exact(&mut bytes)?;
        self.at += length;
        // Some files carry Latin-1 in a licence or a name; that is no reason to refuse them.
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The value of a metadata entry, by the number of its type.
    pub(super) fn value(&mut self, key: &str, kind: u32) -> Result<Value, GgufError> {
        Ok(match kind {
            // A truth value is a byte as well.
            0 | 7 => Value::Integer(u8::from_le_bytes(self.bytes()?).into()),
            1 => Value::Integer(i8::from_le_bytes(self.bytes()?).into()),
            2 => Value::Integer(u16::from_le_bytes(self.bytes()?).into()),
            3 => Value::Integer(i16::from_le_bytes(self.bytes()?).into()),
            4 => Value::Integer(self.u32()?.into()),
            5 => Value::Integer(i32::from_le_bytes(self.bytes()?).into()),
            6 => Value::Float(f32::from_le_bytes(self.bytes()?).into()),
            8 => Value::Text(self.text(key, MAX_TEXT)?),
            9 => Value::Array(self.array(key)?),
            10 => Value::Integer(self.u64()?.into()),
            11 => Value::Integer(i64::from_le_bytes(self.bytes()?).into()),
            12 => Value::Float(f64::from_le_bytes(self.bytes()?)),
            _ => return Err(unknown(key, kind)),
        })
    }

    fn array(&mut self, key: &str) -> Result<u64, GgufError> {
        let kind = self.u32()?;
        let length = self.u64()?;
        if length > MAX_ARRAY {
            let fault = format!("{key} claims an array of {length} elements (limit {MAX_ARRAY})");
            return Err(GgufError::Damaged(fault));
        }
        let width = match kind {
            0 | 1 | 7 => 1,
            2 | 3 => 2,
            4..=6 => 4,
            10..=12 => 8,
            8 => {
                for _ in 0..length {
                    let text = self.u64()?;
                    if text > MAX_TEXT {
                        let fault = format!("a text in {key} claims a length of {text} bytes");
                        return Err(GgufError::Damaged(fault));
                    }
                    self.skip(text)?;
                }
                return Ok(length);
            }
            9 => {
                return Err(GgufError::Damaged(format!(
                    "{key} holds arrays in an array"
                )));
            }
            _ => return Err(unknown(key, kind)),
        };
        self.skip(length * width)?;
        Ok(length)
    }

    fn bytes<const N: usize>(&mut self) -> Result<[u8; N], GgufError> {
        self.need(N as u64)?;
        let mut bytes = [0; N];
        self.source.read_exact(&mut bytes)?;
        self.at += N as u64;
        Ok(bytes)
    }

    fn need(&self, bytes: u64) -> Result<(), GgufError> {
        if bytes > self.size - self.at {
            Err(self.incomplete(bytes))
        } else {
            Ok(())
        }
    }

    fn incomplete(&self, bytes: u64) -> GgufError {
        GgufError::Incomplete {
            has: self.size,
            needs: self.at.saturating_add(bytes),
        }
    }
}

fn unknown(key: &str, kind: u32) -> GgufError {
    GgufError::Damaged(format!("{key} has the unknown type {kind}"))
}
