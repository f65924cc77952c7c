//! How answers are drawn, as far as it is set.

use hearth_protocol::{Mirostat, Sampling};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::models::Model;

/// The longest answer where nothing is set, in tokens.
pub(super) const MAX_TOKENS: u32 = 2048;

/// How answers are drawn. What is not set is the model's own default. Each model can have its
/// own values.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema, Type)]
#[serde(default)]
pub struct SamplingConfig {
    /// Spread of the words. At 0 the likeliest word is taken always.
    #[schemars(range(min = 0, max = 5))]
    pub temperature: Option<f32>,
    /// How far the temperature follows the model's certainty, up and down; 0 is off.
    #[schemars(range(min = 0, max = 5))]
    pub dynamic_range: Option<f32>,
    /// How steeply it follows.
    #[schemars(range(min = 0, max = 10))]
    pub dynamic_exponent: Option<f32>,
    /// Keep at most this many words; 0 keeps all.
    #[schemars(range(max = 1_000_000))]
    pub top_k: Option<u32>,
    /// Keep the likeliest words until their probabilities add up to this; 1 keeps all.
    #[schemars(range(min = 0, max = 1))]
    pub top_p: Option<f32>,
    /// Drop words less likely than this share of the likeliest; 0 keeps all.
    #[schemars(range(min = 0, max = 1))]
    pub min_p: Option<f32>,
    /// Keep words of about the expected surprise; 1 keeps all.
    #[schemars(range(min = 0, max = 1))]
    pub typical_p: Option<f32>,
    /// Divides the score of words that were there before; 1 is off.
    #[schemars(range(min = 0.5, max = 2))]
    pub repeat_penalty: Option<f32>,
    /// Taken off the score of words that were there before; 0 is off.
    #[schemars(range(min = -2, max = 2))]
    pub presence_penalty: Option<f32>,
    /// Taken off for each time that a word was there; 0 is off.
    #[schemars(range(min = -2, max = 2))]
    pub frequency_penalty: Option<f32>,
    /// How many tokens back the three penalties look.
    #[schemars(range(max = 65_536))]
    pub penalty_tokens: Option<u32>,
    /// Strength of DRY, which suppresses repeated sequences; 0 is off.
    #[schemars(range(min = 0, max = 5))]
    pub dry_multiplier: Option<f32>,
    /// How fast DRY grows with the length of the sequence.
    #[schemars(range(min = 1, max = 4))]
    pub dry_base: Option<f32>,
    /// The longest repetition that DRY lets pass, in tokens.
    #[schemars(range(min = 1, max = 64))]
    pub dry_length: Option<u32>,
    /// How often XTC removes the likeliest words; 0 is off.
    #[schemars(range(min = 0, max = 1))]
    pub xtc_probability: Option<f32>,
    /// The probability from which on XTC may remove a word.
    #[schemars(range(min = 0, max = 0.5))]
    pub xtc_threshold: Option<f32>,
    /// Mirostat instead of the filters above.
    #[schemars(with = "Option<String>", extend("enum" = ["off", "v1", "v2"]))]
    #[specta(type = Option<String>)]
    pub mirostat: Option<Mirostat>,
    /// The surprise that Mirostat aims at.
    #[schemars(range(min = 0, max = 10))]
    pub mirostat_tau: Option<f32>,
    /// How fast Mirostat corrects itself.
    #[schemars(range(min = 0, max = 1))]
    pub mirostat_eta: Option<f32>,
    /// Added to the score of single tokens, by their number: `[[token, -100 to 100], …]`.
    #[specta(skip)]
    pub logit_bias: Option<Vec<(u32, f32)>>,
    /// The longest answer, in tokens.
    #[schemars(range(min = 1))]
    pub max_tokens: Option<u32>,
    /// Makes answers repeatable; a new one for every answer where it is not set.
    pub seed: Option<u32>,
}

/// Every field of one, or else of the other.
macro_rules! or {
    ($one:expr, $other:expr; $($field:ident),+ $(,)?) => {
        SamplingConfig { $($field: $one.$field.clone().or_else(|| $other.$field.clone())),+ }
    };
}

/// Every field that is set, over a default.
macro_rules! over {
    ($set:expr, $default:expr; $($field:ident),+ $(,)?) => {
        Sampling { $($field: $set.$field.clone().unwrap_or_else(|| $default.$field.clone())),+ }
    };
}

impl SamplingConfig {
    /// What is set here, else what is set there.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        or!(self, other;
            temperature, dynamic_range, dynamic_exponent, top_k, top_p, min_p, typical_p,
            repeat_penalty, presence_penalty, frequency_penalty, penalty_tokens,
            dry_multiplier, dry_base, dry_length, xtc_probability, xtc_threshold,
            mirostat, mirostat_tau, mirostat_eta, logit_bias, max_tokens, seed,
        )
    }

    /// The sampler for a model, and the longest answer in tokens.
    #[must_use]
    pub fn resolved(&self, model: &Model) -> (Sampling, u32) {
        let defaults = Sampling {
            seed: fresh_seed(),
            ..default_for(model)
        };
        (self.over(&defaults), self.max_tokens.unwrap_or(MAX_TOKENS))
    }

    /// Every value that an answer of a model is drawn with, but for the seed.
    #[must_use]
    pub fn complete(&self, model: &Model) -> Self {
        let (sampling, max_tokens) = self.resolved(model);
        let resolved = serde_json::to_value(sampling).and_then(serde_json::from_value::<Self>);
        Self {
            max_tokens: Some(max_tokens),
            seed: self.seed,
            ..resolved.unwrap_or_default()
        }
    }

    fn over(&self, defaults: &Sampling) -> Sampling {
        over!(self, defaults;
            temperature, dynamic_range, dynamic_exponent, top_k, top_p, min_p, typical_p,
            repeat_penalty, presence_penalty, frequency_penalty, penalty_tokens,
            dry_multiplier, dry_base, dry_length, xtc_probability, xtc_threshold,
            mirostat, mirostat_tau, mirostat_eta, logit_bias, seed,
        )
    }
}

/// What a model answers with where nothing is set.
fn default_for(model: &Model) -> Sampling {
    if model.built_in {
        // Ember is a demonstration: its likeliest words are its only reliable ones.
        Sampling {
            temperature: 0.0,
            ..Sampling::default()
        }
    } else {
        Sampling::default()
    }
}

/// A seed that differs from answer to answer.
fn fresh_seed() -> u32 {
    use std::hash::{BuildHasher, RandomState};
    // The standard library seeds its hasher from the system's randomness.
    let random = RandomState::new().hash_one(0).to_le_bytes();
    u32::from_le_bytes([random[0], random[1], random[2], random[3]])
}
