//! How the next token is chosen, with the ranges inside which that is safe.

use serde::{Deserialize, Serialize};

/// The sampler's settings. Every number is range-checked by [`Sampling::check`] before it
/// reaches native code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sampling {
    /// Spread of the distribution; 0 takes the likeliest token always. 0 to 5.
    pub temperature: f32,
    /// Keep the likeliest tokens until their probabilities add up to this. 0 to 1; 1 is off.
    pub top_p: f32,
    /// Keep at most this many tokens; 0 is off. At most 1,000,000.
    pub top_k: u32,
    /// Drop tokens less likely than this share of the likeliest one. 0 to 1; 0 is off.
    pub min_p: f32,
    /// Makes a sampled answer repeatable.
    pub seed: u32,
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
    pub allowed: &'static str,
}

impl Sampling {
    /// Refuses NaN, infinities and numbers outside the documented ranges, naming the first.
    pub fn check(&self) -> Result<(), OutOfRange> {
        let ranges = [
            ("temperature", self.temperature, 5.0, "0 to 5"),
            ("top_p", self.top_p, 1.0, "0 to 1"),
            ("min_p", self.min_p, 1.0, "0 to 1"),
        ];
        for (field, value, highest, allowed) in ranges {
            // NaN is in no range.
            if !(0.0..=highest).contains(&value) {
                return Err(OutOfRange {
                    field,
                    value: value.to_string(),
                    allowed,
                });
            }
        }
        if self.top_k > 1_000_000 {
            let value = self.top_k.to_string();
            return Err(OutOfRange {
                field: "top_k",
                value,
                allowed: "0 to 1,000,000",
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: Sampling = Sampling {
        temperature: 0.8,
        top_p: 0.9,
        top_k: 40,
        min_p: 0.05,
        seed: 1,
    };

    #[test]
    fn numbers_outside_their_range_are_refused_by_name() {
        assert_eq!(GOOD.check(), Ok(()));
        for bad in [f32::NAN, f32::INFINITY, -0.1, 5.1] {
            let refusal = Sampling {
                temperature: bad,
                ..GOOD
            }
            .check()
            .unwrap_err();
            assert_eq!(refusal.field, "temperature");
        }
        assert_eq!(
            Sampling {
                top_p: 1.01,
                ..GOOD
            }
            .check()
            .unwrap_err()
            .field,
            "top_p"
        );
        assert_eq!(
            Sampling {
                min_p: f32::NAN,
                ..GOOD
            }
            .check()
            .unwrap_err()
            .field,
            "min_p"
        );
        assert_eq!(
            Sampling {
                top_k: u32::MAX,
                ..GOOD
            }
            .check()
            .unwrap_err()
            .field,
            "top_k"
        );
    }
}
