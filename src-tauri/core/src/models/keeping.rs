//! The user's own model files: brought in, checked, renamed, removed. Files that came with
//! Hearth are left alone, and links are never followed to remove what is behind them.

use std::fs;
use std::path::{Path, PathBuf};

use hearth_protocol::Purpose;
use serde::Serialize;
use specta::Type;

use super::downloads::{UNFINISHED, checked_name, sha256_of, taken};
use super::need::size;
use super::split::{self, Part};
use super::{Model, Models};
use crate::store::Store;
use crate::{Code, Error, Result};

/// How a file from elsewhere becomes one of the models.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Import {
    /// It is copied; the original may go.
    Copy,
    /// A link leads to it; it takes no more room.
    Link,
}

/// What a check of a file found.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct Verified {
    /// The model's name.
    pub model: String,
    /// Its SHA-256 in hexadecimal digits.
    pub sha256: String,
    /// The one that it came with; none where it did not come from a download.
    pub expected: Option<String>,
}

impl Verified {
    /// Whether the file is not the one that came.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.expected
            .as_ref()
            .is_some_and(|expected| *expected != self.sha256)
    }
}

impl Models {
    /// Brings a file in, under its own name or another one; of a model that was split, all
    /// parts. It has to be a sound model, and its name free.
    pub async fn import(&self, from: &Path, how: Import, name: Option<&str>) -> Result<Model> {
        let from = std::path::absolute(from).map_err(|error| Error::file("find", from, &error))?;
        let model = self.open(&from, Purpose::Chat)?;
        let name = match name {
            Some(name) => name.to_owned(),
            None => Part::of(&from).map_or(model.id, |part| part.name),
        };
        let files = split::files(&from);
        let places = self.places(&name, files.len())?;
        let first = places[0].clone();
        let models = self.own.clone();
        let work = move || {
            for (number, (from, place)) in files.iter().zip(&places).enumerate() {
                let brought = match how {
                    Import::Copy => copy(from, &models, place),
                    Import::Link => link(from, place),
                };
                if let Err(error) = brought {
                    for place in places.iter().take(number) {
                        fs::remove_file(place)
                            .map_err(|error| Error::file("remove", place, &error))?;
                    }
                    return Err(error);
                }
            }
            Ok(())
        };
        tokio::task::spawn_blocking(work)
            .await
            .map_err(Error::internal)??;
        self.open(&first, Purpose::Chat)
    }

    /// Where a model of a new name goes.
    pub(super) fn place(&self, name: &str) -> Result<PathBuf> {
        Ok(self.places(name, 1)?.remove(0))
    }

    /// Where the parts of a model of a new name go.
    fn places(&self, name: &str, parts: usize) -> Result<Vec<PathBuf>> {
        let name = without_ending(name);
        let file = match parts {
            1 => format!("{name}.gguf"),
            _ => format!("{name}-00001-of-{parts:05}.gguf"),
        };
        let places = split::files(&self.own.join(checked_name(&file)?));
        match places.iter().find(|place| place.symlink_metadata().is_ok()) {
            Some(_) => Err(taken(&file)),
            None => Ok(places),
        }
    }

    /// Reads all of a model and compares it with what is known of it.
    pub async fn verify(&self, name: &str, store: &Store) -> Result<Verified> {
        let model = self.find(name)?;
        let mut first = None;
        for path in split::files(&model.path) {
            let known = store.downloaded(file_name(&path)).await?;
            let verified = Verified {
                sha256: sha256_of(&path).await?,
                expected: known.and_then(|known| known.order.sha256),
                model: model.id.clone(),
            };
            // Of a model that was split, the part that is wrong counts.
            if verified.is_changed() {
                return Ok(verified);
            }
            first.get_or_insert(verified);
        }
        first.ok_or_else(|| self.missing(name))
    }

    /// Gives a model another name; what is known of it goes with it.
    pub async fn rename(&self, name: &str, to: &str, store: &Store) -> Result<Model> {
        let files = split::files(&self.own_file(name)?);
        let model = self.rename_files(&files, to)?;
        for (from, to) in files.iter().zip(split::files(&model.path)) {
            store
                .rename_downloaded(file_name(from), Some(file_name(&to)))
                .await?;
        }
        let name = without_ending(name).to_owned();
        store.rename_learned(name, Some(model.id.clone())).await?;
        Ok(model)
    }

