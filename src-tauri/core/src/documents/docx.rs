//! Word processor files: a ZIP archive whose main part is XML (ECMA-376, part 1, 17.3).

use std::io::{Cursor, Read as _};

use quick_xml::Reader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::Event;

use super::Read;

/// Bytes of the main part when it is unpacked, at most: what is announced may lie.
const LARGEST: u64 = 64 << 20;

pub(super) fn text(bytes: &[u8]) -> Read {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    let Ok(file) = archive.by_name("word/document.xml") else {
        return Err("it is an archive, but no DOCX file".to_owned());
    };
    let mut part = Vec::new();
    file.take(LARGEST + 1)
        .read_to_end(&mut part)
        .map_err(|_| damaged())?;
    if part.len() as u64 > LARGEST {
        return Err("its text is far too long".to_owned());
    }
    of_part(&part)
}

/// The words of the main part; paragraphs end lines, cells of a row stand between tabs.
fn of_part(part: &[u8]) -> Read {
    let part = String::from_utf8_lossy(part);
    let mut reader = Reader::from_str(&part);
    let mut text = String::new();
    let mut in_words = false;
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) if tag.local_name().as_ref() == "t" => in_words = true,
            Ok(Event::End(tag)) => match tag.local_name().as_ref() {
                "t" => in_words = false,
                "tc" => {
                    // The cell's last paragraph has ended a line.
                    text.truncate(text.trim_end_matches('\n').len());
                    text.push('\t');
                }
                "p" | "tr" => text.push('\n'),
                _ => {}
            },
            Ok(Event::Empty(tag)) => match tag.local_name().as_ref() {
                "tab" => text.push('\t'),
                "br" | "cr" | "p" => text.push('\n'),
                _ => {}
            },
            Ok(Event::Text(words)) if in_words => {
                text.push_str(&words);
            }
            Ok(Event::GeneralRef(name)) if in_words => {
                if let Ok(Some(sign)) = name.resolve_char_ref() {
                    text.push(sign);
                } else {
                    text.push_str(resolve_xml_entity(&name).unwrap_or_default());
                }
            }
            Ok(Event::Eof) => return Ok(text),
            Ok(_) => {}
            Err(_) => return Err(damaged()),
        }
    }
}

fn damaged() -> String {
    "the DOCX file is damaged".to_owned()
}

#[cfg(test)]
mod tests {
    use super::of_part;

    #[test]
    fn paragraphs_tables_and_signs_become_text() {
        let part = br#"<w:document xmlns:w="x"><w:body>
            <w:p><w:r><w:t>Tom &amp; J&#233;r&#xf4;me</w:t></w:r><w:r><w:tab/><w:t>two</w:t></w:r></w:p>
            <w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc>
            <w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
            <w:p><w:r><w:instrText>HIDDEN</w:instrText><w:t>end</w:t></w:r></w:p>
            </w:body></w:document>"#;
        assert_eq!(of_part(part).unwrap(), "Tom & Jérôme\ttwo\na\tb\t\nend\n");
        assert!(
            of_part(b"<w:t>open").is_ok(),
            "what is cut off gives its beginning"
        );
        assert!(of_part(b"</w:t>").is_err());
    }
}
