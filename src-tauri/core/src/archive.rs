//! A full backup: everything that cannot be had again, in one archive, and the way back.
//!
//! The archive is a ZIP file with the settings, the prompts, the user's profiles and a copy of
//! the database, which SQLite makes while others write. `manifest.json` says what is in it, with
//! a checksum each; models are named there, not contained. Secrets are not in it at all. A backup
//! counts only when it was read back. What a restore replaces is kept: earlier states of the
//! settings and the prompts, and the database in the folder `backups`.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};
use specta::Type;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::config::Settings;
use crate::config::profiles::Profiles;
use crate::config::reading::{self, LARGEST};
use crate::folder::DataFolder;
use crate::prompts::Prompts;
use crate::store::exchange;
use crate::{Code, Error, Hearth, Result};

/// The form of archives that this Hearth writes. It reads older ones.
const FORM: u32 = 1;
const MANIFEST: &str = "manifest.json";
const SETTINGS: &str = "config.toml";
const PROMPTS: &str = "prompts.toml";
const DATABASE: &str = "data.db";
/// The folder of profiles in the archive.
const PROFILES: &str = "profiles/";

/// What can be restored by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum BackupPart {
    /// The settings file.
    Settings,
    /// The prompts.
    Prompts,
    /// The user's own profiles.
    Profiles,
    /// Conversations and everything else in the database.
    Conversations,
}

/// What is in an archive.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct Manifest {
    /// Its form.
    form: u32,
    /// The Hearth that wrote it.
    pub hearth: String,
    /// When, in milliseconds since 1970.
    #[specta(type = u32)]
    pub at: i64,
    /// Its files.
    pub files: Vec<BackupFile>,
    /// Models that were there. Their files are not in it.
    pub models: Vec<NamedModel>,
}

/// A file in an archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct BackupFile {
    /// Its name.
    pub name: String,
    /// Its length.
    #[specta(type = u32)]
    pub bytes: u64,
    /// Its BLAKE3 checksum.
    pub hash: String,
}

/// A model that an archive names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct NamedModel {
    /// Its name.
    pub name: String,
    /// Its size in bytes.
    pub bytes: f64,
}

impl BackupPart {
    /// The part to which a file of an archive belongs.
    fn of(name: &str) -> Option<Self> {
        match name {
            SETTINGS => Some(Self::Settings),
            PROMPTS => Some(Self::Prompts),
            DATABASE => Some(Self::Conversations),
            _ => name.strip_prefix(PROFILES).map(|_| Self::Profiles),
        }
    }
}

impl Manifest {
    /// What of it can be restored.
    #[must_use]
    pub fn parts(&self) -> Vec<BackupPart> {
        let mut parts: Vec<BackupPart> = self
            .files
            .iter()
            .filter_map(|file| BackupPart::of(&file.name))
            .collect();
        parts.dedup();
        parts
    }
}