    fn rename_files(&self, files: &[PathBuf], to: &str) -> Result<Model> {
        let places = self.places(to, files.len())?;
        for (number, (from, place)) in files.iter().zip(&places).enumerate() {
            if let Err(error) = fs::rename(from, place) {
                // All parts or none: they find each other by their names.
                for (from, place) in files.iter().zip(&places).take(number) {
                    fs::rename(place, from)
                        .map_err(|error| Error::file("rename", place, &error))?;
                }
                return Err(Error::file("rename", from, &error));
            }
        }
        self.open(&places[0], Purpose::Chat)
    }

    /// Moves a model to the system's trash; of a link, the link alone goes. What was known of it
    /// is forgotten. Gives the room that is free when the trash is emptied, in bytes.
    pub async fn remove(&self, name: &str, store: &Store) -> Result<u64> {
        let files = split::files(&self.own_file(name)?);
        let freed = remove_files(&files)?;
        for file in files {
            store.rename_downloaded(file_name(&file), None).await?;
        }
        let name = without_ending(name).to_owned();
        store.rename_learned(name, None).await?;
        Ok(freed)
    }

    /// A file of the user's own models folder, sound or not.
    fn own_file(&self, name: &str) -> Result<PathBuf> {
        let file = format!("{}.gguf", without_ending(name));
        let path = self.own.join(checked_name(&file)?);
        if path.symlink_metadata().is_ok() {
            return Ok(path);
        }
        if self.built_in.join(&file).exists() {
            let message = format!("{name} came with Hearth and stays.");
            return Err(Error::new(Code::NameRefused, message));
        }
        Err(self.missing(name))
    }
}

fn remove_files(files: &[PathBuf]) -> Result<u64> {
    let mut freed = 0;
    for (number, path) in files.iter().enumerate() {
        let facts = match path.symlink_metadata() {
            Ok(facts) => facts,
            // A part that is missing anyway is no reason to keep the others.
            Err(_) if number > 0 => continue,
            Err(error) => return Err(Error::file("find", path, &error)),
        };
        if facts.is_symlink() {
            fs::remove_file(path).map_err(|error| Error::file("remove", path, &error))?;
            continue;
        }
        trash::delete(path).map_err(|error| {
            let message = format!(
                "{} could not be moved to the trash: {error}.",
                path.display()
            );
            Error::new(Code::DataFolder, message)
        })?;
        freed += facts.len();
    }
    Ok(freed)
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

fn without_ending(name: &str) -> &str {
    let ending = name.len().saturating_sub(".gguf".len());
    match name.get(ending..) {
        Some(end) if end.eq_ignore_ascii_case(".gguf") => &name[..ending],
        _ => name,
    }
}

/// Whole, or not at all.
fn copy(from: &Path, models: &Path, place: &Path) -> Result<()> {
    let fault = |error: std::io::Error| Error::file("copy into the models folder", from, &error);
    let mut source = fs::File::open(from).map_err(fault)?;
    let bytes = source.metadata().map_err(fault)?.len();
    let free = fs4::available_space(models).map_err(fault)?;
    if bytes > free {
        let message = format!(
            "The copy needs {} on the disk; {} are free.",
            size(bytes),
            size(free)
        );
        return Err(Error::new(Code::DiskFull, message));
    }
    let mut target = tempfile::Builder::new()
        .prefix(UNFINISHED)
        .tempfile_in(models)
        .map_err(fault)?;
    std::io::copy(&mut source, &mut target).map_err(fault)?;
    target.as_file().sync_all().map_err(fault)?;
    target
        .persist_noclobber(place)
        .map_err(|error| fault(error.error))?;
    Ok(())
}

#[cfg(unix)]
fn link(from: &Path, place: &Path) -> Result<()> {
    std::os::unix::fs::symlink(from, place).map_err(|error| Error::file("link to", from, &error))
}

#[cfg(windows)]
fn link(from: &Path, place: &Path) -> Result<()> {
    std::os::windows::fs::symlink_file(from, place)
        .map_err(|error| Error::file("link to", from, &error))
}
