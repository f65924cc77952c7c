//! TOML files that people edit too: reading their text, changing it, writing it.

use std::path::Path;

use toml_edit::{DocumentMut, Item, Table, Value};

use crate::folder::replace_file;
use crate::{Code, Error, Result};

/// Replaces the file's contents.
pub(crate) fn replace(path: &Path, text: &str) -> Result<()> {
    replace_file(path, text).map_err(|error| Error::file("save the settings in", path, &error))
}

/// The file's text, or this where there is no file yet.
pub(crate) fn text(path: &Path, default: &str) -> Result<String> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(default.to_owned()),
        Err(error) => Err(Error::file("read the settings", path, &error)),
    }
}

/// What is said of a file that cannot be understood.
pub(crate) fn broken(path: &Path, why: &dyn std::fmt::Display) -> Error {
    let message = format!(
        "The settings in {} have to be mended first: {why}",
        path.display()
    );
    Error::new(Code::BadSetting, message)
}

/// The file's text with values set, or taken out, in a section.
pub(super) fn changed(
    path: &Path,
    section: &[&str],
    values: &[(&str, Option<Value>)],
) -> Result<String> {
    let mut document: DocumentMut = text(path, super::DEFAULT)?
        .parse()
        .map_err(|error: toml_edit::TomlError| broken(path, &error))?;
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
