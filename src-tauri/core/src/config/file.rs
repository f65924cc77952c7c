//! Writing the file: whole or not at all, and through a link rather than over it.

use std::io::Write;
use std::path::Path;

use toml_edit::{DocumentMut, Item, Table, Value};

use crate::{Code, Error, Result};

/// Replaces the file's contents.
pub(super) fn replace(path: &Path, text: &str) -> Result<()> {
    let fault = |error| Error::file("save the settings in", path, &error);
    // A link to a file elsewhere, as dotfile collections use, has to stay one.
    let target = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let folder = target.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(fault)?;
    file.write_all(text.as_bytes()).map_err(fault)?;
    file.as_file().sync_all().map_err(fault)?;
    file.persist(&target).map_err(|error| fault(error.error))?;
    Ok(())
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
