//! How the next token is chosen, with the ranges inside which that is safe.

use serde::{Deserialize, Serialize};

/// Biases in one request, at most.
const MAX_BIASES: usize = 1024;

/// The sampler's settings. Every number is range-checked by [`Sampling::check`] before it
/// reaches native code. The default leaves everything off but temperature, top-k and top-p.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sampling {
    /// Spread of the distribution; 0 takes the likeliest token always. 0 to 5.
    pub temperature: f32,
    /// How far the temperature moves with the model's certainty, up and down; 0 is off. 0 to 5.
    pub dynamic_range: f32,
    /// How steeply it moves. 0 to 10.
    pub dynamic_exponent: f32,
    /// Keep at most this many tokens; 0 is off. At most 1,000,000.
    pub top_k: u32,
    /// Keep the likeliest tokens until their probabilities add up to this. 0 to 1; 1 is off.
    pub top_p: f32,
    /// Drop tokens less likely than this share of the likeliest one. 0 to 1; 0 is off.
    pub min_p: f32,
    /// Keep tokens of about the expected surprise. 0 to 1; 1 is off.
    pub typical_p: f32,
    /// Divides the score of tokens that were there before. 0.5 to 2; 1 is off.
    pub repeat_penalty: f32,
    /// Taken off the score of tokens that were there before. −2 to 2; 0 is off.
    pub presence_penalty: f32,
    /// Taken off for each time that the token was there. −2 to 2; 0 is off.
    pub frequency_penalty: f32,
    /// How many tokens back the three penalties look. 0 to 65,536.
    pub penalty_tokens: u32,
    /// Strength of DRY, which suppresses repeated sequences. 0 to 5; 0 is off.
    pub dry_multiplier: f32,
    /// How fast DRY grows with the sequence. 1 to 4.
    pub dry_base: f32,
    /// Longest repetition that DRY lets pass, in tokens. 1 to 64.
    pub dry_length: u32,
    /// How likely XTC removes the likeliest tokens. 0 to 1; 0 is off.
    pub xtc_probability: f32,
    /// The probability from which on a token may be removed by XTC. 0 to 0.5.
    pub xtc_threshold: f32,
    /// Mirostat instead of the filters above.
    pub mirostat: Mirostat,
    /// The surprise that Mirostat aims at. 0 to 10.
    pub mirostat_tau: f32,
    /// How fast Mirostat corrects itself. 0 to 1.
    pub mirostat_eta: f32,
    /// Added to the score of single tokens, by their number. −100 to 100 each.
    pub logit_bias: Vec<(u32, f32)>,
    /// Makes a sampled answer repeatable.
    pub seed: u32,
}

/// Which version of Mirostat.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mirostat {
    /// None.
    #[default]
    Off,
    /// The paper's first algorithm.
    V1,
    /// Its simplification.
    V2,
}

/// A sampling setting outside its safe range.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{field} is {value}; allowed is {allowed}")]
pub struct OutOfRange {
    /// The setting's name.
    pub field: &'static str,
    /// What it was set to.
    pub value: String,
    /// The range in words.
    pub allowed: String,
}

impl Default for Sampling {
    fn default() -> Self {
        Self {
            temperature: 0.7,
            top_k: 50,
            top_p: 0.9,
            ..Self::GREEDY
        }
    }
}

impl Sampling {
    /// Always the likeliest token.
    pub const GREEDY: Self = Self {
        temperature: 0.0,
        dynamic_range: 0.0,
        dynamic_exponent: 1.0,
        top_k: 0,
        top_p: 1.0,
        min_p: 0.0,
        typical_p: 1.0,
        repeat_penalty: 1.0,
        presence_penalty: 0.0,
        frequency_penalty: 0.0,
        penalty_tokens: 64,
        dry_multiplier: 0.0,
        dry_base: 1.75,
        dry_length: 2,
        xtc_probability: 0.0,
        xtc_threshold: 0.1,
        mirostat: Mirostat::Off,
        mirostat_tau: 5.0,
        mirostat_eta: 0.1,
        logit_bias: Vec::new(),
        seed: 0,
    };

