//! How models are run.

use std::path::PathBuf;
use std::time::Duration;

use hearth_protocol::{CacheType, Choice};
use serde::Deserialize;

/// How models are run.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "switches that have nothing to do with each other"
)]
pub struct Engine {
    /// Context length in tokens; 0 chooses by the model and the memory.
    pub context: u32,
    /// Threads; 0 takes one for each physical core.
    pub threads: u32,
    /// Requests that one model answers at once. 1 to 64.
    pub slots: u32,
    /// How precisely the model remembers what it has read.
    pub cache_type: CacheType,
    /// The attention that needs less memory.
    pub flash_attention: Choice,
    /// Layers on a GPU; as many as fit where it is not set.
    pub gpu_layers: Option<u32>,
    /// Map the model's file instead of copying it.
    pub mmap: bool,
    /// Keep the model from being swapped out.
    pub mlock: bool,
    /// Compute one token as soon as a model is loaded.
    pub warm_up: bool,
    /// Guess ahead that an answer repeats what was said.
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
    /// Models in memory at the same time, at most. 1 to 64.
    pub max_loaded: u32,
    /// Memory for all models, in MB; 0 takes what is free.
    pub memory_limit_mb: u32,
    /// Seconds without a request after which a model leaves the memory; 0 keeps it.
    pub idle_unload_seconds: u32,
    /// Models that are loaded when the window opens.
    pub preload: Vec<String>,
    /// Memory for the states of conversations that rest, in MB, for each model.
    pub state_memory_mb: u32,
    /// Room on the disk for them, in MB.
    pub state_disk_mb: u32,
}

/// What is different for one model. The fields are those of [`Engine`].
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are documented at Engine")]
pub struct ModelEngine {
    pub context: Option<u32>,
    pub threads: Option<u32>,
    pub slots: Option<u32>,
    pub cache_type: Option<CacheType>,
    pub flash_attention: Option<Choice>,
    pub gpu_layers: Option<u32>,
    pub mmap: Option<bool>,
    pub mlock: Option<bool>,
    pub warm_up: Option<bool>,
    pub lookup: Option<bool>,
    pub draft: Option<PathBuf>,
    pub lora: Option<PathBuf>,
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

    /// Refuses what is outside its range, with the range.
    pub(super) fn check(&self) -> Result<(), String> {
        for (name, value, lowest, highest) in [
            ("slots", self.slots, 1, 64),
            ("threads", self.threads, 0, 512),
            ("context", self.context, 0, 1 << 24),
            ("max_loaded", self.max_loaded, 1, 64),
        ] {
            if !(lowest..=highest).contains(&value) {
                return Err(format!(
                    "{name} is {value}; allowed is {lowest} to {highest}"
                ));
            }
        }
        let scale = self.lora_scale.unwrap_or(1.0);
        if !(-10.0..=10.0).contains(&scale) {
            return Err(format!("lora_scale is {scale}; allowed is -10 to 10"));
        }
        Ok(())
    }
}
