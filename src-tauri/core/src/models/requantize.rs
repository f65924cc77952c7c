//! Smaller copies of models: less memory and more speed for some quality.

use std::path::Path;
use std::time::Duration;

use hearth_protocol::{Purpose, Requantize, Weights};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::downloads::UNFINISHED;
use super::gguf::Gguf;
use super::hub::is_quantization;
use super::need::size;
use super::{Header, Model, split};
use crate::{Code, Error, Hearth, Result};

/// How often progress is told.
const TELL: Duration = Duration::from_millis(250);
/// Room that stays free on the disk, in bytes.
const SPARE: f64 = 2e8;
/// A copy that saves less than this share is not offered.
const WORTH: f64 = 0.95;

/// A smaller copy that can be made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct Smaller {
    /// How its weights would be stored, for example `Q4_K_M`.
    pub weights: String,
    /// Its size in bytes, about.
    #[specta(type = u32)]
    pub bytes: f64,
}

/// All ways to store weights, with their bits for each weight (from llama.cpp's own table for
/// Llama 3.1 8B).
const ALL: [(Weights, &str, f64); 6] = [
    (Weights::Q8_0, "Q8_0", 8.50),
    (Weights::Q6_K, "Q6_K", 6.56),
    (Weights::Q5_K_M, "Q5_K_M", 5.70),
    (Weights::Q4_K_M, "Q4_K_M", 4.89),
    (Weights::Q3_K_M, "Q3_K_M", 4.00),
    (Weights::Q2_K, "Q2_K", 3.16),
];

/// The smaller copies that can be made of a model of so many bytes, the largest first.
#[must_use]
pub fn offered(gguf_parameters: f64, bytes: f64) -> Vec<Smaller> {
    let all = ALL.iter().map(|(_, name, bits)| Smaller {
        weights: (*name).to_owned(),
        bytes: gguf_parameters * bits / 8.0,
    });
    all.filter(|one| one.bytes < bytes * WORTH).collect()
}

impl Hearth {
    /// Makes a smaller copy of a model beside it and tells how far it is, in percent. One at a
    /// time, since each takes all cores. Dropping it gives it up, and nothing is left.
    pub async fn requantize(&self, name: &str, weights: &str, told: impl Fn(u8)) -> Result<Model> {
        let Ok(_alone) = self.requantizing.try_lock() else {
            let message = "Another copy is being made; wait for it, or give it up.";
            return Err(Error::new(Code::Busy, message));
        };
        let model = self.models.find(name)?;
        let wanted = weights.to_uppercase();
        let known = ALL.iter().find(|(_, name, _)| *name == wanted);
        let Some((kind, label, bits)) = known else {
            let names: Vec<&str> = ALL.iter().map(|(_, name, _)| *name).collect();
            let message = format!("{weights} is not one of {}.", names.join(", "));
            return Err(Error::new(Code::NotFound, message));
        };
        let expected = parameters(&model.path)? * bits / 8.0;
        let free = fs4::available_space(self.folder.root())
            .map_err(|error| Error::file("see how much room is in", self.folder.root(), &error))?;
        if expected + SPARE > free as f64 {
            let message = format!(
                "The copy needs about {} on the disk; {} are free.",
                bytes_in_words(expected),
                size(free)
            );
            return Err(Error::new(Code::DiskFull, message));
        }
        let copy = format!("{}-{label}", without_weights(&model.id));
        let place = self.models.place(&copy)?;
        let models = self.folder.models();
        let fault = |error| Error::file("write a copy into", &models, &error);
        // It goes with this value, unless it is kept.
        let unfinished = tempfile::Builder::new()
            .prefix(UNFINISHED)
            .tempfile_in(&models)
            .map_err(fault)?;
        let part = unfinished.path().to_owned();
        let order = Requantize {
            from: model.path.clone(),
            to: part.clone(),
            weights: *kind,
        };
        let mut work = std::pin::pin!(self.engines.requantize(order));
        let mut ticks = tokio::time::interval(TELL);
        loop {
            tokio::select! {
                outcome = &mut work => {
                    outcome?;
                    break;
                }
                _ = ticks.tick() => told(share(&part, expected)),
            }
        }
        Header::read(&part, Purpose::Chat)?;
        unfinished.as_file().sync_all().map_err(fault)?;
        unfinished
            .persist_noclobber(&place)
            .map_err(|error| fault(error.error))?;
        told(100);
        self.models.find(&copy)
    }
}

fn parameters(path: &Path) -> Result<f64> {
    let mut sum = 0;
    for file in split::files(path) {
        let (gguf, _): (Gguf, u64) = super::header::read(&file)?;
        sum += gguf.parameters();
    }
    Ok(sum as f64)
}

/// How much of the copy is written, in percent; the last step is its place.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between 0 and 99"
)]
fn share(part: &Path, expected: f64) -> u8 {
    let written = part.metadata().map_or(0.0, |facts| facts.len() as f64);
    (written / expected.max(1.0) * 100.0).clamp(0.0, 99.0) as u8
}

/// A model's name without how its weights are stored: `Qwen3-4B-Q8_0` is a `Qwen3-4B`.
fn without_weights(id: &str) -> &str {
    let id = split::Part::of_stem(id).map_or(id, |part| &id[..part.name.len()]);
    let Some((rest, last)) = id.rsplit_once(['-', '.']) else {
        return id;
    };
    let is_weights = is_quantization(&last.to_uppercase());
    if is_weights { rest } else { id }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "sizes are whole bytes"
)]
fn bytes_in_words(bytes: f64) -> String {
    size(bytes as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_saves_something_is_offered() {
        let names = |bits: f64| -> Vec<String> {
            let offered = offered(8e9, 8e9 * bits / 8.0);
            offered.into_iter().map(|one| one.weights).collect()
        };
        assert_eq!(names(16.0).len(), 6);
        assert_eq!(names(8.5)[0], "Q6_K");
        assert_eq!(names(4.9), ["Q3_K_M", "Q2_K"]);
        assert!(names(3.0).is_empty());
    }

    #[test]
    fn a_copy_is_named_after_the_model() {
        for (id, rest) in [
            ("Qwen3-4B-Q8_0", "Qwen3-4B"),
            ("model.f16", "model"),
            ("ember-6m-q8_0", "ember-6m"),
            ("big-IQ4_XS-00001-of-00002", "big"),
            ("phi-4", "phi-4"),
            ("plain", "plain"),
        ] {
            assert_eq!(without_weights(id), rest, "{id}");
        }
    }
}
