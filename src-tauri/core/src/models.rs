//! The model files on this computer, what their headers say, and where more come from
//! ([`hub`], [`downloads`]).

pub mod downloads;
pub mod elsewhere;
pub mod gguf;
mod header;
pub mod hub;
pub mod keeping;
pub mod machine;
pub mod need;
pub mod outlook;
pub mod requantize;
mod split;
pub mod suggestion;
mod web;

use std::path::{Path, PathBuf};

use hearth_protocol::Purpose;
use serde::Serialize;
use specta::Type;

use crate::folder::DataFolder;
use crate::installed::Installed;
use crate::{Code, Error, Result};

pub use header::Header;
use need::Measures;
use split::Part;

/// The model that answers when no other was chosen.
pub const BUILT_IN: &str = "ember-6m-q8_0";
/// Threads that read headers when many models are listed.
const READERS: usize = 4;
/// The built-in model that turns texts into vectors.
const EMBEDDER: &str = "all-minilm-l6-v2-q8_0.gguf";

/// A model file that can answer.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct Model {
    /// Its name for commands and settings: the file's name without its ending.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// Size of the file in bytes; where it was split, of all its parts.
    #[specta(type = u32)]
    pub bytes: f64,
    /// Context length that it was trained for, in tokens.
    pub context: u32,
    /// How its weights are stored, for example `Q8_0`.
    pub quantization: String,
    /// Whether it came with Hearth.
    pub built_in: bool,
    /// Where the file lies.
    #[serde(skip)]
    #[specta(skip)]
    pub path: PathBuf,
    /// The family of models that it belongs to, as the file calls it.
    #[serde(skip)]
    #[specta(skip)]
    pub architecture: String,
    /// What decides the memory that it needs.
    #[serde(skip)]
    #[specta(skip)]
    pub measures: Measures,
    /// Whether its chat template writes today's date into the prompt.
    #[serde(skip)]
    #[specta(skip)]
    pub is_dated: bool,
}

/// The folders in which models are looked for.
#[derive(Clone, Debug)]
pub struct Models {
    built_in: PathBuf,
    own: PathBuf,
}

impl Models {
    /// The built-in models and those of the data folder.
    #[must_use]
    pub fn new(installed: &Installed, folder: &DataFolder) -> Self {
        Self {
            built_in: installed.models.clone(),
            own: folder.models(),
        }
    }

    /// Every model file, each with what is wrong with it or what it is. A model that was split
    /// is one, at its first part. Where the user's own folder cannot be read, it stands there
    /// with the reason.
    pub fn list(&self) -> Result<Vec<(PathBuf, Result<Model>)>> {
        let mut paths = files_in(&self.built_in)?;
        // A drive that is not connected costs its own models, not the built-in one.
        let own = files_in(&self.own);
        let fault = own.as_ref().err().cloned();
        paths.extend(own.unwrap_or_default());
        paths.sort();
        // Most of the time goes into opening files, which can wait for each other's disk.
        let share = paths.len().div_ceil(READERS).max(1);
        let read = |paths: &[PathBuf]| -> Vec<Result<Model>> {
            let open = |path: &PathBuf| self.open(path, Purpose::Chat);
            paths.iter().map(open).collect()
        };
        let models: Vec<Result<Model>> = std::thread::scope(|scope| {
            let readers: Vec<_> = paths
                .chunks(share)
                .map(|paths| scope.spawn(move || read(paths)))
                .collect();
            let joined = readers.into_iter().map(std::thread::ScopedJoinHandle::join);
            joined
                .map(|models| models.map_err(|_| Error::internal("a header could not be read")))
                .collect::<Result<Vec<_>>>()
        })?
        .into_iter()
        .flatten()
        .collect();
        let fault = fault.map(|fault| (self.own.clone(), Err(fault)));
        Ok(paths.into_iter().zip(models).chain(fault).collect())
    }

    /// The model of a name, or at a path, its header checked.
    pub fn find(&self, name: &str) -> Result<Model> {
        let as_path = Path::new(name);
        if as_path.components().count() > 1 {
            return self.open_anywhere(as_path);
        }
        let file = if name.to_lowercase().ends_with(".gguf") {
            name.to_owned()
        } else {
            format!("{name}.gguf")
        };
        let path = [&self.own, &self.built_in]
            .into_iter()
            .map(|folder| folder.join(&file))
            .find(|path| path.exists());
        match path {
            Some(path) => self.open(&path, Purpose::Chat),
            None if as_path.is_file() => self.open_anywhere(as_path),
            None => Err(self.missing(name)),
        }
    }

    /// A file that the user named. The engine runs in another folder, so the path has to be
    /// absolute; it travels as text, so it has to be Unicode.
    fn open_anywhere(&self, path: &Path) -> Result<Model> {
        let fault = |error| Error::file("find the model", path, &error);
        let path = std::path::absolute(path).map_err(fault)?;
        if path.to_str().is_none() {
            let message = format!("The path {} is not Unicode; rename it.", path.display());
            return Err(Error::new(Code::ModelUnsupported, message));
        }
        self.open(&path, Purpose::Chat)
    }

    /// The built-in model that turns texts into vectors.
    pub(crate) fn embedder(&self) -> Result<Model> {
        self.open(&self.built_in.join(EMBEDDER), Purpose::Embeddings)
    }

    fn open(&self, path: &Path, purpose: Purpose) -> Result<Model> {
        let mut header = Header::read(path, purpose)?;
        for part in split::files(path).iter().skip(1) {
            header.add_part(part)?;
        }
        let id = path
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned());
        let id = id.unwrap_or_default();
        Ok(Model {
            name: header.name.unwrap_or_else(|| id.clone()),
            id,
            bytes: header.bytes as f64,
            context: header.context,
            quantization: header.quantization,
            built_in: path.starts_with(&self.built_in),
            path: path.to_path_buf(),
            architecture: header.architecture,
            measures: header.measures,
            is_dated: header.is_dated,
        })
    }

    fn missing(&self, name: &str) -> Error {
        let known = self.list().unwrap_or_default();
        let names: Vec<String> = known
            .into_iter()
            .filter_map(|(_, model)| model.ok())
            .map(|model| model.id)
            .collect();
        Error::new(
            Code::ModelMissing,
            format!(
                "There is no model {name:?}. On this computer are: {}.",
                names.join(", ")
            ),
        )
    }
}

/// The files of a folder that look like models; of those that were split, the first parts.
fn files_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let fault = |error| Error::file("read the models folder", folder, &error);
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(fault)? {
        let path = entry.map_err(fault)?.path();
        let is_first = Part::of(&path).is_none_or(|part| part.number == 1);
        let ending = path.extension();
        if is_first && ending.is_some_and(|ending| ending.eq_ignore_ascii_case("gguf")) {
            paths.push(path);
        }
    }
    Ok(paths)
}
