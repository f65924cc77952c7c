//! Model files that other programs keep on this computer. They can be used where they lie
//! ([`super::keeping`] leads to them with a link); nothing here changes or removes one.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use hearth_protocol::Purpose;
use serde::{Deserialize, Serialize};
use specta::Type;
use walkdir::WalkDir;

use super::split::{self, Part};
use super::{Header, Models};

/// Folders below a program's own that are looked into.
const DEPTH: usize = 6;

/// A model file of another program.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct Elsewhere {
    /// The program, for people.
    pub program: String,
    /// What it would be called here.
    pub name: String,
    /// The file.
    pub path: PathBuf,
    /// Its size in bytes.
    #[specta(type = u32)]
    pub bytes: f64,
    /// How its weights are stored.
    pub quantization: String,
    /// Context length that it was trained for, in tokens.
    pub context: u32,
}

/// Where other programs keep their models.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// Programs whose folders hold files with plain names.
    folders: Vec<(&'static str, PathBuf)>,
    /// Ollama's folders, whose files have no names.
    ollama: Vec<PathBuf>,
}

impl Places {
    /// Those of this user, where the programs were told or usually put them.
    #[must_use]
    pub fn of_this_user() -> Self {
        let Some(user) = directories::BaseDirs::new() else {
            return Self::default();
        };
        let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        let mut places = Self::under(user.home_dir(), user.data_dir());
        places
            .ollama
            .extend(set("OLLAMA_MODELS").map(PathBuf::from));
        let hub = set("HF_HUB_CACHE").map(PathBuf::from);
        let hub = hub.or_else(|| Some(PathBuf::from(set("HF_HOME")?).join("hub")));
        places.folders.extend(hub.map(|hub| ("Hugging Face", hub)));
        places
    }

    /// The usual ones under a home and its folder for programs' data.
    #[must_use]
    pub fn under(home: &Path, data: &Path) -> Self {
        let of = |program, folder: PathBuf| (program, folder);
        Self {
            folders: vec![
                of("LM Studio", home.join(".lmstudio/models")),
                of("LM Studio", home.join(".cache/lm-studio/models")),
                of("Jan", data.join("Jan/data/llamacpp/models")),
                of("Jan", data.join("Jan/data/models")),
                of("Jan", home.join("jan/models")),
                of("GPT4All", data.join("nomic.ai/GPT4All")),
                of("Hugging Face", home.join(".cache/huggingface/hub")),
            ],
            ollama: vec![
                home.join(".ollama/models"),
                "/usr/share/ollama/.ollama/models".into(),
            ],
        }
    }

    /// The models in them that could answer here. A program that is not installed has none, and
    /// a file that cannot be read is none of ours to complain about.
    #[must_use]
    pub fn models(&self) -> Vec<Elsewhere> {
        let plain = self.folders.iter().flat_map(|(program, folder)| {
            files_under(folder).map(move |path| (*program, name_of(program, &path), path))
        });
        let ollama = self.ollama.iter().flat_map(|folder| {
            let found = ollama_models(folder).into_iter();
            found.map(|(name, path)| ("Ollama", name, path))
        });
        let mut seen = HashSet::new();
        let mut found: Vec<Elsewhere> = plain
            .chain(ollama)
            .filter_map(|(program, name, path)| model(program, &name, path))
            .filter(|one| seen.insert(one.path.canonicalize().ok()))
            .collect();
        found.sort_by(|a, b| (&a.program, &a.name).cmp(&(&b.program, &b.name)));
        found
    }
}

impl Models {
    /// The models of other programs that are not used here yet.
    #[must_use]
    pub fn elsewhere(&self, places: &Places) -> Vec<Elsewhere> {
        let entries = std::fs::read_dir(&self.own).into_iter().flatten().flatten();
        let used: HashSet<PathBuf> = entries
            .filter_map(|entry| entry.path().canonicalize().ok())
            .collect();
        let is_new = |one: &Elsewhere| {
            let real = one.path.canonicalize();
            real.is_ok_and(|real| !used.contains(&real))
        };
        places.models().into_iter().filter(is_new).collect()
    }
}

