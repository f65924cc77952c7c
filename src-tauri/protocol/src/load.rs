//! How a model is loaded, and what came of it.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Which model to load, and how.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "switches that have nothing to do with each other"
)]
pub struct LoadModel {
    /// The GGUF file. The core has checked its header before.
    pub path: PathBuf,
    /// What the model is for.
    pub purpose: Purpose,
    /// Tokens that are kept in memory, shared by all requests in work; one alone may use them
    /// all. At most what the model was trained for.
    pub context: u32,
    /// How many requests run at once.
    pub slots: u32,
    /// Threads for the computation; 0 lets the worker choose.
    pub threads: u32,
    /// How precisely what was read is remembered.
    pub cache_type: CacheType,
    /// The attention that needs less memory.
    pub flash_attention: Choice,
    /// Layers to compute on a GPU; the worker chooses where none is named.
    pub gpu_layers: Option<u32>,
    /// Map the file instead of copying it into memory.
    pub mmap: bool,
    /// Keep the model from being swapped out. Where the system refuses, that is a warning.
    pub mlock: bool,
    /// A change of the model's weights, kept in a file of its own.
    pub lora: Option<Lora>,
    /// A small model of the same family that guesses ahead.
    pub draft: Option<PathBuf>,
    /// Guess ahead that the answer repeats what was said.
    pub lookup: bool,
    /// Where to keep what was read; only in the slots where there is none.
    pub states: Option<StateBudget>,
    /// Compute one token before reporting readiness, so that the first answer finds warm memory.
    pub warm_up: bool,
}

impl LoadModel {
    /// The defaults, for a model file.
    #[must_use]
    pub fn new(path: PathBuf, purpose: Purpose) -> Self {
        Self {
            path,
            purpose,
            context: 4096,
            slots: 4,
            threads: 0,
            cache_type: CacheType::F16,
            flash_attention: Choice::Auto,
            gpu_layers: None,
            mmap: true,
            mlock: false,
            lora: None,
            draft: None,
            lookup: true,
            states: None,
            warm_up: false,
        }
    }
}

/// What a model is loaded for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To answer.
    Chat,
    /// To turn texts into vectors.
    Embeddings,
}

/// How precisely the key-value cache holds what was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CacheType {
    /// Sixteen bits for each number.
    #[default]
    F16,
    /// Eight bits and a half: half the memory, hardly a difference.
    Q8_0,
    /// Four bits and a half: a quarter of the memory; answers may be worse.
    Q4_0,
}

impl CacheType {
    /// Bytes for so many numbers: blocks of 32 with a scale of two bytes, as ggml stores them.
    #[must_use]
    pub fn bytes(self, numbers: u64) -> u64 {
        match self {
            Self::F16 => numbers.saturating_mul(2),
            Self::Q8_0 => numbers.div_ceil(32).saturating_mul(34),
            Self::Q4_0 => numbers.div_ceil(32).saturating_mul(18),
        }
    }
}

/// On, off, or as the engine finds best.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// As the engine finds best.
    #[default]
    Auto,
    /// On.
    On,
    /// Off.
    Off,
}

/// A LoRA adapter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lora {
    /// Its GGUF file.
    pub path: PathBuf,
    /// How strongly it acts; 1 as it was trained.
    pub scale: f32,
}

/// Where the states of conversations that rest are kept, so that they need not be read again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateBudget {
    /// Bytes of memory.
    pub ram_bytes: u64,
    /// The folder for those that do not fit, and for the next start.
    pub folder: PathBuf,
    /// Bytes in that folder.
    pub disk_bytes: u64,
}

/// A model that is ready to answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Loaded {
    /// Tokens that one request may use, prompt and answer together.
    pub context: u32,
    /// Parameters of the model.
    pub parameters: u64,
    /// Where the chat template came from.
    pub template: TemplateSource,
    /// Time from the order to readiness, in milliseconds.
    pub load_ms: u32,
    /// Threads in use.
    pub threads: u32,
    /// Requests that run at once.
    pub slots: u32,
    /// Layers on a GPU.
    pub gpu_layers: u32,
    /// What was asked for and could not be had, though the model works without it.
    pub warnings: Vec<String>,
}

/// Where a chat template came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TemplateSource {
    /// The model file.
    File,
    /// The file has none, so the plain one is used.
    Absent,
    /// The file's own cannot be used, for this reason, so the plain one is.
    Broken(String),
}

/// One library of compute routines that was loaded for this machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Library {
    /// Its name, for example `CPU`.
    pub name: String,
    /// The device behind it, in the maker's words.
    pub device: String,
    /// The file that was picked, where one can be named.
    pub file: Option<String>,
    /// Memory of the device's own that is free, in bytes; none where it uses the machine's.
    pub free_memory: Option<u64>,
}

/// A smaller copy of a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requantize {
    /// The model's file.
    pub from: PathBuf,
    /// Where the copy goes. What is there is overwritten.
    pub to: PathBuf,
    /// How its weights are stored.
    pub weights: Weights,
}

/// How the weights of a smaller copy are stored. The names are those of llama.cpp.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(non_camel_case_types, reason = "these are the names that people know")]
pub enum Weights {
    /// 8.5 bits for each weight.
    Q8_0,
    /// 6.6 bits.
    Q6_K,
    /// 5.7 bits.
    Q5_K_M,
    /// 4.9 bits.
    Q4_K_M,
    /// 3.9 bits.
    Q3_K_M,
    /// 3.2 bits.
    Q2_K,
}
