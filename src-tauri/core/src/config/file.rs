//! Writing the file: whole or not at all, and through a link rather than over it.

use std::io::Write;
use std::path::Path;

use toml_edit::{DocumentMut, Item, Table, value};

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

/// Changes one value.
pub(super) fn set(path: &Path, section: &str, key: &str, new: &str) -> Result<()> {
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
    let section = document.entry(section).or_insert(Item::Table(Table::new()));
    let table = section.as_table_like_mut().ok_or_else(|| {
        Error::new(
            Code::BadSetting,
            format!("{} holds a value where a section is due.", path.display()),
        )
    })?;
    table.insert(key, value(new));
    replace(path, &document.to_string())
}
