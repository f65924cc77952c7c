//! Conversations out of Hearth and into it.
//!
//! `json` is lossless. `page` writes what people read: Markdown, HTML, plain text. The rest
//! reads what other programs export: `chatgpt`, `claude`, `open_webui`, `silly_tavern`. A file
//! that is damaged in places gives what can be read, and a list of what cannot.

mod chatgpt;
mod claude;
mod json;
mod open_webui;
mod page;
mod silly_tavern;

use std::io::{Cursor, Read};
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use specta::Type;

use crate::folder::replace_file;
use crate::store::conversations::ConversationId;
use crate::store::trees::Tree;
use crate::store::{Store, now};
use crate::{Code, Error, Result};

/// Bytes of a file that is imported, at most.
const LARGEST: u64 = 2 << 30;

/// In which form conversations are exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// Everything, to be imported again.
    Json,
    /// For people and other programs.
    Markdown,
    /// For people.
    Html,
    /// For people.
    Text,
}

/// What came of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Type)]
pub struct Imported {
    /// The new conversations.
    pub conversations: Vec<ConversationId>,
    /// What could not be read, and why.
    pub left_out: Vec<String>,
}

/// What a file holds, as far as it can be read.
#[derive(Debug, Default)]
struct Found {
    trees: Vec<Tree>,
    left_out: Vec<String>,
}

/// Conversations as text in some form; of each the branch that is shown, but in JSON all.
pub async fn export(store: &Store, ids: &[ConversationId], form: Form) -> Result<String> {
    let mut trees = Vec::with_capacity(ids.len());
    for &id in ids {
        trees.push(store.tree(id).await?);
    }
    Ok(match form {
        Form::Json => json::write(&trees)?,
        Form::Markdown => page::markdown(&trees),
        Form::Html => page::html(&trees),
        Form::Text => page::text(&trees),
    })
}

/// Reads a file that Hearth or another program has exported, and adds its conversations.
pub async fn import(store: &Store, path: &Path) -> Result<Imported> {
    let fault = |error| Error::file("read", path, &error);
    let size = std::fs::metadata(path).map_err(fault)?.len();
    if size > LARGEST {
        let message = format!("{} is larger than two gigabytes.", path.display());
        return Err(Error::new(Code::ImportUnreadable, message));
    }
    let bytes = std::fs::read(path).map_err(fault)?;
    let found = tokio::task::spawn_blocking(move || read(&bytes)).await;
    let found = found.map_err(Error::internal)?.ok_or_else(|| {
        let message = format!(
            "{} holds no conversations that Hearth knows: neither its own export nor one of \
             ChatGPT, Claude, Open WebUI or SillyTavern.",
            path.display()
        );
        Error::new(Code::ImportUnreadable, message)
    })?;
    Ok(Imported {
        conversations: store.add_trees(found.trees).await?,
        left_out: found.left_out,
    })
}

/// Writes an export to a file: whole, or not at all.
pub fn save(path: &Path, contents: impl AsRef<[u8]>) -> Result<()> {
    replace_file(path, contents.as_ref()).map_err(|error| Error::file("write", path, &error))
}

/// What a file holds; none where it is of no known kind.
fn read(bytes: &[u8]) -> Option<Found> {
    if bytes.starts_with(b"PK\x03\x04") {
        return read(&conversations_in_archive(bytes)?);
    }
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{FEFF}').trim();
    match serde_json::from_str::<Value>(text) {
        Ok(value) => read_value(&value),
        // One value for each line, or a file that was cut off.
        Err(_) => silly_tavern::read(text).or_else(|| read_value(&mended(text)?)),
    }
}

fn read_value(value: &Value) -> Option<Found> {
    json::read(value)
        .or_else(|| chatgpt::read(value))
        .or_else(|| claude::read(value))
        .or_else(|| open_webui::read(value))
}

/// The file of conversations in an archive as ChatGPT and Claude send them.
fn conversations_in_archive(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let name = archive
        .file_names()
        .find(|name| name.rsplit('/').next() == Some("conversations.json"))?
        .to_owned();
    let mut contents = Vec::new();
    // The announced size may lie.
    let file = archive.by_name(&name).ok()?;
    file.take(LARGEST).read_to_end(&mut contents).ok()?;
    Some(contents)
}

/// The whole entries of a list that was cut off, with a last one that says so.
fn mended(text: &str) -> Option<Value> {
    let list = text.strip_prefix('[')?;
    let mut entries = serde_json::Deserializer::from_str(list).into_iter::<Value>();
    let mut whole = Vec::new();
    let mut at = 0;
    while let Some(Ok(entry)) = entries.next() {
        whole.push(entry);
        at += entries.byte_offset();
        let rest = list.get(at..)?.trim_start();
        let Some(rest) = rest.strip_prefix(',') else {
            break;
        };
        at = list.len() - rest.len();
        entries = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
    }
    if whole.is_empty() {
        return None;
    }
    whole.push(Value::from("the file ends here in the middle of an entry"));
    Some(Value::Array(whole))
}

/// Reads a list entry by entry; what cannot be read is listed with its place.
fn each(
    list: &[Value],
    mut tree: impl FnMut(&Value) -> std::result::Result<Tree, String>,
) -> Found {
    let mut found = Found::default();
    for (place, entry) in list.iter().enumerate() {
        match tree(entry) {
            Ok(tree) if tree.messages.is_empty() => {}
            Ok(tree) => found.trees.push(tree),
            Err(why) => found.left_out.push(format!("Entry {}: {why}", place + 1)),
        }
    }
    found
}

/// A tree with what others leave out filled in.
fn completed(mut tree: Tree) -> Tree {
    if tree.title.trim().is_empty() {
        let first = tree.messages.first().map_or("", |node| node.text.as_str());
        tree.title = crate::chat::title_from(first);
    }
    let times = tree.messages.iter().map(|node| node.created_at);
    if tree.created_at == 0 {
        tree.created_at = times.clone().min().unwrap_or_else(now);
    }
    if tree.updated_at == 0 {
        tree.updated_at = times.max().unwrap_or(tree.created_at);
    }
    tree
}

/// Seconds since 1970, perhaps with a fraction, or a time in words; in milliseconds.
fn time(value: Option<&Value>) -> i64 {
    match value {
        Some(Value::Number(number)) => {
            let number = number.as_f64().unwrap_or(0.0);
            // Some write milliseconds already.
            let milliseconds = if number > 1e11 {
                number
            } else {
                number * 1000.0
            };
            #[expect(clippy::cast_possible_truncation, reason = "a cast saturates")]
            let whole = milliseconds as i64;
            whole
        }
        Some(Value::String(text)) => text
            .parse::<jiff::Timestamp>()
            .map_or(0, jiff::Timestamp::as_millisecond),
        _ => 0,
    }
}

/// A text field; empty where there is none.
fn text_of(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}
