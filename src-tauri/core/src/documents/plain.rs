//! Text files of any kind, in the encodings that are still met.

use super::Read;

pub(super) fn text(bytes: &[u8]) -> Read {
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => Ok(String::from_utf8_lossy(rest).into_owned()),
        [0xFF, 0xFE, rest @ ..] => Ok(of_utf16(rest, u16::from_le_bytes)),
        [0xFE, 0xFF, rest @ ..] => Ok(of_utf16(rest, u16::from_be_bytes)),
        _ if is_binary(bytes) => {
            Err("it is no text. Text, Markdown, code, PDF and DOCX files can be added".to_owned())
        }
        _ => Ok(match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            // Older files of Western languages have one byte for each letter.
            Err(_) => bytes.iter().map(|&byte| char::from(byte)).collect(),
        }),
    }
}

fn of_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let units: Vec<u16> = units.collect();
    String::from_utf16_lossy(&units)
}

/// Texts hold no control signs but blanks, line ends, escapes and page breaks.
fn is_binary(bytes: &[u8]) -> bool {
    let is_odd = |byte: &u8| *byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0C | 0x1B);
    bytes.iter().any(is_odd)
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn encodings_are_recognised_and_binaries_refused() {
        assert_eq!(text("Grüße".as_bytes()).unwrap(), "Grüße");
        assert_eq!(text(b"\xEF\xBB\xBFa").unwrap(), "a");
        assert_eq!(text(b"\xFF\xFEa\0b\0").unwrap(), "ab");
        assert_eq!(text(b"\xFE\xFF\0a\0b").unwrap(), "ab");
        assert_eq!(text(b"Gr\xFC\xDFe").unwrap(), "Grüße");
        assert!(text(b"\x89PNG\r\n\x1a\n\0\0").is_err());
        assert!(text(b"a\0b").is_err());
    }
}
