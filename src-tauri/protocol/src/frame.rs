//! Length-prefixed frames: four bytes, little-endian, then that many bytes of JSON.

use std::io::{self, Read, Write};

use serde::{Serialize, de::DeserializeOwned};

/// The largest frame that either side accepts, in bytes. A prompt is far smaller; the cap
/// keeps a broken peer from making the other one allocate without end.
pub const MAX_FRAME: usize = 8 * 1024 * 1024;

/// Why a frame could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// The pipe broke, or ended inside a frame.
    #[error("the pipe failed: {0}")]
    Io(#[from] io::Error),
    /// The frame is larger than [`MAX_FRAME`].
    #[error("a frame of {0} bytes is over the limit of {MAX_FRAME} bytes")]
    TooLarge(usize),
    /// The bytes are not the JSON of a known message.
    #[error("a frame holds no known message: {0}")]
    Malformed(#[from] serde_json::Error),
}

/// The bytes of one frame, prefix included.
pub fn encode<T: Serialize>(message: &T) -> Result<Vec<u8>, FrameError> {
    let mut bytes = vec![0; 4];
    serde_json::to_writer(&mut bytes, message)?;
    let length = bytes.len() - 4;
    if length > MAX_FRAME {
        return Err(FrameError::TooLarge(length));
    }
    let prefix = u32::try_from(length).map_err(|_| FrameError::TooLarge(length))?;
    bytes[..4].copy_from_slice(&prefix.to_le_bytes());
    Ok(bytes)
}

/// The length that a frame's first four bytes announce.
pub fn announced_length(prefix: [u8; 4]) -> Result<usize, FrameError> {
    let length = u32::from_le_bytes(prefix) as usize;
    if length > MAX_FRAME {
        Err(FrameError::TooLarge(length))
    } else {
        Ok(length)
    }
}

/// The message in a frame's body.
pub fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, FrameError> {
    Ok(serde_json::from_slice(body)?)
}

/// Writes one frame and flushes, so that the peer sees it at once.
pub fn write<T: Serialize>(to: &mut impl Write, message: &T) -> Result<(), FrameError> {
    to.write_all(&encode(message)?)?;
    to.flush()?;
    Ok(())
}

/// Reads one frame; `None` when the pipe ended between frames.
pub fn read<T: DeserializeOwned>(from: &mut impl Read) -> Result<Option<T>, FrameError> {
    let mut prefix = [0; 4];
    match from.read(&mut prefix[..1])? {
        0 => return Ok(None),
        _ => from.read_exact(&mut prefix[1..])?,
    }
    let mut body = vec![0; announced_length(prefix)?];
    from.read_exact(&mut body)?;
    decode(&body).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_text_comes_back_equal(texts in proptest::collection::vec(".*", 0..8)) {
            let mut pipe = Vec::new();
            for text in &texts {
                write(&mut pipe, text).unwrap();
            }
            let mut from = pipe.as_slice();
            let mut back = Vec::new();
            while let Some(text) = read::<String>(&mut from).unwrap() {
                back.push(text);
            }
            prop_assert_eq!(back, texts);
        }

        #[test]
        fn a_pipe_that_ends_inside_a_frame_is_an_error(text in ".+", cut in 1usize..200) {
            let bytes = encode(&text).unwrap();
            let cut = cut.min(bytes.len() - 1);
            prop_assert!(read::<String>(&mut &bytes[..cut]).is_err());
        }
    }

    #[test]
    fn an_announced_length_over_the_cap_is_refused_before_anything_is_allocated() {
        let bytes = u32::MAX.to_le_bytes();
        assert!(matches!(
            read::<String>(&mut bytes.as_slice()),
            Err(FrameError::TooLarge(_))
        ));
    }

    #[test]
    fn a_message_over_the_cap_is_refused_by_the_sender() {
        let text = "x".repeat(MAX_FRAME);
        assert!(matches!(encode(&text), Err(FrameError::TooLarge(_))));
    }
}
