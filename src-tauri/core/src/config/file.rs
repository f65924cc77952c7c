//! Changing the file's text, and writing it.

use std::path::Path;

use toml_edit::{DocumentMut, Item, Table, Value};

use crate::folder::replace_file;
use crate::{Code, Error, Result};

/// Replaces the file's contents.
pub(super) fn replace(path: &Path, text: &str) -> Result<()> {
    replace_file(path, text).map_err(|error| Error::file("save the settings in", path, &error))
}

/// The file's text with values set, or taken out, in a section.
pub(super) fn changed(
    path: &Path,
    section: &[&str],
    values: &[(&str, Option<Value>)],
) -> Result<String> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => super::DEFAULT.to_owned(),
        Err(error) => return Err(Error::file("read the settings", path, &error)),
    };
    let mut document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| {
        let message = format!(
            "The settings in {} have to be mended first: {error}",
            path.display()
        );
        Error::new(Code::BadSetting, message)
    })?;
    let mut table = document.as_table_mut() as &mut dyn toml_edit::TableLike;
    for (depth, name) in section.iter().enumerate() {
        let mut new = Table::new();
        // Only the innermost section gets a heading of its own.
        new.set_implicit(depth + 1 < section.len());
        let entry = table.entry(name).or_insert(Item::Table(new));
        table = entry.as_table_like_mut().ok_or_else(|| {
            let message = format!("{} holds a value where a section is due.", path.display());
            Error::new(Code::BadSetting, message)
        })?;
    }
    for (key, value) in values {
        match value {
            Some(value) => drop(table.insert(key, Item::Value(value.clone()))),
            None => drop(table.remove(key)),
        }
    }
    Ok(document.to_string())
}
