//! How answers are drawn, as far as it is set.

use hearth_protocol::{Mirostat, OutOfRange, Sampling};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::models::Model;
use crate::{Code, Error};

/// The longest answer where nothing is set, in tokens.
const MAX_TOKENS: u32 = 2048;

/// Settings of the sampler; what is not set is the model's own default. The fields are those
/// of [`Sampling`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Type)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are documented at Sampling")]
pub struct SamplingConfig {
    pub temperature: Option<f32>,
    pub dynamic_range: Option<f32>,
    pub dynamic_exponent: Option<f32>,
    pub top_k: Option<u32>,
    pub top_p: Option<f32>,
    pub min_p: Option<f32>,
    pub typical_p: Option<f32>,
    pub repeat_penalty: Option<f32>,
    pub presence_penalty: Option<f32>,
    pub frequency_penalty: Option<f32>,
    pub penalty_tokens: Option<u32>,
    pub dry_multiplier: Option<f32>,
    pub dry_base: Option<f32>,
    pub dry_length: Option<u32>,
    pub xtc_probability: Option<f32>,
    pub xtc_threshold: Option<f32>,
    #[specta(type = Option<String>)]
    pub mirostat: Option<Mirostat>,
    pub mirostat_tau: Option<f32>,
    pub mirostat_eta: Option<f32>,
    #[specta(skip)]
    pub logit_bias: Option<Vec<(u32, f32)>>,
    /// The longest answer, in tokens.
    pub max_tokens: Option<u32>,
    /// A new one for every answer where it is not set.
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

    /// Refuses what is outside its range.
    pub(super) fn check(&self) -> Result<(), OutOfRange> {
        self.over(&Sampling::default()).check()
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

/// A value that somebody typed for a field, as the file holds it.
pub(super) fn typed(field: &str, text: &str) -> Result<toml_edit::Value, Error> {
    let refused = |what: &str| {
        let message = format!(
            "{} is “{text}”; it has to be {what}.",
            super::sentence(field)
        );
        Error::new(Code::BadSetting, message)
    };
    match field {
        "top_k" | "penalty_tokens" | "dry_length" | "max_tokens" | "seed" => {
            let number: Result<u32, _> = text.parse();
            let number = number.map_err(|_| refused("a whole number"))?;
            Ok(i64::from(number).into())
        }
        "mirostat" => Ok(text.into()),
        _ => {
            // Some write the fraction behind a comma.
            let number: Result<f64, _> = text.replace(',', ".").parse();
            Ok(number.map_err(|_| refused("a number"))?.into())
        }
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
