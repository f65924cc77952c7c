//! Text out of files that a question brings along: plain text, Markdown, code, PDF, DOCX.
//!
//! A file may be damaged or hostile: its size, the size of what it unpacks to and the time that
//! reading takes are limited, and a reader that breaks down costs a refusal, nothing else.

mod docx;
mod plain;

use std::panic::catch_unwind;
use std::time::Duration;

use crate::chat::MAX_MESSAGE;
use crate::store::attachments::Attachment;
use crate::{Code, Error, Result};

/// Bytes of a file, at most.
pub const LARGEST: usize = 32 << 20;
/// How long reading a file may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// What a reader makes of a file, or what is wrong with it.
type Read = std::result::Result<String, String>;

/// The text of a file. Refuses what holds none, or more than a message may have.
pub async fn read(name: &str, bytes: Vec<u8>) -> Result<Attachment> {
    let name = own_name(name);
    let refused = |why: &str| {
        let message = format!("“{name}” was not added: {why}.");
        Error::new(Code::FileUnreadable, message)
    };
    if bytes.len() > LARGEST {
        return Err(refused(&format!(
            "it has {} MB, and at most {} MB can be read",
            bytes.len() >> 20,
            LARGEST >> 20
        )));
    }
    let kind = Kind::of(&bytes);
    let reading = tokio::task::spawn_blocking(move || kind.read(&bytes));
    let text = match tokio::time::timeout(PATIENCE, reading).await {
        Ok(outcome) => outcome.map_err(Error::internal)?,
        Err(_) => Err("reading it takes too long".to_owned()),
    };
    let text = text.map_err(|why| refused(&why))?;
    let text = text.trim();
    if text.is_empty() {
        return Err(refused(kind.empty()));
    }
    if text.len() > MAX_MESSAGE {
        return Err(refused(&format!(
            "it holds {} KiB of text, and a message has at most {} KiB. Add a part of it",
            text.len() / 1024,
            MAX_MESSAGE / 1024
        )));
    }
    Ok(Attachment {
        text: text.to_owned(),
        name,
    })
}

/// What a file is, by its contents: endings lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Pdf,
    Docx,
    Plain,
}

impl Kind {
    fn of(bytes: &[u8]) -> Self {
        // A PDF may have some bytes before its header.
        let head = &bytes[..bytes.len().min(1024)];
        if head.windows(5).any(|five| five == b"%PDF-") {
            Self::Pdf
        } else if bytes.starts_with(b"PK\x03\x04") {
            Self::Docx
        } else {
            Self::Plain
        }
    }

    fn read(self, bytes: &[u8]) -> Read {
        match self {
            Self::Pdf => pdf(bytes),
            Self::Docx => docx::text(bytes),
            Self::Plain => plain::text(bytes),
        }
    }

    fn empty(self) -> &'static str {
        match self {
            Self::Pdf => "it holds no text. Its pages may be pictures, which cannot be read yet",
            Self::Docx | Self::Plain => "it is empty",
        }
    }
}

/// The library gives up on some damaged files with a panic.
fn pdf(bytes: &[u8]) -> Read {
    let reading = catch_unwind(|| pdf_extract::extract_text_from_mem(bytes));
    match reading {
        Ok(Ok(text)) => Ok(tidied(&text)),
        Ok(Err(error)) => Err(format!("the PDF cannot be read ({error})")),
        Err(_) => Err("the PDF is damaged".to_owned()),
    }
}

/// Lines without trailing blanks, and at most one empty line between two.
fn tidied(text: &str) -> String {
    let mut lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.dedup_by(|one, before| one.is_empty() && before.is_empty());
    lines.join("\n")
}

/// A file's name without folders and control signs.
fn own_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let visible = last.chars().filter(|sign| !sign.is_control());
    let name: String = visible.take(200).collect();
    if name.trim().is_empty() {
        "file".to_owned()
    } else {
        name
    }
}
