//! How much memory a model needs, before it is loaded.

use hearth_protocol::CacheType;

use super::gguf::{Gguf, Value};

/// Tokens that llama.cpp computes at once, at most; its scratch memory grows with them.
const COMPUTED_AT_ONCE: u64 = 512;
/// Vectors of the model's width that are alive at the same time while a layer is computed.
const VECTORS_ALIVE: u64 = 12;

/// Answers that are computed at once, at most, for what their words take.
const ANSWERS_AT_ONCE: u64 = 64;
/// What the worker takes without any model, in bytes.
const PROCESS: u64 = 16 << 20;

/// The measures of a model that decide its memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measures {
    /// Bytes of weights.
    pub weights: u64,
    /// Its layers.
    pub layers: u64,
    /// Numbers that the cache holds for each token.
    pub cache_numbers: u64,
    /// Length of the vectors between the layers.
    pub width: u64,
    /// Words that it knows.
    pub vocabulary: u64,
}

/// The memory that a model needs, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Need {
    /// Weights.
    pub weights: u64,
    /// What it remembers of the context.
    pub cache: u64,
    /// Scratch memory.
    pub scratch: u64,
}

impl Need {
    /// All of it.
    #[must_use]
    pub fn total(self) -> u64 {
        self.weights + self.cache + self.scratch
    }
}

impl Measures {
    /// Reads them from a header. What it does not say counts as nothing.
    #[must_use]
    pub fn of(gguf: &Gguf, architecture: &str) -> Self {
        let number = |key: &str| {
            let value = gguf.integer(&format!("{architecture}.{key}"))?;
            u64::try_from(value).ok()
        };
        let width = number("embedding_length").unwrap_or(0);
        let heads = number("attention.head_count").unwrap_or(1).max(1);
        // An array means a number for each layer; as many as there are heads is the most.
        let cached_heads = number("attention.head_count_kv").unwrap_or(heads);
        let head = |key: &str| number(key).unwrap_or(width / heads);
        let numbers = head("attention.key_length") + head("attention.value_length");
        let layers = number("block_count").unwrap_or(0);
        let words = match gguf.metadata.get("tokenizer.ggml.tokens") {
            Some(Value::Array(length)) => *length,
            _ => number("vocab_size").unwrap_or(0),
        };
        Self {
            weights: gguf.tensor_bytes.values().sum(),
            layers,
            cache_numbers: layers.saturating_mul(cached_heads.saturating_mul(numbers)),
            width,
            vocabulary: words,
        }
    }

    /// What it needs to work with a context of so many tokens.
    #[must_use]
    pub fn need(&self, context: u32, cache_type: CacheType) -> Need {
        let numbers = self.cache_numbers.saturating_mul(u64::from(context));
        let vectors = (VECTORS_ALIVE * self.width).saturating_mul(COMPUTED_AT_ONCE);
        // Words are weighed for the last token of each answer alone.
        let words = self.vocabulary.saturating_mul(ANSWERS_AT_ONCE);
        Need {
            weights: self.weights,
            cache: cache_type.bytes(numbers),
            scratch: PROCESS + vectors.saturating_add(words).saturating_mul(4),
        }
    }
}

/// Bytes for people.
#[must_use]
pub fn size(bytes: u64) -> String {
    let bytes = bytes as f64;
    if bytes < 1e9 {
        format!("{:.0} MB", (bytes / 1e6).ceil())
    } else {
        format!("{:.1} GB", bytes / 1e9)
    }
}