fn files_under(folder: &Path) -> impl Iterator<Item = PathBuf> {
    // Links between folders could lead round in a circle; links to files are what the hub's
    // cache consists of.
    let entries = WalkDir::new(folder).max_depth(DEPTH).into_iter().flatten();
    entries.map(walkdir::DirEntry::into_path).filter(|path| {
        let ending = path.extension();
        ending.is_some_and(|ending| ending.eq_ignore_ascii_case("gguf")) && path.is_file()
    })
}

/// What a file is called here. Jan calls all of them `model.gguf`, in folders with names.
fn name_of(program: &str, path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    if program != "Jan" || stem != "model" {
        return stem.into_owned();
    }
    let folder = path.parent().and_then(Path::file_name);
    folder.unwrap_or_default().to_string_lossy().into_owned()
}

/// The name and the file of each model that Ollama's manifests tell of.
fn ollama_models(folder: &Path) -> Vec<(String, PathBuf)> {
    let manifests = folder.join("manifests");
    let entries = WalkDir::new(&manifests)
        .max_depth(DEPTH)
        .into_iter()
        .flatten();
    let files = entries.filter(|entry| entry.file_type().is_file());
    files
        .filter_map(|entry| {
            let text = std::fs::read(entry.path()).ok()?;
            let manifest: Manifest = serde_json::from_slice(&text).ok()?;
            let weights = manifest.layers.into_iter().find(Layer::is_weights)?;
            let place = entry.path().strip_prefix(&manifests).ok()?;
            Some((
                ollama_name(place),
                folder.join("blobs").join(weights.blob()?),
            ))
        })
        .collect()
}

/// `registry.ollama.ai/library/llama3.2/3b` is called `llama3.2-3b`.
fn ollama_name(place: &Path) -> String {
    let parts: Vec<_> = place
        .iter()
        .skip(1)
        .map(|part| part.to_string_lossy())
        .filter(|part| part != "library")
        .collect();
    parts.join("-")
}

/// What Ollama knows of a model, as far as it matters here.
#[derive(Deserialize)]
struct Manifest {
    layers: Vec<Layer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Layer {
    media_type: String,
    digest: String,
}

impl Layer {
    fn is_weights(&self) -> bool {
        self.media_type == "application/vnd.ollama.image.model"
    }

    /// The name of its file. A digest is nothing but letters and digits, or it is none.
    fn blob(&self) -> Option<String> {
        let hash = self.digest.strip_prefix("sha256:")?;
        let is_hash = hash.len() == 64 && hash.bytes().all(|sign| sign.is_ascii_hexdigit());
        is_hash.then(|| format!("sha256-{hash}"))
    }
}

/// The model in a file, if it is one that could answer. The parts of one model beyond the
/// first are none of their own.
fn model(program: &str, name: &str, path: PathBuf) -> Option<Elsewhere> {
    let part = Part::of(&path);
    if part.as_ref().is_some_and(|part| part.number > 1) {
        return None;
    }
    let mut header = Header::read(&path, Purpose::Chat).ok()?;
    for part in split::files(&path).iter().skip(1) {
        header.add_part(part).ok()?;
    }
    Some(Elsewhere {
        program: program.to_owned(),
        name: as_file_name(part.as_ref().map_or(name, |part| &part.name)),
        bytes: header.bytes as f64,
        quantization: header.quantization,
        context: header.context,
        path,
    })
}

/// A name without what file names may not have.
fn as_file_name(name: &str) -> String {
    let fits = |sign: char| sign.is_alphanumeric() || "-_. ()+".contains(sign);
    let name: String = name
        .chars()
        .map(|sign| if fits(sign) { sign } else { '-' })
        .collect();
    let name = name.trim_matches(['.', ' ']);
    name.chars().take(120).collect()
}