    /// Refuses NaN, infinities and numbers outside the documented ranges, naming the first.
    pub fn check(&self) -> Result<(), OutOfRange> {
        for (field, value, lowest, highest) in [
            ("temperature", self.temperature, 0.0, 5.0),
            ("dynamic_range", self.dynamic_range, 0.0, 5.0),
            ("dynamic_exponent", self.dynamic_exponent, 0.0, 10.0),
            ("top_p", self.top_p, 0.0, 1.0),
            ("min_p", self.min_p, 0.0, 1.0),
            ("typical_p", self.typical_p, 0.0, 1.0),
            ("repeat_penalty", self.repeat_penalty, 0.5, 2.0),
            ("presence_penalty", self.presence_penalty, -2.0, 2.0),
            ("frequency_penalty", self.frequency_penalty, -2.0, 2.0),
            ("dry_multiplier", self.dry_multiplier, 0.0, 5.0),
            ("dry_base", self.dry_base, 1.0, 4.0),
            ("xtc_probability", self.xtc_probability, 0.0, 1.0),
            ("xtc_threshold", self.xtc_threshold, 0.0, 0.5),
            ("mirostat_tau", self.mirostat_tau, 0.0, 10.0),
            ("mirostat_eta", self.mirostat_eta, 0.0, 1.0),
        ] {
            inside(field, value, lowest, highest)?;
        }
        for (field, value, lowest, highest) in [
            ("top_k", self.top_k, 0, 1_000_000),
            ("penalty_tokens", self.penalty_tokens, 0, 65_536),
            ("dry_length", self.dry_length, 1, 64),
        ] {
            inside(field, value, lowest, highest)?;
        }
        for &(_, bias) in &self.logit_bias {
            inside("logit_bias", bias, -100.0, 100.0)?;
        }
        inside("logit_bias's length", self.logit_bias.len(), 0, MAX_BIASES)
    }
}

/// NaN is in no range.
fn inside<T: Copy + PartialOrd + std::fmt::Display>(
    field: &'static str,
    value: T,
    lowest: T,
    highest: T,
) -> Result<(), OutOfRange> {
    if (&lowest..=&highest).contains(&&value) {
        return Ok(());
    }
    Err(OutOfRange {
        field,
        value: value.to_string(),
        allowed: format!("{lowest} to {highest}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn f17_every_number_outside_its_range_is_refused_by_name_with_the_range() {
        assert_eq!(Sampling::default().check(), Ok(()));
        assert_eq!(Sampling::GREEDY.check(), Ok(()));
        let Value::Object(fields) = json!(Sampling::default()) else {
            panic!("settings are an object")
        };
        let numbers = fields.iter().filter(|(_, value)| value.is_number());
        let mut tried = 0;
        for (field, _) in numbers.filter(|(field, _)| *field != "seed") {
            let mut fields = fields.clone();
            // One number that is over every range, but inside its type.
            fields.insert(field.clone(), json!(4_000_000_000_u32));
            let sampling: Sampling = serde_json::from_value(Value::Object(fields)).unwrap();
            let refusal = sampling.check().unwrap_err();
            assert_eq!(refusal.field, field);
            assert!(refusal.to_string().contains(" to "), "{refusal}");
            tried += 1;
        }
        assert_eq!(tried, 18, "a new setting has a range");
        for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -0.1] {
            let sampling = Sampling {
                temperature: bad,
                ..Sampling::default()
            };
            assert_eq!(sampling.check().unwrap_err().field, "temperature");
        }
        let sampling = Sampling {
            logit_bias: vec![(7, f32::NAN)],
            ..Sampling::default()
        };
        assert_eq!(sampling.check().unwrap_err().field, "logit_bias");
    }
}
