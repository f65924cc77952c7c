//! What of a model file's header matters for choosing and loading it.

use std::fs::File;
use std::path::Path;

use hearth_protocol::Purpose;

use crate::{Code, Error, Result};

use super::gguf::{Gguf, GgufError, Value};
use super::need::Measures;

/// Layers of a model, at most: llama.cpp ends the process beyond.
const MAX_LAYERS: i128 = 512;
/// Architectures that turn texts into vectors and cannot answer.
const ENCODERS: [&str; 6] = [
    "bert",
    "nomic-bert",
    "nomic-bert-moe",
    "jina-bert-v2",
    "modern-bert",
    "t5encoder",
];

/// The facts of a model file.
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    /// The file's size.
    pub bytes: u64,
    /// The model's own name.
    pub name: Option<String>,
    /// Context length in tokens.
    pub context: u32,
    /// How most of the weights are stored.
    pub quantization: String,
    /// The family of models that it belongs to, as the file calls it.
    pub architecture: String,
    /// What decides the memory that it needs.
    pub measures: Measures,
    /// Whether its chat template writes today's date into the prompt.
    pub is_dated: bool,
}

impl Header {
    /// Reads and checks the header of a model for a purpose.
    pub fn read(path: &Path, purpose: Purpose) -> Result<Self> {
        let (gguf, bytes) = read(path)?;
        Self::from_gguf(&gguf, bytes, path, purpose)
    }

    /// Adds a further part of a model that was split; only the first has the facts.
    pub(super) fn add_part(&mut self, path: &Path) -> Result<()> {
        let (gguf, bytes) = read(path)?;
        self.bytes += bytes;
        self.measures.weights += gguf.tensor_bytes.values().sum::<u64>();
        Ok(())
    }

    fn from_gguf(gguf: &Gguf, bytes: u64, path: &Path, purpose: Purpose) -> Result<Self> {
        let fault = |text: &str| damaged(path, &GgufError::Damaged(text.to_owned()));
        let architecture = gguf
            .text("general.architecture")
            .ok_or_else(|| fault("it names no architecture"))?;
        if purpose == Purpose::Chat && ENCODERS.contains(&architecture) {
            return Err(Error::new(
                Code::ModelUnsupported,
                format!(
                    "{} turns texts into vectors for search; it cannot answer. Choose a chat model.",
                    path.display()
                ),
            ));
        }
        if gguf.tensors == 0 {
            return Err(fault("it holds no weights"));
        }
        let number = |key: &str| gguf.integer(&format!("{architecture}.{key}"));
        if number("block_count").is_some_and(|layers| !(1..=MAX_LAYERS).contains(&layers)) {
            return Err(fault("its number of layers is impossible"));
        }
        if !gguf.metadata.values().all(is_finite) {
            return Err(fault("a number in its metadata is not finite"));
        }
        Ok(Self {
            bytes,
            name: gguf
                .text("general.name")
                .map(str::to_owned)
                .filter(|name| !name.is_empty()),
            context: number("context_length")
                .and_then(|length| u32::try_from(length).ok())
                .filter(|&length| length > 0)
                .ok_or_else(|| fault("it states no context length"))?,
            quantization: gguf
                .tensor_bytes
                .iter()
                .max_by_key(|(_, bytes)| **bytes)
                .map_or_else(String::new, |(name, _)| (*name).to_owned()),
            architecture: architecture.to_owned(),
            measures: Measures::of(gguf, architecture),
            is_dated: gguf
                .text("tokenizer.chat_template")
                .is_some_and(|template| template.contains("strftime_now")),
        })
    }
}

/// What stands before a file's weights, and the size of the file.
pub(super) fn read(path: &Path) -> Result<(Gguf, u64)> {
    let missing = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => Error::new(Code::ModelMissing, absence(path)),
        _ => damaged(path, &GgufError::Io(error)),
    };
    let file = File::open(path).map_err(missing)?;
    let facts = file.metadata().map_err(missing)?;
    if !facts.is_file() {
        return Err(Error::new(
            Code::ModelDamaged,
            format!("{} is a folder, not a model file.", path.display()),
        ));
    }
    let gguf = Gguf::read(file, facts.len()).map_err(|error| damaged(path, &error))?;
    Ok((gguf, facts.len()))
}

/// A link tells where the file was.
fn absence(path: &Path) -> String {
    match path.read_link() {
        Ok(target) => format!(
            "The model file {} is not there any more: it was moved, removed, or its drive is not connected.",
            target.display()
        ),
        Err(_) => format!("The model file {} is not there.", path.display()),
    }
}

fn is_finite(value: &Value) -> bool {
    !matches!(value, Value::Float(number) if !number.is_finite())
}

fn damaged(path: &Path, error: &GgufError) -> Error {
    let code = match error {
        GgufError::Version(..) => Code::ModelUnsupported,
        _ => Code::ModelDamaged,
    };
    Error::new(
        code,
        format!("The model file {} cannot be used: {error}.", path.display()),
    )
}
