//! Texts on the disk: with zstd where that saves something.

use std::borrow::Cow;

const PLAIN: u8 = 0;
const ZSTD: u8 = 1;

/// Shorter texts are not worth the work.
const LEAST: usize = 256;
/// What a packed text may be at most when it is read: a damaged length must not ask for more
/// memory than a request can have.
const MOST: usize = 64 << 20;
/// More saves little and costs much.
const LEVEL: i32 = 3;

/// The bytes as they are kept.
pub(super) fn packed(bytes: &[u8]) -> Vec<u8> {
    let small = (bytes.len() >= LEAST)
        .then(|| zstd::bulk::compress(bytes, LEVEL).ok())
        .flatten()
        .filter(|small| small.len() + 4 < bytes.len() / 10 * 9);
    match small {
        Some(small) => {
            let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
            let mut packed = Vec::with_capacity(small.len() + 5);
            packed.push(ZSTD);
            packed.extend(length.to_le_bytes());
            packed.extend(small);
            packed
        }
        None => [&[PLAIN], bytes].concat(),
    }
}

/// The bytes as they were; none where they are damaged.
pub(super) fn unpacked(packed: &[u8]) -> Option<Cow<'_, [u8]>> {
    match packed.split_first()? {
        (&PLAIN, bytes) => Some(Cow::Borrowed(bytes)),
        (&ZSTD, rest) => {
            let (length, small) = rest.split_first_chunk::<4>()?;
            let length = u32::from_le_bytes(*length) as usize;
            if length > MOST {
                return None;
            }
            let bytes = zstd::bulk::decompress(small, length).ok()?;
            (bytes.len() == length).then_some(Cow::Owned(bytes))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_repeats_itself_takes_less() {
        let text = "the same words again and again, ".repeat(100);
        assert!(packed(text.as_bytes()).len() < text.len() / 10);
    }

    proptest! {
        #[test]
        fn bytes_come_back_as_they_were(bytes in prop::collection::vec(any::<u8>(), 0..2000), times in 1_usize..4) {
            let bytes = bytes.repeat(times);
            let packed = packed(&bytes);
            prop_assert!(packed.len() <= bytes.len() + 1);
            let back = unpacked(&packed);
            prop_assert_eq!(back.as_deref(), Some(&bytes[..]));
        }

        #[test]
        fn damaged_bytes_are_nothing_and_never_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = unpacked(&bytes);
        }
    }
}