impl Hearth {
    /// Writes a full backup. A file that is there already is replaced when the new one was read
    /// back, not before.
    pub async fn back_up(&self, to: &Path) -> Result<Manifest> {
        let to = std::path::absolute(to).map_err(|error| Error::file("write", to, &error))?;
        let fault = |error: std::io::Error| Error::file("write the backup", &to, &error);
        let folder = to.parent().unwrap_or(Path::new("."));
        if !folder.is_dir() {
            let message = format!("There is no folder {}.", folder.display());
            return Err(Error::new(Code::NotFound, message));
        }
        // The copy lies where there has to be room for it anyway.
        let copy = tempfile::Builder::new()
            .suffix(".db")
            .tempfile_in(folder)
            .map_err(fault)?;
        self.store.copy_to(copy.path()).await?;
        let mut texts: Vec<(String, Vec<u8>)> = Vec::new();
        for (name, path) in [
            (SETTINGS, self.folder.config()),
            (PROMPTS, self.folder.prompts()),
        ] {
            match std::fs::read(&path) {
                Ok(bytes) => texts.push((name.to_owned(), bytes)),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(Error::file("read", &path, &error)),
            }
        }
        for profile in self
            .profiles
            .list()?
            .into_iter()
            .filter(|profile| profile.is_own)
        {
            let path = self.profiles.own(&profile.name)?;
            let bytes = std::fs::read(&path).map_err(|error| Error::file("read", &path, &error))?;
            texts.push((format!("{PROFILES}{}.toml", profile.name), bytes));
        }
        let listed = self
            .models
            .list()?
            .into_iter()
            .filter_map(|(_, model)| model.ok());
        let models = listed.filter(|model| !model.built_in);
        let mut manifest = Manifest {
            form: FORM,
            hearth: env!("CARGO_PKG_VERSION").to_owned(),
            at: crate::store::now(),
            files: Vec::new(),
            models: models
                .map(|model| NamedModel {
                    name: model.id,
                    bytes: model.bytes,
                })
                .collect(),
        };
        let written = tokio::task::spawn_blocking(move || {
            let fault = |error: std::io::Error| Error::file("write the backup", &to, &error);
            let folder = to.parent().unwrap_or(Path::new("."));
            let mut part = tempfile::NamedTempFile::new_in(folder).map_err(fault)?;
            pack(&mut part, &mut manifest, texts, copy.path()).map_err(fault)?;
            part.as_file().sync_all().map_err(fault)?;
            // It counts only when it was read back.
            if look(part.path())? != manifest {
                return Err(Error::internal(
                    "the backup is not what was written into it",
                ));
            }
            part.persist(&to).map_err(|error| fault(error.error))?;
            Ok(manifest)
        });
        written.await.map_err(Error::internal)?
    }

    /// Restores parts of a full backup; see [`restore`].
    pub fn restore(&self, from: &Path, parts: &[BackupPart]) -> Result<bool> {
        let (settings, profiles) = (&self.settings, &self.profiles);
        restore(&self.folder, settings, profiles, &self.prompts, from, parts)
    }
}

/// Restores parts of a full backup, also where the database cannot be opened. It is exchanged at
/// the next start, when nobody works on it; true says that this waits. Everything that is to be
/// restored is checked before anything is changed. Blocks while it reads and writes.
pub fn restore(
    folder: &DataFolder,
    settings: &Settings,
    profiles: &Profiles,
    prompts: &Prompts,
    from: &Path,
    parts: &[BackupPart],
) -> Result<bool> {
    let manifest = look(from)?;
    let mut archive = open(from)?;
    let mut database = None;
    let mut texts: Vec<(BackupPart, &str, Vec<u8>)> = Vec::new();
    for file in &manifest.files {
        let Some(part) = BackupPart::of(&file.name).filter(|part| parts.contains(part)) else {
            continue;
        };
        if part == BackupPart::Conversations {
            let mut incoming = exchange::incoming(folder)?;
            let mut entry = archive
                .by_name(&file.name)
                .map_err(|error| damaged(from, &error))?;
            std::io::copy(&mut entry, &mut incoming)
                .map_err(|error| Error::file("unpack the database into", folder.root(), &error))?;
            exchange::check(incoming.path())?;
            database = Some(incoming);
            continue;
        }
        let bytes = text_of(&mut archive, from, &file.name)?;
        match part {
            BackupPart::Settings => {
                reading::read(&bytes).map_err(|fault| {
                    let message = format!(
                        "The settings in {} cannot be read: {fault} Nothing was changed; restore \
                         the other parts by themselves.",
                        from.display()
                    );
                    Error::new(Code::BadSetting, message)
                })?;
            }
            BackupPart::Prompts => Prompts::check(&bytes)?,
            _ => drop(profiles.own(profile_of(&file.name))?),
        }
        texts.push((part, &file.name, bytes));
    }
    for (part, name, bytes) in texts {
        match part {
            BackupPart::Settings => settings.replace(bytes, manifest.hearth.clone())?,
            BackupPart::Prompts => prompts.replace(bytes)?,
            _ => profiles.add(profile_of(name), &bytes)?,
        }
    }
    let waits = database.is_some();
    if let Some(database) = database {
        exchange::at_next_start(folder, database)?;
    }
    Ok(waits)
}

