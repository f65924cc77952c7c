//! How models are run.

use std::path::PathBuf;
use std::time::Duration;

use hearth_protocol::{CacheType, Choice};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How models are run. Changes hold for models that are loaded after them. Each model can have
/// its own values for most of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "switches that have nothing to do with each other"
)]
pub struct Engine {
    /// Context length in tokens; 0 chooses by the model and the memory, up to 8192.
    #[schemars(range(max = 16_777_216))]
    pub context: u32,
    /// Threads for the computation; 0 takes one for each physical core.
    #[schemars(range(max = 512))]
    pub threads: u32,
    /// Requests that one model answers at once. They share the context.
    #[schemars(range(min = 1, max = 64))]
    pub slots: u32,
    /// How precisely the model remembers what it has read: `q8_0` takes half the memory of
    /// `f16`, `q4_0` a quarter.
    #[schemars(with = "String", extend("enum" = ["f16", "q8_0", "q4_0"]))]
    pub cache_type: CacheType,
    /// The attention that needs less memory.
    #[schemars(with = "String", extend("enum" = ["auto", "on", "off"]))]
    pub flash_attention: Choice,
    /// Layers on a GPU; as many as fit where it is not set.
    #[schemars(range(max = 100_000))]
    pub gpu_layers: Option<u32>,
    /// Map the model's file instead of copying it.
    pub mmap: bool,
    /// Keep the model from being swapped out.
    pub mlock: bool,
    /// Compute one token as soon as a model is loaded, so that the first answer comes faster.
    pub warm_up: bool,
    /// Guess ahead that an answer repeats what was said. It changes the speed alone.
    pub lookup: bool,
    /// A small model that guesses ahead; only for single models.
    #[serde(skip)]
    pub draft: Option<PathBuf>,
    /// An adapter; only for single models.
    #[serde(skip)]
    pub lora: Option<PathBuf>,
    /// How strongly the adapter acts.
    #[serde(skip)]
    pub lora_scale: Option<f32>,
    /// Models in memory at the same time, at most.
    #[schemars(range(min = 1, max = 64))]
    pub max_loaded: u32,
    /// Memory for all models together, in MB; 0 takes what is free.
    pub memory_limit_mb: u32,
    /// Seconds without a request after which a model leaves the memory; 0 keeps it.
    pub idle_unload_seconds: u32,
    /// Models that are loaded when the window opens.
    #[schemars(extend("x-restart" = true))]
    pub preload: Vec<String>,
    /// What conversations have read is kept, so that going on is fast: memory for it, in MB, for
    /// each model.
    pub state_memory_mb: u32,
    /// Room on the disk for it, in the folder kv, in MB.
    pub state_disk_mb: u32,
}

/// How one model is run, where that is different.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are documented at Engine")]
pub struct ModelEngine {
    #[schemars(range(max = 16_777_216))]
    pub context: Option<u32>,
    #[schemars(range(max = 512))]
    pub threads: Option<u32>,
    #[schemars(range(min = 1, max = 64))]
    pub slots: Option<u32>,
    #[schemars(with = "Option<String>", extend("enum" = ["f16", "q8_0", "q4_0"]))]
    pub cache_type: Option<CacheType>,
    #[schemars(with = "Option<String>", extend("enum" = ["auto", "on", "off"]))]
    pub flash_attention: Option<Choice>,
    #[schemars(range(max = 100_000))]
    pub gpu_layers: Option<u32>,
    pub mmap: Option<bool>,
    pub mlock: Option<bool>,
    pub warm_up: Option<bool>,
    pub lookup: Option<bool>,
    /// A small model of the same family that guesses ahead.
    pub draft: Option<PathBuf>,
    /// An adapter.
    pub lora: Option<PathBuf>,
    /// How strongly the adapter acts.
    #[schemars(range(min = -10, max = 10))]
    pub lora_scale: Option<f32>,
}

impl Default for Engine {
    fn default() -> Self {
        Self {
            context: 0,
            threads: 0,
            slots: 4,
            cache_type: CacheType::F16,
            flash_attention: Choice::Auto,
            gpu_layers: None,
            mmap: true,
            mlock: false,
            warm_up: false,
            lookup: true,
            draft: None,
            lora: None,
            lora_scale: None,
            max_loaded: 3,
            memory_limit_mb: 0,
            idle_unload_seconds: 300,
            preload: Vec::new(),
            state_memory_mb: 1024,
            state_disk_mb: 4096,
        }
    }
}

impl Engine {
    /// With what is different for a model.
    #[must_use]
    pub fn with(&self, own: &ModelEngine) -> Self {
        Self {
            context: own.context.unwrap_or(self.context),
            threads: own.threads.unwrap_or(self.threads),
            slots: own.slots.unwrap_or(self.slots),
            cache_type: own.cache_type.unwrap_or(self.cache_type),
            flash_attention: own.flash_attention.unwrap_or(self.flash_attention),
            gpu_layers: own.gpu_layers.or(self.gpu_layers),
            mmap: own.mmap.unwrap_or(self.mmap),
            mlock: own.mlock.unwrap_or(self.mlock),
            warm_up: own.warm_up.unwrap_or(self.warm_up),
            lookup: own.lookup.unwrap_or(self.lookup),
            draft: own.draft.clone(),
            lora: own.lora.clone(),
            lora_scale: own.lora_scale,
            ..self.clone()
        }
    }

    /// After how long without a request a model leaves the memory.
    #[must_use]
    pub fn idle_unload(&self) -> Option<Duration> {
        let seconds = u64::from(self.idle_unload_seconds);
        (seconds > 0).then(|| Duration::from_secs(seconds))
    }
}