/// The profile that a file of an archive is.
fn profile_of(name: &str) -> &str {
    let name = name.strip_prefix(PROFILES).unwrap_or(name);
    name.strip_suffix(".toml").unwrap_or(name)
}

/// What is in an archive, all of which was read and found as it was written.
pub fn look(path: &Path) -> Result<Manifest> {
    let mut archive = open(path)?;
    let bytes = text_of(&mut archive, path, MANIFEST)?;
    let manifest: Manifest =
        serde_json::from_slice(&bytes).map_err(|error| damaged(path, &error))?;
    if manifest.form > FORM {
        let message = format!(
            "{} was written by a newer Hearth ({}). Install that version to restore it.",
            path.display(),
            manifest.hearth
        );
        return Err(Error::new(Code::BadSetting, message));
    }
    for file in &manifest.files {
        let entry = archive
            .by_name(&file.name)
            .map_err(|error| damaged(path, &error))?;
        let mut hasher = blake3::Hasher::new();
        // One byte more than promised is enough to see that it is more.
        let read = std::io::copy(&mut entry.take(file.bytes.saturating_add(1)), &mut hasher)
            .map_err(|error| damaged(path, &error))?;
        if read != file.bytes || hasher.finalize().to_hex().as_str() != file.hash {
            return Err(damaged(
                path,
                &format!("{} is not what was written", file.name),
            ));
        }
    }
    Ok(manifest)
}

type Archive = ZipArchive<BufReader<File>>;

fn open(path: &Path) -> Result<Archive> {
    let file = File::open(path).map_err(|error| Error::file("open", path, &error))?;
    ZipArchive::new(BufReader::new(file)).map_err(|error| damaged(path, &error))
}

fn damaged(path: &Path, why: &dyn std::fmt::Display) -> Error {
    let message = format!(
        "{} is damaged, or no backup of Hearth's: {why}. Nothing was changed.",
        path.display()
    );
    Error::new(Code::FileUnreadable, message)
}

fn text_of(archive: &mut Archive, path: &Path, name: &str) -> Result<Vec<u8>> {
    let entry = archive
        .by_name(name)
        .map_err(|error| damaged(path, &error))?;
    let mut bytes = Vec::new();
    entry
        .take(LARGEST + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| damaged(path, &error))?;
    if bytes.len() as u64 > LARGEST {
        return Err(damaged(path, &format!("{name} is too long")));
    }
    Ok(bytes)
}

fn pack(
    part: &mut tempfile::NamedTempFile,
    manifest: &mut Manifest,
    texts: Vec<(String, Vec<u8>)>,
    database: &Path,
) -> std::io::Result<()> {
    let mut zip = ZipWriter::new(BufWriter::new(part.as_file_mut()));
    let options = SimpleFileOptions::default().large_file(true);
    for (name, bytes) in texts {
        zip.start_file(&name, options)?;
        zip.write_all(&bytes)?;
        manifest.files.push(BackupFile {
            name,
            bytes: bytes.len() as u64,
            hash: blake3::hash(&bytes).to_hex().to_string(),
        });
    }
    zip.start_file(DATABASE, options)?;
    let mut reader = File::open(database)?;
    let mut hasher = blake3::Hasher::new();
    let mut piece = vec![0; 1 << 16];
    let mut length = 0;
    loop {
        let count = reader.read(&mut piece)?;
        if count == 0 {
            break;
        }
        hasher.update(&piece[..count]);
        zip.write_all(&piece[..count])?;
        length += count as u64;
    }
    manifest.files.push(BackupFile {
        name: DATABASE.to_owned(),
        bytes: length,
        hash: hasher.finalize().to_hex().to_string(),
    });
    zip.start_file(MANIFEST, options)?;
    zip.write_all(&serde_json::to_vec_pretty(manifest)?)?;
    zip.finish()?.flush()
}
